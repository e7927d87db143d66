"""A TOML table becomes a model, or a list of mistakes that each name key, mistake and allowed values.

Belongs here: pydantic's errors in our words. Never here: files, or rules between keys.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ingestion.errors import SpecMistake

ENTITY_ONLY = ("map", "where", "split")
NAMED_PARTS = ("columns", "map", "children")  # tables of named parts: a mistake in one leaves the others
LIST = 'must be a list of texts, such as ["a", "b"]'
TABLE = 'must be a table: a block [name] or {{ key = "value" }}'
WORDS = {  # pydantic's kinds of mistakes
    "tuple_type": LIST, "list_type": LIST, "dict_type": TABLE, "model_type": TABLE, "model_attributes_type": TABLE,
    "too_short": "must hold at least {min_length}", "string_type": 'must be a text in quotes, such as "a"',
    "bool_type": "must be true or false", "bool_parsing": "must be true or false", "int_type": "must be a whole number",
    "int_parsing": "must be a whole number", "int_from_float": "must be a whole number", "float_type":
    "must be a number", "greater_than_equal": "must be at least {ge}", "less_than_equal": "must be at most {le}",
}  # fmt: skip

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Parsed(Generic[Model]):
    """The model, made of what was right, and the mistakes. None where too little was right to go on looking."""

    model: Model | None
    mistakes: tuple[SpecMistake, ...]
    replaced: tuple[str, ...] = ()

    def outside_replaced(self, found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Further mistakes, without those in parts already reported: they would be about our stand-in."""
        return (
            (key, text)
            for key, text in found
            if not any(key == part or key.startswith(part + ".") for part in self.replaced)
        )


def parse(model: type[Model], content: dict[str, Any], file: str) -> Parsed[Model]:
    """Validate; where that fails, once more without the wrong parts, so that all mistakes are seen at once."""
    try:
        return Parsed(model.model_validate(content), ())
    except ValidationError as error:
        details = error.errors()
    mistakes = tuple(_mistake(model, detail, file) for detail in details)
    rest = copy.deepcopy(content)
    for detail in details:
        _without(rest, [part for part in detail["loc"] if part != "[key]"])
    try:
        repaired: Model | None = model.model_validate(rest)
    except ValidationError:
        repaired = None
    replaced = {".".join(map(str, detail["loc"][: 2 if detail["loc"][0] in NAMED_PARTS else 1])) for detail in details}
    return Parsed(repaired, mistakes, tuple(replaced))


def _without(content: dict[str, Any], loc: list[int | str]) -> None:
    """Take the wrong part away. A column or mapping that is wrong anywhere is replaced by the plainest one."""
    if len(loc) >= 2 and loc[0] in ("columns", "map") and isinstance(content.get(str(loc[0])), dict):
        content[str(loc[0])][loc[1]] = {"type": "text"} if loc[0] == "columns" else {"constant": "x"}
    elif len(loc) >= 2 and isinstance(content.get(str(loc[0])), dict):
        content[str(loc[0])].pop(loc[1], None)
    elif loc:
        content.pop(str(loc[0]), None)


def _mistake(model: type[BaseModel], detail: ErrorDetails, file: str) -> SpecMistake:
    key = ".".join(str(part) for part in detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(model, detail, file, key)
    if kind == "missing":
        return SpecMistake(file, key, "is missing", _allowed(model, detail["loc"]))
    if kind == "literal_error":
        return SpecMistake(
            file, key, f"{detail['input']!r} is not known", str(context.get("expected", "")).replace(" or ", ", ")
        )
    if kind == "value_error":
        return SpecMistake(file, key, str(context.get("error", detail["msg"])))
    if kind in WORDS:
        return SpecMistake(file, key, WORDS[kind].format(**context))
    return SpecMistake(file, key, detail["msg"].replace("Input should", "should"))


def _unknown_key(model: type[BaseModel], detail: ErrorDetails, file: str, key: str) -> SpecMistake:
    owner = _model_at(model, detail["loc"][:-1])
    known = _keys(owner) if owner else []
    if key in ENTITY_ONLY:
        return SpecMistake(file, key, "goes only into an entity spec, one with `entity`", ", ".join(known))
    close = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1)
    hint = f"is not a key here; did you mean {close[0]!r}?" if close else "is not a key here"
    return SpecMistake(file, key, hint, ", ".join(known))


def _keys(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _allowed(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    """The allowed words of a key that takes only some words."""
    owner = _model_at(model, loc[:-1])
    info = owner.model_fields.get(str(loc[-1])) if owner else None
    words = get_args(info.annotation) if info else ()
    return ", ".join(words) if words and all(isinstance(word, str) for word in words) else ""


def _without_none(annotation: Any) -> Any:
    """What `X | None` holds: X."""
    kinds = [item for item in get_args(annotation) if item is not type(None)]
    return kinds[0] if len(kinds) == 1 and type(None) in get_args(annotation) else annotation


def _model_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model a place in the table belongs to; names of columns and children lead into the dict's values."""
    here: Any = model
    for part in loc:
        if isinstance(here, type) and issubclass(here, BaseModel):
            info = next((item for name, item in here.model_fields.items() if part in (name, item.alias)), None)
            here = _without_none(info.annotation) if info else None
        else:
            here = next(
                (item for item in get_args(here) if isinstance(item, type) and issubclass(item, BaseModel)), None
            )
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None
