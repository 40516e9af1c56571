"""One file of many: order, sources, nothing to do, endings of files."""

import sqlite3

import pytest
from tests.migrations.connectors import connector

from ferrule.errors import UsageError
from ferrule.migrations import GENERATED, MigrationFile, assembled, generated, in_order


def files(
    *names: str, of: str = "acme", text: str = "SELECT 1;"
) -> list[MigrationFile]:
    return [MigrationFile(of, "1.0.0", name, text) for name in names]


def test_files_are_applied_by_number_then_name():
    given = files("10_b.sql", "2_a.sql", "010_a.sql", "002_b.sql", "1_z.sql")
    assert [one.name for one in in_order(given)] == [
        *("1_z.sql", "002_b.sql", "2_a.sql", "010_a.sql", "10_b.sql"),
    ]


def test_connectors_come_by_id_and_each_keeps_its_files_together():
    given = [*files("1_a.sql", "2_a.sql", of="b"), *files("9_a.sql", of="a")]
    assert [(one.connector_id, one.name) for one in in_order(given)] == [
        *(("a", "9_a.sql"), ("b", "1_a.sql"), ("b", "2_a.sql")),
    ]


def test_comments_say_whose_each_part_is():
    text = assembled(
        files("001_views.sql") + files("3_x.sql", of="other"), "postgresql"
    )
    assert "--   acme 1.0.0\n--   other 1.0.0\n" in text
    assert "\n-- acme 1.0.0: 001_views.sql\n" in text
    assert "\n-- other 1.0.0: 3_x.sql\n" in text
    assert text.index("CREATE TABLE IF NOT EXISTS") < text.index("acme 1.0.0: 001")


def test_each_dialect_takes_its_own_files():
    given = files("001_views.sql", text="SELECT 'pg';")
    given += files("001_views.sqlite.sql", text="SELECT 'lite';")
    assert "'lite'" not in assembled(given, "postgresql")
    lite = assembled(given, "sqlite")
    assert "'pg'" not in lite
    assert lite.index("BEGIN IMMEDIATE;") < lite.index("'lite'") < lite.index("COMMIT;")


@pytest.mark.parametrize("dialect", ["postgresql", "sqlite"])
def test_without_connectors_it_does_nothing(dialect):
    text = assembled([], dialect)
    assert "No connectors are configured" in text
    assert all(line.startswith("--") for line in text.splitlines() if line)
    sqlite3.connect(":memory:").executescript(text)


@pytest.mark.parametrize("name", ["views.sql", "x1_views.sql", "1views.sql", "1_ä.sql"])
def test_a_file_without_a_number_is_refused(name):
    with pytest.raises(UsageError, match="number"):
        assembled(files(name), "postgresql")


@pytest.mark.parametrize(
    "text", ["SELECT 1", "SELECT 1 -- ;", "SELECT 1; -- end", "", "SELECT 1;\n\n\n"]
)
def test_a_file_ends_before_the_next_one_begins(text):
    given = files("1_a.sqlite.sql", text=text) + files("2_b.sqlite.sql")
    sqlite3.connect(":memory:").executescript(assembled(given, "sqlite"))


def test_the_same_descriptor_gives_the_same_text_and_another_another():
    one, other = connector({"a": {"path": "$.a"}}), connector({"b": {"path": "$.a"}})
    assert generated(one) == generated(connector({"a": {"path": "$.a"}}))
    assert tuple(generated(one)) == GENERATED
    assert generated(one)["001_views.sql"] != generated(other)["001_views.sql"]


def test_statements_are_those_that_can_be_repeated():
    texts = generated(connector())
    assert 'CREATE OR REPLACE VIEW ferrule."acme_thing"' in texts["001_views.sql"]
    assert "CREATE INDEX IF NOT EXISTS" in texts["002_indexes.sql"]
    assert 'DROP VIEW IF EXISTS "ferrule_acme_thing"' in texts["001_views.sqlite.sql"]
