"""The cards of bundles: what they count, where they stand, what they say."""

import time
from statistics import median

import pytest

from ferrule.ui.models.card_entries import BundleEntry
from ferrule.ui.models.card_standing import Link
from ferrule.ui.models.catalogue import CatalogueModel
from ferrule.workspace.cards import DISABLED
from ferrule.workspace.catalogue import Card

ACME = {"provider": "acme", "bundle": "Works"}
SIGNED = {"origin": "imported", "signers": ("anna",)}
CARDS = [
    Card("acme.a", "Acme A", "One", "Code", **ACME),
    Card("acme.b", "Acme B", "Two", "Work", **ACME),
    Card("acme.c", "Acme C", "Three", "Work", **ACME),
    Card("linear", "Linear", "Cycles", "Work", provider="linear"),
    Card("sandbox-issues", "Sandbox", "Custom", provider="ferrule", bundle="Ferrule"),
    Card("sandbox-oauth", "Sandbox 2", "Custom", provider="ferrule", bundle="Ferrule"),
]
NAME = "bundle:acme"


def filled(cards=CARDS, *links):
    made = CatalogueModel()
    made.set_cards(cards)
    made.set_standings(links)
    return made


def link(key, connector, state="healthy", *, enabled=True):
    return Link(key, connector, enabled, checked=True, state=state, config={})


def ids(model):
    return [model.entry(row).card.id for row in range(model.rowCount())]


def test_a_model_with_bundles_is_sound_open_and_closed(qtmodeltester):
    model = CatalogueModel()
    qtmodeltester.check(model)
    model.set_cards(CARDS)
    model.turn(NAME)
    model.turn(NAME)
    assert ids(model) == ["sandbox-issues", NAME, "linear", "sandbox-oauth"]
    assert (model.total, model.narrowed) == (6, False)


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("name", ["linear", "sandbox-issues", "sandbox-oauth", NAME]),
        ("category", ["sandbox-issues", "sandbox-oauth", NAME, "linear"]),
    ],
)
def test_a_bundle_stands_by_its_own_title_and_category(order, first):
    model = filled()
    model.set_order(order)
    model.turn(NAME)
    assert [one for one in ids(model) if "acme." not in one] == first
    at = ids(model).index(NAME)
    assert ids(model)[at : at + 4] == [NAME, "acme.a", "acme.b", "acme.c"]
    assert model.is_inside(model.entry(at + 1))
    assert not model.is_inside(model.entry(at))


@pytest.mark.parametrize(
    ("links", "word", "on", "switchable"),
    [
        ([], "Not configured", 0, 0),
        ([link("1", "acme.a")], "1 connected", 1, 1),
        ([link("1", "acme.a"), link("2", "acme.b")], "2 connected", 2, 2),
        ([link("1", "acme.a"), link("2", "acme.b", "error")], "Error", 2, 2),
        ([link("1", "acme.a", enabled=False)], "Disabled", 0, 1),
        (
            [link("1", "acme.a", enabled=False), link("2", "acme.a")],
            "1 connected", 1, 1,
        ),
    ],
)  # fmt: skip
def test_it_stands_as_the_worst_of_its_connectors_or_counts_the_good(
    links, word, on, switchable
):
    bundle = filled(CARDS, *links).bundle(NAME)
    assert isinstance(bundle, BundleEntry)
    found = bundle.standing.word, bundle.on, bundle.switchable
    assert found == (word, on, switchable)


def test_it_says_where_its_connectors_come_from():
    mixed = [CARDS[0], CARDS[1]._replace(**SIGNED), CARDS[2]._replace(origin="project")]
    bundle = filled(mixed).bundle(NAME)
    assert bundle.edition == "shipped  ·  signed  ·  yours"
    assert (bundle.signers, bundle.signed) == (("anna",), False)
    assert bundle.sentence == (
        "Works, 3 connectors, 1 on, shipped, signed, yours, Not configured. "
        "Acme A, Acme B, Acme C. Enter: Show"
    )


def test_one_that_was_imported_and_waits_is_no_trouble_and_can_be_enabled():
    card = CARDS[0]._replace(**SIGNED, enabled=False, problem=DISABLED)
    model = filled([card])
    entry = model.known("acme.a")
    assert (entry.standing.status, entry.standing.button) == ("disabled", "Enable")
    assert (entry.problem, entry.line, entry.on) == ("", "One", False)
    assert model.to_look_at == 0
    broken = filled([card._replace(problem="It was changed.")]).known("acme.a")
    assert (broken.standing.status, broken.problem) == ("invalid", "It was changed.")


def test_a_card_behind_a_bundle_is_brought_out():
    model = filled()
    assert model.bundle_of("acme.b") == NAME
    assert (model.find("acme.b"), model.bundle_of("linear")) == (-1, "")
    model.reveal("acme.b")
    assert model.find("acme.b") > model.find(NAME) >= 0
    model.set_query("acme b")
    assert ids(model) == ["acme.b"]


def test_a_bundle_whose_connectors_went_is_a_card_no_more():
    model = filled()
    model.turn(NAME)
    model.set_cards(CARDS[2:])
    assert model.bundle(NAME) is None
    assert not model.turn(NAME)
    assert ids(model)[1:3] == ["acme.c", "linear"]


def test_three_thousand_cards_are_opened_and_closed_within_6_ms():
    cards = [
        Card(f"c{n}", f"Card {n}", provider=f"p{n // 10}", bundle=f"Bundle {n // 10}")
        for n in range(3000)
    ]
    model = filled(cards)
    assert model.rowCount() == 300
    taken = []
    for n in range(30):
        began = time.thread_time()
        model.turn(f"bundle:p{n}")
        taken.append((time.thread_time() - began) * 1000)
    assert model.rowCount() == 300 + 30 * 10
    assert median(taken) <= 6, taken
