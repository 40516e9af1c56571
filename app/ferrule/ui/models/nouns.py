"""What one of several is called: "Tags" are made of a "tag".

The titles of the members of a descriptor are English; so are these rules.
"""

from typing import Final

_UNCOUNTED: Final = {
    "Further fields": "field",
    "Tested": "section",
    "Authorise parameters": "parameter",
    "Refresh parameters": "parameter",
    "Token parameters": "parameter",
    "Token headers": "header",
    "Query": "parameter",
    "People": "person",
    "Raw fields": "field",
    "Configuration": "field",
    "Also send": "value",
    "Other ways to sign in": "way",
    "Key parts": "part",
    "Claims": "claim",
    "Capture": "value",
    "Copy into the items": "member",
    "Columns": "column",
    "Compression": "step",
    "Status": "code",
    "Done": "word",
    "Failed": "word",
    "Skipped": "word",
    "Result": "value",
    "Polling": "member",
    "Mapping": "member",
    "Item schema": "member",
    "All of": "condition",
    "Any of": "condition",
    "Streams to read": "stream",
    "Its formats": "format",
    "Capabilities": "capability",
    "Signature headers": "header",
}


def singular(name: str) -> str:
    """Return what one of the things of that name is called."""
    if name in _UNCOUNTED:
        return _UNCOUNTED[name].capitalize()
    last = name.rsplit(" ", maxsplit=1)[-1]
    if last.endswith("ies"):
        return name[:-3] + "y"
    return name.removesuffix("s") if not last.endswith("ss") else name


def spoken(name: str) -> str:
    """Return one of the things of that name inside a sentence: "API version"."""
    one = singular(name)
    return one if one[:2].isupper() else one[:1].lower() + one[1:]
