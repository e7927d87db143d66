"""What is said of raw.duckdb follows from the class of an error; a text that may hold a cell decides nothing."""

from pathlib import Path

import duckdb
import pytest

from ingestion.errors import NoSpace, RawStoreError, StoreHeld, StoreNotWritable, StoreTooNew
from ingestion.store.messages import is_about_the_store, store_error
from orchestration.errors import DatabaseBusy, DatabaseDamaged, HomeTooNew, NightError, NotWritable
from orchestration.ingestion_errors import named

RAW = Path("raw.duckdb")
CELL_TEXTS = [
    "the checksum was wrong",
    "No space left on device",
    "could not write",
    "Conflicting lock",
    "version number",
]
QUOTING = [
    duckdb.ConversionException, duckdb.BinderException, duckdb.InvalidInputException, duckdb.ConstraintException,
    duckdb.OutOfRangeException, duckdb.ParserException, duckdb.SyntaxException, duckdb.CatalogException,
]  # fmt: skip


@pytest.mark.parametrize("text", CELL_TEXTS)
@pytest.mark.parametrize("kind", QUOTING)
def test_no_text_of_a_cell_makes_an_error_one_of_the_store(kind: type[duckdb.Error], text: str) -> None:
    error = kind(f"Could not convert string '{text}' to INT32")
    assert not is_about_the_store(error)
    said = str(store_error(RAW, error))
    assert "nothing says that it is damaged: leave it" in said
    assert "Move it" not in said
    assert not isinstance(store_error(RAW, error), NoSpace)


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException("Corrupt database file: computed checksum 1 does not match"),
        duckdb.SerializationException("field id mismatch"),
        duckdb.FatalException("database has been invalidated"),
        duckdb.InternalException("Attempted to dereference unique_ptr that is NULL!"),
    ],
)
def test_errors_of_the_file_itself_are_damage_and_end_the_work(error: duckdb.Error) -> None:
    assert is_about_the_store(error)
    assert "raw.duckdb: is damaged" in str(store_error(RAW, error))


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException("Could not write file: No space left on device"),
        duckdb.TransactionException("Failed to commit: Could not write all bytes: No space left on device"),
        duckdb.OutOfMemoryException("failed to offload: max_temp_directory_size"),
    ],
)
def test_a_full_disk_is_told_as_such(error: duckdb.Error) -> None:
    assert is_about_the_store(error)
    assert isinstance(store_error(RAW, error), NoSpace)


def test_a_commit_that_was_not_written_ends_the_work() -> None:
    assert is_about_the_store(duckdb.TransactionException("Failed to commit: fsync failed"))


@pytest.mark.parametrize(
    ("error", "kind", "cause"),
    [
        (duckdb.IOException("Could not set lock: Conflicting lock is held in PID 7"), StoreHeld, DatabaseBusy),
        (duckdb.IOException("with version number 99, but we can only read"), StoreTooNew, HomeTooNew),
        (duckdb.IOException("Cannot open file: Permission denied"), StoreNotWritable, NotWritable),
        (duckdb.SerializationException("field id mismatch"), RawStoreError, DatabaseDamaged),
    ],
)
def test_a_cause_is_a_class_and_no_word_of_a_message(
    error: duckdb.Error, kind: type[RawStoreError], cause: type[NightError]
) -> None:
    assert type(store_error(RAW, error)) is kind
    assert type(named(kind("told in other words"))) is cause
