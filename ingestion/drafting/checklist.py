"""What a person should look at in a draft, the riskiest first.

Belongs here: wording doubts. Never here: guessing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingestion.drafting.guesses import Guess
from ingestion.drafting.sample import Sample

SHOWN = 12
NUMBERED = ("epoch_s", "epoch_ms", "%Y%m%d")


def checklist(
    sample: Sample, guesses: Sequence[Guess], key: Sequence[str], why: str, needs: Sequence[str] | None
) -> list[str]:
    """Comment lines: what must be there to count (`needs`, of an entity), whose data, the key, dates, then the rest."""
    is_entity = needs is not None
    doubts = [
        *(needs or ()),
        *_personal(guesses, is_entity),
        *_keeping(key, why, is_entity),
        *_numbers(guesses),
        *_times(guesses),
        *_table(sample, guesses),
    ]
    return ["# Check, the riskiest first:", *(f"#  {at}. {doubt}" for at, doubt in enumerate(doubts, 1)), "#"]


def _personal(guesses: Sequence[Guess], is_entity: bool) -> Iterator[str]:
    named = {word: [guess.name for guess in guesses if guess.personal == word] for word in ("direct", "quasi")}
    others = sum(guess.personal == "none" for guess in guesses)
    found = f"direct: {_some(named['direct'])}; quasi: {_some(named['quasi'])}"
    yield f"Personal data is guessed: {found}. Read the {others} columns called none: is one about a person?"
    if is_entity:
        yield "The shape's own personal words hold: do not map a column about a person onto one that is published."
    else:
        yield (
            "The words publish nothing by themselves: only a mart does that, column by column, and never a direct one."
            " If in doubt take the stricter word."
        )


def _keeping(key: Sequence[str], why: str, is_entity: bool) -> Iterator[str]:
    if is_entity:
        return
    if key:
        yield f"key = {', '.join(key)}: {why}. Is it so in every file? A wrong key makes rows replace each other."
    else:
        yield 'No key was found, so mode is "append": rows that a later file repeats count twice.'


def _numbers(guesses: Sequence[Guess]) -> Iterator[str]:
    for mark, said in ((".", ""), (",", ' and decimal_mark = ","')):
        if unsure := [guess.name for guess in guesses if guess.unsure_mark == mark]:
            yield (
                f"1{mark}000 may be one or a thousand in {_some(unsure)}, which stay text: for a thousand write type"
                f' "integer" and thousands_mark = "{mark}", for one type "decimal"{said}.'
            )
    if long := [guess.name for guess in guesses if guess.is_too_long]:
        yield f"A number type might lose digits of {_some(long)}: they stay text, which keeps them all."


def _times(guesses: Sequence[Guess]) -> Iterator[str]:
    if numbers := [guess.name for guess in guesses if guess.keys.get("format") in NUMBERED]:
        yield f'Whole numbers are read as moments in {_some(numbers)}: if they are ids, write type "text".'
    if twins := [guess.name for guess in guesses if guess.twin]:
        yield f"Day and month may be swapped in {_some(twins)}: no day above 12 was seen."
    if zoneless := [guess.name for guess in guesses if guess.is_zoneless]:
        yield f'Times without an offset are taken as UTC: {_some(zoneless)}; else add zone = "Area/City".'


def _table(sample: Sample, guesses: Sequence[Guess]) -> Iterator[str]:
    yield from sample.notes
    if not sample.is_whole:
        yield "Only the beginning of the file was looked at: what comes further down is not known."
    if empty := [guess.name for guess in guesses if guess.is_empty]:
        yield f"No value was seen in {_some(empty)}: they stay text until you know better."
    numbers = {word for guess in guesses for word in guess.keys.get("null_tokens", ()) if word}
    kept = [guess.name for guess in guesses if "null_tokens" not in guess.keys and numbers & {*guess.null_words}]
    if kept:
        yield (
            f"Words that mean missing in numbers stay texts in {_some(kept)} ({', '.join(sorted(numbers))}): if they "
            "mean it there too, name them in null_tokens."
        )
    if by_place := [guess.name for guess in guesses if guess.name.startswith("column_")]:
        yield f"Give names to {_some(by_place)}."


def _some(names: Sequence[str]) -> str:
    if not names:
        return "no column"
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
