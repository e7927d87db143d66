"""The one SELECT that turns a relation of texts into typed rows with their cell errors.

Belongs here: how the expressions of texts and types are put together, for every reader and both kinds of spec. Never
here: reading a file, or writing a table.

The relation has one text column for each column of the file (c1 to cn) or each input (JSON, Parquet). The SELECT has
layers: texts, what is cut out of them, mapped texts, quick casts, bare texts where those failed, slow casts, values,
errors; each uses the one below by name, so nothing is computed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

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


@dataclass(frozen=True)
class _Layers:
    """The SQL of one column in each layer, the lowest first; None where the column has nothing to do in one."""

    text: str
    cut: str | None
    mapped: str | None
    quick: str | None
    bare: str | None
    slow: str | None
    value: str


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
        self.text, self.value = f"_t{at}", f"_v{at}"  # no column of a spec begins with _
        self.cut = f"_x{at}" if cuts(column) else self.text
        self.mapped = self.cut if column.values is None and column.negatives is None else f"_m{at}"
        self.names = Names(self.mapped, f"_q{at}", f"_b{at}")
        self.cast = CASTS[column.type](column, self.names) if column.type in CASTS else None
        self.is_key = is_key

    @property
    def can_fail(self) -> bool:
        return self.cast is not None or self.mapped != self.text

    def layers(self) -> _Layers:
        quick = bare = slow = None
        value = _said(self.mapped) if self.is_key else self.mapped
        if self.cast:
            names, cast = self.names, self.cast
            bare, value = trimmed(names.mapped), cast.slow
            if cast.limit:  # a value with limits is looked at twice, so it gets a layer of its own
                slow = f"case when {names.bare} is not null then {value} end as _s{names.bare}"
                value = f"case when {cast.limit.format(value=f'_s{names.bare}')} then _s{names.bare} end"
            if cast.quick:  # the bare text is made, and the slow way gone, only where this did not give the text back
                quick = f"{cast.quick} as {names.quick}"
                bare = f"case when {cast.holds} then null else {bare} end"
                value = f"case when {names.bare} is null then {names.quick} else {value} end"
            bare = f"{bare} as {names.bare}"
        return _Layers(
            text=f"{self.text_sql} as {self.text}",
            cut=f"{extracted(self.column, self.text)} as {self.cut}" if self.cut != self.text else None,
            mapped=self._mapped() if self.mapped != self.cut else None,
            quick=quick,
            bare=bare,
            slow=slow,
            value=f"{value} as {self.value}",
        )

    def _mapped(self) -> str:
        return f"{signed(self.column, mapped(self.column, self.cut))} as {self.mapped}"

    def error(self) -> str:
        """SQL: the error of this cell, null if it is well."""
        raw = identifier(self.inputs[0]) if len(self.inputs) == 1 and self.inputs[0] else self.text
        reason = self.cast.reason if self.cast else "'not_in_values'"
        if self.cast and self.column.values is not None:
            reason = f"case when {self.mapped} is null then 'not_in_values' else {reason} end"
        if self.cut != self.text:
            reason = f"case when {self.cut} is null then 'not_extracted' else {reason} end"
        # Blanks alone are missing too where an empty cell is, but only here, where it costs nothing on good rows.
        blank = f" and {trimmed(self.text)} not in ({literals(self.tokens)})" if self.tokens else ""
        struct = f'struct_pack("column" := {literal(self.name)}, "text" := {raw}, reason := {reason})'
        return f"case when {self.value} is null and {self.text} is not null{blank} then {struct} end"


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
    query, layers = relation, [cell.layers() for cell in live]
    for layer in fields(_Layers):
        query = _layer(query, [sql for each in layers if (sql := getattr(each, layer.name))])
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
    value = f"cast(null as {cell.column.sql_type})" if cell.is_absent else cell.value
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
    missing = [f"({cell.value} is null and {cell.text} is not null)" for cell in cells if cell.can_fail]
    return " or ".join(missing) or "false"


def _extra(match: HeaderMatch) -> str:
    """The file's columns that no column of ours takes, as a JSON object of texts."""
    kept = match.passing | match.extra
    if match.extra_input is not None:
        return f"cast({identifier(match.extra_input)} as json)"
    if not kept:
        return "cast(null as json)"
    return "json_object(" + ", ".join(f"{literal(text)}, {identifier(cell)}" for cell, text in kept.items()) + ")"
