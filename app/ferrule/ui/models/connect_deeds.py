"""What a Connect flow does with what was given: check it, sign in with it, store it.

Everything here blocks and is called off the window's thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from ferrule.auth import Secrets
from ferrule.auth.token import TOKENS
from ferrule.clock import SystemClock
from ferrule.descriptor.config import read_config
from ferrule.errors import FerruleError, HostsGrew, KeychainUnavailable
from ferrule.ui.models.connect_plan import Answers, Plan
from ferrule.workspace import scopes
from ferrule.workspace.borrowing import borrowed
from ferrule.workspace.checking import Check, CheckStep
from ferrule.workspace.connecting import connect, record_health
from ferrule.workspace.giving import typed_secrets
from ferrule.workspace.history.checks import kept_check
from ferrule.workspace.sessions import Keeper, keeper_of
from ferrule.workspace.signing_in import SignIn, Way, begin, reconnecting
from ferrule.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Stored:
    """A connection that was stored; `left` says what of the rest could not be done."""

    key: str
    left: str = ""
    advice: str = ""


def check_of(workspace: Workspace, plan: Plan, answers: Answers) -> Check:
    """Return a check of what the person gave, before it is stored.

    Raises:
        HostsGrew: for a host that a credential given earlier was not shown to go to.
        FerruleError: when the configuration does not fit or kept secrets are locked.
    """
    config = read_config(plan.connector, answers.config)
    _refuse_unseen(plan, answers)
    secrets = _given(workspace, plan, answers)
    keeper = _keeper(workspace, plan, answers)
    check = Check(plan.connector, config, secrets, keeper=keeper)
    return kept_check(workspace, check, plan.connector.id, config, plan.key)


def sign_in_of(workspace: Workspace, plan: Plan, answers: Answers, way: Way) -> SignIn:
    """Return a sign-in with what the person gave; its tokens are stored at the end.

    Raises:
        KeychainUnavailable: when nothing could keep the tokens.
        HostsGrew: for a host that a credential given earlier was not shown to go to.
        FerruleError: when the configuration does not fit or kept secrets are locked.
    """
    state = workspace.vault.state
    if not state.can_store:
        raise KeychainUnavailable(
            "There is no place that keeps a sign-in: " + state.message,
            advice="Unlock the keychain, or set FERRULE_MASTER_KEY, and start again.",
        )
    _refuse_unseen(plan, answers)
    given = _given(workspace, plan, answers)
    return begin(plan.connector, answers.config, given, way=way)


def again_of(workspace: Workspace, plan: Plan, way: Way) -> SignIn:
    """Return a sign-in to a connection as it is stored; its tokens are kept at once.

    Raises:
        FerruleError: when they could not be kept, or it is not signed in with that way.
    """
    return reconnecting(workspace, plan.key, way=way)


def store(
    workspace: Workspace, plan: Plan, answers: Answers, steps: Sequence[CheckStep]
) -> Stored:
    """Make or change the connection, and note what its check found.

    What is asked for beyond that, once it is stored, is told where it cannot be done.

    Raises:
        FerruleError: when the configuration, the key or the secrets do not fit.
    """
    if plan.changes:
        _change(workspace, plan, answers)
    else:
        connect(
            workspace,
            plan.card.id,
            answers.config,
            _new(workspace, plan, answers),
            key=answers.key,
            sync_from=answers.sync_from or None,
            streams=answers.streams or None,
            must_store=answers.tokens is not None,
            method=plan.method if len(plan.methods) > 1 else None,
            shared=plan.uses_shared,
            api_version=plan.versions.chosen if plan.versions else None,
        )
    if set(plan.unseen(answers.config)) <= answers.confirmed and answers.confirmed:
        scopes.confirm_hosts(workspace, answers.key)
    if steps:
        record_health(workspace, answers.key, steps, SystemClock())
    return _shared(workspace, answers) if answers.share else Stored(answers.key)


def _shared(workspace: Workspace, answers: Answers) -> Stored:
    """Share what was stored; that it cannot be takes nothing back."""
    try:
        scopes.share(workspace, answers.key)
    except FerruleError as error:
        told = f"Its credential is not shared: {error.message}"
        return Stored(answers.key, told, error.advice)
    return Stored(answers.key)


def _change(workspace: Workspace, plan: Plan, answers: Answers) -> None:
    changes = {
        "config": dict(answers.config),
        "sync_from": answers.sync_from or None,
        "streams": list(answers.streams) or None,
        "auth_option": plan.method or None,
    }
    if plan.versions is not None:
        changes["api_version"] = plan.versions.chosen
    update = partial(
        workspace.registry.update_connection,
        *(workspace.project.key, plan.key, changes),
    )
    if plan.source == plan.stored:
        update(_new(workspace, plan, answers) or None)
    elif plan.uses_shared:
        update()
        scopes.use_shared(workspace, plan.key)
    else:
        update()
        scopes.keep_own(workspace, plan.key, _new(workspace, plan, answers))


def _refuse_unseen(plan: Plan, answers: Answers) -> None:
    unseen = set(plan.unseen(answers.config)) - answers.confirmed
    if unseen:
        hosts = tuple(sorted(unseen))
        raise HostsGrew(
            f"It asks to send to {', '.join(hosts)} too. Nothing was sent.",
            advice="Confirm that the credential may go there.",
            hosts=hosts,
        )


def _new(workspace: Workspace, plan: Plan, answers: Answers) -> Secrets:
    """Return the secrets that are to be stored as its own, with the newest tokens."""
    if plan.uses_shared:
        return {}
    typed = typed_secrets(_typed(answers))
    if answers.tokens is None and plan.changes and not _anew(plan, answers):
        return typed
    got = _given(workspace, plan, answers).get(TOKENS)
    return typed if got is None else {**typed, TOKENS: got}


def _anew(plan: Plan, answers: Answers) -> bool:
    """Tell whether what was typed gets a token of its own, without a person."""
    return bool(_typed(answers)) and not plan.connector.sign_in.interactive


def _given(workspace: Workspace, plan: Plan, answers: Answers) -> Secrets:
    """Return all secrets, kept and typed, with the newest tokens."""
    if plan.uses_shared:
        lent = borrowed(workspace, plan.connector, answers.config, answers.confirmed)
        return lent[0]
    kept = _kept(workspace, plan)
    if _anew(plan, answers):
        kept.pop(TOKENS, None)
    given = typed_secrets({**kept, **_typed(answers)})
    if answers.tokens is not None:
        given = {**given, TOKENS: answers.tokens.dump()}
    return plan.hand.secrets(given)


def _keeper(workspace: Workspace, plan: Plan, answers: Answers) -> Keeper:
    """Return who keeps what a check renews: a stored sign-in is renewed there."""
    if plan.uses_shared:
        lent = borrowed(workspace, plan.connector, answers.config, answers.confirmed)
        return lent[1]
    own = plan.changes and plan.stored == "own"
    if own and answers.tokens is None and not _anew(plan, answers):
        found = workspace.connections.get(workspace.project.key, plan.key)
        if found.hosts is not None:  # what was agreed to is not stored before the end
            found = replace(found, hosts=[*found.hosts, *answers.confirmed])
        return keeper_of(workspace, found) or plan.hand
    return plan.hand


def _typed(answers: Answers) -> dict[str, str]:
    return {key: value for key, value in answers.secrets.items() if value}


def _kept(workspace: Workspace, plan: Plan) -> dict[str, str]:
    """Return the stored secrets of a connection that is being changed."""
    if not plan.kept:
        return {}
    found = workspace.connections.get(workspace.project.key, plan.key)
    stored = workspace.registry.secrets_of(found)
    return {key: value.get_secret_value() for key, value in stored.items()}
