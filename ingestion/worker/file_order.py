"""Whether the time of a change alone says which of an export's files is newer, though a name may hold a time.

Belongs here: the doubt, where that order decides what counts. Never here: reading names (`path_dates`), or the order
itself (dbt's macro `contents` makes it).
"""

from __future__ import annotations

from ingestion.advice import with_advice
from ingestion.path_dates import DatesInName
from ingestion.specs.model import Child, Spec
from ingestion.store.ledger import LoadLine
from ingestion.worker.run_memory import LoadedFiles


def doubts_of_order(spec: Spec, line: LoadLine, dates: DatesInName, files: LoadedFiles) -> list[tuple[str, str]]:
    """Reason and sentence, of this file's name or else of another's beside it."""
    if not (_counts(spec) and files.has_others(line.file_name)):
        return []
    text, where = dates.untold, "its name"
    if not text:
        others = [(name, untold) for name, untold in files.untold(spec).items() if name != line.file_name]
        if not others:
            return []
        name, text = min(others)
        where = f"the name of {name}"
    told = (
        f"{text!r} in {where} may be a time and is read as none, so the time at which a file was last changed says "
        "which file of this export is newer, and of what several hold the newest one's counts"
    )
    return [("order_by_file_time", with_advice("order_by_file_time", told))]


def _counts(spec: Spec) -> bool:
    """Whether the order decides anything: not for events, nor where the rows say themselves which is newer."""
    keepings: list[Spec | Child] = [spec, *(child for child in spec.children.values() if child.kind)]
    modes = [(keeping.mode or spec.mode, keeping.updated_at) for keeping in keepings]
    return any(mode != "append" and (mode != "upsert" or not version) for mode, version in modes)
