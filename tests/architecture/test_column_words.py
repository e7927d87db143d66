"""How columns are described: null is called null, and a meaning that many columns share is written once.

Belongs here: rules on the words of properties files. Never here: whether a column is described at all (test_dbt_rooms).
"""

import re
from collections import Counter

from tests.architecture.tree import MODELS

SHARED = re.compile(r"\{\{ doc\('(\w+)'\) \}\}")
BLOCKS = re.findall(r"\{% docs (\w+) %\}", (MODELS / "docs.md").read_text("utf-8"))


def _descriptions() -> list[str]:
    """One-line descriptions of our own properties files; sources.yml is made of the specs, unit tests have cases."""
    files = [f for f in MODELS.rglob("*.yml") if f.name != "sources.yml" and not f.name.endswith(".unit.yml")]
    return [said for f in files for said in re.findall(r"description: (.*)", f.read_text("utf-8"))]


def test_null_is_called_null() -> None:
    assert not [said for said in _descriptions() if re.search(r"\bempty (where|while|until|unless|if)\b", said, re.I)]


def test_a_meaning_that_ten_columns_share_is_written_once() -> None:
    counts = Counter(said.strip("\"'") for said in _descriptions() if not SHARED.search(said) and said != ">")
    assert {said for said, count in counts.items() if count >= 10} == set()


def test_each_shared_meaning_is_used() -> None:
    assert {name for said in _descriptions() for name in SHARED.findall(said)} == set(BLOCKS)
