"""What a walk is asked with: the same values as Send, from the same panel."""

from dataclasses import dataclass
from typing import Final

from ferrule.ui.models.sandbox import CONNECTOR, sandbox
from ferrule.ui.tasks import in_thread
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.sending import check_reach
from ferrule.workspace.accounts import Account
from ferrule.workspace.sessions import Keeper
from ferrule.workspace.walking.stir import may_be_sandbox
from ferrule.workspace.walking.walk import Subject

_COPY: Final = "-copy"


@dataclass(frozen=True, slots=True)
class Asked:
    """A stream of a draft with its values, and whether it may be the sandbox's."""

    subject: Subject
    sandbox: bool


async def ask_for(bench: BuilderBench, *, quietly: bool = False) -> Asked | None:
    """Return what is to be walked, None where values are lacking.

    They are asked for in the panel, unless `quietly`.

    Raises:
        FerruleError: when the draft's request is not valid, or a connection's secrets
            would go where they were not given for.
    """
    values = bench.values.collect()
    document, workspace = bench.sending.signed_as(values), bench.workspace
    wanted = await bench.sending.wanted()
    lacking = wanted.lacking(values)
    if lacking:
        if not quietly:
            bench.sending.lacking.emit(wanted, lacking)
        return None
    config = wanted.settled(values)
    lender = values.connection if values.borrowed else ""
    account: Account | None = None
    keeper: Keeper = values.hand
    if lender:
        await in_thread(lambda: check_reach(workspace, document, config, lender))
        account, keeper = await bench.sending.lent(lender)
    subject = Subject(
        *(document, config, values.given_secrets()),
        stream=bench.watch.stream,
        allow_http=values.allow_http,
        keeper=keeper,
        account=account,
    )
    return Asked(subject, may_be_sandbox(document, config))


async def wake_sandbox(bench: BuilderBench, subject: Subject) -> None:
    """Start the sandbox where the draft is one of it."""
    if is_of_sandbox(bench):
        await sandbox.ensure_for(subject.config)


def is_of_sandbox(bench: BuilderBench) -> bool:
    """Tell whether the draft is the sandbox's connector or a copy of it."""
    return bench.draft.draft.connector_id.partition(_COPY)[0] == CONNECTOR
