"""Which directory of the library uses which, by the types that its files name."""

import re

from swiftcode import declared_types, used_names

TARGETS = ["NetConfigCore", "NetConfigSystem", "NetConfig"]
LAYER = re.compile(r"Sources/(NetConfig\w*)/(\w+)/.*\.swift$")


def dependencies(texts):
    """Of each directory of the library, as (target, directory), the directories whose types its files name, with one of these
    names as (file, type)."""
    places = {path: match.groups() for path in texts if (match := LAYER.match(path))}
    home = {}
    for path in places:
        home.update({name: places[path] for name, _ in declared_types(texts[path])})
    found = {place: {} for place in places.values()}
    for path, place in sorted(places.items()):
        for name in sorted(used_names(texts[path])):
            if home.get(name, place) != place:
                found[place].setdefault(home[name], (path, name))
    return found


def cycles(found):
    """The dependencies that close a circle within a target, one line for each."""

    def leads(start, end, seen):
        return start == end or any(
            leads(next, end, seen | {next}) for next in found.get(start, {}) if next[0] == end[0] and next not in seen)

    return [f"{path}: [layers] {place[1]} uses {other[1]} ({name}), which depends on {place[1]}"
            for place, others in sorted(found.items()) for other, (path, name) in sorted(others.items())
            if other[0] == place[0] and leads(other, place, {other})]


def ordered(found):
    """The directories, target by target, those that use the fewest first."""
    return sorted(found, key=lambda place: (TARGETS.index(place[0]), len(found[place]), place[1]))


def table(found):
    """The dependencies as text, a line for each directory."""
    width = max(len(name) for _, name in found)
    lines = []
    for target in TARGETS:
        lines.append(f"{target}:")
        for place in ordered(found):
            if place[0] == target:
                used = " ".join(other[1] for other in ordered(found) if other in found[place])
                lines.append(f"  {place[1]:{width}}  {used}".rstrip())
    return lines


def graph(found):
    """The dependencies in the language of Graphviz, where there is no circle: only those that do not follow from others."""

    def reaches(place):
        return set(found[place]).union(*map(reaches, found[place]))

    lines = ['digraph "layers" {', '    graph [rankdir=BT, fontname="Helvetica"];',
             '    node [shape=box, fontname="Helvetica", fontsize=10, color="gray40"];', '    edge [color="gray40"];']
    for target in TARGETS:
        names = " ".join(f'"{name}";' for other, name in ordered(found) if other == target)
        lines.append(f'    subgraph "cluster {target}" {{ label="{target}"; color="gray70"; {names} }}')
    for place in ordered(found):
        implied = set().union(*map(reaches, found[place]))
        lines += [f'    "{place[1]}" -> "{other[1]}";' for other in ordered(found)
                  if other in found[place] and other not in implied]
    return lines + ["}"]
