"""What a model of each layer may read and must say about itself. Python has its own rules; no row is tested."""

import csv
import re
from pathlib import Path

import pytest
import yaml

from tests.architecture.tree import MODELS, PROJECT, models, shown

MACROS = PROJECT / "dbt_project" / "macros"
LINES = 150
WIDTH = 120
EVERY_AREA = {"customers", "experience"}


def _sql(model: Path) -> str:
    text = re.sub(r"\{#.*?#\}", "", model.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"--.*", "", text)


def _refs(model: Path) -> list[str]:
    return re.findall(r"ref\(\s*['\"](\w+)['\"]\s*\)", _sql(model))


def _layers() -> dict[str, Path]:
    return {m.stem: m.relative_to(MODELS) for m in models()}


def _described(model: Path) -> dict:
    twin = yaml.safe_load(model.with_suffix(".yml").read_text(encoding="utf-8"))
    return next(entry for entry in twin["models"] if entry["name"] == model.stem)


@pytest.mark.parametrize("model", models(), ids=shown)
def test_a_model_is_short_and_named_after_its_layer(model: Path) -> None:
    layer = model.relative_to(MODELS).parts[0]
    assert len(model.read_text(encoding="utf-8").splitlines()) <= LINES
    assert len(model.stem) <= 45
    if layer == "staging":
        assert model.stem.startswith(f"stg_{model.parent.name}__")
    if layer == "core":
        assert re.match(r"(core|int)_", model.stem)


def test_macros_are_no_longer_and_no_wider_than_models() -> None:
    """sqlfluff reads models only, and their names are no layer's."""
    for file in MACROS.rglob("*.sql"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= LINES and max(map(len, lines)) <= WIDTH, shown(file)


@pytest.mark.parametrize("model", models(), ids=shown)
def test_every_model_has_a_twin_that_describes_it(model: Path) -> None:
    twin = model.with_suffix(".yml")
    assert twin.exists(), "no twin YAML"
    entry = _described(model)
    assert entry["description"].lstrip().startswith("One row per"), (
        "the description begins with its grain: One row per ..."
    )
    assert entry.get("columns"), "no column is described"
    assert not [c["name"] for c in entry["columns"] if not (c.get("description") or "").strip()]


@pytest.mark.parametrize("model", models("marts"), ids=shown)
def test_a_mart_selects_joins_and_rolls_up_but_defines_nothing(model: Path) -> None:
    defining = re.findall(r"\b(?:case|avg|median|quantile\w*|percentile\w*|nullif)\b|/", _sql(model).lower())
    assert not defining, "a rate, a mean or a case is a definition: make it in core, with a unit test"


@pytest.mark.parametrize("model", models("marts"), ids=shown)
def test_each_mart_column_is_typed_and_tagged(model: Path) -> None:
    for column in _described(model)["columns"]:
        assert column.get("data_type"), column["name"]
        assert column.get("config", {}).get("meta", {}).get("personal") in {"none", "quasi", "pseudonym"}, column[
            "name"
        ]


@pytest.mark.parametrize("model", models("marts"), ids=shown)
def test_a_day_and_the_first_day_of_a_month_have_one_name_in_every_mart(model: Path) -> None:
    for column in _described(model)["columns"]:
        if column["data_type"] == "date":
            assert re.search(r"_date$|^date_day$|^same_\w+_last_year$", column["name"]), column["name"]
        if column["description"].startswith("First day of the month"):
            assert re.search(r"(^|_)month_date$", column["name"]), column["name"]


@pytest.mark.parametrize("model", models(), ids=shown)
def test_a_day_is_called_date_from_staging_on(model: Path) -> None:
    days = [c["name"] for c in _described(model)["columns"] if c["name"].endswith("_day")]
    assert set(days) <= {"date_day"}, "the same name travels: a day of the store is a _date"


@pytest.mark.parametrize("model", models("staging"), ids=shown)
def test_staging_reads_one_export_and_neither_joins_nor_counts(model: Path) -> None:
    sql = _sql(model)
    assert len(set(re.findall(r"(?:current_rows|current_elements|source)\(\s*'(\w+)',\s*'(\w+)'", sql))) == 1
    assert not _refs(model)
    assert not re.search(r"\bjoin\b(?! lateral)|\bgroup by\b", sql, re.IGNORECASE)


@pytest.mark.parametrize("model", models("core"), ids=shown)
def test_core_reads_staging_core_and_seeds_only(model: Path) -> None:
    layers = _layers()
    assert not [r for r in _refs(model) if r in layers and layers[r].parts[0] == "marts"]
    assert not re.search(r"\bsource\(|current_(?:rows|elements)\(", _sql(model))


@pytest.mark.parametrize("model", models("core/service") + models("core/customers"), ids=shown)
def test_people_and_tickets_of_a_vendor_enter_core_by_a_union(model: Path) -> None:
    """So that a second help desk is one more arm in each union, and no change of what stands behind them."""
    read = set(re.findall(r"'stg_(\w+?)__\w+'", _sql(model)))
    assert not read or model.stem.endswith("__unioned") or model.stem.startswith(f"int_{'_'.join(read)}_")


@pytest.mark.parametrize("model", models("core/orders"), ids=shown)
def test_orders_and_refunds_of_a_vendor_enter_core_by_a_union(model: Path) -> None:
    """So that a second shop system is one more arm: in a union, or where an arm for the entity shapes is already."""
    read = set(re.findall(r"'stg_(\w+?)__\w+'", _sql(model)))
    is_union = model.stem.endswith("__unioned") or "entity" in read
    assert not read or is_union or model.stem.startswith(f"int_{'_'.join(read)}_")


@pytest.mark.parametrize("model", models("core"), ids=shown)
def test_vendors_are_united_by_name(model: Path) -> None:
    """By place, a column that stands wrong in one vendor's arm swaps two amounts and nobody is told."""
    is_union = model.stem.endswith("__unioned") or len(set(re.findall(r"'stg_(\w+?)__\w+'", _sql(model)))) > 1
    assert not is_union or not re.search(r"\bunion all\b(?! by name)", _sql(model))


@pytest.mark.parametrize("model", models("marts"), ids=shown)
def test_a_mart_reads_core_and_its_own_area(model: Path) -> None:
    layers, area = _layers(), model.relative_to(MODELS).parts[1]
    for name in _refs(model):
        if name not in layers:  # a seed
            continue
        layer, *rest = layers[name].parts
        assert layer in {"core", "marts"}, f"{name} is of layer {layer}"
        assert layer == "core" or rest[0] == area or area in EVERY_AREA, f"{name} is of another area"


def test_every_rule_that_leaves_records_out_has_its_sentence_in_a_seed() -> None:
    """And every sentence its rule: a shop should not be the first to meet a rule that does not say why."""
    seeds = [PROJECT / "dbt_project" / "seeds" / f"{name}.csv" for name in ("exclusion_rules", "exclusion_reasons")]
    rows = [row for seed in seeds for row in csv.DictReader(seed.read_text(encoding="utf-8").splitlines())]
    entities, rules = {row["entity"] for row in rows}, {row["rule"] for row in rows}
    judging = [sql for sql in map(_sql, models("core")) if re.search(r"as (?:\w+_reason|rule)\b", sql)]
    word = re.compile(r"(?:then|else)\s+'(\w+)'(?! \|\|)|^\s*'(\w+)'(?: as \w+)?,?$", re.MULTILINE)
    named = {one or other for sql in judging for one, other in word.findall(sql)}
    assert named - entities == rules
    orphans = _sql(MODELS / "core" / "service" / "int_ticket_records__unioned.sql")
    said = {row["entity"] for row in rows if row["rule"] == "ticket_unknown"}
    assert said == set(re.findall(r"\('(\w+)', 'stg_", orphans))


def test_model_names_are_unique() -> None:
    names = [m.stem for m in models()]
    assert len(names) == len(set(names))


def test_what_makes_a_delivery_the_newest_is_said_alike_to_dbt_and_to_the_night() -> None:
    """Python cannot read the macro `delivered`, so the night's fingerprint repeats its struct: word for word."""
    macros = (MACROS / "current_rows" / "contents.sql").read_text(encoding="utf-8")
    stem = re.search(r"macro stem\(name\) -%\} (.*?) \{%- endmacro", macros)
    assert stem
    said = [
        re.search(r"struct_pack\((.*?modified_at:=modified_at)", re.sub(r"\s+", "", text))
        for text in (
            macros.replace("{{ stem('file_name') }}", stem[1].replace("{{ name }}", "file_name")),
            (PROJECT / "orchestration" / "building" / "fingerprint.py").read_text(encoding="utf-8"),
        )
    ]
    assert said[0] and said[1] and said[0][1] == said[1][1]
