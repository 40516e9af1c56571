from ferrule.suggestion.listing import listings_of


def test_everything_that_could_be_items_is_found():
    body = {"a": [{"id": 1, "has": [{"x": 1}]}], "b": {"c": []}, "d": [1, 2]}
    paths = [listing.path for listing in listings_of(body)]
    assert paths == ["$.a", "$.a[*].has[*]", "$.d", "$.b.c"]


def test_objects_of_few_members_are_no_records_by_key():
    links = {"self": {"href": "a"}, "next": {"href": "b"}}
    assert list(listings_of({"_links": links})) == []


def test_lists_of_different_length_are_no_table():
    assert all(x.shape is None for x in listings_of({"a": [1, 2], "b": [1]}))


def test_a_long_name_leads_nowhere():
    assert list(listings_of({"n" * 300: [{"id": 1}]})) == []
