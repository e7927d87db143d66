"""What the architecture tests know of the tree: its tracked files and how to read them. Rules never stand here."""

import ast
import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MODELS = PROJECT / "dbt_project" / "models"


@cache
def tracked_files() -> list[Path]:
    """All files git tracks or would track, as absolute paths."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [PROJECT / name for name in listed if (PROJECT / name).is_file()]


def python_modules(*rooms: str) -> list[Path]:
    """The Python modules of the named top-level folders."""
    return [p for p in tracked_files() if p.suffix == ".py" and p.relative_to(PROJECT).parts[0] in rooms]


def models(layer: str = "") -> list[Path]:
    """The SQL models of one layer (staging, core, marts), or of all."""
    folder = MODELS / layer if layer else MODELS
    return [p for p in tracked_files() if p.suffix == ".sql" and folder in p.parents]


def imported_names(module: Path) -> set[str]:
    """Dotted names of everything a module imports, lazy imports inside functions included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def shown(path: Path) -> str:
    """A path as a person reads it in a message."""
    return path.relative_to(PROJECT).as_posix()
