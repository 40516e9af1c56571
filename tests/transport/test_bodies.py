"""Bodies are whole, bounded and unpacked, in whatever pieces they come."""

import gzip
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.errors import UnreadableResponse
from ferrule.transport.bodies import Truncated, read_body

TEXT = b"abc" * 1000
PACKED = gzip.compress(TEXT, mtime=0)


@given(st.binary(max_size=3000), st.integers(1, 50))
def test_the_pieces_do_not_matter(body: bytes, size: int) -> None:
    packed = gzip.compress(body)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert read_body(pieces, "gzip", len(body)) == body


@pytest.mark.parametrize("cut", range(1, len(PACKED)))
def test_no_cut_goes_unseen(cut: int) -> None:
    with pytest.raises(Truncated):
        read_body([PACKED[:cut]], "gzip", 10_000)


@pytest.mark.parametrize("coding", [None, "", "identity", " Identity "])
def test_a_plain_body_is_taken_as_it_is(coding: str | None) -> None:
    assert read_body([b"a", b"b"], coding, 2) == b"ab"


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "gzip,br"])
def test_other_packing_is_refused(coding: str) -> None:
    with pytest.raises(UnreadableResponse, match="only gzip"):
        read_body([b""], coding, 100)


@pytest.mark.parametrize("coding", ["gzip", "X-GZIP", "identity, gzip"])
def test_gzip_has_several_names(coding: str) -> None:
    assert read_body([PACKED], coding, 10_000) == TEXT


def test_the_cap_counts_unpacked_bytes_exactly() -> None:
    assert read_body([PACKED], "gzip", len(TEXT)) == TEXT
    with pytest.raises(UnreadableResponse, match="larger"):
        read_body([PACKED], "gzip", len(TEXT) - 1)
    with pytest.raises(UnreadableResponse, match="larger"):
        read_body([os.urandom(11)], None, 10)


def test_zeros_after_the_end_are_padding() -> None:
    assert read_body([PACKED + bytes(10), bytes(3)], "gzip", 10_000) == TEXT
    with pytest.raises(Truncated):
        read_body([PACKED + b"rubbish"], "gzip", 10_000)


def test_an_empty_body_may_be_called_packed() -> None:
    assert read_body([], "gzip", 10) == b""
