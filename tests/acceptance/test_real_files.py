"""Ninety-seven files as other programs write them, from the Inbox to their end: who took each, and nothing lost."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from daemon.core import frontmatter, names
from tests.house import House

FOLDER = Path(__file__).parents[1] / "corpus" / "files"
EXPECTED: Mapping[str, Mapping[str, Any]] = tomllib.loads((FOLDER / "expect.toml").read_text(encoding="utf-8"))
EMPTY = {name for name in EXPECTED if not (FOLDER / name).stat().st_size}  # left in Inbox/ until something is in them
KEPT = {names.safe_file_name(name): name for name in EXPECTED}
ENDS = ("Pending_Approval", "Done", "Failed")
RIGHT = 0.78  # of the files are taken by the agent whom the label names
FAIR = 0.93  # by that or by another one whom the label allows

Ends = Mapping[str, list[tuple[str, str]]]  # by file: the folder where it ended, and who took it


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ends]:
    house = House(tmp_path_factory.mktemp("files"))
    for name in EXPECTED:
        house.drop(name, (FOLDER / name).read_bytes())
    house.run()
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for folder in ENDS:
        for note in house.notes(folder):
            found[dropped(house, note)].append((folder, agent(note)))
    yield found
    house.stop()


def dropped(house: House, note: Path) -> str:
    """Which file of the corpus a note came from: the first of its task's originals."""
    said = frontmatter.read(note.read_bytes()).properties
    if said["type"] != "task":
        said = frontmatter.read((house.root / f"{str(said['task']).strip('[]')}.md").read_bytes()).properties
    originals = said["originals"]
    first = originals[0] if isinstance(originals, tuple) else str(originals)
    return KEPT.get(first.rpartition("/")[2], first)


def agent(note: Path) -> str:
    said = frontmatter.read(note.read_bytes()).properties
    return str(said.get("agent") or "none")


def test_every_file_has_a_visible_end(ends: Ends) -> None:
    assert set(EXPECTED) - EMPTY - set(ends) == set()


def test_none_of_them_fails(ends: Ends) -> None:
    assert {name for name, found in ends.items() if ("Failed" in {folder for folder, _ in found})} == set()


def test_most_files_go_to_whom_the_founder_would_give_them(ends: Ends) -> None:
    right = [name for name in EXPECTED if EXPECTED[name]["agent"] in {who for _, who in ends.get(name, ())}]
    assert len(right) >= RIGHT * len(EXPECTED), sorted(set(EXPECTED) - set(right))


def test_nearly_all_go_to_somebody_who_can_work_on_them(ends: Ends) -> None:
    fair = [
        name
        for name, label in EXPECTED.items()
        if {label["agent"], *label["also"]} & {who for _, who in ends.get(name, ())} or name in EMPTY
    ]
    assert len(fair) >= FAIR * len(EXPECTED), sorted(set(EXPECTED) - set(fair))
