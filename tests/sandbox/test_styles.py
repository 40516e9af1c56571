import pytest
from tests.sandbox.walks import WALKS


@pytest.mark.parametrize("style", WALKS)
@pytest.mark.parametrize("name", ["issues", "comments"])
def test_every_style_brings_every_row_once(caller, style, name):
    pages = list(WALKS[style](caller, f"/{style}/{name}"))
    ids = [item["id"] for page in pages for item in page]
    total = caller.json(f"/offset/{name}")["total"]
    assert len(ids) == len(set(ids)) == total
    assert [len(page) for page in pages[:-1]] == [100] * (len(pages) - 1)


@pytest.mark.parametrize("style", WALKS)
def test_every_style_keeps_the_filter_and_order_on_every_page(caller, style):
    url = f"/{style}/issues?since=2024-06-01T00:00:00Z&sort=updated&direction=asc"
    items = [item for page in WALKS[style](caller, url) for item in page]
    times = [item["updated_at"] for item in items]
    assert times == sorted(times)
    assert times[0] >= "2024-06-01"
    assert 100 < len(times) < 250


def test_since_is_inclusive(caller):
    newest = caller.json("/offset/issues?sort=updated")["items"][0]
    found = caller.json(f"/offset/issues?since={newest['updated_at']}")
    assert newest["id"] in [item["id"] for item in found["items"]]


def test_since_takes_another_zone(caller):
    here = caller.json("/offset/issues?since=2024-06-01T02:00:00%2B02:00")
    assert here == caller.json("/offset/issues?since=2024-06-01T00:00:00Z")


def test_a_page_holds_at_most_a_hundred(caller):
    assert len(caller.json("/link/issues?per_page=5000")) == 100


def test_the_links_name_every_relation(caller):
    link = dict(caller.get("/link/issues?per_page=100&page=2").headers)["link"]
    base = "http://127.0.0.1:9/link/issues?per_page=100&page"
    assert link == (
        f'<{base}=1>; rel="prev", <{base}=1>; rel="first", '
        f'<{base}=3>; rel="next", <{base}=3>; rel="last"'
    )


def test_a_list_that_fits_one_page_has_no_link(caller):
    assert "link" not in dict(caller.get("/repos/sample/empty/issues").headers)


def test_a_cursor_holds_only_for_its_query(caller):
    token = caller.json("/cursor/issues?limit=10")["next_cursor"]
    assert caller.get(f"/cursor/issues?limit=10&cursor={token}").status == 200
    other = caller.get(f"/cursor/issues?state=open&limit=10&cursor={token}")
    assert (other.status, b"another query" in other.body) == (400, True)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("link/issues?page=0", "page"),
        ("link/issues?per_page=x", "per_page"),
        ("offset/issues?offset=-1", "offset"),
        ("offset/issues?limit=1.5", "limit"),
        ("cursor/issues?cursor=%21%21", "cursor"),
        ("cursor/issues?cursor=abcd", "cursor"),
        ("link/issues?since=yesterday", "since"),
        ("link/issues?state=gone", "open, closed, all"),
        ("link/issues?sort=age", "created, updated, comments"),
        ("link/issues?direction=up", "asc, desc"),
    ],
)
def test_a_wrong_parameter_is_named(caller, query, names):
    answer = caller.get(f"/{query}")
    assert answer.status == 400
    assert names in answer.body.decode()


def test_an_offset_past_the_end_is_an_empty_page(caller):
    page = caller.json("/offset/issues?offset=9999999999999999999999")
    assert (page["items"], page["total"]) == ([], 250)
