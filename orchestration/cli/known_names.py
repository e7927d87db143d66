"""Is there such a source or export? A slip of the pen must not look like "nothing new". No command of its own."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from orchestration.errors import WrongUse

if TYPE_CHECKING:
    from ingestion.home import Home


def require_known(home: Home, only: str | None) -> None:
    """Refuse a source, or source.export, for which there is no spec; the ones there are named."""
    from ingestion.specs.files import read_all_specs

    if only is None:
        return
    specs = read_all_specs(home).specs
    sources = {spec.source for spec in specs}
    source, _, export = only.partition(".")
    # A folder whose every spec has a mistake is known too: its mistakes are what the command is to say.
    if only in sources or only in {spec.name for spec in specs} or (home.sources / source / f"{export}.toml").exists():
        return
    if not export and (home.sources / source).is_dir():
        return
    exports = sorted(spec.export for spec in specs if spec.source == source)
    known = f"Exports of {source}: {', '.join(exports)}" if exports else f"Sources: {', '.join(sorted(sources))}"
    near = difflib.get_close_matches(only, [*sources, *(spec.name for spec in specs)], n=1)
    raise WrongUse(f"no source or export is called {only!r}", f"Did you mean {near[0]!r}? {known}" if near else known)
