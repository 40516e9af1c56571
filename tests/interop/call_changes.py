"""Changes of a scheme, its secrets and a call, drawn before the call is signed."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.interop.signed_calls import Case
from tests.webhook.signature.calls import moment

from ferrule.exchange import Json

Change = Callable[[Random, Case], Case]
KEYED = {"format": "keyed", "separator": ",", "assign": "=", "signatureKey": "v1"}
HASHES = ("hmac-sha1", "hmac-sha256", "hmac-sha512", "HMAC-SHA256")


def _config(case: Case, **members: Json) -> Case:
    config = case.config | members
    for name in [name for name, value in members.items() if value is None]:
        del config[name]
    return replace(case, config=config)


def _form(draw: Random, case: Case) -> Case:
    keyed = KEYED | {
        "separator": draw.choice([",", ";", " ", ", ", "&"]),
        "assign": draw.choice(["=", ":", "=="]),
        "signatureKey": draw.choice(["v1", "s", "sig"]),
    }
    prefix = draw.choice(["sha256=", "Bearer ", "v0=", "Token ß ", "é:", "\u017f:"])
    return _config(
        case,
        header=draw.choice(
            [
                None,
                None,
                {"format": "plain"},
                {"format": "prefixed", "prefix": prefix},
                keyed,
            ]
        ),
    )


def _encoding(draw: Random, case: Case) -> Case:
    return _config(case, encoding=draw.choice([None, None, "hex", "base64"]))


def _algorithm(draw: Random, case: Case) -> Case:
    if case.sealing:
        return case
    return _config(case, algorithm=draw.choice([*HASHES, "token", "Token"]))


def covers(draw: Random, case: Case) -> Case:
    """Cover other parts of a call."""
    parts = [
        "{body}",
        "{timestamp}",
        "{url}",
        "{method}",
        "{form_sorted}",
        "{header:X-Id}",
        "{header:X-Odd}",
        ".",
        "é:",
        "}",
    ]
    text = "".join(draw.choices(parts, k=draw.randint(1, 4)))
    return _config(case, signedPayload=draw.choice([None, text, text]))


def _time(draw: Random, case: Case) -> Case:
    places = [
        "header:X-Time",
        "header: X-Time ",
        "query:t",
        "param:t",
        "param: t",
        "$.t",
        "$.a.t",
        "$..t",
        "$.list[0]",
    ]
    spec: Json = {
        "from": draw.choice(places),
        "format": draw.choice(["unix", "unix_ms", "iso8601"]),
        "toleranceSeconds": draw.choice([0, 1, 300]),
    }
    config = case.config | ({"header": KEYED} if "param" in spec["from"] else {})
    return _config(replace(case, config=config), timestamp=spec)


def _secret_form(draw: Random, case: Case) -> Case:
    encoding = draw.choice([None, "utf8", "base64", "hex"])
    prefix = draw.choice([None, "whsec_", "MfKQ"])
    return _config(case, secretEncoding=encoding, secretPrefix=prefix)


def _secrets(draw: Random, case: Case) -> Case:
    text = draw.choice(
        [
            "YWJjZA==",
            "YWJjZA",
            "YW Jj\tZA==",
            "YWJjZB==",
            "YWJjZ",
            "-_-_",
            "whsec_YWJjZA==",
            "00ff 10",
            "0",
            "whsec_",
            "\u00a0 ",
            "é\u2028ß",
            "a" * 200,
            "",
        ]
    )
    if case.sealing:
        return replace(case, secrets=draw.choice([(text,), (*case.secrets, text)]))
    return replace(
        case,
        secrets=draw.choice([(text,), (*case.secrets, text), (text, *case.secrets)]),
    )


def _body(draw: Random, case: Case) -> Case:
    now = case.now
    bodies = [
        b"",
        b"\xef\xbb\xbf{}",
        b"?a=1&b=2",
        b"b=2&a=1&a=1&a=0&c",
        b"a=%C3%A9&\xc3\xa9=+%2B&=&&x=%zz&%",
        b"a=%F0%9F&b=%ED%A0%80&c=\xff\xfe&d=%EF%BB%BF",
        "\U0001d4b3=1&ﬀ=2&é=3".encode(),
        b'{"t":%d}' % now,
        b'{"t":"%d"}' % now,
        b'{"t":%d.0,"a":{"t":%d}}' % (now, now * 1000),
        b'{"t":%d,"a":{"t":%d}}' % (now, now),
        b'{"t":"%d","a":{"t":%d}}' % (now, now),
        b'{"t":%d000,"list":["%d"]}' % (now, now),
        b'{"t":true,"a":{"t":null}}',
        b'{"t":1,"a":{"t":true}}',
        b'{"t":1.0,"a":{"t":1}}',
        b'{"t":[1],"a":{"t":[1]}}',
        b'{"t":null,"a":{"t":null}}',
        b'{"t":"2026-02-03T04:05:06Z","a":{"t":"2026-02-03T04:05:06.5+01:00"}}',
        b'{"t":-1}',
        b'{"t":99999999999999999}',
        b'{"t":"%s"}' % (b"1" * 70),
        b"\xff\xfe{",
        bytes(draw.randrange(256) for _ in range(draw.randint(1, 40))),
    ]
    return replace(case, body=draw.choice(bodies))


def _address(draw: Random, case: Case) -> Case:
    now = case.now
    queries = [
        "",
        f"?t={now}",
        f"?t={now}&t={now}",
        f"?t={now}&t=1",
        f"?a=1#?t={now}",
        f"?t={now}000#x",
        "?t",
        "?t=&a=b",
        "?%74=2026-02-03T04:05:06%2B01:00",
        "?t=+5",
        "?é=ß",
        "?t=%FF",
    ]
    url = f"https://hooks.example.com/in{draw.choice(queries)}"
    return replace(case, url=url, method=draw.choice(["POST", "post", "PUT"]))


def _form_fields(draw: Random, case: Case) -> Case:
    """Sign the sorted fields of a form that is written in odd ways."""
    fields = [
        b"a=1",
        b"a=1",
        b"a=0",
        b"A=%31",
        b"?a",
        b"=",
        b"",
        b"b=+%2B",
        b"b=%zz%",
        b"%C3%A9=\xc3\xa9",
        b"c=%F0%9F%ED%A0%80\xff",
        b"d=%EF%BB%BF",
        "\U0001d4b3=1".encode(),
        "ﬀ=2".encode(),
        "\U0001d4b3=\N{REPLACEMENT CHARACTER}".encode(),
    ]
    body = b"&".join(draw.choices(fields, k=draw.randint(1, 6)))
    bom = draw.choice([b"", b"\xef\xbb\xbf"])
    return _config(replace(case, body=bom + body), signedPayload="{url}{form_sorted}")


def _time_in_query(draw: Random, case: Case) -> Case:
    spec = {"from": "query:t", "format": "unix", "toleranceSeconds": 5}
    text = draw.choice(["{body}", "{timestamp}.{body}"])
    return _config(_address(draw, case), timestamp=spec, signedPayload=text)


def _usual_prefix(draw: Random, case: Case) -> Case:
    """Leave the form and the encoding to the algorithm."""
    case = _algorithm(draw, case)
    return _config(case, header=None, encoding=draw.choice([None, None, "base64"]))


def _more_headers(draw: Random, case: Case) -> Case:
    values = [
        str(case.now),
        f"{case.now}000",
        moment(case.now).isoformat(),
        f" {case.now}\t",
        "0",
        "٣٣",
        "m1",
        "",
        "é",
        "yesterday",
    ]
    names = ["X-Time", "x-time", "X-Id", "X-ID", "X-Odd"]
    more = tuple(
        (draw.choice(names), draw.choice(values)) for _ in range(draw.randint(1, 3))
    )
    return replace(case, headers=(*case.headers, *more))


CHANGES: tuple[Change, ...] = (
    _form,
    _encoding,
    _algorithm,
    covers,
    _time,
    _time,
    _secret_form,
    _secrets,
    _body,
    _body,
    _address,
    _more_headers,
    _more_headers,
    _form_fields,
    _time_in_query,
    _usual_prefix,
)
