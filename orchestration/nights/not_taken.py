"""What a load did not take, in words: mistakes in specs, whole files, then records and cells.

Belongs here: wording, with codes, counts and names of files. Never here: a cell, deciding what is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from orchestration.exports.spec_mistakes import by_spec
from orchestration.plurals import counted

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.deliveries import Delivery, LoadSummary

PLANTED = (
    "These problems are intentional: the sample shop includes them to show how they are reported (docs/sample_shop.md)."
)
SAMPLE_ENDS = (
    "This is the sample shop: some of its exports end on purpose (docs/sample_shop.md), and new days come only by "
    "`cx sample --next-day`."
)
_SOME = "put some into its folders, one a source (shopify, zendesk, ...), or write a shop with `cx sample`"
MIXED = (
    "this home holds the sample shop's invented orders and tickets, and now {files} of another shop: their numbers are "
    "mixed. Take a home of your own (CX_HOME) for your exports"
)
WHERE_TO_LOOK = "`cx rejects list` counts records by reason, `cx loads LOAD` a load's failed cells by column."


def nothing_there(exports: Path) -> str:
    """What is said where no file ever came, and what to do."""
    what = "no export file in" if exports.is_dir() else "no folder"
    return f"there is {what} {exports}: {_SOME}"


def not_taken(summary: LoadSummary) -> list[str]:
    """Everything a person has to look at, the worst first."""
    whole = [file_sentence(one) for one in summary.deliveries if one.status in ("refused", "unclaimed")]
    return [*spec_sentences(summary), *whole, *doubt_sentences(summary), *part_sentences(summary.deliveries)]


def is_planted(summary: LoadSummary, sample: Collection[str]) -> bool:
    """True if all there is to look at is dirt that the sample shop planted in its own files."""
    whole = [one for one in summary.deliveries if one.status in ("refused", "unclaimed") or one.reason]
    partly = [one for one in summary.deliveries if one.rows_rejected or one.cells_failed]
    return not summary.spec_mistakes and all(one.file_name in sample for one in (*whole, *partly))


def mixed_in(summary: LoadSummary, sample: Collection[str]) -> str:
    """What is said where files of a true shop were loaded beside the invented ones; empty where none were."""
    strange = [one for one in summary.deliveries if one.status == "loaded" and one.file_name not in sample]
    return MIXED.format(files=counted(len(strange), "file")) if sample and strange else ""


def spec_sentences(summary: LoadSummary) -> list[str]:
    """Each spec with a mistake, once."""
    return by_spec(summary.spec_mistakes)


def doubt_sentences(summary: LoadSummary, but: Collection[str] = ()) -> list[str]:
    """One line a file that was loaded with a doubt: an unreadable column, lost children, a strange place."""
    doubtful = [one for one in summary.deliveries if one.status == "loaded" and one.reason]
    return [file_sentence(one) for one in doubtful if one.reason not in but]


def file_sentence(delivery: Delivery) -> str:
    """What became of a file that was not taken, or not well, and why."""
    words = dict.fromkeys((delivery.status, delivery.reason))
    return on_one_line(f"{delivery.file_name}: {', '.join(word for word in words if word)}: {delivery.detail}")


def on_one_line(text: str) -> str:
    """A text that holds a file's name: a line break or a control character in it is shown as what it is."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def part_sentences(deliveries: Sequence[Delivery]) -> list[str]:
    """Files of which a part was not taken, the largest part first, and where to see it."""
    partly = [one for one in deliveries if one.status == "loaded" and (one.rows_rejected or one.cells_failed)]
    partly.sort(key=lambda one: (-one.rows_rejected, -one.cells_failed, one.file_name))
    told = [
        f"{on_one_line(one.file_name)}: {counted(one.rows_rejected, 'record')} rejected, "
        f"{counted(one.cells_failed, 'cell')} failed"
        for one in partly
    ]
    return [WHERE_TO_LOOK, *told] if told else []
