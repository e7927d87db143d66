"""What dbt did, in facts that hold no cell of anybody's data: nodes, counts, times, failures and where to look.

Belongs here: reading dbt's results and wording failures. Never here: running dbt, or passing on an engine's message
about data (DuckDB quotes the value that failed).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from orchestration.plurals import counted

# Errors about the SQL itself; every other kind may quote a cell.
_ABOUT_CODE = ("Binder Error", "Catalog Error", "Parser Error", "Syntax Error", "Compilation Error", "Contract")
_KIND = re.compile(r"\b([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)? Error)\b")


@dataclass(frozen=True)
class Failure:
    """One model or test that failed. `where` is the compiled SQL, `stored_in` the table with the failing rows."""

    name: str
    kind: str
    is_error: bool
    row_count: int | None
    message: str
    where: str
    model: str = ""
    column: str = ""
    stored_in: str = ""
    files: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def hint(self) -> str:
        """What to do."""
        where = f"`cx audit {self.name}` shows its rows." if self.stored_in else f"Its SQL is in {self.where}."
        return f"{where} Fix the export or the model, and run the night again; `cx audit` lists all that failed."

    def sentence(self) -> str:
        """All of it on one line."""
        return "; ".join(self.lines())

    def lines(self) -> list[str]:
        """What failed; then, a line each, the commands and places that lead on."""
        rows = "" if self.row_count is None else f": {counted(self.row_count, 'row')}"
        of_model = f" of {self.model}" if self.model else ""
        said = f" ({self.message})" if self.message else ""
        lines = [f"{self.kind} {self.name}{of_model} {'failed' if self.is_error else 'warns'}{rows}{said}"]
        lines += [f"its rows: cx audit {self.name}"] if self.stored_in else []
        lines += [f"among their files: {', '.join(self.files)}"] if self.files else []
        lines += [f"files and lines of one: cx trace {self.model} {key}" for key in self.keys]
        if self.stored_in and not (self.files or self.keys):
            lines.append("which files: its rows hold no key that leads to a file and may stand here")
        return [*lines, f"SQL: {self.where}"]


@dataclass(frozen=True)
class NodeFact:
    """What became of one model, seed, snapshot or test."""

    unique_id: str
    status: str
    seconds: float
    row_count: int | None


@dataclass(frozen=True)
class BuildReport:
    """One dbt build."""

    counts: dict[str, dict[str, int]]
    seconds: float
    nodes: list[NodeFact] = field(default_factory=list)
    slowest: list[tuple[str, float]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def errors(self) -> list[Failure]:
        """What keeps the night from being published."""
        return [failure for failure in self.failures if failure.is_error]

    @property
    def warnings(self) -> list[Failure]:
        """What a person should look at, and no more."""
        return [failure for failure in self.failures if not failure.is_error]


def report_of(results: Iterable[Any], seconds: float) -> BuildReport:
    """The report of dbt's run results."""
    nodes = list(results)
    counts: dict[str, Counter[str]] = {}
    for result in nodes:
        counts.setdefault(_text(result.node.resource_type), Counter())[_text(result.status)] += 1
    slowest = sorted(((result.node.name, result.execution_time) for result in nodes), key=lambda pair: -pair[1])[:5]
    failures = [_failure(result) for result in nodes if _text(result.status) in ("error", "fail", "warn")]
    facts = [
        NodeFact(one.node.unique_id, _text(one.status), round(one.execution_time, 3), one.failures) for one in nodes
    ]
    return BuildReport({kind: dict(count) for kind, count in counts.items()}, seconds, facts, slowest, failures)


def _failure(result: Any) -> Failure:
    is_test = _text(result.node.resource_type) in ("test", "unit_test")
    status = _text(result.status)
    row_count = result.failures if is_test and status in ("fail", "warn") else None
    about = " ".join((getattr(result.node, "description", "") or "").split())
    message = about if row_count is not None else safe_message(result.message or "")
    where = getattr(result.node, "compiled_path", None) or result.node.original_file_path
    kind = _text(result.node.resource_type).replace("_", " ")
    model, column = _asked(result.node) if is_test else ("", "")
    return Failure(result.node.name, kind, status != "warn", row_count, message, str(where), model, column)


def _asked(test: Any) -> tuple[str, str]:
    """The model and the column that a test is about; of one that reads several models the first."""
    models = [getattr(test, "attached_node", None) or "", *test.depends_on.nodes]
    return next((name for name in models if name), "").rpartition(".")[2], getattr(test, "column_name", None) or ""


def safe_message(message: str) -> str:
    """A message about code as it is; of one about data only its kind, since it may quote the data."""
    if any(words in message for words in _ABOUT_CODE):
        return " ".join(message.split())[:500]
    kind = _KIND.findall(message.replace("Runtime Error", ""))
    return f"{kind[0] if kind else 'error'}; run its SQL to see the row"


def _text(word: Any) -> str:
    return str(getattr(word, "value", word))
