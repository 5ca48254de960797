"""Ninety files as the world makes them, dropped into the Inbox: what a person finds in each is found here too."""

from __future__ import annotations

import hashlib
import importlib.util
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from daemon.core.draft import Closed
from daemon.core.ports import Desk, Route
from daemon.core.task import Task
from tests.house import House

FOLDER = Path(__file__).parent.parent / "corpus" / "files"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "expect.toml").read_text(encoding="utf-8"))
OLD_WORD = "Protokoll_alt.doc"  # a person could read it; nothing small and well kept can
OLD_EXCEL = "Preise_alt.xls"
EXTRA = importlib.util.find_spec("markitdown") is not None


class Clerk:
    """A router that keeps what it was shown, by the digest of what was dropped."""

    def __init__(self) -> None:
        self.seen: dict[str, Task] = {}

    def route(self, task: Task, desk: Desk) -> Route | Closed:
        del desk
        self.seen[task.attachments[0].sha256] = task
        return Closed("Only looked at.")


@dataclass(frozen=True)
class Found:
    """`text` is what routing and agents read; `note` is what the person reads."""

    text: str
    note: str


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Found]]:
    house, clerk = House(tmp_path_factory.mktemp("formats")), Clerk()
    house.with_router(clerk)
    for name in EXPECTED:
        house.drop(name, (FOLDER / name).read_bytes())
    house.run()
    notes = {house.task_of(path): path.read_text(encoding="utf-8") for path in house.notes("Done")}
    notices = house.inbox.step(house.clock.now()).notices
    left = {name: Found("", notice) for notice in notices for name in EXPECTED if f"/{name} " in notice}
    names = {hashlib.sha256((FOLDER / name).read_bytes()).hexdigest(): name for name in EXPECTED}
    yield left | {names[digest]: of(task, notes[task.id]) for digest, task in clerk.seen.items()}
    house.stop()


def of(task: Task, note: str) -> Found:
    texts = [task.title, task.text, *(file.text for file in task.attachments)]
    return Found(squeezed("\n".join(texts)), squeezed(note))


unread = pytest.mark.skipif(
    not EXTRA, reason="old Excel (.xls) needs the extra `documents`, which is not installed here"
)
names = (pytest.param(name, marks=unread) if name == OLD_EXCEL else name for name in sorted(EXPECTED))
each_file = pytest.mark.parametrize("name", [name for name in names if name != OLD_WORD])


@each_file
def test_text_is_what_a_person_reads(found: dict[str, Found], name: str) -> None:
    assert [words for words in EXPECTED[name]["must_contain"] if squeezed(words) not in found[name].text] == []


@each_file
def test_text_holds_nothing_that_a_person_does_not_see(found: dict[str, Found], name: str) -> None:
    assert [words for words in EXPECTED[name]["must_not_contain"] if squeezed(words) in found[name].text] == []


@each_file
def test_note_says_what_is_odd(found: dict[str, Found], name: str) -> None:
    assert EXPECTED[name]["said"].lower() in found[name].note.lower()


def test_old_word_says_what_to_do(found: dict[str, Found]) -> None:
    assert "This older Office format is not read here; save it as PDF" in found[OLD_WORD].note


@pytest.mark.skipif(EXTRA, reason="the extra `documents` is installed here, so that old Excel (.xls) is read")
def test_old_excel_says_what_to_do(found: dict[str, Found]) -> None:
    assert "This older Office format is not read here; save it as PDF" in found[OLD_EXCEL].note
    assert "or install ai-employee" in found[OLD_EXCEL].note
