"""What a person can do about a refused file or record, by the code of its reason.

Belongs here: one sentence a code, no matter which file it was. Never here: what went wrong where; the place that
refuses says that.
"""

from __future__ import annotations

from collections.abc import Mapping

DELIVER_AGAIN = "deliver the file again"
SPLIT = "have it delivered in parts"
REPORT = "this is a bug in cx-warehouse, please report it; the other files are not affected"
ADVICE: Mapping[str, str] = {
    "arrays_untaken": (
        "if they should be taken, have them in files of their own or write a spec of the same `files` with these "
        "`records`; else name them by `left_out` in the spec"
    ),
    "bad_dialect": "fix [dialect] in the spec",
    "broken_header": "fix the header, or delimiter, header_rows, skip_rows and quote under [dialect] in the spec",
    "broken_quotes": "check delimiter, quote and escape under [dialect] in the spec, or have the file exported again",
    "cannot_open": "make it readable for the user who runs cx, and run again",
    "cell_error_budget": "fix the file, or types and formats in the spec, and run again",
    "changed_while_read": "nothing needs to be done, the next run takes it",
    "children_rejected": "look at `cx rejects show`, and fix the child's key in the spec or the file",
    "column_unreadable": (
        "if it is a CSV or a workbook that a spreadsheet program saved, have it exported again; else fix the column's "
        "type or format in the spec, and run again"
    ),
    "damaged_archive": DELIVER_AGAIN,
    "damaged_parquet": DELIVER_AGAIN,
    "damaged_workbook": "open it in a spreadsheet program, save it as .xlsx, and deliver that",
    "date_unreadable": "fix `exported_at` in the spec and run `cx rejects replay --all`, or rename the file",
    "days_apart": (
        "fix the day that is wrong, or say what a file covers by `period_start` and `period_end` in `exported_at`"
    ),
    "does_not_add_up": REPORT,
    "doubled_column": "rename or take out one of them where the file is exported",
    "dump_replaced": (
        "if they are pages of one dump, give them one date and names that differ in a number alone (`_1`, `_2`)"
    ),
    "dumps_joined": (
        "if each is a whole dump, say by `exported_at` which time of the name parts them, or let the name of the later "
        "one go on after the former's (`-corrected`)"
    ),
    "dump_without_rows": "deliver it whole, or set `volume.min_share_of_previous`, below which a dump closes nothing",
    "empty_file": "deliver it whole; a CSV or a workbook without records still has its header",
    "encrypted": "deliver it without a password",
    "error_budget": "look at `cx rejects show`, fix the file or the spec, and run again",
    "fault": REPORT,
    "footer_too_long": "lower `skip_footer_rows` in the spec, or have the file exported without its footer",
    "group_missing": (
        "if the export now uses another name, add that name to the column in the spec and run `cx rejects replay --all`"
    ),
    "held_by_another_source": (
        "if the source's folder was renamed, its records stay under the old name too: move raw.duckdb aside and run "
        "again, then everything is loaded under the new one; if both shops are meant, nothing needs to be done"
    ),
    "held_twice": "if both count, map the columns that tell them apart, or deliver one file",
    "invalid_json": 'deliver the file again, whole; a record a line needs format = "jsonl" in the spec',
    "invalid_yaml": "deliver the file again, whole",
    "line_too_long": "a quote may be open, or line ends missing: have the file exported again",
    "missing_column": "have the column exported again, or fix the spec, and run again",
    "not_a_file": "take it out of the exports folder",
    "not_an_object": "check `records` and the children's `path` in the spec",
    "not_the_loaded_file": "put the loaded version back, then replay",
    "new_instance": (
        "if it is one, nothing needs to be done; else put its files where the others lie, move raw.duckdb aside, and "
        "run again: everything is loaded again"
    ),
    "null_bytes": "the copy was interrupted or the disk is faulty: deliver the file again",
    "order_by_file_time": (
        "say by `exported_at` in the spec how the name is to be read (14.03.26 by "
        r"'(?P<day>\d\d)\.(?P<month>\d\d)\.(?P<year>\d\d)') and run `cx rejects replay --all`, or use 2026-03-14"
    ),
    "outside_period": "fix the period in the file's name, or the column in the spec",
    "out_of_memory": "split the file, or raise CX_DATABASE_MB and CX_ADDRESS_SPACE_MB",
    "records_missing": "check `records` in the spec, or deliver the file again",
    "records_moved": "widen the spec, or deliver a fixed copy of the file",
    "records_twice": "have it exported with one array of records",
    "rows_untaken": "if they should be taken, fix `where` of a part, or write one more",
    "sheet_missing": "name one of them by `sheet` in the spec",
    "time_limit": "split the file, or raise CX_FILE_SECONDS",
    "too_deep": "have that value exported flat, or as text",
    "too_few_rows": "deliver the file whole, or lower `volume` in the spec",
    "too_large": SPLIT,
    "too_many_aliases": "have it exported without anchors and aliases",
    "too_many_columns": "check the delimiter in the spec",
    "too_many_members": "save the workbook again with the sheet that is needed alone",
    "too_many_rejects": "check format and [dialect] in the spec",
    "unknown_column": "add it to the spec, or set drift to evolve or ignore",
    "unpack_ratio": "deliver it unpacked, if it is meant to be so large",
    "unsafe_xml": "install the package defusedxml, and run again",
    "value_out_of_range": "fix the value, or have the column exported as text",
    "version_missing": (
        "if the export now uses another name, add that name to the column in the spec and run `cx rejects replay --all`"
    ),
    "where_missing": (
        "if the export now uses another name, fix `where` in the spec and run `cx rejects replay --all`; if it "
        "leaves it out where it is empty, nothing needs to be done"
    ),
    "worker_died": "it may be damaged, hostile, or too large for CX_ADDRESS_SPACE_MB: deliver it again or take it out",
    "wrong_content": "deliver it as the spec says, or fix `format` in the spec",
    "wrong_encoding": "have the file exported in the declared encoding (JSON: UTF-8), or fix `encoding` in the spec",
    "zip_members": "pack each file on its own",
}


def with_advice(reason: str, detail: str) -> str:
    """What is wrong and what to do, as one sentence."""
    advice = ADVICE.get(reason, "")
    return "; ".join(part for part in (detail, advice) if part)
