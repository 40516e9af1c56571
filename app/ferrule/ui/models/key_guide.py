"""Keys that belong to a widget and stay as they are, for the keyboard page and F1.

All other keys are those of commands, which a person can change.
"""

from typing import Final, NamedTuple


class Fixed(NamedTuple):
    """Keys of one widget: where they work, and what they do in a sentence."""

    text: str
    keys: tuple[str, ...]
    help: str
    place: str = "builder"


GUIDE: Final = (
    Fixed("Find in the response", ("Ctrl+F",),
          "Searches the response, in its tree or its raw text."),
    Fixed("Next hit", ("F3",), "Goes to the next hit of the search."),
    Fixed("Previous hit", ("Shift+F3",), "Goes to the hit of the search before."),
    Fixed("Pick", ("P", "Return"),
          "In the response: puts the path of the value into the field."),
    Fixed("Pick another way", ("Shift+P",),
          "In the response: offers other paths to the value."),
    Fixed("Start picking", ("Alt+P",),
          "In a path field: goes to the response, to pick a value for the field."),
    Fixed("Map to…", ("Ctrl+M",),
          "In the response: offers what the value can be used for."),
    Fixed("Copy path", ("Ctrl+C",), "In the response: copies the path of the value."),
    Fixed("Copy value", ("Ctrl+Shift+C",), "In the response: copies the value."),
    Fixed("Show in the raw text", ("R",),
          "In the tree of the response: selects the bytes of the value in Raw."),
    Fixed("Show in the tree", ("T",),
          "In the raw text: goes to the value around the caret."),
    Fixed("Next match", ("N",),
          "In the response: goes to the next value that the path finds."),
    Fixed("Previous match", ("Shift+N",),
          "In the response: goes to the value before that the path finds."),
    Fixed("Complete", ("Ctrl+Space",), "In a path: offers what can stand here."),
    Fixed("Accept", ("Tab",), "In a path: takes the offer that is marked."),
    Fixed("Move a row", ("Alt+Up", "Alt+Down"),
          "In a list with an order: moves the row up or down."),
    Fixed("Remove a row", ("Del",), "In a list with an order: removes the row."),
    Fixed("Context menu", ("Menu",),
          "Opens the menu of what has the keyboard.", ""),
    Fixed("Leave", ("Esc",), "Closes a list, a menu or a panel, or clears a search.",
          ""),
)  # fmt: skip
