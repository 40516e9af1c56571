"""Files whose text is a value: read whole, or refused with what to do."""

import hashlib
import os

import pytest

from ferrule.errors import MissingSecret, UsageError
from ferrule.workspace.giving import read_secrets, read_settings
from ferrule.workspace.key_files import read_file

KEY = "-----BEGIN KEY-----\nabc\n-----END KEY-----\n"


@pytest.fixture
def file(tmp_path):
    def made(content):
        path = tmp_path / "key.pem"
        path.write_bytes(content)
        return path

    return made


def test_a_file_is_its_text_name_size_and_fingerprint(file):
    found = read_file(file(KEY.encode()))
    assert (found.text, found.name) == (KEY, "key.pem")
    assert found.fingerprint == hashlib.sha256(KEY.encode()).hexdigest()
    assert found.size_words == f"{len(KEY)} bytes"
    assert found._replace(size=2355).size_words == "2.3 kB"


def test_a_byte_order_mark_is_no_part_of_the_text(file):
    assert read_file(file(b"\xef\xbb\xbf{}")).text == "{}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * (64 * 1024 + 1), "key.pem is larger than 64 kB."),
        (b"\x30\x82\xff\xfe", "key.pem cannot be read as text."),
        (b"a\0b", "key.pem cannot be read as text."),
        (b" \n", "key.pem is empty."),
    ],
)
def test_a_file_that_is_no_key_is_refused_with_what_to_do(file, content, said):
    with pytest.raises(UsageError) as caught:
        read_file(file(content))
    assert caught.value.message == said
    assert caught.value.advice


def test_a_folder_a_pipe_and_nothing_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name, said in (("", "is a folder"), ("pipe", "is no file"), ("no", "No such")):
        with pytest.raises(UsageError, match=said):
            read_file(tmp_path / name)


def test_a_largest_file_is_taken(file):
    assert read_file(file(b"x" * 64 * 1024)).size == 64 * 1024


def test_a_secret_and_a_setting_may_be_files(file):
    path = file(KEY.encode())
    assert read_settings([f"key=@file:{path}", "b=c"]) == {
        "key": KEY.rstrip("\n"),
        "b": "c",
    }
    given = read_secrets([f"key=@file:{path}"])
    assert given["key"].get_secret_value() == KEY.rstrip("\n")


def test_a_secret_that_is_a_folder_says_so_with_its_field(tmp_path):
    with pytest.raises(MissingSecret, match=r"“key” cannot be read: .* is a folder"):
        read_secrets([f"key=@file:{tmp_path}"])
