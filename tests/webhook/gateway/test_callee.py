"""Tokens and secrets: what opens, what is never kept, what has just changed."""

from pathlib import Path

from tests.webhook.running import (
    PROJECT,
    SECRET,
    SIGNING,
    Running,
    call,
    callee,
    part,
    path_of,
    rows,
    signed,
    until,
)

TOKEN = {**SIGNING, "signatureHeader": "X-Hook-Pass", "algorithm": "token"}


def test_a_token_is_enough_where_it_is_asked_for_and_is_never_kept(
    tmp_path: Path,
) -> None:
    del (plain := dict(TOKEN))["header"]
    bearer = {
        **TOKEN,
        "signatureHeader": "Authorization",
        "header": {"format": "prefixed", "prefix": "Bearer "},
    }
    named = callee(part(verification="token", signing=plain), "named")
    usual = callee(part(verification="token", signing=bearer), "usual")
    body = b'{"event": "issues", "data": {}}'
    with Running(tmp_path, named, usual) as gateway:
        for key, header, status in (
            ("named", {"X-Hook-Pass": SECRET}, 202),
            ("named", {"X-Hook-Pass": "nearly-" + SECRET}, 401),
            ("named", {}, 401),
            ("usual", {"Authorization": f"Bearer {SECRET}"}, 202),
            ("usual", {"Authorization": f"Bearer {SECRET}x"}, 401),
            ("usual", {"Authorization": SECRET}, 400),
        ):
            answer = gateway.post(body, {"X-Delivery": key, **header}, path_of(key))
            assert answer.status == status, header
        until(lambda: len(rows(gateway)) == 6)
        kept = [
            dict(gateway.deliveries.content(PROJECT, row.id).headers)
            for row in rows(gateway)
        ]
        assert SECRET not in str(kept)
        assert kept[0]["x-hook-pass"] == "••••••••"
        assert kept[3]["authorization"] == "Bearer ••••••••"
        stored = b"".join(one.read_bytes() for one in tmp_path.glob("ferrule.db*"))
        assert SECRET.encode() not in stored


def test_a_secret_that_was_just_changed_counts_at_once(gateway: Running) -> None:
    old = gateway.book.callees["hook"]
    new = callee(None, "hook", "the-new-one")
    gateway.book.known = lambda *_: old  # type: ignore[method-assign]  # a moment ago
    gateway.book.look = lambda *_: new  # type: ignore[method-assign]  # now
    body, headers = call(1)
    headers["X-Hub-Signature-256"] = signed(body, "the-new-one")
    assert gateway.post(body, headers).status == 202
