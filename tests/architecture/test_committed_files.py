"""What may never be committed, and that the documents tell the truth about the tree. Code has its own rules."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import PROJECT, shown, tracked_files

TEXT = {".py", ".sql", ".yml", ".yaml", ".toml", ".md", ".lock", ".txt", ".json", ".cfg", ""}
REGISTRY = re.compile(
    r"https?://[\w.-]*(pypi|pythonhosted|npmjs|artifactory|nexus)|^--(extra-)?index-url", re.MULTILINE
)
LEFT_OPEN = re.compile(r"\b(TODO|FIXME|HACK)\b|NotImplementedError")
DOCUMENTS = [p for p in tracked_files() if p.suffix == ".md"]


def _texts() -> list[tuple[Path, str]]:
    here = Path(__file__)
    return [
        (p, p.read_text(encoding="utf-8"))
        for p in tracked_files()
        if p.suffix in TEXT and p != here and p.stat().st_size < 2**21
    ]


def test_no_registry_address_and_no_path_of_a_machine_is_committed() -> None:
    homes = {str(PROJECT.parent) + "/", str(Path.home()) + "/"} - {"//", "/"}
    assert not [shown(p) for p, text in _texts() if REGISTRY.search(text) or any(home in text for home in homes)]


def test_nothing_is_left_open() -> None:
    assert not [
        shown(p) for p, text in _texts() if p.suffix in {".py", ".sql", ".yml", ".toml"} and LEFT_OPEN.search(text)
    ]


def test_no_large_file_is_committed() -> None:
    assert not [shown(p) for p in tracked_files() if p.stat().st_size > 2**20]


def test_the_lock_has_a_hash_for_every_package() -> None:
    for name in ("requirements.lock", "requirements.uv.lock"):
        packages = re.split(r"\n(?=\S)", (PROJECT / name).read_text(encoding="utf-8").strip())
        assert packages and all("--hash=sha256:" in package for package in packages)


def test_the_makefile_stays_short() -> None:
    assert len((PROJECT / "Makefile").read_text(encoding="utf-8").splitlines()) <= 40


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_links_in_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:|#", t)]
    assert not [t for t in targets if t and not (document.parent / t).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_make_targets_named_in_documents_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    fenced = "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)", fenced, flags=re.MULTILINE)) | set(re.findall(r"`make ([a-z]+)", text))
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert named <= targets


def test_decisions_are_numbered_once() -> None:
    numbers = [p.name[:4] for p in (PROJECT / "docs" / "decisions").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))


def test_the_list_of_decisions_is_whole_and_says_their_titles() -> None:
    folder = PROJECT / "docs" / "decisions"
    titles = [(p.read_text(encoding="utf-8").splitlines()[0][2:], p.name) for p in sorted(folder.glob("[0-9]*.md"))]
    listed = re.findall(r"^- \[(.+)\]\((.+)\)$", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == titles


def test_the_tests_named_in_the_faults_document_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", (PROJECT / "docs" / "faults.md").read_text(encoding="utf-8")))
    tests = [p.read_text(encoding="utf-8") for p in tracked_files() if "tests" in p.parts and p.suffix == ".py"]
    there = {name for text in tests for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}
    assert len(named) > 40
    assert not named - there
