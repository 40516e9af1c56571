"""The routes, called over the wire: who may, what they take, what they tell."""

import json
import stat
import sys

import pytest
from tests.bundle import acme
from tests.server.running import AT, Server

from ferrule.bundle import MEDIA_TYPE
from ferrule.server.application import OPERATIONS
from ferrule.server.database import Database
from ferrule.server.tokens import list_tokens, revoke_token

GOOD = acme.bundle()
FIELDS = [
    {"key": "site", "label": "Site", "type": "text", "required": True},
    {"key": "size", "label": "Size", "type": "number", "default": 10},
    {"key": "pin", "label": "PIN", "type": "password"},
]
AUTH = {
    "method": "api_key",
    "config": {
        "delivery": "header",
        "paramName": "X-Key",
        "credentialFields": [
            {"key": "apiKey", "label": "Key", "type": "password", "required": True},
            {"key": "more", "label": "More", "type": "password", "required": True},
        ],
    },
}
INSTANCES = "/api/v1/projects/alpha/instances"
LONG = "a" * 129


def configured(version="1.2.0"):
    """Return a bundle whose acme.issues asks for a configuration and a key."""
    files = acme.folder(acme.VERSIONS | {"acme.issues": version})
    asked = acme.descriptor(
        "acme.issues", version, auth=AUTH, configFields=FIELDS, provider="acme-cloud"
    )
    files["connectors/acme.issues.json"] = acme.written(asked)
    return acme.bundle(files)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    """Return a program that knows two references."""
    path = tmp_path_factory.mktemp("secrets") / "secrets"
    path.write_text(
        f"#!{sys.executable}\n"
        "import json, sys\n"
        "known = {'vault/acme': {'apiKey': 'hunter2hunter2', 'more': 'x1y2z3x1y2z3'},\n"
        "         'vault/half': {'apiKey': 'hunter2hunter2'}}\n"
        "print(json.dumps(known[sys.argv[1]]))\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory, secrets):
    folder = tmp_path_factory.mktemp("registry")
    with Server(folder, FERRULE_SECRETS_COMMAND=str(secrets)) as running:
        assert running.post(configured()).status == 201
        assert running.enable("acme.issues").status == 200
        yield running


@pytest.fixture
def project(server, request):
    """Return the address of a project's instances that no other test uses."""
    return f"/api/v1/projects/{request.node.name[:100].split('[')[0]}/instances"


def test_a_bundle_is_taken_once_and_then_unchanged(own_server):
    first, again = own_server.post(GOOD), own_server.post(GOOD)
    assert (first.status, again.status) == (201, 200)
    assert (first.json["new"], again.json["new"]) == (True, False)
    assert [one["step"] for one in first.json["steps"]] == list(range(1, 14))
    digest = first.json["bundle"]["digest"]
    shown = own_server.ask("GET", f"/api/v1/bundles/{digest}")
    assert shown.json == first.json["bundle"]
    listed = own_server.ask("GET", "/api/v1/bundles").json
    assert listed == {"bundles": [shown.json]}
    file = own_server.ask("GET", f"/api/v1/bundles/{digest}/file")
    assert (file.body, file.headers["content-type"]) == (GOOD, MEDIA_TYPE)


def test_a_rollback_needs_a_parameter_and_a_reason(own_server):
    newer = acme.bundle(acme.folder(acme.VERSIONS | {"acme.issues": "1.10.0"}))
    assert own_server.post(newer).status == 201
    refused = own_server.post(GOOD)
    assert (refused.status, refused.error["code"]) == (409, "rollback")
    assert refused.error["step"] == 13
    assert own_server.post(GOOD, "?reason=because").status == 409
    assert own_server.post(GOOD, "?allowRollback=true").status == 422
    assert own_server.post(GOOD, "?allowRollback=yes&reason=a").status == 400
    taken = own_server.post(GOOD, "?allowRollback=true&reason=it%20loses%20things")
    assert (taken.status, taken.json["overridden"]) == (201, ["acme.issues"])
    (logged,) = own_server.ask("GET", "/api/v1/overrides").json["overrides"]
    assert logged["reason"] == "it loses things"
    assert logged["by"].startswith("a test (")


@pytest.mark.parametrize("body", [b"{}", acme.written(acme.descriptor("a", "1.0.0"))])
def test_a_bare_descriptor_is_not_registered(server, body):
    for method, path in (("POST", ""), ("PUT", "/acme.issues")):
        said = server.ask(method, f"/api/v1/descriptors{path}", body, kind=MEDIA_TYPE)
        assert (said.status, said.error["step"]) == (422, 2)


def test_descriptors_are_registered_and_updated_by_bundles(own_server):
    def send(method, path, raw):
        return own_server.ask(
            method, f"/api/v1/descriptors{path}", raw, kind=MEDIA_TYPE
        )

    newer = acme.bundle(acme.folder(acme.VERSIONS | {"acme.issues": "1.3.0"}))
    assert send("PUT", "/acme.issues", GOOD).status == 404
    assert send("POST", "", GOOD).status == 201
    assert send("POST", "", newer).error["code"] == "exists"
    assert send("PUT", "/acme.other", newer).status == 404
    assert send("PUT", "/acme.issues", newer).status == 201
    only = acme.bundle(acme.folder({"acme.people": "1.1.0"}) | {}, with_fixtures=False)
    assert send("PUT", "/acme.issues", only).status == 422
    found = own_server.ask("GET", "/api/v1/descriptors/acme.issues").json
    assert (found["version"], found["versions"]) == ("1.3.0", ["1.2.0", "1.3.0"])
    older = own_server.ask("GET", "/api/v1/descriptors/acme.issues?version=1.2.0").json
    assert older["descriptor"]["version"] == "1.2.0"


def test_connectors_are_looked_up_by_provider(server):
    def ids(query):
        found = server.ask("GET", f"/api/v1/descriptors{query}").json["descriptors"]
        return [one["id"] for one in found]

    assert ids("") == ["acme.issues", "acme.people"]
    assert ids("?provider=acme") == ["acme.people"]
    assert ids("?provider=acme-cloud") == ["acme.issues"]
    assert ids("?provider=stripe") == []
    assert ids("?enabled=true") == ["acme.issues"]
    assert ids("?enabled=false") == ["acme.people"]
    page = server.ask("GET", "/api/v1/descriptors?limit=1").json
    assert page["next"] == "acme.issues"
    assert ids(f"?limit=1&after={page['next']}") == ["acme.people"]


def test_a_connector_tells_its_form(server):
    found = server.ask("GET", "/api/v1/descriptors/acme.issues").json
    assert [one["key"] for one in found["configFields"]] == ["site", "size", "pin"]
    assert found["permissions"]["hosts"] == ["api.acme.example"]


def test_an_instance_from_its_beginning_to_its_end(server, project):
    wanted = {
        "connectorId": "acme.issues",
        "config": {"site": "eu", "size": 20},
        "credentialRef": "vault/acme",
        "appKey": "acme-eu",
    }
    made = server.ask("POST", project, wanted)
    assert made.status == 201, made.json
    assert made.json["key"] == "acme.issues"
    assert made.json["config"] == {"site": "eu", "size": 20}
    assert (made.json["version"], made.json["enabled"]) == ("1.2.0", False)
    assert (made.json["createdAt"], made.json["held"]) == (AT, False)
    one = f"{project}/acme.issues"
    assert server.ask("GET", one).json == made.json
    assert server.ask("POST", project, wanted).error["code"] == "exists"
    other = wanted | {"key": "second"}
    assert server.ask("POST", project, other).error["code"] == "app_key_taken"
    changed = server.ask("PATCH", one, {"config": {"site": "us"}, "appKey": None})
    assert changed.json["config"] == {"site": "us", "size": 10}
    assert "appKey" not in changed.json
    assert server.ask("PUT", f"{one}/enabled", {"enabled": True}).json["enabled"]
    listed = server.ask("GET", f"{project}?provider=acme-cloud").json["instances"]
    assert [found["key"] for found in listed] == ["acme.issues"]
    refused = server.ask("DELETE", "/api/v1/descriptors/acme.issues")
    assert refused.error["code"] == "in_use"
    assert server.ask("DELETE", one).status == 204
    assert server.ask("DELETE", one).status == 404


def test_an_app_key_finds_its_connector(server, project):
    for key in ("eu", "us"):
        wanted = {"connectorId": "acme.issues", "key": key, "appKey": f"acme_{key}"}
        server.ask("POST", project, wanted | {"config": {"site": key}})
    apps = project.replace("/instances", "/apps")
    found = server.ask("GET", f"{apps}/acme_us").json
    assert (found["instance"]["key"], found["descriptor"]["id"]) == (
        "us",
        "acme.issues",
    )
    assert found["descriptor"]["provider"] == "acme-cloud"
    listed = server.ask("GET", f"{project}?appKey=acme_eu").json["instances"]
    assert [one["key"] for one in listed] == ["eu"]
    assert server.ask("GET", f"{apps}/acme_asia").status == 404
    assert server.ask("GET", "/api/v1/projects/nobody/apps/acme_us").status == 404


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({}, "site"),
        ({"site": "eu", "region": "x"}, "region"),
        ({"site": "eu", "size": "many"}, "Size"),
        ({"site": "eu", "pin": "1234"}, "no secrets"),
        ({"site": ["a"]}, "Site"),
    ],
)
def test_a_configuration_is_what_the_form_asks_for(server, project, config, told):
    wanted = {"connectorId": "acme.issues", "config": config}
    said = server.ask("POST", project, wanted)
    assert said.status == 422
    assert told in said.error["message"]


def test_a_connector_that_nobody_enabled_has_no_instances(server, project):
    said = server.ask("POST", project, {"connectorId": "acme.people"})
    assert (said.status, said.error["code"]) == (409, "connector_disabled")
    assert server.ask("POST", project, {"connectorId": "acme.none"}).status == 404


def test_an_instance_is_held_while_its_version_is_disabled(own_server):
    own_server.post(configured())
    own_server.enable("acme.issues")
    wanted = {"connectorId": "acme.issues", "config": {"site": "eu"}, "enabled": True}
    own_server.ask("POST", INSTANCES, wanted)
    own_server.post(configured("1.3.0"))
    one = f"{INSTANCES}/acme.issues"
    moved = own_server.ask("PATCH", one, {"version": "1.3.0"})
    assert moved.error["code"] == "connector_disabled"
    own_server.enable("acme.issues", version="1.3.0")
    moved = own_server.ask("PATCH", one, {"version": "1.3.0"})
    assert (moved.json["version"], moved.json["config"]["site"]) == ("1.3.0", "eu")
    assert own_server.enable("acme.issues", enabled=False).json["enabled"] is False
    assert own_server.ask("GET", one).json["held"]
    said = own_server.ask("PUT", f"{one}/enabled", {"enabled": True})
    assert said.error["code"] == "connector_disabled"


def test_references_are_for_who_may_see_credentials(server, project):
    wanted = {"connectorId": "acme.issues", "config": {"site": "eu"}}
    hidden = wanted | {"credentialRef": "vault/acme"}
    assert server.ask("POST", project, hidden, scopes=("manage",)).status == 403
    assert server.ask("POST", project, hidden).json["credentialRef"] == "vault/acme"
    one = f"{project}/acme.issues"
    for scopes, path in ((("view",), one), (("view",), project)):
        said = server.ask("GET", path, scopes=scopes)
        assert b"vault/acme" not in said.body
        assert b'"hasCredential":true' in said.body
    kept = server.ask("PATCH", one, {"appKey": "k"}, scopes=("manage",))
    assert (kept.status, kept.json["hasCredential"]) == (200, True)
    assert "credentialRef" not in kept.json
    for given in ("vault/other", None):
        change = {"credentialRef": given}
        assert server.ask("PATCH", one, change, scopes=("manage",)).status == 403
    gone = server.ask("PATCH", one, {"credentialRef": None})
    assert gone.json["hasCredential"] is False


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("vault/acme", (200, {"ok": True, "missing": []})),
        ("vault/half", (200, {"ok": False, "missing": ["more"]})),
        ("vault/none", (409, "no_secret")),
        (None, (409, "no_reference")),
    ],
)
def test_a_reference_is_looked_at_and_never_told(server, project, reference, found):
    key = (reference or "nothing").rpartition("/")[2]
    wanted = {"connectorId": "acme.issues", "key": key, "config": {"site": "eu"}}
    made = server.ask("POST", project, wanted | {"credentialRef": reference})
    assert made.status == 201
    said = server.ask("POST", f"{project}/{key}/credential-check")
    told = said.json if said.status == 200 else said.error["code"]
    assert (said.status, told) == found
    assert b"hunter2" not in said.body
    assert "hunter2" not in server.log


@pytest.mark.parametrize("reference", ["-rf", "a b", "a\nb", "", "é", "x" * 513, 7])
def test_a_reference_is_no_option_and_no_command(server, project, reference):
    wanted = {"connectorId": "acme.issues", "config": {"site": "eu"}}
    said = server.ask("POST", project, wanted | {"credentialRef": reference})
    assert said.status == 422


def place(one):
    names = {"digest": "sha256:" + "0" * 64, "connectorId": "acme.none"}
    return one.path.format(**names, project="p", key="k", appKey="a")


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.id)
def test_each_route_needs_its_scope(server, one):
    if one.scope is None:
        assert server.ask(one.method, place(one), scopes=None).status == 200
        return
    missing = server.ask(one.method, place(one), scopes=None)
    assert (missing.status, missing.error["code"]) == (401, "no_token")
    assert missing.headers["www-authenticate"] == "Bearer"
    own = one.scope.rpartition(".")[2]
    others = {"view", "manage", "credentials"} - {own}
    refused = server.ask(one.method, place(one), scopes=sorted(others))
    assert (refused.status, refused.error["code"]) == (403, "missing_scope")
    assert one.scope in refused.error["message"]
    assert server.ask(one.method, place(one), scopes=[own]).status not in {401, 403}


@pytest.mark.parametrize(
    "value",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic Zm9vOmJhcg==",
        "Bearer ferrule_000000000000_" + "A" * 43,
        "Bearer " + "x" * 10_000,
        "bearer\tferrule",
        "Bearer \xff",
    ],
)
def test_what_is_no_token_lets_nobody_in(server, value):
    headers = {"Authorization": value}
    said = server.ask("GET", "/api/v1/bundles", scopes=None, headers=headers)
    assert said.status == 401


def test_a_token_with_another_secret_lets_nobody_in(server):
    text = server.token()
    wrong = text[:-1] + ("A" if text[-1] != "A" else "B")
    headers = {"Authorization": f"Bearer {wrong}"}
    said = server.ask("GET", "/api/v1/bundles", scopes=None, headers=headers)
    assert said.status == 401


def test_a_revoked_token_lets_nobody_in(own_server):
    assert own_server.ask("GET", "/api/v1/trust").status == 200
    with Database.open(own_server.database) as database, database.writing() as db:
        (known,) = list_tokens(db)
        revoke_token(db, known.id, AT)
    assert own_server.ask("GET", "/api/v1/trust").status == 401


def test_no_table_holds_a_token(server, tmp_path):
    token = server.token()
    secret = token.split("_", 2)[2].encode()
    with Database.open(server.database) as database, database.reading() as db:
        (raw,) = db.exec_driver_sql("SELECT group_concat(hash) FROM token").one()
        db.rollback()
    assert secret not in raw.encode()
    for path in server._log.parent.iterdir():
        assert secret not in path.read_bytes()


MALFORMED = [
    (400, b""),
    (400, b"{"),
    (400, b'{"connectorId":"a","connectorId":"b"}'),
    (400, b"\xff"),
    (400, b'{"connectorId":NaN}'),
    (400, b"[" * 100),
    (422, b"[]"),
    (422, b"null"),
    (422, b"{}"),
    (422, b'{"connectorId":"A"}'),
    (422, b'{"connectorId":"acme.issues","more":1}'),
    (422, b'{"connector_id":"acme.issues"}'),
    (422, b'{"connectorId":"acme.issues","enabled":"yes"}'),
    (422, b'{"connectorId":"acme.issues","key":"../x"}'),
    (422, b'{"connectorId":"acme.issues","key":"a\\nb"}'),
    (422, json.dumps({"connectorId": LONG}).encode()),
    (413, b" " * 70_000),
]


@pytest.mark.parametrize(("status", "body"), MALFORMED)
def test_a_body_is_read_strictly(server, project, status, body):
    said = server.ask("POST", project, body)
    assert said.status == status
    assert said.error["message"]
    assert said.error["message"].isascii()


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (404, "GET", "/"),
        (404, "GET", "/api/v1/nothing"),
        (404, "GET", "/api/v1/bundles/sha256:00"),
        (404, "GET", f"/api/v1/projects/{LONG}/instances"),
        (404, "GET", "/api/v1/projects/a%00b/instances"),
        (404, "GET", "/api/v1/projects/a%0a/instances"),
        (404, "GET", "/api/v1/descriptors/Acme"),
        (400, "GET", "/api/v1/bundles?limit=0"),
        (400, "GET", "/api/v1/bundles?limit=501"),
        (400, "GET", "/api/v1/bundles?limit=1&limit=2"),
        (400, "GET", "/api/v1/bundles?what=1"),
        (400, "GET", "/api/v1/descriptors?provider=%00"),
        (405, "PUT", "/api/v1/bundles"),
        (405, "POST", "/healthz"),
        (405, "PATCH", "/openapi.json"),
    ],
)
def test_an_address_is_read_strictly(server, status, method, path):
    said = server.ask(method, path)
    assert said.status == status
    assert set(said.json) == {"error"}
    if status == 405:
        assert said.headers["allow"]


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        (MEDIA_TYPE, {"Content-Encoding": "gzip"}),
    ],
)
def test_a_bundle_of_another_kind_or_packed_is_not_read(server, kind, headers):
    said = server.ask("POST", "/api/v1/bundles", GOOD, kind=kind, headers=headers)
    assert said.status == 415


def test_answers_are_not_kept_by_anybody(server):
    said = server.ask("GET", "/api/v1/trust")
    assert said.headers["cache-control"] == "no-store"
    assert said.json["root"] == [acme.ROOT.public.fingerprint]
    assert server.ask("HEAD", "/api/v1/trust").body == b""


def test_nothing_of_all_that_was_a_bug(server):
    assert "Traceback" not in server.log
