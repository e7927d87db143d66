"""A shop's own settings: checked word by word, laid over the defaults of the dbt project."""

import json
from pathlib import Path

import pytest

from ingestion.home import Home
from orchestration.errors import SettingsWrong
from orchestration.settings import check_rate_source, read_settings


def _home(tmp_path: Path, text: str) -> Home:
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    return Home.at(tmp_path)


def test_without_a_file_the_projects_defaults_hold_and_dbt_gets_no_vars(tmp_path: Path) -> None:
    settings = read_settings(Home.at(tmp_path))
    assert settings.store_time_zone == "UTC"
    assert settings.dbt_vars == []


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_shops_values_become_dbt_vars_also_behind_a_byte_order_mark(tmp_path: Path, mark: str) -> None:
    settings = read_settings(_home(tmp_path, mark + 'store_time_zone = "Europe/Berlin"\nclv_windows_days = [30, 60]\n'))
    assert settings.store_time_zone == "Europe/Berlin"
    assert json.loads(settings.dbt_vars[1]) == {"store_time_zone": "Europe/Berlin", "clv_windows_days": [30, 60]}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('store_timezone = "UTC"', "unknown setting 'store_timezone'", "Did you mean 'store_time_zone'"),
        ("nonsense = 1", "unknown setting 'nonsense'", "reporting_currency"),
        ('fcr_window_days = "7"', "fcr_window_days is a text", "whole number"),
        ("fcr_window_days = true", "fcr_window_days is a truth value", "whole number: fcr_window_days = 7"),
        ('prices_include_tax = "yes"', "prices_include_tax is a text", "truth value: prices_include_tax = false"),
        ('clv_windows_days = ["a"]', "clv_windows_days is a list of texts", "list of whole numbers"),
        ('store_time_zone = "Berlin"', "no time zone is called 'Berlin'", "IANA"),
        ('store_time_zone = "localtime"', "no time zone is called 'localtime'", "IANA"),
        ('reporting_currency = "euro"', "'euro' is not a currency code", "EUR"),
        ('exchange_rate_source = "ECB\'s"', "not a name of a source", "folder of your exports"),
        ("small_sample_threshold = -5", "small_sample_threshold is -5", "from 0 to"),
        ("churn_percentile = 7.0", "churn_percentile is 7.0", "from 0 to 1"),
        ("churn_fixed_days = -1", "churn_fixed_days is -1", "from 0 to 36,500"),
        ("churn_percentile = nan", "churn_percentile is nan", "from 0 to 1"),
        ("spend_tier_count = 0", "spend_tier_count is 0", "from 1 to"),
        ("clv_windows_days = [30, -3]", "clv_windows_days is -3", "from 1 to"),
        ('clv_windows_days = [3, "x"]', "list of whole numbers and texts", "list of whole numbers"),
        ('business_hours = [{day = "x", opens = "09:00", closes = "17:00"}]', "has the day 'x'", "mon"),
        ('business_hours = [{day = "monster", opens = "09:00", closes = "17:00"}]', "has the day 'monster'", "mon"),
        ('business_hours = [{day = "mon", opens = "9", closes = "17:00"}]', "opens at '9'", "09:00"),
        ('business_hours = [{day = "mon"}]', "needs day, opens and closes", "09:00"),
        ("business_hours = 5", "needs day, opens and closes", "09:00"),
        ("store_time_zone = ", "no valid TOML", "line"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(SettingsWrong) as raised:
        read_settings(_home(tmp_path, text))
    assert message in str(raised.value) and "settings.toml" in str(raised.value)
    assert hint in raised.value.hint


def test_a_whole_number_will_do_for_a_number(tmp_path: Path) -> None:
    assert read_settings(_home(tmp_path, "churn_percentile = 1")).values["churn_percentile"] == 1


def test_every_setting_that_is_a_number_has_a_range(tmp_path: Path) -> None:
    for name, default in read_settings(Home.at(tmp_path)).values.items():
        numbers = default if isinstance(default, list) else [default]
        if numbers and all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
            with pytest.raises(SettingsWrong, match="is -1"):
                read_settings(_home(tmp_path, f"{name} = {[-1] if isinstance(default, list) else -1}"))


def test_working_hours_can_be_set(tmp_path: Path) -> None:
    text = 'business_hours = [{day = "mon", opens = "09:00", closes = "17:30"}]\n'
    assert read_settings(_home(tmp_path, text)).values["business_hours"][0]["closes"] == "17:30"
    assert read_settings(_home(tmp_path, "business_hours = []")).values["business_hours"] == []
    table = '[business_hours]\nday = "Monday"\nopens = "09:00"\ncloses = "17:30"\n'
    assert len(read_settings(_home(tmp_path, table)).values["business_hours"]) == 1


def test_rates_of_a_source_that_nothing_is_loaded_for_are_told(tmp_path: Path) -> None:
    home = _home(tmp_path, 'exchange_rate_source = "shopfy"')
    with pytest.raises(SettingsWrong, match=r"settings[.]toml: no source is called 'shopfy'") as raised:
        check_rate_source(home, read_settings(home))
    assert "shopify" in raised.value.hint
    check_rate_source(home, read_settings(_home(tmp_path, 'exchange_rate_source = "shopify"')))


def test_a_folder_in_the_place_of_the_settings_is_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(SettingsWrong, match=r"settings[.]toml cannot be read"):
        read_settings(Home.at(tmp_path))
