"""The tiny dbt project with one seed and a mart of it, over which a shop lays rows of its own. Asserts nothing."""

from __future__ import annotations

from pathlib import Path

from tests.builders.dbt import PROJECT
from tests.builders.tiny_project import write_tiny_project

SHIPPED = ["source,word,meaning,is_final,reason", "*,open,new,false,shipped", "*,shut,done,true,shipped"]
_SEED_YAML = """
seeds:
  - name: status_words
    config:
      column_types: {source: varchar, word: varchar, meaning: varchar, is_final: boolean, reason: varchar}
      meta: {key: [source, word]}
    columns:
      - {name: source, config: {meta: {kind: source}}}
      - {name: word, config: {meta: {kind: small_letters}}}
      - name: meaning
        data_tests: [not_null, accepted_values: {arguments: {values: [new, done, lost]}}]
      - {name: is_final, data_tests: [not_null]}
"""
_MART_YAML = """
models:
  - name: fct_words
    description: One row per word.
    columns:
      - {name: word, description: Which., config: {meta: {personal: none}}}
      - {name: meaning, description: Ours., config: {meta: {personal: none}}}
      - {name: is_final, description: Whether., config: {meta: {personal: none}}}
"""


def write_seeded_project(folder: Path, rows: list[str] | None = None) -> Path:
    """Write the project, or what a later release ships: `rows` are the seed's header and rows."""
    write_tiny_project(folder)
    settings = folder / "dbt_project.yml"
    settings.write_text(
        settings.read_text("utf-8") + 'seeds: {tiny: {+schema: seeds, +post-hook: "{{ shop_rows() }}"}}\n'
    )
    (folder / "seeds").mkdir(exist_ok=True)
    files = {
        folder / "macros" / "shop_rows.sql": (PROJECT / "macros" / "shop_rows.sql").read_text("utf-8"),
        folder / "seeds" / "status_words.csv": "\n".join(rows or SHIPPED) + "\n",
        folder / "seeds" / "seeds.yml": _SEED_YAML,
        folder / "models" / "marts" / "words.yml": _MART_YAML,
        folder / "models" / "marts" / "fct_words.sql": "select word, meaning, is_final from {{ ref('status_words') }}",
    }
    for path, text in files.items():
        path.write_text(text.lstrip(), encoding="utf-8")
    return folder


def write_shop_rows(home: Path, *lines: str, name: str = "status_words.csv", encoding: str = "utf-8") -> Path:
    """Put a shop's own rows into its home."""
    file = home / "seeds" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return file
