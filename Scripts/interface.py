"""The library's public interface: how large it may be, and that the worked examples use all of it."""

import re

from swiftcode import blank, used_names

MOST_TYPES = 45
LIBRARY = re.compile(r"Sources/NetConfig(?:Core|System)?/.*\.swift")
EXAMPLE = re.compile(r"Examples/.*\.swift")
ARTICLE = "Sources/NetConfig/NetConfig.docc/WorkedExamples.md"
PUBLIC = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*public\s+(?:final\s+|indirect\s+)*(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)",
    re.MULTILINE)
QUOTED = re.compile(r"^(<!-- (Examples/\S+) -->\n```swift\n).*?(^```$)", re.MULTILINE | re.DOTALL)


def public_types(texts):
    """The types that importers of the library see, those within others not: each with its file."""
    return {name: path for path, text in texts.items() if LIBRARY.fullmatch(path)
            for name in PUBLIC.findall(blank(text, keep_strings=False))}


def errors(texts):
    """What is wrong with the interface: too many types, or some that no worked example uses, or the article shows an
    example as it is not."""
    types = public_types(texts)
    used = set().union(*(used_names(text) for path, text in texts.items() if EXAMPLE.fullmatch(path)))
    wrong = [f"{path}:1: [interface] {name} is public, and no worked example uses it"
             for name, path in types.items() if name not in used]
    if len(types) > MOST_TYPES:
        wrong.append(f"Sources: [interface] {len(types)} public types; {MOST_TYPES} are enough")
    article = texts.get(ARTICLE, "")
    if article != with_examples(article, texts):
        wrong.append(f"{ARTICLE}:1: [interface] an example is not as it is: `Scripts/check --examples` puts it in")
    shown = {path for _, path, _ in QUOTED.findall(article)}
    wrong += [f"{path}:1: [interface] {ARTICLE} does not show it"
              for path in texts if EXAMPLE.fullmatch(path) and path not in shown]
    return wrong


def with_examples(article, texts):
    """The article with the examples' sources as they are."""
    return QUOTED.sub(lambda match: match[1] + texts.get(match[2], "") + match[3], article)
