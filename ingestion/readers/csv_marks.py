"""The marks of one block of CSV lines (delimiters, quotes, line ends) and the proof that they stand as they must.

Belongs here: counting and comparing places in raw bytes, in wide registers. Never: a file, its header, or which blocks
there are (`csv_scan`).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

BLOCK = 1 << 20
RECORD_LIMIT = 1 << 19  # of a regular file; DuckDB's own limit is 2 MB
LF, CR = 10, 13
NEVER = b"\x02\x01\x02\x01"  # DuckDB's null text: a block that holds it is left to the exact reader, so no cell is null
_SCRATCH = threading.local()


@dataclass(frozen=True)
class Shape:
    """What every record of a file has in common."""

    delimiter: int
    quote: int
    columns: int
    ending: bytes

    @property
    def pattern(self) -> np.ndarray:
        """The marks of one record outside quotes, in order."""
        marks = [self.delimiter] * (self.columns - 1) + list(self.ending)
        return np.array(marks, dtype=np.uint8)


@dataclass(frozen=True)
class State:
    """Where a block begins: inside quotes or not, after how many delimiters and bytes of an unfinished record."""

    parity: int = 0
    delimiters: int = 0
    length: int = 0


CLEAN = State()


@dataclass(frozen=True)
class Finding:
    """What one block is: a problem, or so many records and the state behind it."""

    problem: str = ""
    rows: int = 0
    state: State = CLEAN
    multiline: bool = False


def examine(block: bytes, shape: Shape, state: State) -> Finding:
    """Prove one block of lines regular, given what came before it."""
    problem = _unlike_text(block)
    if problem:
        return Finding(problem)
    whole = block if block.endswith(b"\n") else block + shape.ending  # the file's last line may lack its end
    data = np.frombuffer(whole, dtype=np.uint8)
    has_quotes = state.parity or shape.quote in whole
    wanted = [shape.delimiter, LF] + [CR] * (CR in whole) + [shape.quote] * bool(has_quotes)
    places = _places_of(data, wanted)
    marks = data.take(places)
    if not has_quotes:
        return _count_records(places, marks, shape, state, 0, len(whole))
    quoted = marks == shape.quote
    inside = np.bitwise_xor.accumulate(quoted.view(np.uint8)) ^ np.uint8(state.parity)
    if not _quotes_stand_right(places, quoted, inside, state):
        return Finding("quotes")
    outside = np.flatnonzero(~(quoted | inside.view(bool)))
    finding = _count_records(places.take(outside), marks.take(outside), shape, state, int(inside[-1]), len(whole))
    ends = [int(np.count_nonzero(marks == mark)) for mark in (LF, CR)]
    plain = [finding.rows, finding.rows if shape.ending == b"\r\n" else 0]
    return Finding(finding.problem, finding.rows, finding.state, ends != plain)


def end_of_records(data: bytes, quote: int) -> int:
    """Where the last line ends that is not inside quotes, if `data` begins with a record; else where any line ends.

    A guess that saves work: what it is wrong about, the next block's examination finds out.
    """
    last = end = data.rfind(b"\n") + 1
    mark = bytes([quote])
    if mark in data:
        quotes = int(np.count_nonzero(np.frombuffer(data, np.uint8, end) == quote))
        while end and quotes % 2:
            start = data.rfind(b"\n", 0, end - 1) + 1
            quotes -= data.count(mark, start, end)
            end = start
    return end or last or len(data)


def _places_of(data: np.ndarray, wanted: list[int]) -> np.ndarray:
    """Where any of these bytes stand. The masks are kept from block to block: fresh memory costs more than the work."""
    masks = getattr(_SCRATCH, "masks", None)
    if masks is None or masks.shape[1] < len(data):
        masks = _SCRATCH.masks = np.empty((2, len(data)), dtype=bool)
    hits, others = masks[0, : len(data)], masks[1, : len(data)]
    np.equal(data, wanted[0], out=hits)
    for mark in wanted[1:]:
        np.equal(data, mark, out=others)
        np.logical_or(hits, others, out=hits)
    return np.flatnonzero(hits)


def _unlike_text(block: bytes) -> str:
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            return "not_utf8"
    if len(block) >= BLOCK and not block.endswith(b"\n"):
        return "record_too_long"
    has_null_text = NEVER[0] in block and NEVER in block  # a byte is found ten times as fast as a text
    return "not_text" if 0 in block or has_null_text else ""


def _quotes_stand_right(places: np.ndarray, quoted: np.ndarray, inside: np.ndarray, state: State) -> bool:
    """Each opening quote follows a separator or a quote at once; each closing one is followed by such at once."""
    touches = np.empty(len(places) + 1, dtype=bool)  # touches[i]: mark i stands right behind mark i - 1
    np.equal(places[1:], places[:-1] + 1, out=touches[1:-1])
    touches[0] = not state.parity and places[0] == 0
    touches[-1] = False  # a block ends with a line end, never with a quote
    opening = inside.view(bool)
    right = (opening & touches[:-1]) | (~opening & touches[1:])
    return bool((right | ~quoted).all())


def _count_records(
    places: np.ndarray, marks: np.ndarray, shape: Shape, state: State, parity: int, size: int
) -> Finding:
    pattern = shape.pattern
    if state.delimiters:
        marks = np.concatenate([np.full(state.delimiters, shape.delimiter, dtype=np.uint8), marks])
        places = np.concatenate([np.full(state.delimiters, -state.length, dtype=places.dtype), places])
    rows, rest = divmod(len(marks), len(pattern))
    whole = rows * len(pattern)
    if (rest and not parity) or rest >= shape.columns or (marks[whole:] != shape.delimiter).any():
        return Finding("cells")
    if not (marks[:whole].reshape(rows, len(pattern)) == pattern).all():
        return Finding("cells")
    grid = places[:whole].reshape(rows, len(pattern))
    if shape.ending == b"\r\n" and rows and (grid[:, -1] - grid[:, -2] != 1).any():
        return Finding("line_ends")
    ends = grid[:, -1]
    longest = int(np.diff(ends).max()) if rows > 1 else 0
    first = (int(ends[0]) if rows else size) + state.length
    left = size - (int(ends[-1]) + 1 if rows else 0) + (0 if rows else state.length)
    if max(longest, first, left) > RECORD_LIMIT:
        return Finding("record_too_long")
    return Finding("", rows, State(parity, rest, left) if parity else State())
