"""docs/descriptor.md: its tables are those of the models."""

from tests.descriptor import reference

TEXT = reference.DOCUMENT.read_text(encoding="utf-8")


def test_the_tables_are_current():
    advice = "run python -m tests.descriptor.reference"
    assert reference.current(TEXT) == TEXT, advice


def test_every_section_stands_in_the_reference():
    told = {name for m in reference.BLOCK.finditer(TEXT) for name in m[3].split()}
    bases = {
        "AuthKind",
        "OAuth2Common",
        "PollingPart",
        "TimedDelta",
        "RequestParts",
        "WebhookPart",
        # the kinds of paging share all members
        "CursorPagination",
        "LinkHeaderPagination",
        "NextUrlPagination",
        "NoPagination",
        "OffsetPagination",
        "PagePagination",
    }
    assert set(reference.by_name()) - told == bases
