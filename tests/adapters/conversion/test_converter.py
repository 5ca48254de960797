"""Reading in a process of its own: what it says, what it remembers, and what it survives."""

from __future__ import annotations

import os
import signal
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.adapters.conversion.cache import Cache
from daemon.adapters.conversion.converter import Conversion
from daemon.core.ports import Converted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "text"


@pytest.fixture
def converter(folder: Path) -> Iterator[Conversion]:
    found = Conversion(folder, largest=1_000_000)
    yield found
    found.close()


def test_nothing_starts_before_the_first_file(converter: Conversion) -> None:
    assert not converter.process_id
    converter.read("a.txt", b"Text")
    assert converter.process_id


def test_one_process_reads_many_files(converter: Conversion) -> None:
    converter.read("a.txt", b"first")
    first = converter.process_id
    assert converter.read("b.txt", b"second").text == "second"
    assert converter.process_id == first


def test_file_read_before_is_not_read_again(folder: Path, converter: Conversion) -> None:
    said = converter.read("a.csv", b"a;b\n1;2\n")
    again = Conversion(folder, largest=1_000_000)
    assert again.read("other name.csv", b"a;b\n1;2\n") == said
    assert not again.process_id


def test_same_bytes_under_another_ending_are_another_file(converter: Conversion) -> None:
    assert converter.read("a.txt", b"a;b\n1;2\n").text == "a;b\n1;2"
    assert converter.read("a.csv", b"a;b\n1;2\n").text == "a | b\n1 | 2"


def test_process_killed_between_two_files_costs_none(converter: Conversion) -> None:
    converter.read("a.txt", b"first")
    os.kill(converter.process_id, signal.SIGKILL)
    os.waitid(os.P_PID, converter.process_id, os.WEXITED | os.WNOWAIT)
    assert converter.read("b.txt", b"second").text == "second"


def test_file_that_broke_the_process_is_not_tried_again_at_once(folder: Path) -> None:
    hasty = Conversion(folder, largest=1_000_000, patience=timedelta(0))
    first = hasty.read("a.txt", b"x" * 500_000)
    assert "took too long or too much memory" in first.notices[0]
    assert hasty.read("a.txt", b"x" * 500_000) == first
    assert not hasty.process_id


def test_half_a_letter_is_none(converter: Conversion) -> None:
    said = converter.read("a.json", b'{"a": "x\\ud800"}')
    assert (said.text, said.media_type) == ("a: x\ufffd", "application/json")


def test_patience_ends(folder: Path) -> None:
    hasty = Conversion(folder, largest=1_000_000, patience=timedelta(0))
    assert "took too long" in hasty.read("a.txt", b"x" * 500_000).notices[0]
    hasty.close()


def test_idle_process_ends(folder: Path) -> None:
    lazy = Conversion(folder, largest=1_000_000, idle=timedelta(0))
    lazy.read("a.txt", b"Text")
    lazy.rested.wait(10)
    assert not lazy.process_id
    assert lazy.read("b.txt", b"More").text == "More"
    lazy.close()


def test_many_threads_get_their_own_answers(converter: Conversion) -> None:
    said: dict[int, str] = {}

    def read(number: int) -> None:
        said[number] = converter.read("a.txt", b"file %d" % number).text

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == {n: f"file {n}" for n in range(8)}


def test_damaged_entry_is_read_again(folder: Path, converter: Conversion) -> None:
    converter.read("a.txt", b"Text")
    entry = next(folder.iterdir())
    entry.write_bytes(b'{"text": 1}')
    assert converter.read("a.txt", b"Text").text == "Text"


def test_cache_is_for_its_owner_only(folder: Path, converter: Conversion) -> None:
    converter.read("a.txt", b"Text")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, next(folder.iterdir()))]
    assert modes == [0o700, 0o600]


def test_cache_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    converter = Conversion(tmp_path / "file" / "text", largest=1_000_000)
    assert converter.read("a.txt", b"Text").text == "Text"
    converter.close()


def test_oldest_entries_make_room(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"x" * 1000)
    os.utime(tmp_path / "old", (0, 0))
    (tmp_path / "new").write_bytes(b"x" * 1000)
    Cache(tmp_path, largest=1500).put("next", Converted("Text", "text/plain"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "next"]
