"""Answers on disk: there again after a restart, gone after their time, and never in the way."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.adapters.llm.answers import AnswerFiles
from daemon.core.minds.model import Kept
from tests.fakes import FakeClock

ANSWER = Kept('{"text":"Ja, natürlich."}', "anthropic:claude-haiku-5-5")
DIGEST = "ab" * 32
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "answers"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def opened(folder: Path, clock: FakeClock, life: timedelta = DAY, largest: int = 10**6) -> AnswerFiles:
    return AnswerFiles(folder, life, largest, clock.now)


def test_an_answer_is_there_after_a_restart(folder: Path, clock: FakeClock) -> None:
    opened(folder, clock).put(DIGEST, ANSWER)
    assert opened(folder, clock).get(DIGEST) == ANSWER
    assert opened(folder, clock).get("cd" * 32) is None


def test_only_its_owner_may_read_it(folder: Path, clock: FakeClock) -> None:
    opened(folder, clock).put(DIGEST, ANSWER)
    assert (folder.stat().st_mode & 0o777, (folder / DIGEST).stat().st_mode & 0o777) == (0o700, 0o600)


def test_an_old_answer_does_not_count(folder: Path, clock: FakeClock) -> None:
    answers = opened(folder, clock)
    answers.put(DIGEST, ANSWER)
    clock.advance(DAY - timedelta(seconds=1))
    assert answers.get(DIGEST) == ANSWER
    clock.advance(timedelta(seconds=1))
    assert answers.get(DIGEST) is None


@pytest.mark.parametrize(("life", "largest"), [(timedelta(), 10**6), (DAY, 0)])
def test_no_time_or_no_room_means_off(folder: Path, clock: FakeClock, life: timedelta, largest: int) -> None:
    opened(folder, clock).put(DIGEST, ANSWER)
    off = opened(folder, clock, life, largest)
    off.put("cd" * 32, ANSWER)
    assert off.get(DIGEST) is None
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"at":"2026-03-10T09:00:00","model":"m","text":"naive time"}',
        b'{"at":5,"model":"m","text":"t"}',
        b'{"at":"9999-01-01T00:00:00+00:00","model":"m","text":"t"}',
        b'{"at":"2026-03-10T09:00:00+00:00","model":"m","text":7}',
        b'{"at":"2026-03-10T09:00:00+00:00","model":"m"}',
    ],
)
def test_damaged_and_foreign_files_are_no_answers(folder: Path, clock: FakeClock, content: bytes) -> None:
    answers = opened(folder, clock)
    answers.put(DIGEST, ANSWER)
    (folder / DIGEST).write_bytes(content)
    assert answers.get(DIGEST) is None
    answers.put(DIGEST, ANSWER)
    assert answers.get(DIGEST) == ANSWER


def test_the_oldest_go_when_there_is_no_room(folder: Path, clock: FakeClock) -> None:
    answers = opened(folder, clock)
    for number in range(10):
        answers.put(f"{number}", Kept("x" * 1000, "m"))
        os.utime(folder / f"{number}", (number, number))
    (folder / "foreign folder").mkdir()
    opened(folder, clock, largest=5_000).put("next", ANSWER)
    assert {path.name for path in folder.iterdir()} == {"7", "8", "9", "next", "foreign folder"}


def test_a_disk_that_fails_is_no_error(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "cache").write_bytes(b"a file where the folder should be")
    answers = opened(tmp_path / "cache" / "answers", clock)
    answers.put(DIGEST, ANSWER)
    assert answers.get(DIGEST) is None


def test_a_name_that_leads_elsewhere_is_none(folder: Path, clock: FakeClock, tmp_path: Path) -> None:
    said = {"at": clock.now().isoformat(), "model": "m", "text": "t"}
    (tmp_path / "other").write_text(json.dumps(said))
    answers = opened(folder, clock)
    answers.put("../../other", ANSWER)
    assert answers.get("../../other") is None
    assert json.loads((tmp_path / "other").read_text()) == said
