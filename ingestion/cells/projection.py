"""The one SELECT that turns a relation of texts into typed rows with their cell errors.

Belongs here: how the expressions of texts and types are put together, for every reader and both kinds of spec. Never
here: reading a file, or writing a table.

The relation has one text column for each column of the file (c1 to cn) or each input (JSON, Parquet). The SELECT has
layers: texts, what is cut out of them, mapped texts, quick casts, bare texts where those failed, slow casts, values,
errors; each uses the one below by name, so nothing is reckoned twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ingestion.cells import numbers, times
from ingestion.cells.header import HeaderMatch
from ingestion.cells.numbers import Cast, Names, trimmed
from ingestion.cells.texts import cuts, extracted, mapped, matches, signed, text_of
from ingestion.quoting import identifier, literal, literals
from ingestion.specs.columns import Column
from ingestion.specs.model import Spec
from ingestion.specs.tables import CAST_ERRORS, Table

CASTS: Mapping[str, Callable[[Column, Names], Cast]] = {
    "integer": numbers.integer,
    "decimal": numbers.decimal,
    "double": numbers.double,
    "boolean": numbers.boolean,
    "json": numbers.json,
    "date": times.date,
    "timestamp": times.timestamp,
}
KEY_TWICE = "key_twice"  # no cast: what a record of JSON says beside the value that counts
REASONS = (
    "not_integer", "not_decimal", "not_double", "not_boolean", "not_json", "not_date", "no_such_date", "not_timestamp",
    "no_such_time", "not_epoch", "not_in_format", "too_many_digits", "out_of_range", "not_in_values",
    "not_extracted", KEY_TWICE,
)  # fmt: skip


class _Cell:
    """One column on its way: the names of its layers and the SQL of each."""

    def __init__(
        self, at: int, name: str, column: Column, spec: Spec, match: HeaderMatch, *, is_key: bool = False
    ) -> None:
        self.name, self.column = name, column
        self.inputs = match.bindings.get(name, ())
        self.tokens = spec.null_tokens_of(column)
        self.text_sql = text_of(column, self.inputs, self.tokens, spec.dialect)
        self.is_absent = column.is_unmapped or (bool(self.inputs) and not any(self.inputs))
        self.t, self.v = f"_t{at}", f"_v{at}"  # no column of a spec begins with _
        self.x = f"_x{at}" if cuts(column) else self.t
        self.m = self.x if column.values is None and column.negatives is None else f"_m{at}"
        self.names = Names(self.m, f"_q{at}", f"_b{at}")
        self.cast = CASTS[column.type](column, self.names) if column.type in CASTS else None
        self.is_key = is_key

    @property
    def can_fail(self) -> bool:
        return self.cast is not None or self.m != self.t

    def layers(self) -> list[str | None]:
        """The SQL of this column in each layer, from texts to values."""
        text = f"{self.text_sql} as {self.t}"
        cut = f"{extracted(self.column, self.t)} as {self.x}" if self.x != self.t else None
        mapping = f"{signed(self.column, mapped(self.column, self.x))} as {self.m}" if self.m != self.x else None
        if self.cast is None:
            return [text, cut, mapping, None, None, None, f"{_said(self.m) if self.is_key else self.m} as {self.v}"]
        n, cast = self.names, self.cast
        # The bare text is made, and the slow way gone, only where the quick cast did not give the text back.
        bare = f"case when {cast.holds} then null else {trimmed(n.t)} end" if cast.quick else trimmed(n.t)
        # A value with limits is looked at twice, so it gets a layer of its own.
        slow = f"case when {n.b} is not null then {cast.slow} end as _s{n.b}" if cast.limit else None
        limited = f"case when {cast.limit.format(value=f'_s{n.b}')} then _s{n.b} end" if cast.limit else cast.slow
        value = f"case when {n.b} is null then {n.q} else {limited} end" if cast.quick else limited
        return [
            text,
            cut,
            mapping,
            f"{cast.quick} as {n.q}" if cast.quick else None,
            f"{bare} as {n.b}",
            slow,
            f"{value} as {self.v}",
        ]

    def error(self) -> str:
        """SQL: the error of this cell, null if it is well."""
        raw = identifier(self.inputs[0]) if len(self.inputs) == 1 and self.inputs[0] else self.t
        reason = self.cast.reason if self.cast else "'not_in_values'"
        if self.cast and self.column.values is not None:
            reason = f"case when {self.m} is null then 'not_in_values' else {reason} end"
        if self.x != self.t:
            reason = f"case when {self.x} is null then 'not_extracted' else {reason} end"
        # Blanks alone are missing too where an empty cell is, but only here, where it costs nothing on good rows.
        blank = f" and {trimmed(self.t)} not in ({literals(self.tokens)})" if self.tokens else ""
        struct = f'struct_pack("column" := {literal(self.name)}, "text" := {raw}, reason := {reason})'
        return f"case when {self.v} is null and {self.t} is not null{blank} then {struct} end"


def typing_projection(
    spec: Spec,
    table: Table,
    match: HeaderMatch,
    relation: str,
    passthrough: Mapping[str, str] | None = None,
    *,
    lists_errors: bool = True,
) -> str:
    """The SELECT over `relation` (a name or a FROM item): the table's columns, `_cast_errors`, `_extra` if kept.

    `passthrough` adds outputs: name -> SQL over the relation's own columns. Without `lists_errors` a mere flag
    `_has_cast_errors` stands in place of `_cast_errors`: planning takes half the time, which counts for small files.
    """
    keyed = spec.children[table.child] if table.child else spec
    keys = {*keyed.key, *keyed.replace_by}
    cells = [
        _Cell(at, name, column, spec, match, is_key=name in keys)
        for at, (name, column) in enumerate(table.columns.items(), 1)
    ]
    live = [cell for cell in cells if not cell.is_absent]
    query = relation
    for layer in zip(*(cell.layers() for cell in live), strict=True):
        query = _layer(query, [sql for sql in layer if sql])
    outputs = [_output(cell) for cell in cells]
    outputs += [f"{_errors(live)} as _cast_errors" if lists_errors else f"{_any_missing(live)} as _has_cast_errors"]
    outputs += [f"{_extra(match)} as _extra"] if table.keeps_extra else []
    outputs += [f"{sql} as {identifier(name)}" for name, sql in (passthrough or {}).items()]
    return f"select {', '.join(outputs)} from {query}"


def row_filter(spec: Spec, match: HeaderMatch) -> str | None:
    """SQL over the relation of texts: does a split part take this record? None if it takes all."""
    if spec.where is None or match.where_input is None:
        return None
    cell, found, unfound = match.where_input, spec.where.matches, spec.where.matches_not
    rules = [matches(cell, found, spec.dialect)] if found is not None else []
    rules += [f"not {matches(cell, unfound, spec.dialect)}"] if unfound is not None else []
    return " and ".join(rules)


def missing_key(spec: Spec, child: str | None = None) -> str:
    """SQL over the typed outputs: is a part of the key missing? "false" where there is no key."""
    key = spec.children[child].key if child else spec.key
    return "(" + " or ".join(f"{identifier(name)} is null" for name in key) + ")" if key else "false"


def _said(text: str) -> str:
    """SQL: the text of a key, null where it is blank; only what may begin with a blank is trimmed."""
    return f"case when ({text} < '!' or {text} > '~') and {trimmed(text)} = '' then null else {text} end"


def _layer(relation: str, outputs: Sequence[str]) -> str:
    return f"(select *, {', '.join(outputs)} from {relation})" if outputs else relation


def _output(cell: _Cell) -> str:
    value = f"cast(null as {cell.column.sql_type})" if cell.is_absent else cell.v
    return f"{value} as {identifier(cell.name)}"


def _errors(cells: Sequence[_Cell]) -> str:
    """A list of errors, null for a row without any: the list is made only where a value is missing behind a text."""
    failing = [cell for cell in cells if cell.can_fail]
    if not failing:
        return f"cast(null as {CAST_ERRORS})"
    listed = f"list_filter([{', '.join(cell.error() for cell in failing)}], lambda _e: _e is not null)"
    return f"cast(case when {_any_missing(cells)} then nullif({listed}, []) end as {CAST_ERRORS})"


def _any_missing(cells: Sequence[_Cell]) -> str:
    """SQL: is some value missing behind a text?"""
    missing = [f"({cell.v} is null and {cell.t} is not null)" for cell in cells if cell.can_fail]
    return " or ".join(missing) or "false"


def _extra(match: HeaderMatch) -> str:
    """The file's columns that no column of ours takes, as a JSON object of texts."""
    kept = match.passing | match.extra
    if match.extra_input is not None:
        return f"cast({identifier(match.extra_input)} as json)"
    if not kept:
        return "cast(null as json)"
    return "json_object(" + ", ".join(f"{literal(text)}, {identifier(cell)}" for cell, text in kept.items()) + ")"
