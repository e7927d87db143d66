"""Which words are time zones, for specs, settings and seeds alike.

Belongs here: that question. Never here: what a zone does to a time.
"""

from __future__ import annotations

import zoneinfo

_OF_THIS_MACHINE = "localtime"  # a link some systems have among the zones; no database knows it


def is_time_zone(name: object) -> bool:
    """True for a name of the IANA database, which DuckDB knows too."""
    return name != _OF_THIS_MACHINE and name in zoneinfo.available_timezones()
