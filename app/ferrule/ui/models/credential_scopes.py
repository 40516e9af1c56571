"""Whose a credential is and who may use it, as pages show it; no value of a secret.

The readers block and are called off the window's thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ferrule.descriptor.model import Connector
from ferrule.ui.i18n import Data
from ferrule.workspace import scopes
from ferrule.workspace.bundle_titles import bundle_title
from ferrule.workspace.project import known_projects
from ferrule.workspace.scope_lookup import provider_of, shared_place
from ferrule.workspace.scopes import EVERY, Shared, Use
from ferrule.workspace.workspace import Workspace

EVERY_PROJECT: Final = "Every project on this computer"


@dataclass(frozen=True, slots=True)
class ProjectName:
    """A project by its key, with what a person calls it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class UseLine:
    """A connection that uses a credential, with the name of its project."""

    project: ProjectName
    key: str


@dataclass(frozen=True, slots=True)
class SharedFacts:
    """A credential that a bundle shares: what it is, who may use it, who does.

    `home` is the project that shares it, `ours` tells whether that is the open one.
    `fields` are the labels of its secrets, `sign_in` what it signs in by.
    """

    provider: str
    bundle: str
    owner: str
    home: ProjectName
    ours: bool
    projects: tuple[ProjectName, ...]
    every: bool
    hosts: tuple[str, ...]
    uses: tuple[UseLine, ...]
    fields: tuple[str, ...] = ()
    sign_in: str = ""

    @property
    def title(self) -> str:
        """Return whose it is, as a title."""
        return f"Shared from the {Data(self.bundle)} bundle"


class Names:
    """The names of the projects on this computer, by their keys."""

    def __init__(self, workspace: Workspace) -> None:
        known = {one.key: one.name for one in known_projects(workspace.home)}
        here = workspace.project
        self._here = here.key
        self.known: Mapping[str, str] = {**known, here.key: here.name}

    def of(self, key: str) -> ProjectName:
        """Return a project by name; its key where its folder is not known."""
        return ProjectName(key, self.known.get(key, key))

    def uses(self, found: Sequence[Use]) -> tuple[UseLine, ...]:
        """Return the connections that use a credential, the open project's first."""
        ordered = sorted(found, key=lambda u: (u.project != self._here, u.project))
        return tuple(UseLine(self.of(use.project), use.key) for use in ordered)

    def facts(self, shared: Shared, by: Connector | None = None) -> SharedFacts:
        """Return a shared credential as it is shown; `by` is one that it fits."""
        return SharedFacts(
            provider=shared.provider,
            bundle=shared.bundle,
            owner=shared.owner.owner,
            home=self.of(shared.owner.project),
            ours=shared.owner.project == self._here,
            projects=tuple(self.of(one) for one in shared.projects if one != EVERY),
            every=EVERY in shared.projects,
            hosts=shared.hosts,
            uses=self.uses(shared.uses),
            fields=_secret_labels(by),
            sign_in=by.sign_in.title if by is not None else "",
        )


def shared_by_method(
    workspace: Workspace, connector: Connector, only: str | None = None
) -> Mapping[str, SharedFacts]:
    """Return the shared credentials that fit a connector, by its sign-ins."""
    names, found = Names(workspace), {}
    for method in connector.sign_ins if only is None else (only,):
        shared = scopes.shared_for(workspace, connector, method)
        if shared is not None:
            found[method] = names.facts(shared, connector.signing_in(method))
    return found


def bundle_to_share(workspace: Workspace, connector: Connector) -> str:
    """Return the title of the bundle that could share a credential of this connector.

    Empty where its bundle has one already, or it belongs to none.
    """
    provider = provider_of(connector)
    if not connector.provider or not connector.auth.credential_fields:
        return ""
    place = shared_place(workspace.project.key, provider)
    if workspace.scopes.find(*place) is not None:
        return ""
    return bundle_title(workspace, provider)


def uses_in_words(uses: Sequence[UseLine]) -> Sequence[str]:
    """Return each use as one line: the connection, and its project."""
    return [f"{use.key} ({use.project.name})" for use in uses]


def _secret_labels(by: Connector | None) -> tuple[str, ...]:
    fields = by.sign_in.credential_fields if by is not None else ()
    return tuple(field.label for field in fields)
