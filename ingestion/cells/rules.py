"""How a cell's text becomes a value: the keys a vendor's column and an entity's mapping share.

Belongs here: formats, marks, words, and the small types TOML values are read by. Never here: which column it is
(`specs.columns`) or SQL (`projection`).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ingestion.cells.date_patterns import DASHED, NUMERIC, WORDS, lacking, unknown_directives
from ingestion.specs.dialect import check_expression
from ingestion.time_zones import is_time_zone

TRUE_WORDS = ("true", "yes", "1")
FALSE_WORDS = ("false", "no", "0")
FORMAT_WORDS = ("iso", "epoch_s", "epoch_ms")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _as_texts(value: object) -> object:
    return {key: _as_text(item) for key, item in value.items()} if isinstance(value, dict) else value


TextList = Annotated[tuple[str, ...], BeforeValidator(_as_list, json_schema_input_type=str | list[str])]
Scalar = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int | float | bool)]
ValueMap = Annotated[
    dict[str, Scalar], BeforeValidator(_as_texts, json_schema_input_type=dict[str, str | int | float | bool])
]


class CellRules(BaseModel):
    """How a cell's text becomes a value: the part a vendor's column and an entity's mapping share."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: str | None = Field(
        None,
        description=(
            'Of date and timestamp: "iso" (default), "epoch_s", "epoch_ms", or a strptime pattern such as '
            "`%d/%m/%Y %H:%M`, which says year, month and day (and `%p` beside `%I`). `%Z` takes UTC, GMT and names "
            "such as `Europe/Berlin`, by the rule of `zone` in the hours of a clock change; `CST` or `BST` mean "
            "several zones, and only a date is read before them. A date is the day as it is written, whatever offset "
            "stands behind its hour."
        ),
    )
    zone: str | None = Field(
        None,
        description=(
            "IANA zone of local times without an offset; without it they are UTC. An hour that came twice is the "
            "first one, an hour that never was is a cell error. Of a date by epoch: the zone whose day it is."
        ),
    )
    decimal_mark: str | None = Field(None, description='Of decimal and double: `"."` (default) or `","`.')
    thousands_mark: str | None = Field(
        None, description="Of integer, decimal and double: the mark between groups of three digits; none by default."
    )
    negatives: Literal["parentheses", "trailing"] | None = Field(
        None,
        description=(
            "Of integer, decimal and double: numbers below zero are written `(12.50)` or `12.50-`; a minus before the "
            "number is read in any case."
        ),
    )
    true_words: tuple[str, ...] | None = Field(
        None, min_length=1, description="Of boolean: texts for true, any case (default true, yes, 1)."
    )
    false_words: tuple[str, ...] | None = Field(
        None, min_length=1, description="Of boolean: texts for false, any case (default false, no, 0)."
    )
    null_tokens: tuple[str, ...] | None = Field(
        None, description="Texts that mean missing in this column, in place of the spec's."
    )
    trim: bool | None = Field(
        None,
        strict=True,
        description="Take blanks round a text away (numbers, dates and booleans always tolerate them).",
    )
    apostrophe_guard: bool | None = Field(None, strict=True, description="Take exactly one leading `'` away.")
    extract: str | None = Field(
        None,
        description=(
            "Regular expression: the cell becomes its first group (without a group: what matched). A cell in which it "
            "is not found is a cell error; one where the group is empty (`^([0-9]+) EUR|^free$`) is missing."
        ),
    )
    extract_as: Literal["text", "exists"] = Field(
        "text", alias="as", description='With `extract`: "exists" makes true where it matches and false where not.'
    )
    values: ValueMap | None = Field(
        None,
        description=(
            'Their text <- our text, before typing. `"*"` stands for any other text; `"*" = "*"` keeps it. '
            'Without `"*"` another text is a cell error.'
        ),
    )

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: str | None) -> str | None:
        if value is None or value in FORMAT_WORDS:
            return value
        unknown = unknown_directives(value)
        if unknown or "%" not in value:
            known = " ".join(f"%{name}" for name in (*NUMERIC, *WORDS))
            dashed = " ".join(f"%-{name}" for name in DASHED)
            raise ValueError(
                f"{' '.join(unknown) or repr(value)} is not a date format; allowed: {', '.join(FORMAT_WORDS)}, or a "
                f"strptime pattern of {known}, and {dashed}"
            )
        if missing := lacking(value):
            raise ValueError(f"{value!r} does not say {' and '.join(missing)}, which would be made up")
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and not is_time_zone(value):
            raise ValueError(f"no time zone is called {value!r}; use an IANA name such as Europe/Berlin")
        return value

    @field_validator("decimal_mark")
    @classmethod
    def _a_decimal_mark(cls, value: str | None) -> str | None:
        if value not in (None, ".", ","):
            raise ValueError('must be "." or ","')
        return value

    @field_validator("thousands_mark")
    @classmethod
    def _a_thousands_mark(cls, value: str | None) -> str | None:
        if value not in (None, "", ".", ",", " ", "'", "\u00a0", "\u202f", "_", "\u2019"):
            raise ValueError("must be one of . , ' _ a blank, a no-break blank, or empty")
        return value

    @field_validator("extract")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            check_expression(value)
        return value

    @model_validator(mode="after")
    def _words_differ(self) -> Self:
        """One word cannot mean both."""
        false = {word.lower() for word in self.false_words or FALSE_WORDS}
        both = [word for word in self.true_words or TRUE_WORDS if word.lower() in false]
        if both and (self.true_words or self.false_words):
            raise ValueError(f"{both[0]!r} stands for true and for false; give each its own true_words and false_words")
        return self
