"""Hints about changed files, from the real system."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from daemon.adapters.file_events import FileEvents, file_system

NONE_LEFT = False
PATIENCE = 60  # seconds a loaded machine may take


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Inbox/sub").mkdir(parents=True)
    (tmp_path / "Approved").mkdir()
    (tmp_path / "Approved/a.md").write_text("a")
    return tmp_path


@pytest.fixture
def woken() -> threading.Event:
    return threading.Event()


@pytest.fixture
def events(root: Path, woken: threading.Event) -> Iterator[FileEvents]:
    events = FileEvents(root, ["Inbox", "Approved"], woken.set)
    events.start()
    yield events
    events.stop()


@pytest.mark.usefixtures("events")
def test_a_dropped_file_wakes(root: Path, woken: threading.Event) -> None:
    (root / "Inbox/new.md").write_text("new")
    assert woken.wait(PATIENCE)


@pytest.mark.usefixtures("events")
def test_a_file_in_a_sub_folder_wakes(root: Path, woken: threading.Event) -> None:
    (root / "Inbox/sub/new.md").write_text("new")
    assert woken.wait(PATIENCE)


@pytest.mark.usefixtures("events")
def test_a_file_moved_in_from_elsewhere_wakes(root: Path, woken: threading.Event) -> None:
    (root / "elsewhere.md").write_text("from outside the watched folders")
    (root / "elsewhere.md").rename(root / "Approved/elsewhere.md")
    assert woken.wait(PATIENCE)


@pytest.mark.usefixtures("events")
def test_a_deleted_file_wakes(root: Path, woken: threading.Event) -> None:
    (root / "Approved/a.md").unlink()
    assert woken.wait(PATIENCE)


@pytest.mark.usefixtures("events")
def test_a_change_after_a_hint_gives_another_hint(root: Path, woken: threading.Event) -> None:
    (root / "Inbox/one.md").write_text("one")
    assert woken.wait(PATIENCE)
    woken.clear()
    (root / "Inbox/two.md").write_text("two")
    assert woken.wait(PATIENCE)


@pytest.mark.usefixtures("events")
def test_reading_and_scanning_do_not_wake(root: Path, woken: threading.Event) -> None:
    assert (root / "Approved/a.md").read_text() == "a"
    assert [path.name for path in (root / "Approved").iterdir()] == ["a.md"]
    assert not woken.wait(0.3)


def test_many_changes_are_few_hints(root: Path) -> None:
    hints = threading.Semaphore(0)
    events = FileEvents(root, ["Inbox"], hints.release)
    events.start()
    names = [root / f"Inbox/{number}.md" for number in range(500)]
    assert sum(path.write_text("new") for path in names) == 1500
    assert hints.acquire(timeout=PATIENCE)
    events.stop()
    assert len(list(iter(partial(hints.acquire, blocking=False), NONE_LEFT))) < 50


def test_nothing_wakes_after_the_end(root: Path, woken: threading.Event) -> None:
    events = FileEvents(root, ["Inbox"], woken.set)
    events.start()
    events.stop()
    woken.clear()
    (root / "Inbox/late.md").write_text("late")
    assert not woken.wait(0.2)


def test_it_may_be_stopped_without_having_been_started(root: Path, woken: threading.Event) -> None:
    events = FileEvents(root, ["Inbox"], woken.set)
    events.stop()
    assert events.state == "Not started."


def test_a_missing_folder_is_left_out(root: Path, woken: threading.Event) -> None:
    events = FileEvents(root, ["Rejected", "Inbox"], woken.set)
    events.start()
    (root / "Inbox/new.md").write_text("new")
    assert woken.wait(PATIENCE)
    events.stop()
    assert events.state == "The system reports changes at once."


def test_a_folder_that_was_replaced_is_watched_again(root: Path, woken: threading.Event, events: FileEvents) -> None:
    (root / "Inbox").rename(root / "elsewhere")
    (root / "Inbox").mkdir()
    events.refresh()
    assert woken.wait(PATIENCE)
    woken.clear()
    (root / "Inbox/new.md").write_text("new")
    assert woken.wait(PATIENCE)


def test_a_disk_that_reports_no_change_is_looked_at_in_turns_and_says_so(root: Path, woken: threading.Event) -> None:
    events = FileEvents(root, ["Inbox"], woken.set, touch=lambda: None)
    events.start()
    assert events.trouble == "This disk reports no changes; the folders are looked at every 2 seconds instead."
    (root / "Inbox/new.md").write_text("new")
    assert woken.wait(PATIENCE)
    events.stop()


def test_a_disk_that_reports_a_change_of_our_own_needs_no_word(root: Path, woken: threading.Event) -> None:
    events = FileEvents(root, ["Inbox"], woken.set, touch=(root / "Inbox/probe.md").touch)
    events.start()
    assert events.trouble == ""
    events.stop()


AT_THE_LIMIT = """
import os, pathlib, resource, sys, threading
import watchdog.observers, watchdog.observers.polling
from daemon.adapters.file_events import FileEvents
root, free, patience = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
woken = threading.Event()
events = FileEvents(root, ["Inbox"], woken.set)
before = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, os.listdir("/proc/self/fd"))) + free, before[1]))
events.start()
resource.setrlimit(resource.RLIMIT_NOFILE, before)
(root / "Inbox/new.md").write_text("new")
print(woken.wait(patience), events.state)
events.stop()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="sets the limit the way Linux has it")
@pytest.mark.parametrize(
    ("free", "patience", "told"),
    [
        (2, PATIENCE, "True .*; the folders are looked at every 2 seconds instead"),
        (0, 0, "False .*; changes are only found by the regular scan"),
    ],
)
def test_at_a_limit_of_the_system_it_does_what_it_can_and_says_so(
    root: Path, free: int, patience: int, told: str
) -> None:
    command = [sys.executable, "-W", "error", "-c", AT_THE_LIMIT, root, str(free), str(patience)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert re.fullmatch(rf"{told}\.\n", done.stdout)
    assert "The system cannot watch more files (" in done.stdout
    assert done.stderr == ""


MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
server:/home /mnt/my\040share nfs4 rw 0 0
tmpfs /mnt/my\040share/local tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/anna/vault", "ext4"),
        ("/mnt/my share/vault", "nfs4"),
        ("/mnt/my share/local/vault", "tmpfs"),
        ("/mnt/my shared/vault", "ext4"),
    ],
)
def test_the_innermost_mount_tells_the_file_system(tmp_path: Path, path: str, kind: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert file_system(Path(path), tmp_path / "mounts") == kind


def test_a_system_that_does_not_tell_has_no_kind(tmp_path: Path) -> None:
    assert file_system(Path("/vault"), tmp_path / "missing") == ""
