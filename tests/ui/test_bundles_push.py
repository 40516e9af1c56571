"""Pushing from a real window to a real `ferrule server`: its verdict, step by step."""

import asyncio
import json
import logging
import socket
from contextlib import contextmanager

import pytest
from PySide6 import QtWidgets
from tests.support.commands import Ferrule
from tests.ui.builder_room import until
from tests.ui.bundles_room import GITHUB, Desk, workshop
from tests.ui.catalogue_desk import clipped, nameless

from ferrule import shipped
from ferrule.server.database import Database
from ferrule.server.tokens import new_token, scopes_named
from ferrule.ui.theme import preferences
from ferrule.workspace import shipping, trusting

ID = "github-issues"
STEPS = ("Server", "Token", "Verification", "Connectors")


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    with workshop(tmp_path, monkeypatch) as made:
        shipping.new_key(made, "anna")
        pem = shipping.export_key(made, "anna")
        trusting.trust_key(made, pem, [ID], "anna")
        yield made


@pytest.fixture
def desk(workspace, qtbot):
    return Desk(workspace, qtbot)


@pytest.fixture
def bundle(workspace, tmp_path):
    return signed(workspace, tmp_path / "ops-pack.ferrule")


@pytest.fixture
def server(workspace, tmp_path):
    """Return a server that trusts whom the project trusts, and what makes a token."""
    folder = tmp_path / "there"
    folder.mkdir()
    trust = folder / "trust.json"
    trust.write_bytes(workspace.project.trust.read_bytes())
    there = Ferrule(tmp_path / "server", folder)
    (root,) = trusting.look(workspace).root_fingerprints
    process = there.start(
        *("server", "--port", "0", "--json", "--control", "stdin"),
        *("--trust", "trust.json", "--root", root),
    )
    url = json.loads(process.stdout.readline())["url"]

    def token(scope="manage"):
        scopes = scopes_named([scope])
        place = str(tmp_path / "server" / "server.db")
        with Database.open(place) as database, database.writing() as db:
            return new_token(db, "a test", scopes, "2026-01-02T03:04:05Z")[0]

    yield url, token
    process.stdin.close()
    process.wait(15)
    process.stdout.close()
    process.stderr.close()


def signed(workspace, out, version="1.1.0", key="anna", **changes):
    files = shipping.read_folder(shipped.descriptors() / "github")
    name = f"connectors/{ID}.json"
    document = json.loads(files[name]) | {"version": version} | changes
    manifest = json.loads(files["bundle.json"])
    manifest["version"] = manifest["connectors"][0]["version"] = version
    files |= {
        name: json.dumps(document).encode(),
        "bundle.json": json.dumps(manifest).encode(),
    }
    shipping.sign_bundle(workspace, files, [ID], [key], out)
    return out


def texts(widget):
    labels = widget.findChildren(QtWidgets.QLabel)
    return [one.text().replace("\u200b", "") for one in labels if one.isVisible()]


async def read(widget):
    """Return the texts once what was just put there is shown."""
    for _ in range(3):
        await asyncio.sleep(0)
    return texts(widget)


def steps(form):
    names = [one.accessibleName() for one in form.findChildren(QtWidgets.QWidget)]
    return [one for one in names if one.startswith(STEPS) and ": " in one]


async def opened(desk, path):
    desk.verify(path)
    await desk.settled("verify")
    desk.button("bundles.push").click()
    return desk.verifying.push


async def pushed(desk, form, url, token):
    form.server.setText(url)
    form.token.setText(token)
    desk.button("bundles.push_now").click()
    await desk.settled("push")
    return await read(form)


def test_a_bundle_that_was_just_signed_is_pushed_and_its_versions_are_told(
    run, desk, server, tmp_path, caplog
):
    url, token = server
    secret = token()
    caplog.set_level(logging.DEBUG)

    async def work():
        async with desk:
            await desk.choose("github")
            await desk.page.sign_into(tmp_path / "mine.ferrule")
            await desk.settled("verify")
            desk.page.commands.trigger("bundles.push")
            form = desk.verifying.push
            assert not desk.button("bundles.push_now").isEnabled()
            told = await pushed(desk, form, url, secret)
            assert f"The server took it in: github {GITHUB}" in told
            assert steps(form) == [f"{one}: passed" for one in STEPS]
            assert "All 13 steps passed" in told
            assert f"{ID}@v1.1.0" in told
            assert "new version" in told
            assert form.token.text() == ""
            assert desk.page.focusWidget().objectName() == "bundles.push_close"
            assert preferences.text("bundles/server") == url
            told = await pushed(desk, form, url, secret)
            assert f"The server had all of it already: github {GITHUB}" in told
            assert "there before" in told

    run(work())
    assert secret not in caplog.text


def test_a_refusal_tells_the_step_and_what_to_do(run, desk, server, workspace, bundle):
    url, token = server
    secret = token()
    shipping.new_key(workspace, "stranger")
    pem = shipping.export_key(workspace, "stranger")
    trusting.trust_key(workspace, pem, [ID], "stranger")
    strange = signed(workspace, bundle.with_name("strange.ferrule"), key="stranger")

    async def work():
        async with desk:
            form = await opened(desk, strange)
            told = await pushed(desk, form, url, secret)
            assert "The server refused it at step 6" in told
            assert told.count("passed") == 5
            assert told.count("refused") == 1
            assert told.count("not run") == 7
            assert "6  Signature of a trusted key" in told
            assert form.result.itemAt(0).widget().why.text()
            assert form.token.text() == secret
            assert desk.page.focusWidget().objectName() == "bundles.push_now"
            desk.page.hide_secrets()
            assert form.token.text() == ""

    run(work())


def test_a_token_that_may_not_is_the_step_that_failed(run, desk, server, bundle):
    url, token = server

    async def work():
        async with desk:
            form = await opened(desk, bundle)
            told = await pushed(desk, form, url, token("view"))
            assert "The server refused it" in told
            assert steps(form) == [
                "Server: passed",
                "Token: refused",
                "Verification: not reached",
                "Connectors: not reached",
            ]

    run(work())


def test_an_older_one_goes_back_once_a_reason_is_given(
    run, desk, server, workspace, bundle
):
    url, token = server
    secret = token()
    newer = signed(workspace, bundle.with_name("newer.ferrule"), "1.2.0")

    async def work():
        async with desk:
            await pushed(desk, await opened(desk, newer), url, secret)
            form = await opened(desk, bundle)
            assert form.server.text() == url
            assert not form.reason.isVisible()
            told = await pushed(desk, form, url, secret)
            assert "The server refused it at step 13" in told
            now = desk.button("bundles.push_now")
            assert form.reason.isVisible()
            assert desk.page.focusWidget() is form.reason
            assert not now.isEnabled()
            form.reason.setText("1.2.0 drops records")
            assert now.isEnabled()
            told = await pushed(desk, form, url, secret)
            assert "went back" in told
            assert not form.reason.isVisible()

    run(work())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1", "127.0.0.1"),
        ("registry.example", "not the address of a server"),
        ("http://registry.example", "registry.example"),
    ],
)
def test_no_server_is_said_in_plain_words(run, desk, bundle, url, words):
    async def work():
        async with desk:
            form = await opened(desk, bundle)
            told = await pushed(desk, form, url, "ferrule_x_y")
            assert any(words in text for text in told)
            assert desk.button("bundles.push_now").isEnabled()
            assert preferences.text("bundles/server") == ""

    run(work())


@contextmanager
def silent():
    """Give the address of something that takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("by", ["button", "escape", "another file"])
def test_a_push_is_cancelled_at_once(run, desk, bundle, by):
    async def work():
        async with desk:
            with silent() as url:
                form = await opened(desk, bundle)
                form.server.setText(url)
                form.token.setText("ferrule_x_y")
                desk.button("bundles.push_now").click()
                await until(lambda: form.waiting is not None)
                assert not desk.button("bundles.push_now").isEnabled()
                if by == "button":
                    desk.button("bundles.push_cancel").click()
                elif by == "escape":
                    desk.page.commands.trigger("bundles.stop")
                else:
                    await opened(desk, bundle)
                    await desk.settled("push")
                    assert not desk.page.verifier.pushing.running
                    return
                assert not form.running
                await desk.settled("push")
                assert "The push was cancelled." in await read(form)
                assert desk.button("bundles.push_now").isEnabled()

    run(work())


def test_what_must_not_be_used_is_not_offered_for_a_push(run, desk, tmp_path):
    broken = tmp_path / "broken.ferrule"
    broken.write_text("{}")

    async def work():
        async with desk:
            desk.verify(broken)
            await desk.settled("verify")
            assert desk.button("bundles.push") is None
            assert desk.page.commands.why_not("bundles.push") == "Verify a bundle first"
            desk.page.commands.trigger("bundles.push")
            assert desk.verifying.push is None

    run(work())


@pytest.mark.parametrize(("width", "height"), [(1180, 760), (948, 620)])
def test_the_form_has_names_and_nothing_is_clipped(run, desk, bundle, width, height):
    async def work():
        async with desk:
            desk.page.resize(width, height)
            form = await opened(desk, bundle)
            assert nameless(desk.page) == []
            await pushed(desk, form, "http://127.0.0.1:1", "ferrule_x_y")
            assert nameless(desk.page) == []
            await until(lambda: clipped(desk.page) == [])
            desk.button("bundles.push_close").click()
            assert desk.verifying.push is None
            first = desk.verifying.verdict.findChild(QtWidgets.QPushButton)
            assert QtWidgets.QApplication.focusWidget() is first

    run(work())
