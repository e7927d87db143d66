"""What each type makes of each text: the table of cases that holds the strictness of typing."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.builders.specs import spec_of, typed_cells, typed_rows

D = Decimal
CASES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "integer"}, {
        "1": 1, " 12\t": 12, "-3": -3, "+5": 5, "007": 7, "9223372036854775807": 2**63 - 1, "": None, "  ": None,
        "1.5": "not_integer", "1.0": "not_integer", "1e3": "not_integer", "1_000": "not_integer",
        "1,000": "not_integer",
        "9223372036854775808": "out_of_range", "٣": "not_integer", "0x10": "not_integer", "--5": "not_integer",
        "1 2": "not_integer",
    }),
    ({"type": "integer", "thousands_mark": ","}, {
        "1,234": 1234, "-1,234,567": -1234567, "1234": 1234, "1,23": "not_integer", "12,34,567": "not_integer",
    }),
    ({"type": "decimal"}, {
        "1.5": D("1.5"), "1.50000": D("1.5"), ".5": D("0.5"), "5.": D(5), "-.5": D("-0.5"), " 7.1 ": D("7.1"),
        "00.5": D("0.5"), "-0": D(0),
        "99999999999999.9999": D("99999999999999.9999"), "1.23456": "too_many_digits", "0.00001": "too_many_digits",
        "1e3": "not_decimal",
        "1_0": "not_decimal", "1,5": "not_decimal", "999999999999999": "out_of_range", "1.5 EUR": "not_decimal",
        "NaN": "not_decimal", ".": "not_decimal",
    }),
    ({"type": "decimal", "decimal_mark": ",", "thousands_mark": ".", "scale": 2}, {
        "1,5": D("1.5"), "1.234,56": D("1234.56"), "-7": D(-7), "1234,567": "too_many_digits", "1.5": "not_decimal",
        "1,234.56": "not_decimal",
    }),
    ({"type": "decimal", "decimal_mark": ","}, {"1,5": D("1.5"), "1.5": "not_decimal", "-0,25": D("-0.25")}),
    (
        {"type": "decimal", "rounds": True},
        {
            "8.40336": D("8.4034"), "-8.40336": D("-8.4034"), "1": D(1), "1.00000": D(1), "0.000": D(0),
            ".12345": D("0.1235"),
            "0.00004": "too_many_digits", "0.00125": "too_many_digits",
            "0.012345": D("0.0123"), "-0.00005": "too_many_digits",
            "0.00000": D(0), "1,5": "not_decimal", "123456789012345.6": "out_of_range",
        },
    ),
    ({"type": "decimal", "rounds": True, "decimal_mark": ",", "thousands_mark": "."}, {"1.234,56789": D("1234.5679")}),
    ({"type": "decimal", "scale": 0}, {"15": D(15), "15.0": D(15), "15.5": "too_many_digits"}),
    ({"type": "double"}, {
        "1.5": 1.5, "1e3": 1000.0, "-46.63": -46.63, " 7": 7.0, "5": 5.0, "inf": "not_double", "nan": "not_double",
        "1e999": "out_of_range", "1_0": "not_double",
    }),
    ({"type": "boolean"}, {
        "true": True, "TRUE": True, " Yes ": True, "1": True, "0": False, "no": False, "2": "not_boolean",
        "t": "not_boolean",
    }),
    ({"type": "boolean", "true_words": ["ja"], "false_words": ["nein"]}, {
        "JA": True, "nein": False, "true": "not_boolean",
    }),
    ({"type": "json"}, {
        '{"a": 1}': '{"a": 1}', '["NaN, ]"]': '["NaN, ]"]', "[1,]": "not_json", "NaN": "not_json",
        '{"a":Infinity}': "not_json", "nul": "not_json", "[1] x": "not_json",
    }),
    ({"type": "date"}, {
        "2024-02-29": date(2024, 2, 29), " 2024-01-01 ": date(2024, 1, 1), "2024-01-01T00:00:00": date(2024, 1, 1),
        "2024-02-30": "no_such_date",
        "2024-01-01 10:00:00": "not_date", "2024-2-3": "not_date", "24-01-01": "not_date", "infinity": "not_date",
        "12024-01-01": "not_date",
        "0000-01-01": "no_such_date", "epoch": "not_date", "2024/01/01": "not_date", "03/04/2024": "not_date",
    }),
    ({"type": "date", "format": "%d/%m/%Y"}, {
        "3/4/2024": date(2024, 4, 3), "03/04/2024 ": date(2024, 4, 3), "03/04/24": "not_in_format",
        "31/02/2024": "no_such_date", "04/13/2024": "no_such_date", "31/04/2024": "no_such_date",
        "32/01/2024": "no_such_date",
    }),
    ({"type": "date", "format": "%d.%m.%y"}, {"03.04.24": date(2024, 4, 3), "03.04.2024": "not_in_format"}),
    ({"type": "date", "format": "%Y%m%d"}, {
        "20240102": date(2024, 1, 2), "2024012": "not_in_format", "240102": "not_in_format",
    }),
    ({"type": "timestamp"}, {
        "2024-01-01T10:00:00Z": datetime(2024, 1, 1, 10), "2024-01-01T10:00:00+02:00": datetime(2024, 1, 1, 8),
        "2024-01-01 10:00:00 -0530": datetime(2024, 1, 1, 15, 30),
        "2024-01-01 10:00:00.120": datetime(2024, 1, 1, 10, 0, 0, 120000),
        "2024-01-01T10:00:00,5Z": datetime(2024, 1, 1, 10, 0, 0, 500000),
        "2024-01-01": datetime(2024, 1, 1), "2024-01-01 10:00": datetime(2024, 1, 1, 10),
        "2024-01-01T10:00+02": datetime(2024, 1, 1, 8),
        "2024-01-01T10:00:00.1234567Z": "too_many_digits",
        "2024-01-01T10:00:00.1234560Z": datetime(2024, 1, 1, 10, 0, 0, 123456),
        "2024-01-01 24:00:00": "not_timestamp", "2024-01-01 10:00:60": "not_timestamp",
        "2024-02-30 10:00:00": "no_such_date", "2024-04-31T10:00:00+02:00": "no_such_date",
        "2024-01-01-02": "not_timestamp", "2024-01-01Z10:00:00": "not_timestamp",
        "9999-12-31T23:59:59-01:00": "no_such_time", "1700000000": "not_timestamp",
    }),
    ({"type": "timestamp", "format": "epoch_s"}, {
        "1700000000": datetime(2023, 11, 14, 22, 13, 20), "1700000000.5": datetime(2023, 11, 14, 22, 13, 20, 500000),
        "-1": datetime(1969, 12, 31, 23, 59, 59),
        "1700000000000": "out_of_range", "1.7e9": "not_epoch", "2024-01-01": "not_epoch",
    }),
    ({"type": "timestamp", "format": "epoch_ms"}, {
        "1700000000123": datetime(2023, 11, 14, 22, 13, 20, 123000), "1700000000": datetime(1970, 1, 20, 16, 13, 20),
    }),
    ({"type": "timestamp", "zone": "America/New_York"}, {
        "2024-11-03 01:30:00": datetime(2024, 11, 3, 5, 30), "2024-03-10 02:30:00": "no_such_time",
        "2024-07-01 12:00:00": datetime(2024, 7, 1, 16),
        "2024-07-01T12:00:00Z": datetime(2024, 7, 1, 12), "2024-07-01T12:00:00": datetime(2024, 7, 1, 16),
    }),
    ({"type": "timestamp", "zone": "Australia/Lord_Howe"}, {
        "2024-04-07 01:45:00": datetime(2024, 4, 6, 14, 45), "2024-10-06 02:15:00": "no_such_time",
    }),
    ({"type": "timestamp", "format": "%d/%m/%Y %H:%M", "zone": "Europe/Berlin"}, {
        "27/10/2024 02:30": datetime(2024, 10, 27, 0, 30), "31/03/2024 02:30": "no_such_time",
        "1/7/2024 2:30": datetime(2024, 7, 1, 0, 30), "1/7/2024 24:00": "no_such_time",
        "31/4/2024 10:00": "no_such_date", "31/4/2024 25:00": "no_such_date", "29/2/2024 0:61": "no_such_time",
    }),
    ({"type": "timestamp", "format": "%H:%M %d.%m.%Y"}, {"10:00 31.04.2024": "no_such_time"}),
    ({"type": "timestamp", "format": "%Y%m%d%H%M"}, {"202404311000": "no_such_date", "202404302500": "no_such_time"}),
    ({"type": "date", "format": "%d %b %Y"}, {"31 apr 2024": "no_such_date", "30 APR 2024": date(2024, 4, 30)}),
    ({"type": "timestamp", "format": "%Y-%m-%d %H:%M:%S %z"}, {
        "2024-01-01 10:00:00 +0200": datetime(2024, 1, 1, 8), "2024-01-01 10:00:00 Z": datetime(2024, 1, 1, 10),
        "2024-01-01 10:00:00": "not_in_format",
    }),
    ({"type": "timestamp", "format": "%b %d, %Y %I:%M %p"}, {
        "Mar 5, 2024 12:30 AM": datetime(2024, 3, 5, 0, 30), "mar 05, 2024 1:30 pm": datetime(2024, 3, 5, 13, 30),
    }),
    ({"type": "text", "values": {"a": "x", "b": "", "*": "*"}}, {"a": "x", "b": None, "c": "c", "": None}),
    ({"type": "text", "values": {"a": "x", "*": "other"}}, {"a": "x", "c": "other", "": None}),
    ({"type": "text", "values": {"a": "x"}}, {"a": "x", "b": "not_in_values", "": None}),
    ({"type": "integer", "values": {"one": "1", "bad": "x"}}, {"one": 1, "bad": "not_integer", "two": "not_in_values"}),
    ({"type": "boolean", "extract": "^C", "as": "exists"}, {"C1": True, "1": False, "": None}),
    ({"type": "integer", "extract": "([0-9]+)$"}, {"C12": 12, "x": "not_extracted", "": None, "C007": 7}),
    ({"type": "decimal", "extract": "^([0-9.]+) EUR"}, {"12.50 EUR": Decimal("12.5"), "12.50 USD": "not_extracted"}),
    ({"type": "integer", "extract": "^([0-9]+) EUR|^free$"}, {"1 EUR": 1, "free": None, "1 USD": "not_extracted"}),
    ({"type": "text", "extract": "^[A-Z]+"}, {"AB1": "AB", "1": "not_extracted", "": None}),
    (
        {"type": "text", "extract": "^([a-z]*)/", "values": {"a": "x", "b": ""}},
        {"a/": "x", "b/": None, "c/": "not_in_values", "/": None, "a": "not_extracted"},
    ),
    (
        {"type": "integer", "extract": "[0-9a]+", "null_tokens": ["", "-"]},
        {"-": None, "1a": "not_integer", "?": "not_extracted"},
    ),
    (
        {"type": "decimal", "negatives": "parentheses", "thousands_mark": ","},
        {"(12.50)": D("-12.5"), " (1,000) ": D(-1000), "-3": D(-3), "4": D(4), "": None}
        | dict.fromkeys(["(-5)", "(5", "()", "5-", "((5))"], "not_decimal"),
    ),
    (
        {"type": "integer", "negatives": "trailing"},
        {"12-": -12, "7": 7, "-7": -7, "-7-": "not_integer", "-": "not_integer"},
    ),
    ({"type": "double"}, {"1e-400": "out_of_range", "-0.001e-330": "out_of_range", "0.00e-400": 0.0, "5e-324": 5e-324}),
    ({"type": "date", "format": "%d/%m/%Y %H:%M:%S %z"}, {
        "02/02/2024 00:02:34 +0530": date(2024, 2, 2), "2/2/2024 23:02:34 -0800": date(2024, 2, 2),
        "02/02/2024 00:02:34 Z": date(2024, 2, 2), "31/04/2024 00:02:34 Z": "no_such_date",
        "02/02/2024 00:02:34": "not_in_format",
    }),
    ({"type": "date", "format": "%H:%M %Z %Y-%m-%d"}, {
        "23:30 Asia/Tokyo 2024-02-02": date(2024, 2, 2), "23:30 CEST 2024-02-02": date(2024, 2, 2),
        "23:30 BST 2024-02-30": "not_in_format", "23:30 A1 2024-02-02": "not_in_format",
    }),
    ({"type": "timestamp", "format": "%Y-%m-%d %H:%M %Z"}, {
        "2024-07-01 10:00 UTC": datetime(2024, 7, 1, 10), "2024-07-01 10:00 gmt": datetime(2024, 7, 1, 10),
        "2024-07-01 10:00 Europe/Berlin": datetime(2024, 7, 1, 8), "2024-07-01 10:00 BST": "not_in_format",
        "2024-07-01 10:00 CST": "not_in_format", "2024-01-01 10:00 EST": "not_in_format",
        "2024-01-01 10:00 Mars/City": "no_such_time",
        "2024-11-03 01:30 america/new_york": datetime(2024, 11, 3, 5, 30),
        "2024-03-10 02:30 America/New_York": "no_such_time",
    }),
    ({"type": "timestamp", "format": "%Y-%m-%d %H:%M%z[%Z]"}, {
        "2024-11-03 01:30-0400[America/New_York]": datetime(2024, 11, 3, 5, 30),
        "2024-11-03 01:30-0500[America/New_York]": datetime(2024, 11, 3, 6, 30),
    }),
    ({"type": "date", "format": "epoch_s", "zone": "America/New_York"}, {
        "1706747400": date(2024, 1, 31), "1706767200": date(2024, 2, 1), "x": "not_epoch",
    }),
    ({"type": "date", "format": "epoch_ms"}, {"1706747400000": date(2024, 2, 1)}),
    ({"type": "date", "format": "%Y-%m-%d %H:%M %Z"}, {"2024-03-10 02:30 America/New_York": date(2024, 3, 10)}),
    ({"type": "double", "negatives": "trailing", "decimal_mark": ","}, {"1,5-": -1.5, "(1,5)": "not_double"}),
    ({"type": "integer"}, {"(5)": "not_integer", "5-": "not_integer"}),
    ({"type": "text", "extract": "^[A-Z]+", "values": {"*": "*"}}, {"AB1": "AB", "1": "not_extracted"}),
    ({"type": "text", "apostrophe_guard": True}, {"'+49": "+49", "''x": "'x", "y": "y"}),
    ({"type": "text"}, {" a ": " a ", "": None, "NULL": "NULL"}),
    ({"type": "text", "trim": True}, {" a\u00a0": "a", "  ": None}),
    ({"type": "integer", "null_tokens": ["-", "NA"]}, {"-": None, " NA ": None, "": "not_integer"}),
    ({"type": "text", "null_tokens": []}, {"": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("column", "texts"), CASES, ids=[" ".join(map(str, column.values())) for column, _ in CASES])
def test_a_text_becomes_its_value_or_the_reason_why_not(column: dict[str, Any], texts: dict[str, Any]) -> None:
    for text, (value, reason) in zip(texts, typed_cells(column, list(texts)), strict=True):
        failed = isinstance(texts[text], str) and value is None
        assert (reason if failed else value) == texts[text], text
        assert failed == (reason is not None), text


def test_a_cell_error_keeps_the_row_and_the_raw_text() -> None:
    spec = spec_of({"id": {"type": "integer"}, "at": {"type": "date"}, "name": {"type": "text"}})
    (row,) = typed_rows(spec, ["id", "at", "name"], [("x1", "2024-02-30", "Ann")])
    assert (row["id"], row["at"], row["name"]) == (None, None, "Ann")
    assert row["_cast_errors"] == [
        {"column": "id", "text": "x1", "reason": "not_integer"},
        {"column": "at", "text": "2024-02-30", "reason": "no_such_date"},
    ]


def test_a_column_the_file_lacks_is_null_without_an_error() -> None:
    (row,) = typed_rows(spec_of({"id": {"type": "integer"}, "gone": {"type": "date"}}), ["id"], [("1",)])
    assert (row["id"], row["gone"], row["_cast_errors"]) == (1, None, None)


def test_constants_and_joined_cells_are_values_of_every_row() -> None:
    spec = spec_of(
        {
            "money": {"type": "text", "constant": "GBP"},
            "both": {"type": "text", "concat": ["a", "b", "gone"], "separator": "/"},
        }
    )
    rows = typed_rows(spec, ["a", "b"], [("x", "y"), ("", "y"), ("", "")])
    assert [(row["money"], row["both"]) for row in rows] == [("GBP", "x/y"), ("GBP", "y"), ("GBP", None)]


def test_names_and_values_of_a_spec_never_become_sql() -> None:
    hostile = "'; drop table r; --\""
    spec = spec_of(
        {
            "x": {"type": "text", "header": [hostile], "values": {hostile: hostile, "*": "*"}},
            "y": {"type": "text", "constant": "a\0b'"},
        }
    )
    (row,) = typed_rows(spec, [hostile], [(hostile,)])
    assert (row["x"], row["y"]) == (hostile, "a\0b'")
