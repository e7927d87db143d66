"""Every reason for which a file can be refused comes with what to do about it, and stands in the documentation."""

import ast
from pathlib import Path

from ingestion.advice import ADVICE
from ingestion.errors import FileRefused

PROJECT = Path(__file__).resolve().parents[2]
INTERNAL = {"header", "columns"}  # csv_scan's own words to itself: the exact reader judges instead
TELLING = {"FileRefused", "NotJson", "WorkerDied", "with_advice"}
# of `cx draft`, which says its own
DRAFTS = {"is_a_folder", "no_such_file", "not_json", "nothing_to_draft", "unknown_format"}


def refused_reasons() -> set[str]:
    """Every literal code that Python of ingestion refuses a file by or tells of one, or a worker dies of."""
    found = set()
    for path in (PROJECT / "ingestion").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if name in TELLING and isinstance(node, ast.Call) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found - INTERNAL - DRAFTS


def test_every_reason_has_its_advice_and_every_advice_its_reason() -> None:
    assert refused_reasons() == set(ADVICE)


def test_a_refusal_says_what_and_what_to_do() -> None:
    refusal = FileRefused("zip_members", "a zip must hold exactly one file, this one holds 2")
    assert refusal.told == "a zip must hold exactly one file, this one holds 2; pack each file on its own"
    assert str(refusal) == f"zip_members: {refusal.told}"


def test_the_documentation_names_every_reason_with_its_advice() -> None:
    text = (PROJECT / "docs" / "file_formats.md").read_text("utf-8")
    missing = [reason for reason, advice in ADVICE.items() if f"| `{reason}` | {advice} |" not in text]
    assert not missing
