"""From a kept exchange to a test: looked over, made, run, accepted, in the ledger."""

import json
import shutil
import threading
from dataclasses import replace

import pytest
from pydantic import SecretStr
from tests.support.fault_server import FaultServer
from tests.support.sandbox import Sandbox

from ferrule import shipped
from ferrule.descriptor.document import read_document, validate
from ferrule.errors import UsageError
from ferrule.exchange import Response
from ferrule.redaction import Redactor
from ferrule.sync.replay import replay_fixture
from ferrule.workspace import provider_folders
from ferrule.workspace.authoring import blank, pretty, save_draft
from ferrule.workspace.drafts import Draft
from ferrule.workspace.fixtures import files as fixture_files
from ferrule.workspace.fixtures.ledger import Ledger, summary
from ferrule.workspace.fixtures.lines import TOOLS
from ferrule.workspace.fixtures.look import look_over, replaced
from ferrule.workspace.fixtures.making import file_name, make_fixture
from ferrule.workspace.fixtures.sample import Sample, answer_of, sample_of, shortened
from ferrule.workspace.fixtures.stand_ins import stand_in
from ferrule.workspace.history.ring import Where
from ferrule.workspace.home import Home
from ferrule.workspace.sending import Sending, Sent
from ferrule.workspace.walking.again import SecondSync
from ferrule.workspace.walking.pages import WalkedPage
from ferrule.workspace.walking.parts import Limits
from ferrule.workspace.walking.walk import Subject
from ferrule.workspace.workspace import Workspace

CANARY = 'cnry-fixture/4Q+x"\\&%z=='
SANDBOX = shipped.descriptors() / "ferrule"
PERSON = {
    "id": 1,
    "title": "Ask anna.kowalska@acme.pl or +48 601 234 567 about 81.2.69.142",
    "updated_at": "2026-02-03T04:05:06Z",
    "user": {"login": "akowalska", "name": "Anna Kowalska", "phone": 48601234567},
    "reviewer": {"name": "kept: a reviewer is no owner we know"},
    "assignees": [{"displayName": "Anna Kowalska"}, {"displayName": "Jan Nowak"}],
    "access": "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
    "next": "dXNlcjpVMDYxTkZUVDI5YWJj0042",
    "ref": "123e4567-e89b-12d3-a456-426614174000",
    "version": "1.2.3",
    "text": "Anna Kowalska wrote this; annakowalskaX did not.",
}


def document():
    made = blank("people")
    made["baseUrl"] = "{{baseUrl}}"
    made["ingestion"]["endpoint"] = made["healthCheck"]["endpoint"] = "/items"
    made["configFields"] = [
        {"key": "baseUrl", "label": "Base URL", "type": "url", "required": True},
        {"key": "org", "label": "Organisation", "type": "text", "required": False},
    ]
    return made


def sample(body, status=200, headers=(), **more):
    pairs = (("Content-Type", "application/json"), ("Set-Cookie", "a=b"), *headers)
    answer = answer_of(Response(status, pairs, json.dumps(body).encode()))
    config = {"baseUrl": "https://api.example.com"}
    return Sample("", config, (answer,), **more)


def found(body, **more):
    return {one.value: one for one in look_over({"": body}, **more)}


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = Workspace(Home(tmp_path / "home"))
    yield made
    made.close()


def saved(workspace, made):
    save_draft(workspace.catalogue, Draft(made))
    return fixture_files.fixture_folder(workspace.catalogue, made["id"])


def test_the_look_tells_what_is_a_person_s_and_where_it_stands():
    seen = found([PERSON])
    sorts = {value: one.sort for value, one in seen.items()}
    assert sorts == {
        "anna.kowalska@acme.pl": "email",
        "+48 601 234 567": "phone",
        "48601234567": "phone",
        "81.2.69.142": "ip",
        "akowalska": "name",
        "Anna Kowalska": "name",
        "Jan Nowak": "name",
        PERSON["access"]: "token",
        PERSON["next"]: "opaque",
    }
    anna = seen["Anna Kowalska"]
    assert (anna.place, anna.count) == ("$[0].user.name", 2)
    assert anna.masked == "An…a (13)"
    assert PERSON["access"] not in seen[PERSON["access"]].masked


def test_stand_ins_keep_type_and_shape_and_are_consistent():
    seen = found([PERSON])
    choices = {value: one.proposed for value, one in seen.items()}
    (clean,) = replaced([PERSON], choices)
    assert clean["user"]["name"] == clean["assignees"][0]["displayName"]
    assert clean["text"].startswith(clean["user"]["name"] + " wrote")
    assert "annakowalskaX" in clean["text"]
    assert isinstance(clean["user"]["phone"], int)
    assert len(str(clean["user"]["phone"])) == 11
    assert clean["access"].startswith("xxx_")
    assert len(clean["access"]) == len(PERSON["access"])
    assert len(clean["next"]) == len(PERSON["next"])
    assert clean["assignees"][1] != clean["assignees"][0]
    assert (clean["id"], clean["ref"]) == (1, PERSON["ref"])
    assert found([clean]).keys().isdisjoint(seen)


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("email", "x@y.example"),
        ("name", "Zoë"),
        ("name", "jan_nowak"),
        ("phone", "(0601) 23-45-67"),
        ("ip", "2a00:1450::1"),
        ("token", "xoxb-123-abcDEF"),
        ("opaque", "aB3/" * 8),
    ],
)
def test_a_thousand_stand_ins_of_a_sort_differ(sort, value):
    made = [stand_in(sort, value, number) for number in range(200)]
    assert len(set(made)) == 200
    assert value not in made


def test_a_fixture_of_a_sample_passes_by_the_replay_of_bundles(workspace):
    made = document()
    body = [PERSON | {"id": n} for n in (1, 2)]
    choices = {one.value: one.proposed for one in look_over({"": body})}
    fixture = make_fixture(made, sample(body), "Two people", choices)
    assert fixture.fixture["expect"]["count"] == 2
    assert replay_fixture(validate(made), fixture.fixture) == []
    (exchange,) = fixture.fixture["exchanges"]
    assert exchange["request"]["path"] == "/items"
    assert exchange["response"]["headers"] == {"content-type": "application/json"}
    assert fixture.fixture["origin"] == "https://api.example.com"
    path = fixture_files.save_fixture(saved(workspace, made), fixture)
    folder = workspace.catalogue.folder("people")
    assert path == folder / "fixtures" / "people" / "two-people.json"
    again = fixture_files.save_fixture(path.parent, fixture)
    assert again.name == "two-people-2.json"
    files = provider_folders.read_folder(folder)
    checked = provider_folders.check_provider(files, ["people"])
    replays = [one for one in checked if one.section == "fixtures"]
    assert [one.ok for one in replays] == [True, True]


def test_choices_reach_the_body_the_signals_and_the_configuration():
    body = [PERSON | {"id": 1, "title": "By Anna Kowalska of acme"}]
    plain = sample(body)
    plain = replace(plain, config={**plain.config, "org": "acme"})
    choices = {"Anna Kowalska": "Ada Example", "acme": "ada", PERSON["access"]: "x"}
    made = make_fixture(document(), plain, "One", choices).fixture
    assert made["config"]["org"] == "ada"
    assert made["expect"]["signals"][0]["summary"] == "By Ada Example of ada"
    assert "Kowalska" not in json.dumps([made["exchanges"], made["expect"]]).replace(
        "annakowalskaX", ""
    ).replace("kowalska@", "")


def test_a_sample_with_a_known_secret_is_refused_until_it_is_replaced():
    redactor = Redactor([CANARY])
    body = [{"id": 1, "title": CANARY, "updated_at": "2026-02-03T04:05:06Z"}]
    plain = sample(body)
    (one,) = look_over(plain.parts(), redactor=redactor)
    assert (one.sort, one.must) == ("secret", True)
    with pytest.raises(UsageError, match="known secrets"):
        make_fixture(document(), plain, "Leak", redactor=redactor)
    made = make_fixture(
        document(), plain, "Clean", {one.value: one.proposed}, redactor=redactor
    )
    assert CANARY.encode() not in made.content


def test_what_a_bundle_would_refuse_as_a_secret_is_refused_here_too():
    item = {"id": 1, "title": "x", "updated_at": "2026-02-03T04:05:06Z"}
    item["access_token"] = "sk_live_51H8Zq2eZvKYlo2C0aBcDeFgH"
    with pytest.raises(UsageError, match="looks like a secret"):
        make_fixture(document(), sample([item]), "Leak")
    (one,) = look_over({"": [item]})
    made = make_fixture(document(), sample([item]), "Ok", {one.value: one.proposed})
    assert provider_folders.secret_lint("x.json", made.content) == []


def test_credentials_are_named_as_targets_and_never_stand_in_it():
    made = document()
    made["auth"] = {
        "method": "api_key",
        "config": {
            "delivery": "query",
            "paramName": "api_key",
            "credentialFields": [
                {"key": "key", "label": "Key", "type": "password", "required": True}
            ],
        },
    }
    item = {"id": 1, "title": "x", "updated_at": "2026-02-03T04:05:06Z"}
    fixture = make_fixture(made, sample([item]), "Keyed").fixture
    assert fixture["secrets"] == ["query:api_key"]
    assert "api_key" not in fixture["exchanges"][0]["request"]["query"]
    assert "fixture-key" not in json.dumps(fixture)
    assert replay_fixture(validate(made), fixture) == []


def test_an_answer_that_is_an_error_makes_a_test_of_the_error():
    fixture = make_fixture(document(), sample({"m": "no"}, status=401), "Refused")
    assert fixture.fixture["expect"] == {"error": "AuthRefused"}
    assert fixture.told == "The run ends with AuthRefused."


def test_a_first_page_of_many_ends_after_it():
    item = {"id": 1, "title": "x", "updated_at": "2026-02-03T04:05:06Z"}
    made = document()
    made["ingestion"]["pagination"] = {"type": "link_header"}
    link = ("Link", '<https://api.example.com/items?page=2>; rel="next"')
    fixture = make_fixture(made, sample([item], headers=(link,)), "First page").fixture
    assert fixture["pages"] == 1
    assert "link" in fixture["exchanges"][0]["response"]["headers"]
    assert replay_fixture(validate(made), fixture) == []


def test_pages_are_shortened_where_the_list_is():
    made = document()
    made["fieldMapping"]["itemsPath"] = "$.data[*]"
    item = {"id": 1, "title": "x", "updated_at": "2026-02-03T04:05:06Z"}
    body = {"data": [item | {"id": n} for n in range(50)], "total": 50}
    cut = shortened(sample(body), made, 3)
    assert len(cut.answers[0].body["data"]) == 3
    assert cut.answers[0].body["total"] == 50
    assert make_fixture(made, cut, "Short").fixture["expect"]["count"] == 3
    assert "shortened to 3" in make_fixture(made, cut, "Short").fixture["source"]


def test_a_request_that_was_another_one_then_is_said():
    item = {"id": 1, "title": "x", "updated_at": "2026-02-03T04:05:06Z"}
    plain = replace(sample([item]), method="GET", url="https://a.example/items?old=1")
    (note,) = make_fixture(document(), plain, "Changed").notes
    assert "another one" in note


def test_a_test_tells_what_is_different_and_takes_what_came(workspace):
    made = document()
    items = [
        {
            "id": n,
            "title": f"t{n}",
            "name": f"n{n}",
            "updated_at": "2026-02-03T04:05:06Z",
        }
        for n in (1, 2)
    ]
    folder = saved(workspace, made)
    fixture_files.save_fixture(folder, make_fixture(made, sample(items), "Two"))
    made["fieldMapping"]["summaryTemplate"] = "{{name}}"
    (result,) = fixture_files.run_fixtures(made, fixture_files.read_fixtures(folder))
    assert not result.passed
    told = {d.path: (d.expected, d.got) for d in result.differences}
    assert told == {
        "signals['1'].summary": ("t1", "n1"),
        "signals['2'].summary": ("t2", "n2"),
    }
    fixture_files.accept(result)
    (again,) = fixture_files.run_fixtures(made, fixture_files.read_fixtures(folder))
    assert again.passed
    fixture_files.delete_fixture(again.file)
    assert fixture_files.read_fixtures(folder) == []


def test_accepting_looks_at_no_more_than_the_test_did(workspace):
    made = document()
    items = [{"id": 1, "title": "old", "updated_at": "2026-02-03T04:05:06Z"}]
    folder = saved(workspace, made)
    path = fixture_files.save_fixture(folder, make_fixture(made, sample(items), "One"))
    content = json.loads(path.read_bytes())
    content["expect"]["signals"] = [{"externalId": "1", "summary": "other"}]
    path.write_text(json.dumps(content))
    (result,) = fixture_files.run_fixtures(made, fixture_files.read_fixtures(folder))
    accepted = fixture_files.accept(result)
    assert accepted.fixture["expect"]["signals"] == [
        {"externalId": "1", "summary": "old"}
    ]


def test_a_file_that_is_none_is_a_failed_test_and_stops_nothing(workspace):
    made = document()
    folder = saved(workspace, made)
    folder.mkdir(parents=True)
    folder.joinpath("a.json").write_text("{")
    folder.joinpath("b.json").write_text("[]")
    folder.joinpath("c.json").write_text('{"kind": "sync"}')
    results = fixture_files.run_fixtures(made, fixture_files.read_fixtures(folder))
    assert [r.passed for r in results] == [False, False, False]
    assert all(r.played.trouble for r in results)


def test_a_connector_that_is_not_saved_has_no_place_for_tests(workspace):
    made = document()
    assert fixture_files.fixture_folder(workspace.catalogue, "people") is None
    assert fixture_files.fixture_folder(workspace.catalogue, "sandbox-issues") is None
    fixture = make_fixture(made, sample([]), "Empty")
    with pytest.raises(UsageError, match="not saved"):
        fixture_files.save_fixture(None, fixture)


def test_shipped_fixtures_pass_and_the_ledger_tells_of_each_stream(workspace):
    raw = read_document((SANDBOX / "connectors/sandbox-issues.json").read_bytes())
    folder = fixture_files.any_fixture_folder(workspace.catalogue, "sandbox-issues")
    files = fixture_files.read_fixtures(folder)
    ledger = Ledger(workspace.home, "default")
    before = ledger.lines(raw, files)
    assert [line.current for line in before] == [False, False, False, False]
    lines = ledger.record(raw, fixture_files.run_fixtures(raw, files))
    told = [(line.stream, line.passed, line.total, line.ok) for line in lines]
    assert told == [
        ("issues", 4, 4, True),
        ("comments", 1, 1, True),
        ("", 1, 1, True),
        (TOOLS, 7, 7, True),
    ]
    assert summary(lines) == "tests 13 of 13"
    changed = json.loads(json.dumps(raw))
    changed["streams"][1]["polling"]["query"]["sort"] = "created"
    stale = Ledger(workspace.home, "default").lines(changed, files)
    assert [line.current for line in stale] == [True, False, True, True]
    changed["tools"][0]["description"] = "Another"
    stale = Ledger(workspace.home, "default").lines(changed, files)
    assert [line.current for line in stale] == [True, False, True, False]
    fewer = [f for f in files if f.stream != "comments"]
    assert summary(ledger.lines(raw, fewer)).endswith("1 stream untested")


def test_a_damaged_ledger_is_an_empty_one(workspace):
    raw = read_document((SANDBOX / "connectors/sandbox-issues.json").read_bytes())
    ledger = Ledger(workspace.home, "default")
    ledger.path.parent.mkdir(parents=True)
    ledger.path.write_text('{"sandbox-issues": []}')
    assert not any(line.current for line in ledger.lines(raw, []))


def test_checks_at_once_note_all_their_lines(workspace):
    raw = read_document((SANDBOX / "connectors/sandbox-issues.json").read_bytes())
    named = [raw | {"id": f"copy-{number}"} for number in range(8)]
    work = [
        threading.Thread(
            target=lambda made: Ledger(workspace.home, "default").record(made, []),
            args=(made,),
        )
        for made in named
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    ledger = Ledger(workspace.home, "default")
    assert all(line.at for made in named for line in ledger.lines(made, []))


def test_names_become_file_names():
    assert file_name("A page, of Zoë s!") == "a-page-of-zo-s.json"
    assert file_name("…") == "sample.json"


def test_a_real_exchange_of_the_sandbox_becomes_a_passing_test(tmp_path, workspace):
    raw = read_document((SANDBOX / "connectors/sandbox-issues.json").read_bytes())
    made = raw | {"id": "my-issues", "provider": "mine"}
    folder = saved(workspace, made)
    where = Where("default", "my-issues", stream="comments")
    with Sandbox(tmp_path) as running:
        config = {"baseUrl": running.url}
        sent = Sending(made, config, {}, stream="comments").send()
    kept = workspace.history.keep(sent, replace(where, config=config))
    found_in = shortened(sample_of(workspace.history, kept, made), made, 5)
    findings = look_over(found_in.parts(), config=found_in.config)
    assert {one.sort for one in findings} >= {"name"}
    choices = {f.value: f.proposed for f in findings if not f.keep}
    fixture = make_fixture(made, found_in, "Comments of the sandbox", choices)
    assert fixture.fixture["stream"] == "comments"
    assert fixture.fixture["pages"] == 1
    fixture_files.save_fixture(folder, fixture)
    (result,) = fixture_files.run_fixtures(made, fixture_files.read_fixtures(folder))
    assert result.passed, result.played.problems
    for finding in findings:
        if not finding.keep:
            assert f'"{finding.value}"'.encode() not in fixture.content
    shutil.rmtree(folder)


def test_pages_of_a_walk_become_one_test_up_to_the_chosen_page(workspace):
    made = document()
    made["ingestion"]["pagination"] = {"type": "link_header"}
    item = {"id": 0, "title": "x", "updated_at": "2026-02-03T04:05:06Z"}
    config = {"baseUrl": "https://api.example.com"}
    walk = Where("default", "people", kind="walk", group="w", config=config)
    kept = []
    for page in (1, 2, 3):
        url = f"https://api.example.com/items?page={page}"
        link = f'<https://api.example.com/items?page={page + 1}>; rel="next"'
        body = json.dumps([item | {"id": page}]).encode()
        answer = Response(200, (("Link", link),) * (page < 3), body, url)
        sent = Sent("GET", url, (), "", answer)
        kept.append(workspace.history.keep(sent, walk))
    two = make_fixture(made, sample_of(workspace.history, kept[1], made), "Two")
    assert (two.fixture["pages"], two.fixture["expect"]["items"]) == (2, 2)
    whole = make_fixture(made, sample_of(workspace.history, kept[2], made), "Whole")
    assert "pages" not in whole.fixture
    asked = [e["request"]["query"] for e in whole.fixture["exchanges"]]
    assert asked == [{}, {"page": "2"}, {"page": "3"}]
    assert replay_fixture(validate(made), whole.fixture) == []


@pytest.mark.parametrize("stirring", [False, True])
def test_a_second_sync_becomes_a_test_that_goes_on_from_its_checkpoint(
    tmp_path, workspace, stirring
):
    made = read_document((SANDBOX / "connectors/sandbox-issues.json").read_bytes())
    with Sandbox(tmp_path) as running:
        config = {"baseUrl": running.url}
        pair = SecondSync(
            Subject(made, config, stream="issues"),
            limits=Limits(2, 1000),
            stirring=stirring,
        )
        steps = [step for step in pair.steps() if isinstance(step, WalkedPage)]
    second = [page for page in steps if page.walk == 2]
    assert pair.first.mark is not None
    assert {page.checkpoint for page in steps if page.walk == 1} == {None}
    where = Where("default", "sandbox-issues", stream="issues", config=config)
    for page in second:
        of_walk = replace(where, kind="walk", group="2", checkpoint=page.checkpoint)
        kept = workspace.history.keep(page.sent, of_walk)
    found = workspace.history.find(kept.number)
    assert found.where.checkpoint == pair.first.mark
    sample = sample_of(workspace.history, found, made)
    fixture = make_fixture(made, sample, "Second")
    assert fixture.notes == (), "it asks what was asked"
    assert fixture.fixture["mode"] == "incremental"
    assert fixture.fixture["checkpoint"] == pair.first.mark
    asked = fixture.fixture["exchanges"][0]["request"]["query"]
    assert asked["since"] in str(pair.first.mark)
    assert fixture.fixture["expect"]["items"] == sum(page.count for page in second)
    assert replay_fixture(validate(made), fixture.fixture) == []


def test_a_secret_in_a_live_answer_never_reaches_the_project(workspace):
    made = document()
    with FaultServer() as server:
        made["ingestion"]["endpoint"] = server.url("ok").removeprefix(server.origin)
        secrets = {"token": SecretStr("unused-secret-token-1234567890")}
        sent = Sending(made, {"baseUrl": server.origin}, secrets).send()
    where = Where("default", "people", config={"baseUrl": server.origin})
    kept = workspace.history.keep(sent, where)
    folder = saved(workspace, made)
    fixture = make_fixture(made, sample_of(workspace.history, kept, made), "Ok")
    fixture_files.save_fixture(folder, fixture)
    assert pretty(fixture.fixture).encode() == fixture.content
