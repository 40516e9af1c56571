"""The forms of the Connect flow in a real window: help, pasting, and what stays."""

import json

import pytest
from PySide6 import QtGui, QtWidgets
from tests.ui.catalogue_desk import KEY, at_desk, clipped, nameless

from ferrule.credentials import forget_master_key

CLIENT = {"client_id": "Iv1.forms", "client_secret": "forms_canary_4412"}


@pytest.fixture(autouse=True)
def own_key(monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    yield
    forget_master_key()


async def open_flow(desk, connector):
    desk.page.browser.cards.pick(connector)
    desk.page.do("act")
    await desk.settled()
    return desk.flow


def paste(row, text):
    QtGui.QGuiApplication.clipboard().setText(text)
    row.field.setFocus()
    row.field.selectAll()
    row.field.paste()


def test_the_readme_tells_where_the_token_is_found(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "github-issues")
        row = flow.credentials.rows["token"]
        row.toggle_guide()
        assert row.guide.isVisible()
        assert "generate a new one" in row.guide.text.toPlainText()
        assert nameless(flow) == []
        assert clipped(flow) == []
        flow.credentials.rows["token"].field.setText("ghp_" + "1234567890")
        assert flow.go_to("configuration")
        assert flow.settings.rows["owner"].help_button is not None

    run(at_desk(tmp_path, work))


def test_a_client_file_takes_the_flow_to_the_sign_in_that_it_is_for(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "github-issues")
        row = flow.credentials.rows["token"]
        paste(row, json.dumps(CLIENT))
        assert row.field.text() == ""
        assert row.note.go.text() == "Sign in with “OAuth app”"
        flow.review.form.fill({"key": "mine"})
        row.note.go.click()
        again = desk.flow
        assert again is not flow
        assert again.plan.method == "OAuth app"
        assert again.credentials.given() == {
            "clientId": CLIENT["client_id"],
            "clientSecret": CLIENT["client_secret"],
        }
        assert again.given.key == "mine"
        said = [w.text() for w in again.findChildren(QtWidgets.QLabel)]
        assert CLIENT["client_secret"] not in " ".join(said)

    run(at_desk(tmp_path, work))


def test_what_is_typed_survives_going_back_and_forth(run, tmp_path):
    async def work(desk):
        flow = await open_flow(desk, "github-issues")
        paste(flow.credentials.rows["token"], " ghp_" + "1234567890\n")
        assert flow.go_to("configuration")
        flow.settings.rows["owner"].field.setText("octocat")
        flow.steps.chosen.emit("credentials")
        assert flow.at == "credentials"
        assert flow.credentials.given() == {"token": "ghp_" + "1234567890"}
        assert flow.go_to("configuration")
        assert flow.settings.given()["owner"] == "octocat"
        assert not flow.go_to("check")
        assert flow.settings.rows["repo"].field.hasFocus()

    run(at_desk(tmp_path, work))
