"""The OAuth 1.0a provider; requests are signed by hand, as RFC 5849 says."""

import base64
import hmac
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import pytest
from authlib.oauth1.rfc5849.errors import OAuth1Error
from tests.sandbox.conftest import ORIGIN, StillClock
from tests.sandbox.flows import FORM, led

from ferrule.sandbox.answer import Answer, Asked
from ferrule.sandbox.authority.parties import Client
from ferrule.sandbox.authority.signed import Credential, Provider

BACK = "http://127.0.0.1:45678/oauth/callback"
CONSUMER = ("ferrule-demo", "demo-secret")
READY = ("demo-token", "demo-token-secret")
NOBODY = ("", "")
HASHES = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}


def escaped(text: str) -> str:
    return quote(text, safe="-._~")


@dataclass
class Signer:
    """Signs requests to the sandbox (RFC 5849, section 3.4)."""

    caller: object
    method: str = "HMAC-SHA1"
    consumer: tuple[str, str] = CONSUMER
    nonces: count = field(default_factory=count)

    def ask(
        self,
        verb: str,
        target: str,
        token: tuple[str, str] = NOBODY,
        *,
        form: str = "",
        place: str = "header",
        **changes: str,
    ) -> Answer:
        """Send a signed request; `changes` are other values of oauth_ parameters."""
        parts = urlsplit(target)
        now = int(self.caller.clock.now().timestamp())
        given = {
            "oauth_consumer_key": self.consumer[0],
            "oauth_signature_method": self.method,
            "oauth_timestamp": str(now),
            "oauth_nonce": f"n{next(self.nonces)}",
            "oauth_version": "1.0",
            **({"oauth_token": token[0]} if token[0] else {}),
            **changes,
        }
        said = [*parse_qsl(parts.query, keep_blank_values=True), *parse_qsl(form)]
        pairs = sorted((escaped(k), escaped(v)) for k, v in [*said, *given.items()])
        joined = "&".join(f"{k}={v}" for k, v in pairs)
        base = "&".join(map(escaped, (verb, ORIGIN + parts.path, joined)))
        key = f"{escaped(self.consumer[1])}&{escaped(token[1])}".encode()
        digest = hmac.digest(key, base.encode(), HASHES[self.method])
        given["oauth_signature"] = base64.b64encode(digest).decode()
        return self._send(verb, parts.path, parts.query, form, given, place)

    def _send(self, verb, path, query, form, given, place) -> Answer:
        headers = dict(FORM) if form else {}
        if place == "header":
            listed = [f'{k}="{escaped(v)}"' for k, v in given.items()]
            headers["authorization"] = "OAuth " + ", ".join(['realm="s"', *listed])
        else:
            query = "&".join(filter(None, [query, urlencode(given, quote_via=quote)]))
        params = dict(parse_qsl(query))
        asked = Asked(verb, path, params, headers, form.encode(), ORIGIN, query)
        return self.caller.api.answer(asked)

    def temporary(self, callback: str = BACK) -> tuple[str, str]:
        """Ask for temporary credentials."""
        answer = self.ask("POST", "/oauth1/request_token", oauth_callback=callback)
        found = told(answer)
        assert found["oauth_callback_confirmed"] == "true"
        return found["oauth_token"], found["oauth_token_secret"]

    def signed_in(self) -> tuple[str, str]:
        """Go all three legs; return the token and its secret."""
        temporary = self.temporary()
        back = led(decide(self.caller, temporary[0]))
        assert back["oauth_token"] == temporary[0]
        answer = self.ask(
            "POST",
            "/oauth1/access_token",
            temporary,
            oauth_verifier=back["oauth_verifier"],
        )
        found = told(answer)
        return found["oauth_token"], found["oauth_token_secret"]


def told(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer.body
    return {name: v[0] for name, v in parse_qs(answer.body.decode()).items()}


def decide(
    caller, token: str, decision: str = "approve", misbehave: str = ""
) -> Answer:
    query = urlencode({"oauth_token": token, "misbehave": misbehave})
    body = urlencode({"decision": decision}).encode()
    return caller.api.answer(
        Asked("POST", "/oauth1/authorize", {}, FORM, body, ORIGIN, query)
    )


@pytest.fixture(params=HASHES)
def signer(request, caller) -> Signer:
    return Signer(caller, request.param)


def test_three_legs_bring_a_token_that_signs(signer):
    token = signer.signed_in()
    answer = signer.ask("GET", "/secure/user", token)
    assert answer.status == 200
    assert b'"login":"sample"' in answer.body


def test_a_signed_list_goes_on_to_signed_pages(signer):
    token = signer.signed_in()
    target = "/secure/repos/sample/workshop/issues?per_page=10&state=all&sort=updated"
    answer = signer.ask("GET", target, token)
    link = dict(answer.headers)["link"]
    following = link.partition(">")[0].removeprefix(f"<{ORIGIN}")
    assert signer.ask("GET", following, token).status == 200


@pytest.mark.parametrize("place", ["header", "query"])
def test_a_ready_made_token_signs_at_once(signer, place):
    answer = signer.ask(
        "GET", "/secure/link/issues?since=2024-01-01", READY, place=place
    )
    assert answer.status == 200
    assert b"oauth_" not in dict(answer.headers)["link"].encode()


def test_two_legs_need_no_token(signer):
    answer = signer.ask("GET", "/secure/user")
    assert b'"login":"ferrule-demo"' in answer.body


def test_a_body_that_is_a_form_is_signed_along(signer):
    answer = signer.ask("POST", "/secure/user", READY, form="a=b%20c&a=%C3%A9")
    assert answer.status == 405  # it was let in


def test_strange_characters_are_signed_as_they_are(signer):
    target = "/secure/link/issues?q=a%20b&r=%C3%A9%2F~&s=&t=%26%3D"
    assert signer.ask("GET", target, READY).status == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"oauth_signature_method": "HMAC-SHA512"}, "unsupported_signature_method"),
        ({"oauth_signature_method": "PLAINTEXT"}, "unsupported_signature_method"),
        ({"oauth_timestamp": "soon"}, "invalid_request"),
        ({"oauth_timestamp": "-5"}, "invalid_request"),
        ({"oauth_timestamp": "99999"}, "invalid_request"),
        ({"oauth_nonce": ""}, "missing_required_parameter"),
        ({"oauth_consumer_key": "nobody"}, "invalid_client"),
        ({"oauth_consumer_key": "ferrule-public"}, "invalid_client"),
        ({"oauth_token": "nobody's"}, "invalid_token"),
    ],
)
def test_a_wrong_parameter_is_told(signer, changes, error):
    answer = signer.ask("GET", "/secure/user", READY, **changes)
    assert answer.status == 401
    assert error in answer.body.decode()
    assert dict(answer.headers)["www-authenticate"].startswith("OAuth")


def test_a_wrong_secret_is_told(signer):
    assert signer.ask("GET", "/secure/user", ("demo-token", "x")).status == 401
    signer.consumer = ("ferrule-demo", "x")
    assert b"invalid_signature" in signer.ask("GET", "/secure/user", READY).body


def test_an_old_request_is_refused(signer):
    signer.caller.clock.seconds = 1_000
    for stamp, status in (("699", 401), ("701", 200), ("1299", 200), ("1301", 401)):
        answer = signer.ask("GET", "/secure/user", READY, oauth_timestamp=stamp)
        assert answer.status == status


def test_a_request_that_comes_again_is_refused(signer):
    first, again = (
        signer.ask("GET", "/secure/user", READY, oauth_nonce="same") for _ in range(2)
    )
    assert (first.status, again.status) == (200, 401)
    assert b"invalid_nonce" in again.body
    assert signer.caller.control()["authority"]["replays"] == 1
    other = signer.ask("GET", "/secure/user", oauth_nonce="same")
    assert other.status == 200


def test_a_request_with_a_wrong_signature_uses_no_nonce_up(signer):
    bad = signer.ask("GET", "/secure/user", ("demo-token", "x"), oauth_nonce="mine")
    good = signer.ask("GET", "/secure/user", READY, oauth_nonce="mine")
    assert (bad.status, good.status) == (401, 200)


@pytest.mark.parametrize("header", ["OAuth", "OAuth x", 'OAuth a="b', "OAuth ,,,"])
def test_a_malformed_header_is_refused(caller, header):
    assert caller.get("/secure/user", authorization=header).status == 401


def test_credentials_in_two_places_are_refused(caller):
    header = 'OAuth oauth_consumer_key="ferrule-demo"'
    answer = caller.get("/secure/user?oauth_token=x", authorization=header)
    assert answer.status == 401


# The legs.


@pytest.mark.parametrize(
    "callback",
    [
        "http://127.0.0.1:1/other",
        "https://evil.example/oauth/callback",
        "not an address",
        "",
    ],
)
def test_only_a_registered_callback_is_taken(signer, callback):
    answer = signer.ask("POST", "/oauth1/request_token", oauth_callback=callback)
    assert answer.status == 400


def test_without_a_callback_the_person_copies_the_verifier(signer):
    temporary = signer.temporary("oob")
    page = decide(signer.caller, temporary[0])
    assert page.status == 200
    verifier = signer.caller.api.authority.provider.waiting[temporary[0]].verifier
    assert verifier.encode() in page.body
    answer = signer.ask(
        "POST", "/oauth1/access_token", temporary, oauth_verifier=verifier
    )
    assert signer.ask("GET", "/secure/user", tuple(told(answer).values())).status == 200


def test_denying_is_told_to_the_client(signer):
    temporary = signer.temporary()
    assert led(decide(signer.caller, temporary[0], "deny")) == {"denied": temporary[0]}
    assert decide(signer.caller, temporary[0]).status == 400
    assert b"Denied" in decide(signer.caller, signer.temporary("oob")[0], "deny").body


def test_the_page_names_the_client(signer):
    token = signer.temporary()[0]
    page = signer.caller.get(f"/oauth1/authorize?oauth_token={token}")
    assert page.status == 200
    assert b"Ferrule demo" in page.body
    assert b"127.0.0.1:45678" in page.body


@pytest.mark.parametrize("query", ["", "?oauth_token=nobody"])
def test_nothing_is_there_to_approve(caller, query):
    assert caller.get(f"/oauth1/authorize{query}").status == 400


def test_a_temporary_credential_opens_no_door(signer):
    temporary = signer.temporary()
    assert signer.ask("GET", "/secure/user", temporary).status == 401


def test_a_token_needs_the_verifier_of_its_person(signer):
    unapproved, approved = signer.temporary(), signer.temporary()
    verifier = led(decide(signer.caller, approved[0]))["oauth_verifier"]
    for temporary, given in ((unapproved, ""), (unapproved, verifier), (approved, "x")):
        answer = signer.ask(
            "POST", "/oauth1/access_token", temporary, oauth_verifier=given
        )
        assert answer.status in {400, 401}


def test_a_temporary_credential_works_once(signer):
    temporary = signer.temporary()
    verifier = led(decide(signer.caller, temporary[0]))["oauth_verifier"]
    wanted = [
        signer.ask("POST", "/oauth1/access_token", temporary, oauth_verifier=verifier)
        for _ in range(2)
    ]
    assert [answer.status for answer in wanted] == [200, 401]


@pytest.mark.parametrize("path", ["request_token", "access_token"])
def test_the_endpoints_go_wrong_on_purpose(caller, path):
    answer = caller.ask("POST", f"/oauth1/{path}?misbehave=html")
    assert answer.body.startswith(b"<!DOCTYPE")


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [("wrong_token", "oauth_token", "somebody-elses"), ("no_verifier", "", "")],
)
def test_the_redirect_goes_wrong_on_purpose(signer, name, member, value):
    back = led(decide(signer.caller, signer.temporary()[0], misbehave=name))
    assert back.get(member, "") == value
    assert ("oauth_verifier" in back) is (name != "no_verifier")


def test_a_request_token_comes_unconfirmed_on_purpose(signer):
    target = "/oauth1/request_token?misbehave=unconfirmed"
    found = told(signer.ask("POST", target, oauth_callback=BACK))
    assert found.keys() == {"oauth_token", "oauth_token_secret"}


def test_revoking_ends_signed_tokens_too(signer):
    token = signer.signed_in()
    signer.caller.control(authority={"revoke": True})
    assert signer.ask("GET", "/secure/user", token).status == 401


@pytest.mark.parametrize(
    ("verb", "target", "token", "changes", "signature"),
    [
        (
            "POST",
            "https://photos.example.net/initiate",
            "",
            {"oauth_callback": "http://printer.example.com/ready"},
            ("137131200", "wIjqoS", "74KNZJeDHnMBp0EMJ9ZHt/XKycU="),
        ),
        (
            "POST",
            "https://photos.example.net/token",
            "hdhd0244k9j7ao03",
            {"oauth_token": "hh5s93j4hdidpola", "oauth_verifier": "hfdp7dh39dks9884"},
            ("137131201", "walatlh", "gKgrFCywp7rO0OXSjdot/IHF7IU="),
        ),
        (
            "GET",
            "http://photos.example.net/photos?file=vacation.jpg&size=original",
            "pfkkdhi9sl3r4s00",
            {"oauth_token": "nnch734d00sl2jdk"},
            ("137131202", "chapoH", "MdpQcU8iPSUjWoN/UDMsK2sui9I="),
        ),
    ],
)
def test_the_signatures_of_the_rfc_are_right(verb, target, token, changes, signature):
    """RFC 5849, section 1.2: what the provider takes is what is published."""
    stamp, nonce, signed = signature
    given = {
        "oauth_consumer_key": "dpf43f3p2l4k3l03",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": stamp,
        "oauth_nonce": nonce,
        "oauth_signature": signed,
        **changes,
    }
    listed = ", ".join(f'{k}="{escaped(v)}"' for k, v in given.items())
    parts = urlsplit(target)
    asked = Asked(
        verb,
        parts.path,
        {},
        {"authorization": f'OAuth realm="Photos", {listed}'},
        b"",
        f"{parts.scheme}://{parts.netloc}",
        parts.query,
    )
    client = Client("dpf43f3p2l4k3l03", "Printer", "kd94hf93k423kf44")
    provider = Provider({client.client_id: client}, StillClock())
    request = provider.create_oauth1_request(asked)
    request.client = provider.get_client_by_id(client.client_id)
    request.credential = Credential(client.client_id, "", token)
    provider.validate_oauth_signature(request)
    request.credential = Credential(client.client_id, "", token + "x")
    with pytest.raises(OAuth1Error):
        provider.validate_oauth_signature(request)
