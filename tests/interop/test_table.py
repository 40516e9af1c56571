"""The table of `make interop` adds up, and leaves nothing out that was not checked."""

from tests.interop.table import Row, Table


def test_rows_of_one_name_are_added_up_and_all_are_summed():
    table = Table()
    table.add("ids", "dlt 1.0", Row(2, 0, 0.5))
    table.add("ids", "airbyte-cdk 7.0", Row(1_000, 1, 1.0))
    table.add("ids", "dlt 1.0", Row(3, 1, 1.0))
    assert list(table.lines()) == [
        "compared  with             cases  agreed  differences  seconds",
        "ids       dlt 1.0              5       4            1      1.5",
        "ids       airbyte-cdk 7.0  1,000     999            1      1.0",
        "all                        1,005   1,003            2      2.5",
    ]


def test_what_was_left_out_is_told_with_its_reason_once():
    table = Table()
    for _ in range(2):
        table.leave_out("types", "Go", "go is not on this machine")
    assert list(table.lines())[2:] == [
        "types, Go: not checked: go is not on this machine (tests: 2)"
    ]
