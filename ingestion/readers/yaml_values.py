"""YAML's events as the values JSON has, each whole, with limits on depth and on what aliases add.

Belongs here: what a scalar is, keys, aliases, the words for what is broken. Never: records (`yaml_records`), columns.

A plain scalar that is JSON is what JSON makes of it: a number (as its text), true, false, null. `~`, `Null`, `NULL` and
nothing are null too. Any other is its text as written, so `no`, `2024-01-02`, `1:30` and `0o7` are left to the column's
type. Tags are not read; merge keys are keys like others. Values are made of events and not of the library's own tree,
since that has no limits.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from yaml import (
    AliasEvent,
    CSafeLoader,
    MappingEndEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    parse,
)  # fmt: skip
from yaml.reader import ReaderError

from ingestion.errors import FileRefused
from ingestion.readers.json_parse import Json, NumberText

DEPTH_LIMIT = 250
ALIASED_LIMIT = 16 << 20  # characters that aliases may add to a file, each value counting as one
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "false": False}


class Anchored(NamedTuple):
    """What an alias stands for, how much that is, and how deep it goes."""

    value: Json
    weight: int
    height: int


class YamlValues:
    """The events of one text, and the values that begin with them."""

    def __init__(self, text: str) -> None:
        self.end = 0  # where the last event ended
        self._events: Iterator[Any] = parse(text, Loader=CSafeLoader)
        self._anchors: dict[str, Anchored] = {}
        self._weight = self._aliased = self._deepest = 0

    def next(self) -> Any:
        """The next event, None at the end."""
        event = next(self._events, None)
        if event is not None:
            self.end = event.end_mark.index
        return event

    def until(self, end: type) -> Iterator[Any]:
        """The events the values of a collection begin with; each is to be made before the next is taken."""
        while not isinstance(event := self.next(), end):
            yield event

    def keys(self, taken: dict[str, Json]) -> Iterator[str]:
        """The keys of the mapping `taken` is made of, each before its value."""
        for event in self.until(MappingEndEvent):
            if type(event) is not ScalarEvent:
                raise FileRefused("invalid_yaml", f"a key is not a text{_place(event)}")
            if event.value in taken:
                raise FileRefused("doubled_column", f"a key stands twice in one mapping{_place(event)}")
            self._weight += len(event.value)
            yield event.value

    def forget_anchors(self) -> None:
        """A new document begins."""
        self._anchors.clear()

    def value(self, event: Any, depth: int = 1) -> Json:
        """The whole value that begins with this event."""
        if depth > DEPTH_LIMIT:
            raise FileRefused("too_deep", f"a value is nested deeper than about {DEPTH_LIMIT} levels{_place(event)}")
        if type(event) is AliasEvent:
            return self._alias(event, depth)
        weight, outer, self._deepest = self._weight, self._deepest, depth
        self._anchors.pop(event.anchor, None)  # an alias inside of it cannot mean what had the name before
        made = self._made(event, depth)
        if event.anchor:
            self._anchors[event.anchor] = Anchored(made, self._weight - weight, self._deepest - depth)
        self._deepest = max(outer, self._deepest)
        return made

    def _made(self, event: Any, depth: int) -> Json:
        self._weight += 1
        if type(event) is ScalarEvent:
            self._weight += len(event.value)
            return _scalar(event)
        if type(event) is SequenceStartEvent:
            return [self.value(item, depth + 1) for item in self.until(SequenceEndEvent)]
        members: dict[str, Json] = {}
        for key in self.keys(members):
            members[key] = self.value(self.next(), depth + 1)
        return members

    def _alias(self, event: Any, depth: int) -> Json:
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            raise FileRefused("invalid_yaml", f"an alias stands for no value before it{_place(event)}")
        self._weight += anchored.weight
        self._aliased += anchored.weight
        self._deepest = max(self._deepest, depth + anchored.height)
        if self._aliased > ALIASED_LIMIT:
            raise FileRefused("too_many_aliases", f"aliases add more than {ALIASED_LIMIT} characters{_place(event)}")
        if self._deepest > DEPTH_LIMIT:
            raise FileRefused("too_deep", f"an alias makes a value deeper than {DEPTH_LIMIT} levels{_place(event)}")
        return anchored.value


@contextmanager
def broken_is_refused(data: bytes) -> Iterator[None]:
    """What the parser finds wrong, with its place. Its words are constants and quote nothing of the file."""
    try:
        yield
    except UnicodeDecodeError:
        raise FileRefused("wrong_encoding", "the file is not UTF-8") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise FileRefused("invalid_yaml", f"not valid YAML, or not whole: {error.problem}{place}") from None
    except ReaderError as error:
        line, start = data.count(b"\n", 0, error.position) + 1, data.rfind(b"\n", 0, error.position)
        place = f" (line {line}, column {len(data[start + 1 : error.position].decode('utf-8', 'replace')) + 1})"
        raise FileRefused("invalid_yaml", f"not valid YAML: {error.reason}{place}") from None


def _scalar(event: Any) -> Json:
    text: str = event.value
    if not event.implicit[0]:  # quoted, a block, or tagged
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    return NumberText(text) if NUMBER.fullmatch(text) else text


def _place(event: Any) -> str:
    return f" (line {event.start_mark.line + 1}, column {event.start_mark.column + 1})"
