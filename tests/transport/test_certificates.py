"""What a certificate says is read without being believed."""

import ssl

from tests.support.tls_authority import BEGINS, ENDS, TlsAuthority

from ferrule.transport.certificates import anything_goes, read_certificate


def test_a_certificate_tells_its_names_its_signer_and_its_time(tmp_path):
    authority = TlsAuthority(tmp_path)
    authority.server("a.example", "*.b.example", "127.0.0.1")
    (file,) = [path for path in tmp_path.iterdir() if path != authority.path]
    pem = file.read_text().split("-----BEGIN PRIVATE")[0]
    found = read_certificate(ssl.PEM_cert_to_DER_cert(pem))
    assert found is not None
    assert found.names == ("a.example", "*.b.example", "127.0.0.1")
    assert found.issuer == "Authority of the tests"
    assert (found.begins, found.ends) == (BEGINS, ENDS)
    assert "valid from 2020-01-01 00:00 to 2080-01-01 00:00 UTC" in found.lines()


def test_an_authority_has_no_names_and_what_is_no_certificate_is_nothing(tmp_path):
    pem = TlsAuthority(tmp_path).path.read_text()
    found = read_certificate(ssl.PEM_cert_to_DER_cert(pem))
    assert found is not None
    assert found.names == ()
    assert "certificate for nobody by name" in found.lines()
    assert read_certificate(b"0\x82nonsense") is None


def test_the_context_that_only_looks_trusts_everybody():
    assert anything_goes().verify_mode is ssl.CERT_NONE
    assert not anything_goes().check_hostname
