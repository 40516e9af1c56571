"""A form in parts, sent for real and read by a parser that is not ours."""

from email import message_from_bytes
from email.policy import HTTP

from tests.support.loopback import Loopback

from ferrule.exchange import Request
from ferrule.expression.target import compile_target
from ferrule.expression.template import Scope
from ferrule.request import RequestTemplate
from ferrule.transport import Client, HostPolicy

BODY = {
    "title": "Grüße {{who}}",
    "tag": ["a", "b"],
    "file": {"filename": "r\r\n.csv", "contentType": "text/csv", "content": "{{r}}"},
    "raw": {"filename": "ü.bin", "content": "AAEC/w==", "encoding": "base64"},
}


class Taker(Loopback):
    """Answers nothing and keeps the header of what it was sent."""

    def answer(self, method, target, headers):
        self.kind = headers["content-type"]
        return 204, {}, b""


def built(url: str) -> Request:
    template = RequestTemplate.model_validate(
        {"endpoint": url, "method": "POST", "body": BODY, "bodyType": "multipart"}
    )
    request = template.request(Scope({}, {"who": "Ada", "r": "id\r\n--ferrule\r\n"}))
    return compile_target("form:page").put(request, 2)


def test_the_parts_arrive_as_they_were_meant():
    with Taker() as server:
        policy = HostPolicy(confirmed=frozenset({server.origin}))
        with Client(policy) as client:
            client.send(built(server.origin))
        head = f"Content-Type: {server.kind}\r\n\r\n".encode()
        message = message_from_bytes(head + server.received, policy=HTTP)
    parts = [
        (
            part.get_param("name", header="content-disposition"),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]
    assert message.defects == []
    assert parts == [
        ("title", "text/plain", "Grüße Ada".encode()),
        ("tag", "text/plain", b"a"),
        ("tag", "text/plain", b"b"),
        ("file", "text/csv", b"id\r\n--ferrule\r\n"),
        ("raw", "application/octet-stream", b"\0\1\2\xff"),
        ("page", "text/plain", b"2"),
    ]
    names = [part.get_filename() for part in message.iter_parts()]
    assert names == [None, None, None, "r%0D%0A.csv", "ü.bin", None]


def test_equal_forms_are_equal_bytes_and_others_have_another_boundary():
    one, same = built("https://a.example"), built("https://a.example")
    assert one.content() == same.content()
    other = compile_target("form:page").put(one, 3)
    assert other.content()[0] != one.content()[0]
