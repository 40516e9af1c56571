"""SSH keys, compared with what OpenSSH itself makes and prints."""

import os
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa, x25519
from pydantic import SecretStr
from tests.support.real_parts import without

from ferrule.auth.ssh_keys import fingerprint, new_key, public_key
from ferrule.errors import CredentialError

KEYGEN = shutil.which("ssh-keygen")
real = without("ssh-keygen: openssh-client", missing=KEYGEN is None)


def run(*arguments):
    done = subprocess.run(
        [KEYGEN, *map(str, arguments)], check=True, capture_output=True, timeout=30
    )
    return done.stdout.decode().strip()


def kept(path, key):
    path.touch(mode=0o600)
    path.write_text(key.get_secret_value())
    return path


def test_a_key_is_ed25519_in_the_format_of_openssh_and_never_the_same():
    one, other = new_key(), new_key()
    text = one.get_secret_value()
    assert text.startswith("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert text.endswith("-----END OPENSSH PRIVATE KEY-----\n")
    assert one != other
    assert text not in repr(one)


def test_the_public_line_has_a_name_without_spaces():
    key = new_key()
    public = public_key(key, " deploy key\nssh-rsa AAAA ")
    kind, blob, name = public.line.split(" ")
    assert (kind, name) == ("ssh-ed25519", "deploy-key-ssh-rsa-AAAA")
    assert public_key(key).line == f"{kind} {blob}"
    assert public.fingerprint == fingerprint(public.line)


def test_the_fingerprint_that_github_publishes():
    """Of its Ed25519 host key (docs.github.com, GitHub's SSH key fingerprints)."""
    line = (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l"
        "9GKJl"
    )
    assert fingerprint(line) == "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"


@real
def test_openssh_reads_the_key_and_prints_the_same(tmp_path):
    key = new_key()
    path = kept(tmp_path / "key", key)
    public = public_key(key, "ferrule")
    assert run("-y", "-P", "", "-f", path) == public_key(key).line
    (tmp_path / "key.pub").write_text(public.line + "\n")
    shown = run("-l", "-E", "sha256", "-f", tmp_path / "key.pub")
    assert shown == f"256 {public.fingerprint} ferrule (ED25519)"


@real
@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
@pytest.mark.parametrize("form", ["RFC4716", "PEM", "PKCS8"])
def test_a_key_that_openssh_made_is_read(tmp_path, kind, form):
    path = tmp_path / "key"
    run("-q", "-t", kind, "-m", form, "-N", "", "-C", "me", "-f", path)
    line = (tmp_path / "key.pub").read_text().strip()
    public = public_key(SecretStr(path.read_text()), "me")
    assert public.line == line
    assert f" {public.fingerprint} " in run("-l", "-f", tmp_path / "key.pub")


@real
def test_a_key_with_a_passphrase_is_told(tmp_path):
    path = tmp_path / "key"
    run("-q", "-t", "ed25519", "-a", "1", "-N", "s3cret", "-f", path)
    with pytest.raises(CredentialError, match="cannot be read") as caught:
        public_key(SecretStr(path.read_text()))
    assert "passphrase" in caught.value.advice


OTHER = x25519.X25519PrivateKey.generate()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519 AAAA s3cret",
        "-----BEGIN OPENSSH PRIVATE KEY-----\ns3cret\n-----END",
        OTHER.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
    ],
)
def test_what_is_no_key_is_told_and_not_shown(text):
    with pytest.raises(CredentialError, match="cannot be read") as caught:
        public_key(SecretStr(text))
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_windows_line_ends_and_spaces_do_no_harm():
    key = new_key()
    pasted = SecretStr("  " + key.get_secret_value().replace("\n", os.linesep) + "\r\n")
    assert public_key(pasted) == public_key(key)
    pem = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    assert public_key(SecretStr(pem.decode())).line.startswith("ssh-rsa ")
