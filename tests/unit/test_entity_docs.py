"""Every shape and each of its columns stands in docs/entities.md as its spec says."""

import re
import tomllib

from ingestion.home import PROJECT_ROOT, SHIPPED_SOURCES

MODELS = PROJECT_ROOT / "dbt_project" / "models"
TEXT = (PROJECT_ROOT / "docs" / "entities.md").read_text("utf-8")


def test_every_shape_is_documented_to_its_last_column() -> None:
    for file in sorted((SHIPPED_SOURCES / "entity").glob("*.toml")):
        shape = tomllib.loads(file.read_text("utf-8"))
        chapter = TEXT.split(f"## {file.stem}\n", 1)[1].split("\n## ", 1)[0]
        told = [line for line in chapter.splitlines() if line.startswith("| `")]
        assert told == [
            f"| `{name}` | {column['type']} | {column.get('personal', 'untagged')} | {column.get('description', '')} |"
            for name, column in shape["columns"].items()
        ], file.stem


def test_the_shapes_that_no_number_is_made_of_are_named() -> None:
    read = set().union(
        *(re.findall(r"ref\('stg_entity__(\w+)'\)", file.read_text("utf-8")) for file in MODELS.rglob("*.sql"))
    )
    shapes = {file.stem for file in (SHIPPED_SOURCES / "entity").glob("*.toml")}
    (told,) = re.findall(r"^\*\*Kept, and in no number yet\*\*: (.*?)[.] ", TEXT, re.MULTILINE)
    assert told.split(", ") == [f"`{name}`" for name in sorted(shapes - read)]
