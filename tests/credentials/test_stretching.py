"""Argon2id as published, and within bounds whatever a file asks for."""

import base64
import time

import msgspec
import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from tests.support.promptness import in_time

from ferrule.credentials.stretching import DEFAULT, Cost, Kdf, new_kdf, stretch
from ferrule.errors import VaultLocked

QUICK = Cost(19 * 1024, 2, 1)


def test_argon2id_is_the_published_argon2id() -> None:
    """RFC 9106, section 5.3."""
    made = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    ).derive(b"\x01" * 32)
    assert made.hex() == (
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    )


def test_by_default_it_costs_what_the_rfc_recommends() -> None:
    """RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes, 128 bits of salt."""
    assert (DEFAULT.memory, DEFAULT.passes, DEFAULT.lanes) == (65536, 3, 4)
    first, second = new_kdf(), new_kdf()
    assert first.salt != second.salt
    assert len(base64.b64decode(first.salt)) == 16
    direct = Argon2id(
        salt=base64.b64decode(first.salt),
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=65536,
    ).derive(b"four words are enough")
    assert stretch("four words are enough", first) == direct


def test_a_passphrase_is_the_same_however_its_letters_are_composed() -> None:
    kdf = new_kdf(QUICK)
    assert stretch("caf\u00e9 noir et amer", kdf) == stretch(
        "cafe\u0301 noir et amer", kdf
    )
    assert stretch("Cafe noir", kdf) != stretch("cafe noir", kdf)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"memory": 2 * 1024 * 1024}, "too much"),
        ({"memory": 2**40}, "too much"),
        ({"passes": 1_000_000}, "too much"),
        ({"lanes": 100}, "too much"),
        ({"memory": 1024}, "too little"),
        ({"memory": -1}, "too little"),
        ({"passes": 1}, "too little"),
        ({"lanes": 0}, "too little"),
        ({"salt": ""}, "strange a salt"),
        ({"salt": base64.b64encode(b"short").decode()}, "strange a salt"),
        ({"salt": base64.b64encode(bytes(4096)).decode()}, "strange a salt"),
        ({"salt": "no base64!"}, "strange a salt"),
        ({"name": "scrypt"}, "'scrypt'"),
    ],
    ids=str,
)
def test_what_a_changed_file_asks_for_is_refused_before_anything_is_computed(
    changed: dict, why: str
) -> None:
    kdf: Kdf = msgspec.structs.replace(new_kdf(QUICK), **changed)
    began = time.perf_counter()
    with pytest.raises(VaultLocked, match=why):
        stretch("four words are enough", kdf)
    in_time(time.perf_counter() - began, 0.1)
