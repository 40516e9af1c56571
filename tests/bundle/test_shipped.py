"""Every provider that travels with the program can be bundled and is accepted."""

from pathlib import Path

import pytest
from tests.bundle import acme

from ferrule import shipped
from ferrule.bundle import Trust, build, open_bundle, sign

PROVIDERS = sorted(path.parent for path in shipped.descriptors().glob("*/bundle.json"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("folder", PROVIDERS, ids=lambda path: path.name)
@pytest.mark.parametrize("with_fixtures", [False, True], ids=["lean", "with fixtures"])
def test_a_shipped_provider_survives_signing(folder, with_fixtures):
    draft = build(
        contents(folder),
        created_at=acme.CREATED,
        expires_at=acme.EXPIRES,
        with_fixtures=with_fixtures,
    )
    ids = [one.id for one in draft.statement.connectors]
    trust = Trust().with_key(acme.SIGNER.public, ids)
    opened = open_bundle(sign(draft, [acme.SIGNER]), trust, now=acme.NOW)
    assert opened.files == draft.files
    assert all(name.startswith("fixtures/") for name in draft.left_out)
