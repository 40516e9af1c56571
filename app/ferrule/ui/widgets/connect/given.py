"""What a person has given so far: the forms of a Connect flow, read together."""

from collections.abc import Mapping

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.fields import as_text
from ferrule.ui.models.connect_plan import Answers, Plan
from ferrule.ui.models.sandbox import sandbox
from ferrule.ui.widgets.connect.review import ReviewPanel
from ferrule.ui.widgets.field_form import FieldForm


class Given:
    """The forms of one flow, and the address of the sandbox where it is that."""

    def __init__(self, plan: Plan, review: ReviewPanel) -> None:
        self.credentials = FieldForm(
            plan.credentials, kept=plan.kept, guides=plan.readme, others=plan.elsewhere
        )
        self.settings = FieldForm(plan.settings, plan.values, guides=plan.readme)
        self.offered: Mapping[str, str] = {}
        self.port: int | None = None
        self.confirmed: frozenset[str] = frozenset()
        self.stays_held = False
        self._review = review
        self._plan = plan
        self._woken = False

    @property
    def forms(self) -> dict[str, FieldForm]:
        """Return the forms by their steps."""
        return {"credentials": self.credentials, "configuration": self.settings}

    @property
    def last(self) -> FieldForm:
        """Return the form of the last step."""
        return self._review.form

    @property
    def key(self) -> str:
        """Return the key of the connection as it is filled in."""
        return str(self._review.form.given().get("key") or self._plan.key)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Return the hosts that somebody has yet to agree to."""
        asked = self._plan.unseen(self.settings.given())
        return tuple(host for host in asked if host not in self.confirmed)

    def agree(self) -> None:
        """Agree to all of these hosts."""
        self.confirmed |= frozenset(self.unseen)

    @property
    def labels(self) -> list[str]:
        """Return what the secrets are called that are given or kept."""
        if self._plan.shared is not None and self._plan.uses_shared:
            return list(self._plan.shared.fields)
        given = {*self.credentials.given(), *self._plan.kept}
        return [field.label for field in self._plan.credentials if field.key in given]

    def take_from(self, older: "Given") -> None:
        """Show what was filled in before another way to sign in was chosen."""
        self.credentials.take_from(older.credentials)
        self.credentials.take(older.offered)
        self.last.take_from(older.last)

    def answers(self) -> Answers | None:
        """Return what was given, None while some of it does not fit."""
        config, secrets = self.settings.read(), self.credentials.read()
        last = self._review.form.read()
        if config is None or secrets is None or last is None:
            return None
        return Answers(
            key=str(last.get("key") or self._plan.key),
            config=config,
            secrets={key: as_text(value) for key, value in secrets.items()},
            sync_from=str(last.get("syncFrom") or ""),
            streams=self._review.chosen_streams(),
            share=self._review.shares,
            confirmed=self.confirmed,
        )

    def complete(self) -> Answers:
        """Return what was given.

        Raises:
            UsageError: when some of it does not fit.
        """
        answers = self.answers()
        if answers is None:
            raise UsageError("What was given is not complete.")
        return answers

    async def wake(self) -> None:
        """Let the sandbox listen, and take its address into the configuration.

        Raises:
            SandboxError: when it cannot listen there.
        """
        if not self._plan.sandbox:
            return
        if self._plan.changes or self._woken:
            await sandbox.ensure_for(self.settings.given())
            return
        url = await sandbox.ready(self.port)
        self._woken = True
        given: dict[str, Json] = {**self.settings.given(), "baseUrl": url}
        self.settings.fill(given)
