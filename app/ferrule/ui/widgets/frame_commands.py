"""The window's own commands as data: what each does is a method of the window."""

from typing import Final

from ferrule.ui.actions import Command

# Each command with the method that does it and what that is passed.
FRAME: Final[tuple[tuple[Command, str, tuple[object, ...]], ...]] = (
    (Command("palette", "Find a command", "command", ("Ctrl+K",),
             help="Finds commands, connectors, fields, settings and runs."),
     "open_palette", ()),
    (Command("find.project", "Find in project", "file-search", ("Ctrl+Shift+F",),
             "search descriptors everywhere",
             help="Searches every descriptor of the project and opens what is found."),
     "find_in_project", ()),
    (Command("help", "Help on this place", "circle-question-mark", ("F1",),
             "what is this explain keys",
             help="Says what the place with the keyboard is for, and its keys."),
     "show_help", ()),
    (Command("menu", "Open the context menu", "list", ("Shift+F10",),
             help="Opens the menu of what has the keyboard, as the right button does."),
     "open_menu", ()),
    (Command("pane.next", "Next pane", "panel-left", ("F6",),
             help="Moves the keyboard to the next part of the window."),
     "step_pane", (1,)),
    (Command("pane.previous", "Previous pane", "panel-left", ("Shift+F6",),
             help="Moves the keyboard to the part of the window before."),
     "step_pane", (-1,)),
    (Command("tab.next", "Next tab", "chevron-right", ("Ctrl+Tab",), "draft cycle",
             help="Shows the next tab of the page: in the Builder the next draft."),
     "step_tab", (1,)),
    (Command("tab.previous", "Previous tab", "chevron-left", ("Ctrl+Shift+Tab",),
             "draft cycle", help="Shows the tab of the page before this one."),
     "step_tab", (-1,)),
    (Command("field.next", "Next field", "arrow-down", ("Alt+Down",),
             help="Moves to the next field of the form, past its buttons."),
     "step_field", (1,)),
    (Command("field.previous", "Previous field", "arrow-up", ("Alt+Up",),
             help="Moves to the field before, past its buttons."),
     "step_field", (-1,)),
    (Command("zoom.in", "Zoom in", "plus", ("Ctrl+=", "Ctrl++"), "larger",
             help="Draws everything larger, up to 200 %."),
     "step_zoom", (1,)),
    (Command("zoom.out", "Zoom out", "minus", ("Ctrl+-",), "smaller",
             help="Draws everything smaller, down to 80 %."),
     "step_zoom", (-1,)),
    (Command("zoom.reset", "Zoom to 100 %", "search", ("Ctrl+0",),
             help="Draws everything at the size it was designed in."),
     "set_zoom", (1.0,)),
    (Command("window.close", "Close Ferrule", "x", ("Ctrl+Q",), "quit exit",
             help="Closes the window; drafts are kept as they are."),
     "close", ()),
)  # fmt: skip


def go_command(key: str, title: str, icon: str, number: int) -> Command:
    """Return the command that shows the page at a place of the rail."""
    return Command(
        f"go.{key}",
        f"Go to {title}",
        icon,
        (f"Ctrl+{number}",),
        help=f"Shows the page {title}.",
    )
