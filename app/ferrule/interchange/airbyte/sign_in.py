"""One sign-in on its way into a manifest."""

from collections.abc import Iterable
from dataclasses import dataclass

from ferrule.auth.kind import AuthKind
from ferrule.fields import InputField
from ferrule.interchange.airbyte.component import Component
from ferrule.interchange.airbyte.jinja import quoted
from ferrule.interchange.airbyte.wording import Wording
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import Outgoing


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in, the place where it stands, and what names mean in its templates."""

    out: Outgoing
    auth: AuthKind
    place: str
    words: Wording

    @property
    def ledger(self) -> Ledger:
        """Return the report."""
        return self.out.ledger

    @property
    def fields(self) -> tuple[InputField, ...]:
        """Return the fields of its credential."""
        return self.auth.credential_fields

    def reference(self, key: str) -> str:
        """Return what names a credential in a manifest: never its value."""
        return f"{{{{ config[{quoted(key)}] }}}}"

    def keep(self, reason: str, names: Iterable[str]) -> None:
        """Tell the method and the named members of its section as kept."""
        members = ("method", *(f"config/{name}" for name in names))
        self.ledger.keep_members(self.place, reason, members)

    def told(self, *names: str) -> None:
        """Take members of its section as told by the line of the method."""
        for name in names:
            self.ledger.tell(f"{self.place}/config/{name}")

    def change(self, name: str, reason: str) -> None:
        """Tell a member of its section as changed."""
        self.ledger.change(f"{self.place}/config/{name}", reason)

    def drop(self, name: str, reason: str) -> None:
        """Tell a member of its section as dropped."""
        self.ledger.drop(f"{self.place}/config/{name}", reason)

    def refuse(self, reason: str) -> None:
        """Tell that nothing of the sign-in is in the manifest."""
        self.ledger.drop(self.place, reason)

    def text(self, template: str) -> str:
        """Return a template over configuration and credentials, empty if unsayable."""
        return self.words.text(template) or ""


def words_of(out: Outgoing, auth: AuthKind) -> Wording:
    """Return what names mean in the templates of a sign-in."""
    known = {field.key: field for field in auth.credential_fields}
    return Wording({**out.fields, **known})


def key_like(sign_in: SignIn, *names: str) -> str:
    """Return the key of the credential field that is called like one of `names`."""
    folded = {
        f.key.replace("_", "").replace("-", "").lower(): f.key for f in sign_in.fields
    }
    return next((folded[name] for name in names if name in folded), "")


def made(component: Component, **members: object) -> Component:
    """Return a component with the members that have a value."""
    given = {
        name: value for name, value in members.items() if value not in (None, "", {})
    }
    return {**component, **given}  # type: ignore[dict-item]  # callers pass JSON
