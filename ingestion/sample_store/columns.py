"""Arrays of the simulation as Arrow columns: instants and exact money.

Belongs here: conversions only. Never here: names of tables or columns.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ingestion.sample_store.clocks import Ints

NEVER = np.int64(2**53)


def instants(at: Ints) -> pa.Array:
    """Epoch seconds as timestamps without zone (UTC); NEVER becomes null."""
    return pa.array(at, pa.int64(), mask=at >= NEVER).cast(pa.timestamp("s"))


def amounts(cents: Ints) -> pa.Array:
    """Whole cents as decimal(18, 2) without any rounding: the integer is the decimal's own storage."""
    wide = np.empty((len(cents), 2), np.int64)
    wide[:, 0] = cents
    wide[:, 1] = cents >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(wide)])
