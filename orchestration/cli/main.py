"""`cx`: its commands, its global options, and how an error becomes one clear message and an exit code.

Belongs here: assembling. Never here: what a command does.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from pathlib import Path

import typer

from orchestration.cli import (
    audit,
    check,
    draft,
    example,
    load,
    loads,
    night,
    rejects,
    sample,
    settings,
    sources,
    sql,
    trace,
)
from orchestration.cli.output import (
    NotShown,
    complain,
    let_output_go,
    name_faults_of_output,
    not_shown,
    open_closed_streams,
)
from orchestration.cli.screen import unwrapped
from orchestration.errors import STOPPED_BY_HAND, DatabaseBusy, NoSpace, WrongUse
from orchestration.nights.stopping import is_asked, stop

_HELP = """Raw exports in, trusted marts out, every night.

Start with `cx sample` (generates a synthetic shop) or put your exports into home/exports/<source>/, then `cx night`;
`cx sql "from dim_customers limit 5"` queries the published file. All data lives in CX_HOME (default: home/ in the
project). Exit codes: docs/how_to/run_it_every_night.md.
"""
_TRACEBACK = "--traceback"
# The loader reads a file by the handle it verified, which only Linux lets DuckDB open by a path.
_OPEN_FILES = Path("/proc/self/fd")
_STOPPED = "stopped; nothing half done was kept, run it again at any time"
_PLACES = ("CX_HOME", "CX_EXPORTS", "CX_SOURCES")
_READER_LEFT = 141  # what a shell says of a program that SIGPIPE ended
# Python's own process that sweeps up after a killed night says on this screen what it swept up: locks, nothing of ours.
_UNTOLD = "ignore:resource_tracker:UserWarning"

app = typer.Typer(
    help=unwrapped(_HELP),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for command in (night, load, check, draft, loads, sources, audit, settings, sample, sql, trace, example):
    app.command(command.__name__.rpartition(".")[2], help=unwrapped(command.command.__doc__))(command.command)
for each in rejects.app.registered_commands:
    each.help = unwrapped(each.callback.__doc__ if each.callback else None)
app.add_typer(rejects.app, name="rejects")


@app.callback()
def _options(
    home: Path | None = typer.Option(
        None, "--home", help="Home folder (default: $CX_HOME, else home/ in the project)."
    ),
    _: bool = typer.Option(False, _TRACEBACK, help="Show the full traceback on errors."),
) -> None:
    if home is not None:
        os.environ["CX_HOME"] = str(home.expanduser().absolute())


def run() -> None:
    """The entry point. `--traceback` may stand anywhere."""
    open_closed_streams()
    if not _OPEN_FILES.is_dir():
        typer.echo("cx: cx-warehouse runs on Linux; elsewhere use a container, a virtual machine or WSL 2", err=True)
        raise SystemExit(2)
    gc.disable()  # the process ends with its command; to walk through what dbt leaves costs a small night a second
    sys.warnoptions.append(_UNTOLD)
    wants_traceback = _TRACEBACK in sys.argv
    sys.argv = [sys.argv[0], *(word for word in sys.argv[1:] if word != _TRACEBACK)]
    name_faults_of_output()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    try:
        try:
            app(prog_name="cx")
        finally:
            sys.stdout.flush()
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # who read it has seen enough, as `head` does
            raise SystemExit(_READER_LEFT) from None
        if ended.code == STOPPED_BY_HAND:
            complain(_STOPPED)
        raise
    except Exception as error:
        if wants_traceback:
            traceback.print_exc()
        raise SystemExit(_explained(error)) from None
    finally:
        gc.freeze()


def _not_text() -> str | None:
    """The first word of the command, or place, that holds bytes outside UTF-8; Python carries them as surrogates."""
    words = [*sys.argv[1:], *(os.environ.get(name, "") for name in _PLACES)]
    return next(
        (word for word in words if word.encode("utf-8", "replace") != word.encode("utf-8", "surrogateescape")), None
    )


def _explained(error: Exception) -> int:
    from ingestion.home import Home
    from orchestration.ingestion_errors import cause_of
    from orchestration.nights.night_lock import night_at_work

    if isinstance(error, BrokenPipeError | NotShown):
        let_output_go()
        if isinstance(error, NotShown):
            complain(f"{not_shown(error)}; what the command did besides is done")
        return _READER_LEFT if isinstance(error, BrokenPipeError) else NoSpace.exit_code
    if is_asked.is_set():  # a library made an error of the interruption
        complain(_STOPPED)
        return STOPPED_BY_HAND
    if isinstance(error, UnicodeEncodeError | RuntimeError) and (word := _not_text()):
        complain(f"{word!r} is not UTF-8 text: rename it or write it in UTF-8")
        return WrongUse.exit_code
    named = cause_of(error)
    if isinstance(named, DatabaseBusy):  # DuckDB names the night's own worker, whom nobody should stop
        named = night_at_work(Home.from_environment()) or named
    if named is None:
        # Its text might quote somebody's data, so only its kind and place are told.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        complain(f"unexpected {type(error).__name__} at {where}; add {_TRACEBACK} to see more")
        return 1
    complain("\n    ".join(part for part in (str(named), named.hint) if part))
    return named.exit_code
