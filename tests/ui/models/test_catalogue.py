"""Search, facets and order over cards; no window, no disk."""

import random
import string
import time
from statistics import median

import pytest
from PySide6 import QtCore

from ferrule.ui.models.card_standing import Finding, Link, standing_of
from ferrule.ui.models.catalogue import ENTRY, CatalogueModel
from ferrule.workspace.catalogue import Card

CARDS = [
    Card("github-issues", "GitHub Issues", "Issues of one repository", "Code",
         auth="pat", provider="github", signal_types=("issue_created",), tags=("git",)),
    Card("jira", "Jira Cloud", "Issues, sprints", "Work", auth="oauth2",
         ingestion="polling_and_webhook"),
    Card("linear", "Linear", "Cycles and projects", "Work", auth="api_key"),
    Card("sandbox-issues", "Sandbox Issues", "Works offline", "Custom"),
    Card("slack", "Slack Messages", "Messages in channels", "Talk", auth="oauth2",
         ingestion="webhook"),
]  # fmt: skip


@pytest.fixture
def model(qtmodeltester):
    made = CatalogueModel()
    qtmodeltester.check(made)
    made.set_cards(CARDS)
    return made


def ids(model):
    return [model.entry(row).card.id for row in range(model.rowCount())]


def link(key="a", connector="linear", state="healthy", *, enabled=True, checked=True):
    return Link(key, connector, enabled, checked, state, {})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lin", ["linear", "sandbox-issues"]),
        ("issues", ["github-issues", "sandbox-issues", "jira"]),
        ("issue_created", ["github-issues"]),
        ("GITHUB", ["github-issues"]),
        ("gihub", ["github-issues"]),
        ("githbu isues", ["github-issues"]),
        ("slakc", ["slack"]),
        ("lineer", ["linear"]),
        ("jra", ["jira"]),
        ("zz", []),
        ("quarterly", []),
        ("  ", ["sandbox-issues", "github-issues", "jira", "linear", "slack"]),
    ],
)
def test_a_search_finds_parts_and_words_with_a_typing_error(model, query, found):
    model.set_query(query)
    assert ids(model) == found


def test_the_closest_name_is_offered_where_nothing_matches(model):
    model.set_query("slackk mesages")
    model.set_query("jiira clod x")
    assert ids(model) == []
    assert model.closest().card.id == "jira"
    model.set_query("0000")
    assert model.closest() is None


def test_facets_count_what_each_would_show(model):
    assert model.counts["category"] == {"Code": 1, "Work": 2, "Custom": 1, "Talk": 1}
    assert model.counts["ingestion"] == {"Polling": 4, "Webhook": 2}
    model.set_facet("auth", {"OAuth 2"})
    assert ids(model) == ["jira", "slack"]
    assert model.counts["category"] == {"Work": 1, "Talk": 1}
    assert model.counts["auth"]["API key"] == 1
    model.set_facet("category", {"Work"})
    assert ids(model) == ["jira"]
    assert model.counts["auth"] == {"OAuth 2": 1, "API key": 1}
    model.set_query("slack")
    assert ids(model) == []
    assert model.narrowed
    model.clear()
    assert len(ids(model)) == 5
    assert not model.narrowed


def test_a_value_asked_for_stays_offered_when_its_cards_are_gone(model):
    model.set_facet("category", {"Talk"})
    model.set_cards(CARDS[:3])
    assert "Talk" in model.present("category")
    assert ids(model) == []


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("name", ["github-issues", "jira"]),
        ("status", ["slack", "linear"]),
        ("category", ["github-issues", "sandbox-issues"]),
        ("relevance", ["linear", "sandbox-issues"]),
    ],
)
def test_cards_are_put_in_order(model, order, first):
    model.set_standings([link(), link("b", "slack", "error")])
    model.set_order(order)
    assert ids(model)[:2] == first


@pytest.mark.parametrize(
    ("links", "status", "word", "verb"),
    [
        ([], "not_configured", "Not configured", "connect"),
        ([link()], "connected", "Connected", "open"),
        ([link(state="degraded")], "degraded", "Degraded", "fix"),
        ([link(state="error")], "error", "Error", "fix"),
        ([link(state="reauth_required")], "error", "Sign-in refused", "fix"),
        ([link(checked=False)], "degraded", "Not checked", "open"),
        ([link(enabled=False)], "disabled", "Disabled", "open"),
        ([link(), link("b", state="error")], "error", "Error", "fix"),
    ],
)
def test_a_card_stands_as_the_worst_of_its_connections(links, status, word, verb):
    standing = standing_of(CARDS[2], links)
    assert (standing.status, standing.word, standing.verb) == (status, word, verb)
    assert standing.connections == tuple(one.key for one in links)


def test_the_sandbox_is_ready_and_a_broken_document_is_to_be_edited():
    assert standing_of(CARDS[3], []).button == "Try it"
    broken = standing_of(Card("x", "X", problem="no id"), [])
    assert (broken.status, broken.button) == ("invalid", "Open in Builder")


def test_a_finding_makes_a_card_invalid_and_is_its_line(model):
    model.set_findings({"jira": Finding("/auth: unknown member", "/auth")})
    entry = model.known("jira")
    assert entry.line == "/auth: unknown member"
    assert entry.standing.status == "invalid"
    assert model.to_look_at == 1


def test_a_card_is_spoken_whole(model):
    index = model.index(model.find("linear"))
    told = index.data(int(QtCore.Qt.ItemDataRole.AccessibleTextRole))
    assert told.startswith("Linear, Not configured, API key, Polling.")
    assert told.endswith("Enter: Connect")
    assert index.data(ENTRY).card.id == "linear"


def test_a_key_costs_few_milliseconds_at_5000_cards(qapp):
    """CPU time of this thread, so that a busy machine does not decide."""
    chance = random.Random(7)  # noqa: S311
    words = ["".join(chance.choices(string.ascii_lowercase, k=7)) for _ in range(3000)]

    def some(count):
        return chance.choices(words, k=count)

    model = CatalogueModel()
    model.set_cards(
        Card(f"{n}-{some(1)[0]}", " ".join(some(2)).title(), " ".join(some(10)),
             chance.choice("ABCD"), auth=chance.choice(["pat", "none"]),
             signal_types=tuple(some(3)), tags=tuple(some(3)))
        for n in range(5000)
    )  # fmt: skip
    model.warm()
    spent = []
    for word in some(4):
        typed = [word[:n] for n in range(1, 8)] + [word[:3] + "q" + word[3:], ""]
        for query in typed:
            began = time.thread_time()
            model.set_query(query)
            spent.append((time.thread_time() - began) * 1000)
    assert median(spent) <= 16
    assert max(spent) <= 60
