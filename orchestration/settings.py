"""The business settings: the defaults of `dbt_project.yml`, and over them what the shop wrote into its `settings.toml`.

Belongs here: reading and checking settings, and the dbt vars they become.
Never here: a default (dbt_project.yml has them, so that `dbt build` alone works too), paths (`ingestion.home`).
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ingestion.home import PROJECT_ROOT, Home
from ingestion.specs.files import known_sources
from ingestion.time_zones import is_time_zone
from orchestration.errors import SettingsWrong

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
_ZONE, _CURRENCY, _HOURS = "store_time_zone", "reporting_currency", "business_hours"
_RATES = "exchange_rate_source"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHOLE_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
# The least and the most that each number, or each number of a list, may be.
_RANGES = {
    "clv_windows_days": (1, 36_500),
    "small_sample_threshold": (0, 1_000_000),
    "confidence_z": (0, 10),
    "spend_tier_count": (1, 1_000),
    "spend_tier_window_days": (1, 36_500),
    "churn_percentile": (0, 1),
    "churn_fixed_days": (0, 36_500),
    "fcr_window_days": (0, 3_650),
}


@dataclass(frozen=True)
class Settings:
    """All business settings that hold tonight, and which of them the shop chose itself."""

    values: Mapping[str, Any]
    overrides: Mapping[str, Any]

    @property
    def store_time_zone(self) -> str:
        """The zone in which the shop's days begin and its schedules run."""
        return str(self.values[_ZONE])

    @property
    def dbt_vars(self) -> list[str]:
        """Arguments for dbt: only what differs from the defaults, so that partial parsing keeps working."""
        return ["--vars", json.dumps(dict(sorted(self.overrides.items())))] if self.overrides else []


def read_settings(home: Home, dbt_project: Path = DBT_PROJECT) -> Settings:
    """The settings of a home. A key or value that cannot be is an error that names it and what is allowed."""
    project = yaml.safe_load((dbt_project / "dbt_project.yml").read_text(encoding="utf-8"))
    defaults: dict[str, Any] = project.get("vars") or {}
    overrides = _read_overrides(home.settings)
    for key, value in overrides.items():
        _check(home.settings, key, value, defaults)
    if isinstance(hours := overrides.get(_HOURS), dict):  # `[business_hours]`, as TOML invites to write one stretch
        overrides[_HOURS] = [hours]
    return Settings(defaults | overrides, overrides)


def as_toml(value: object) -> str:
    """A value as one would write it into settings.toml."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def check_rate_source(home: Home, settings: Settings) -> None:
    """Raise if the source whose exchange rates are to count is one that nothing is loaded for."""
    source = settings.overrides.get(_RATES)
    if source and source not in (sources := known_sources(home)):
        raise SettingsWrong(
            f"{home.settings}: no source is called {source!r}", f"There are: {', '.join(sorted(sources))}"
        )


def _read_overrides(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))  # editors put a mark there
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsWrong(f"{file}: no valid TOML: {error}", "Fix the line it names.") from error
    except OSError as error:
        raise SettingsWrong(
            f"{file} cannot be read ({error.strerror})", "It is a TOML file of the night's user."
        ) from error


def _check(file: Path, key: str, value: object, defaults: Mapping[str, Any]) -> None:
    if key not in defaults:
        near = difflib.get_close_matches(key, defaults, n=1)
        allowed = f"Did you mean {near[0]!r}? " if near else ""
        raise SettingsWrong(f"{file}: unknown setting {key!r}", f"{allowed}Known are: {', '.join(sorted(defaults))}")
    if key == _HOURS:
        _check_hours(file, value)
        return
    wanted = _kind(defaults[key])
    if _kind(value) != wanted and not (wanted == "number" and _kind(value) == "whole number"):
        raise SettingsWrong(
            f"{file}: {key} is a {_kind(value)}", f"It must be a {wanted}: {key} = {as_toml(defaults[key])}"
        )
    least, most = _RANGES.get(key, (None, None))
    for number in value if isinstance(value, list) else [value]:
        if isinstance(number, int | float) and least is not None and most is not None and not least <= number <= most:
            raise SettingsWrong(f"{file}: {key} is {number}", f"It must be from {least:,} to {most:,}.")
    _check_word(file, key, value)


def _check_word(file: Path, key: str, value: object) -> None:
    if key == _ZONE and not is_time_zone(value):
        raise SettingsWrong(f"{file}: no time zone is called {value!r}", "Use an IANA name such as Europe/Berlin.")
    if key == _CURRENCY and not re.fullmatch(r"[A-Z]{3}", str(value)):
        raise SettingsWrong(f"{file}: {value!r} is not a currency code", "Use three capital letters such as EUR.")
    if key == _RATES and not re.fullmatch(r"[a-z0-9_]*", str(value)):
        raise SettingsWrong(f"{file}: {value!r} is not a name of a source", "Use the name of a folder of your exports.")


def _check_hours(file: Path, value: object) -> None:
    hint = f'Write a list such as [{{day = "mon", opens = "09:00", closes = "17:00"}}]; days are {", ".join(_DAYS)}.'
    for stretch in value if isinstance(value, list) else [value]:
        if not isinstance(stretch, dict) or set(stretch) != {"day", "opens", "closes"}:
            raise SettingsWrong(f"{file}: {_HOURS} needs day, opens and closes in each of its tables", hint)
        if str(stretch["day"]).lower() not in (*_DAYS, *_WHOLE_DAYS):
            raise SettingsWrong(f"{file}: {_HOURS} has the day {stretch['day']!r}", hint)
        opens, closes = str(stretch["opens"]), str(stretch["closes"])
        if not (_TIME.fullmatch(opens) and _TIME.fullmatch(closes) and opens < closes):
            raise SettingsWrong(f"{file}: {_HOURS} opens at {opens!r} and closes at {closes!r}", hint)


def _kind(value: object) -> str:
    """What kind of value it is, in a person's words. A bool is an int in Python, so it comes first."""
    for kind, name in ((bool, "truth value"), (int, "whole number"), (float, "number"), (str, "text")):
        if isinstance(value, kind):
            return name
    if isinstance(value, list):
        kinds = list(dict.fromkeys(_kind(element) for element in value))
        return f"list of {' and '.join(f'{kind}s' for kind in kinds)}" if value else "list"
    return "table" if isinstance(value, dict) else type(value).__name__
