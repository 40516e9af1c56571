"""What must hold of everything that a format reads."""

from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.problems import lint
from ferrule.exchange import encode
from ferrule.interchange import Imported


def check(read: Imported) -> Imported:
    """Return what was read; every draft is valid and lints without errors."""
    assert read.documents
    for document in read.documents:
        read_descriptor(encode(document))
        assert [p for p in lint(document) if p.severity == "error"] == []
    for notes in (read.report.kept, read.report.changed, read.report.dropped):
        assert all(note.place and note.reason.endswith(".") for note in notes)
    return read


def told(read: Imported) -> str:
    """Return all that a person is shown and all that is kept: no secret is in it."""
    return f"{encode(list(read.documents)).decode()} {read.report}"
