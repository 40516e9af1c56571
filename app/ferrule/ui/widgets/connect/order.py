"""The steps of a Connect flow: which there are, in what order, and their forms."""

from typing import Final

from PySide6 import QtWidgets

from ferrule.ui.i18n import Data
from ferrule.ui.models.connect_plan import Plan
from ferrule.ui.widgets.choice import ComboBox
from ferrule.ui.widgets.connect.panels import FormPanel, Panel
from ferrule.ui.widgets.connect.version_choice import version_note
from ferrule.ui.widgets.field_form import FieldForm
from ferrule.ui.widgets.label import Label
from ferrule.ui.widgets.layouts import Column, boxed
from ferrule.ui.widgets.message import Details
from ferrule.ui.widgets.stepper import Step

_TITLES: Final = {
    "credentials": ("Credentials", "How to sign in"),
    "configuration": ("Configuration", "What to read, and where"),
    "authorise": ("Authorise", "Approve in the browser"),
    "check": ("Check", "Try it before it is stored"),
    "review": ("Review", "What is stored, and where"),
}
_SEVERAL: Final = 2


def steps_of(plan: Plan) -> list[Step]:
    """Return the steps: a sign-in of its own where only a person can do it."""
    titles = dict(_TITLES)
    if plan.uses_shared:
        titles["credentials"] = ("Credentials", "Shared by its bundle")
    elif not plan.credentials:
        titles["credentials"] = ("Credentials", "None needed")
    if not plan.ways:
        del titles["authorise"]
    return [Step(key, *told) for key, told in titles.items()]


def choice_of(plan: Plan) -> ComboBox | None:
    """Return the choice of how to sign in, where there is one."""
    if len(plan.methods) < _SEVERAL or plan.changes:
        return None
    options = [(name, name) for name in plan.methods]
    methods = ComboBox(options, name="Sign in with")
    methods.set_value(plan.method)
    return methods


def _registered(redirect: str) -> QtWidgets.QWidget | None:
    """Return the address that a person registers with the service, to be copied."""
    if not redirect:
        return None
    told = Label(
        "Register this redirect address with the service; any port will do where it "
        "has none:",
        "caption",
        "muted",
        wrap=True,
    )
    return boxed(Column(told, Details(Data(redirect)), gap=4))


def _below(*widgets: QtWidgets.QWidget | None) -> QtWidgets.QWidget | None:
    """Return those that there are below one another, None for none."""
    there = [widget for widget in widgets if widget is not None]
    return boxed(Column(*there, gap=12)) if there else None


def form_panels(
    plan: Plan,
    credentials: FieldForm,
    settings: FieldForm,
    methods: ComboBox | None,
    source: QtWidgets.QWidget | None,
    *,
    versions: ComboBox | None = None,
) -> dict[str, Panel]:
    """Return the panels of the two forms by their steps.

    `source` tells whose credential it is, where something is shared that fits;
    `versions` which version of the API is used, where there are several.
    """
    if plan.uses_shared:
        credentials.hide()  # it is empty, and would take a gap
    return {
        "credentials": FormPanel(
            "How to sign in",
            "Secrets are kept in the vault and shown to nobody.",
            credentials,
            "Continue",
            none="" if plan.uses_shared else "This connector needs no sign-in.",
            first=True,
            top=methods,
            foot=_below(source, _registered(plan.redirect)),
        ),
        "configuration": FormPanel(
            "What to read, and where",
            "These are stored with the connection, in the clear.",
            settings,
            "Authorise" if plan.ways else "Check",
            none="There is nothing to configure.",
            first=plan.begins_with == "configuration",
            top=versions,
            note=version_note(plan),
        ),
    }
