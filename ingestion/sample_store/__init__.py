"""A simulated shop that writes true-format exports, to try and test the warehouse against planted truths.

Belongs here: the simulation, its layouts (SQL files, one an export) and the truth written beside the exports.
Never here: reading exports, loading, or any definition that the warehouse uses (the truth is computed independently).
"""

from ingestion.sample_store.company import first_held
from ingestion.sample_store.placing import go_on
from ingestion.sample_store.settings import SampleRefused
from ingestion.sample_store.writing import SampleSummary, write_day, write_sample

__all__ = ["SampleRefused", "SampleSummary", "first_held", "go_on", "write_day", "write_sample"]
