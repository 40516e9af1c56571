"""Fingerprints in words: 88 bits of the key's id, the same for everybody."""

import hashlib

import pytest

from ferrule.bundle import SigningKey, fingerprint_words
from ferrule.bundle.words import BITS, COUNT, words_digest

# https://github.com/bitcoin/bips/blob/master/bip-0039/english.txt
BIP_39 = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"


@pytest.mark.parametrize(
    ("key_id", "words"),
    [
        ("sha256:" + "00" * 32, ("abandon",) * 8),
        ("sha256:" + "ff" * 32, ("zoo",) * 8),
        ("sha256:" + "00" * 10 + "01" + "ff" * 21, ("abandon",) * 7 + ("ability",)),
        ("sha256:" + "00", ()),
        ("sha256:" + "zz" * 32, ()),
        ("", ()),
    ],
)
def test_words_are_the_first_bits_of_the_id_eleven_a_word(key_id, words):
    assert fingerprint_words(key_id) == words


def test_the_list_is_that_of_bip_39():
    assert words_digest() == BIP_39
    assert BITS == COUNT * 11


def test_the_words_of_the_published_key():
    key = SigningKey.from_seed(bytes(range(32))).public
    assert fingerprint_words(key.id) == (
        *("park", "lottery", "term", "anxiety"),
        *("icon", "scrap", "critic", "transfer"),
    )


def test_another_bit_of_the_first_88_is_another_word():
    digest = bytearray(hashlib.sha256(b"one").digest())
    before = fingerprint_words("sha256:" + digest.hex())
    digest[10] ^= 1
    assert fingerprint_words("sha256:" + digest.hex())[:7] == before[:7]
    assert fingerprint_words("sha256:" + digest.hex())[7] != before[7]
