"""Which files are new, whole and still, and which export each of them belongs to.

Belongs here: claims, the skip of known files, waiting for growing ones. Never here: opening a file (the worker does),
or changing, moving or deleting one.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingestion.deliveries import Delivery
from ingestion.file_names import is_bare_archive
from ingestion.folder_walk import FileStat, Found, walk_exports
from ingestion.our_names import source_name
from ingestion.specs.model import Spec, may_share
from ingestion.store.ledger import FileMark

TRIED_AGAIN = (
    "worker_died",
    "time_limit",
    "out_of_memory",
    "changed_while_read",
    "cannot_open",
    "fault",
)


@dataclass(frozen=True)
class Arrival:
    """A file that is to be opened for one export. `claims` = how many exports take from it (split)."""

    path: Path
    name: str
    relative: str
    instance: str
    spec: Spec
    stat: FileStat
    claims: int = 1


@dataclass
class Landing:
    """What the exports folder holds for this run."""

    arrivals: list[Arrival] = field(default_factory=list)
    problems: list[Delivery] = field(default_factory=list)
    known_files: int = 0


def claims_mark(specs: Iterable[Spec]) -> str:
    """One hash of everything that decides which spec claims which file."""
    lines = sorted(repr((spec.name, spec.files, spec.split, spec.sheet, spec.records)) for spec in specs)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def survey(
    exports: Path,
    specs: Sequence[Spec],
    marks: Mapping[str, Sequence[FileMark]],
    *,
    trust_claims: bool,
    only: str | None = None,
    mistaken: frozenset[str] = frozenset(),
) -> Landing:
    """Look at every file once. `trust_claims`: the specs claim what they claimed when the marks were made.

    `mistaken`: sources of which a spec was left out for a mistake, so that nobody can say whose a file is.
    """
    landing = Landing()
    by_source: dict[str, list[Spec]] = defaultdict(list)
    for spec in specs:
        by_source[spec.source].append(spec)
    for found in walk_exports(exports):
        known = marks.get(found.name, ())
        if trust_claims and _is_done(found, known):
            landing.known_files += 1
        elif found.stat is None:
            landing.problems.append(_problem(found, "refused", found.reason, found.detail))
        else:
            _claim(found, found.stat, by_source[found.source], known, landing)
    landing.problems += _without_folder(exports, marks)
    landing.problems = [_in_doubt(each) if each.source in mistaken else each for each in landing.problems]
    if only is not None:
        landing.arrivals = [each for each in landing.arrivals if only in (each.spec.source, each.spec.name)]
        landing.problems = [each for each in landing.problems if each.source == only.partition(".")[0]]
    return landing


def wait_until_still(
    landing: Landing,
    settle_seconds: float,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Watch files that were written a moment ago; those that still change wait for the next run."""
    moment = now()
    young = [each for each in landing.arrivals if moment - each.stat.mtime_ns / 1e9 < settle_seconds]
    if not young or settle_seconds <= 0:
        return
    sleep(settle_seconds)
    moving = {each.name for each in young if _stat_now(each.path) != (each.stat.size, each.stat.mtime_ns)}
    for each in landing.arrivals:
        if each.name in moving:
            landing.problems.append(_waiting(each))
    landing.arrivals = [each for each in landing.arrivals if each.name not in moving]


def _is_done(found: Found, known: Sequence[FileMark]) -> bool:
    return bool(known) and len(known) == known[0].claims and all(
        mark.status in ("loaded", "duplicate") and _is_same(found.stat, mark) for mark in known
    )  # fmt: skip


def _is_same(stat: FileStat | None, mark: FileMark) -> bool:
    return stat == FileStat(mark.size, mark.mtime_ns, mark.ctime_ns, mark.inode)


def _claim(found: Found, stat: FileStat, specs: Sequence[Spec], known: Sequence[FileMark], landing: Landing) -> None:
    claims = [(spec, instance) for spec in specs if (instance := spec.instance_of(found.relative)) is not None]
    if not claims:
        landing.problems.append(_unclaimed(found, specs))
        return
    if len(claims) > 1 and not may_share([spec for spec, _ in claims]):
        names = ", ".join(sorted(spec.name for spec, _ in claims))
        detail = (
            f"claimed by {names}; make their `files` patterns exclude each other, or give each a `sheet` or `records` "
            "of its own (entity specs: the same `split`)"
        )
        landing.problems.append(_problem(found, "refused", "claimed_twice", detail))
        return
    marks = {(mark.source, mark.export): mark for mark in known if _is_same(stat, mark)}
    fresh = 0
    for spec, instance in claims:
        mark = marks.get((spec.source, spec.export))
        if mark is not None and not _is_to_be_tried(mark, spec):
            if mark.status == "refused":
                landing.problems.append(_refused_before(mark, instance))
            continue
        fresh += 1
        landing.arrivals.append(Arrival(found.path, found.name, found.relative, instance, spec, stat, len(claims)))
    landing.known_files += not fresh


def _is_to_be_tried(mark: FileMark, spec: Spec) -> bool:
    """A refused file is tried again when its spec was fixed, or when the cause may be gone by itself."""
    return mark.status == "refused" and (mark.spec_sha256 != spec.sha256 or mark.reason in TRIED_AGAIN)


def _refused_before(mark: FileMark, instance: str) -> Delivery:
    return Delivery(
        source=mark.source,
        export=mark.export,
        instance=instance,
        file_name=mark.path,
        status="refused",
        reason=mark.reason or "",
        detail=(
            f"refused before (`cx loads {mark.load_id}` says why) and not changed since; deliver the file again or fix "
            "its spec"
        ),
        load_id=mark.load_id,
        is_new=False,
    )


def _unclaimed(found: Found, specs: Sequence[Spec]) -> Delivery:
    if not found.source:
        detail = "lies outside any source's folder; move it to exports/<source>/"
    elif not specs and (name := source_name(found.source)) != found.source:
        detail = (
            f"no source can be called {found.source!r}: rename its folder to {name} (small letters, digits and _); if "
            "that has no spec yet, write one with `cx draft`"
        )
    elif not specs:
        detail = f"no spec for source {found.source}; write one with `cx draft` or rename the folder"
    else:
        detail = f"no export of {found.source} takes a file of this name; see `cx sources`, or use `cx draft`"
        if is_bare_archive(found.relative):
            detail += "; the name of a zip says what is in it (orders_export.csv.zip): call this one so"
    return _problem(found, "unclaimed", "unclaimed", detail)


def _in_doubt(problem: Delivery) -> Delivery:
    """The same problem, where the spec that would take the file may be the one with the mistake."""
    if problem.status != "unclaimed":
        return problem
    detail = f"no export of {problem.source} takes it, but a spec of {problem.source} has a mistake: fix that first"
    return replace(problem, detail=detail)


def _without_folder(exports: Path, marks: Mapping[str, Sequence[FileMark]]) -> list[Delivery]:
    """Sources that have delivered before and whose whole folder is gone: no quiet night, but a share not mounted."""
    sources = sorted({mark.source for known in marks.values() for mark in known})
    told = (
        f"its folder is not in {exports.name} any more, though files of it were loaded; put it back or mount it (an "
        "empty folder says that nothing more is to come); if it was renamed, move raw.duckdb aside and run again, or "
        "its records count under both names"
    )
    return [
        replace(_of_no_export(source, f"{source}/", "refused", "folder_missing", told), is_new=False)
        for source in sources
        if not (exports / source).is_dir()
    ]


def _problem(found: Found, status: str, reason: str, detail: str) -> Delivery:
    return _of_no_export(found.source, found.name, status, reason, detail)


def _of_no_export(source: str, name: str, status: str, reason: str, detail: str) -> Delivery:
    return Delivery(source=source, export="", instance="", file_name=name, status=status, reason=reason, detail=detail)


def _waiting(arrival: Arrival) -> Delivery:
    return Delivery(
        source=arrival.spec.source,
        export=arrival.spec.export,
        instance=arrival.instance,
        file_name=arrival.name,
        status="waiting",
        reason="growing",
        detail="is still being written; it is taken by the next run",
    )


def _stat_now(path: Path) -> tuple[int, int] | None:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns)
