"""A look at other processes from outside. Never here: starting or ending them, and assertions."""

from pathlib import Path


def has_child(process: int, word: str) -> bool:
    """Whether a process has a child in whose command line a word stands."""
    children = [number for task in Path(f"/proc/{process}/task").glob("*/children") for number in _words(task)]
    return any(word in " ".join(_words(Path(f"/proc/{number}/cmdline"))) for number in children)


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").replace("\0", " ").split()
    except OSError:  # it has ended meanwhile
        return []
