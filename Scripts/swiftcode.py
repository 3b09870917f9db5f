"""Swift text taken apart, as far as rules about it need."""

import re

SWIFT_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<hashes>\#+)(?:\"{3}.*?\"{3}|\".*?\")(?P=hashes)
    |\"{3}(?:\\.|[^\\])*?\"{3}
    |\"(?:\\.|[^\"\\\n])*\"""",
    re.VERBOSE | re.DOTALL,
)


def blank(text, keep_strings):
    """Swift text with comments, and strings unless kept, replaced by spaces; line numbers stay."""

    def spaces(match):
        if keep_strings and match["comment"] is None:
            return match[0]
        return re.sub(r"[^\n]", " ", match[0])

    return SWIFT_TOKEN.sub(spaces, text)


INTERPOLATED = re.compile(r"\\\(((?:[^()\"]|\((?:[^()\"]|\([^()\"]*\))*\))*)\)")


def used_names(text):
    """The capitalised names that a Swift text uses, those in interpolations too, but those of members not."""
    strings = " ".join(match[1] for match in INTERPOLATED.finditer(blank(text, keep_strings=True)))
    return set(re.findall(r"(?<![.\w])[A-Z]\w+", blank(text, keep_strings=False) + " " + strings))


DECLARED = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*((?:\w+\s+)*)(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)", re.MULTILINE)


def declared_types(text):
    """The types that a Swift text declares for other files, not within others: each with its line."""
    return [(match[2], text.count("\n", 0, match.start()) + 1)
            for match in DECLARED.finditer(blank(text, keep_strings=False)) if "private" not in match[1]]
