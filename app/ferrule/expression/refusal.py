"""What the parser of paths refuses, told to a person: what is wrong, what to write.

The parser's own words are for programmers; they only choose among ours.
"""

import re

from ferrule.errors import ExpressionError


def refusal(text: str, column: int, said: str) -> ExpressionError:
    """Return the error for a person, from what the parser said about a column."""
    message, advice = _explained(text, column, said)
    return ExpressionError(message, text=text, column=column, advice=advice)


_STARTS: tuple[tuple[str, str, str], ...] = (
    ("=~", "There is no operator =~ in a path.", "Write search(@.x, 'pattern')."),
    ("=", "A single = does not compare.", "Write == instead."),
    ("|", "Paths cannot be combined with |.", "Use one path for each place."),
    ("&", "Paths cannot be combined with &.", "Inside a filter, write &&."),
    ("`", "Words in backquotes are not part of the standard.", "Use a template."),
    ('"', "The quote is not closed.", 'Write " at the end of the text.'),
    ("'", "The quote is not closed.", "Write ' at the end of the text."),
    ("/", "A pattern does not stand between slashes.", "Write search(@.x, 'pattern')."),
)
_SAYINGS: tuple[tuple[str, str, str], ...] = (
    (r"whitespace", "A path has no blanks at its ends.", "Remove them."),
    (r"shorthand selector", "A dot needs a name after it.", "Write .name or ['name']."),
    (r"empty bracketed", "The brackets are empty.", "Write [0], [*] or ['name']."),
    (r"trailing comma", "A comma needs something after it.", "Remove it."),
    (
        r"leading zero|invalid index",
        "An index is a whole number without leading zeros.",
        "Write 1, not 01.",
    ),
    (
        r"bad escape",
        "That cannot stand in a quoted name.",
        r"Write \\ for a backslash and \u00e9 for a code point.",
    ),
    (
        r"nested too deeply|recursion",
        "The path is nested too deeply.",
        "Take it apart.",
    ),
    (
        r"must be of ValueType",
        "The function needs one value there.",
        "Give it a path without * and .., or a literal.",
    ),
    (r"must be of NodesType", "The function needs a path there.", "Write count(@.*)."),
    (r"index out of range", "The index is too large.", "It must be below 2^53."),
    (r"invalid number", "That is not a number of JSON.", "Write it as 1, -1 or 1.5."),
    (r"unbalanced", "A parenthesis is not closed.", "Add the missing )."),
    (
        r"result of (\w+)\(\) must be compared",
        "The result must be compared.",
        "Write for example length(@.x) > 0.",
    ),
    (
        r"result of (\w+)\(\) is not comparable",
        "match() and search() are true or false by themselves.",
        "Leave out the comparison.",
    ),
    (
        r"non-singular",
        "Only a path to one value can be compared.",
        "Leave out * and .. there, or use count() or value().",
    ),
    (
        r"literals outside",
        "A literal alone is no condition.",
        "Compare it with a path: @.x == 'text'.",
    ),
    (
        r"function '(\w+)' is not defined",
        "There is no such function.",
        "Use length, count, match, search or value.",
    ),
    (r"is not allowed here$", "", "See RFC 9535, section 2.3.5."),
    (r"\w+\(\) (?:requires|argument)", "", "See RFC 9535, section 2.4."),
)


def _explained(text: str, column: int, said: str) -> tuple[str, str]:
    if not text:
        return "The path is empty.", "A path starts with $."
    if "TOKEN_ROOT" in said:
        return "A path starts with $.", _rooted(text)
    known = _known(text, column, said)
    if known is not None:
        return known
    if column >= len(text):
        return "The path ends too early.", "Close what is open: ' \" ) or ]."
    return f"{text[column]!r} does not belong here.", _quoted_name(text, column)


def _known(text: str, column: int, said: str) -> tuple[str, str] | None:
    for pattern, message, advice in _SAYINGS:
        if re.search(pattern, said):
            return message or f"{said}.", advice
    for start, message, advice in _STARTS:
        if text.startswith(start, column):
            return message, advice
    return None


def _rooted(text: str) -> str:
    bare = re.fullmatch(r"[\w.\[\]*'-]+", text)
    return f"Write $.{text.lstrip('.')}" if bare and text[0] != "[" else ""


def _quoted_name(text: str, column: int) -> str:
    if text[column] in "-@#" or text[column].isdigit():
        return "A name with other characters than letters, digits and _: ['a-b']."
    return ""
