"""The loader's errors as causes of a stopped night: the same words, with the night's exit codes.

Belongs here: the mapping, and nothing else.
"""

from __future__ import annotations

from ingestion import errors as theirs
from orchestration import errors as ours

# A raw store can be unusable for several causes, which its message tells apart.
_STORE_CAUSES = (
    ("newer cx-warehouse", ours.HomeTooNew),
    ("another version of DuckDB", ours.HomeTooNew),
    ("is held by", ours.DatabaseBusy),
    ("cannot be opened for writing", ours.NotWritable),
    ("cannot be made", ours.NotWritable),
)


def named(error: BaseException) -> ours.NightError | None:
    """The night's error for one of the loader's; None if it is none of them."""
    if not isinstance(error, theirs.IngestionError):
        return None
    return _kind(error)(str(error))


def _kind(error: theirs.IngestionError) -> type[ours.NightError]:
    if isinstance(error, theirs.SpecError | theirs.SettingError):
        return ours.SettingsWrong
    if isinstance(error, theirs.NoSpace):
        return ours.NoSpace
    if isinstance(error, theirs.HomeError):
        return ours.NotWritable
    if not isinstance(error, theirs.RawStoreError):
        return ours.WrongUse
    text = str(error)
    return next((kind for words, kind in _STORE_CAUSES if words in text), ours.DatabaseDamaged)
