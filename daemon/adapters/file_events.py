"""Hints that something changed in a folder, from the operating system.

Only hints: events get lost, doubled and delayed, and network drives send none for what others change. The
scan of the folders is the truth; a hint makes it come sooner.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.core.errors import Outage
from daemon.core.files import VaultProblem

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

# File systems whose changes from elsewhere the kernel does not see: network drives, and the shared folders of
# containers and virtual machines.
_SILENT = (
    "nfs", "cifs", "smb", "9p", "fuse.", "virtiofs", "vboxsf", "prl_fs", "afs", "ceph", "glusterfs",
    "fakeowner", "lustre", "gpfs", "beegfs", "ocfs2", "gfs2", "orangefs",
)  # fmt: skip

_AT_ONCE = "The system reports changes at once."
_PAUSE = 0.05  # seconds between two hints: one change makes several events, and the later ones become one hint
_POLL = 2.0  # seconds between two looks, where there are no events
_REFRESH = 2.0  # seconds between two looks whether the folders are still the same
_PROBE = 2.0  # seconds in which a change of our own has to be reported


class FileEvents:
    """Calls `wake` soon after something changed in one of the folders; several changes may be one call.

    `wake` is called from a thread of its own and should only set something. Nothing here ever raises because
    of the file system: `state` says in a sentence what works and what does not. Folders that are missing at
    the start, or replaced later (a disk that was away), give hints again after the next `refresh`.
    """

    def __init__(
        self, root: Path, folders: Sequence[str], wake: Callable[[], None], touch: Callable[[], None] | None = None
    ) -> None:
        """`touch` changes something in the first folder and leaves no trace, to see whether that is reported."""
        self._root = root
        self._touch = touch
        self._watched: dict[Path, tuple[int, int]] = {}
        self._refresh_at = 0.0
        self._folders = folders
        self._wake = wake
        self._changed = threading.Event()
        self._noted = threading.Event()  # as `_changed`, and nobody else clears it
        self._stopping = threading.Event()
        self._observer: BaseObserver | None = None
        self._thread = threading.Thread(target=self._tell, name="file-events", daemon=True)
        self.state = "Not started."

    def start(self) -> None:
        """Begin to watch, in the best way this system and this disk offer."""
        self.state = self._begin()
        self._thread.start()

    @property
    def trouble(self) -> str:
        """What the person should know: `state`, unless changes are reported at once."""
        return "" if self.state == _AT_ONCE else self.state

    def refresh(self) -> None:
        """Watch anew when a folder is not the one that is watched. Call it as often as you like."""
        if time.monotonic() < self._refresh_at or self._stopping.is_set():
            return
        self._refresh_at = time.monotonic() + _REFRESH
        if self._folders_now() == self._watched:
            return
        self._unwatch()
        self.state = self._begin()
        self._changed.set()

    def stop(self) -> None:
        """End all threads; `wake` is not called afterwards. Fine when it was never started."""
        self._stopping.set()
        self._changed.set()
        self._unwatch()
        if self._thread.is_alive():
            self._thread.join()

    def _begin(self) -> str:
        kind = file_system(self._root)
        self._watched = self._folders_now()
        if kind.startswith(_SILENT):
            why = f"The vault is on a network or shared drive ({kind})"
        elif not (why := self._watch(polling=False) or self._unreported()):
            return _AT_ONCE
        if self._watch(polling=True):
            return f"{why}; changes are only found by the regular scan."
        return f"{why}; the folders are looked at every {_POLL:g} seconds instead."

    def _folders_now(self) -> dict[Path, tuple[int, int]]:
        found: dict[Path, tuple[int, int]] = {}
        for name in self._folders:
            with suppress(OSError):
                there = (self._root / name).stat()
                found[self._root / name] = (there.st_dev, there.st_ino)
        return found

    def _unreported(self) -> str:
        """Why the events cannot be relied on: a change of our own was not among them."""
        if self._touch is None or not self._watched:
            return ""
        self._noted.clear()
        try:
            self._touch()
        except (Outage, VaultProblem):
            return ""  # nothing can be changed here now; the regular scan goes on
        if self._noted.wait(_PROBE):
            return ""
        self._unwatch()
        return "This disk reports no changes"

    def _watch(self, *, polling: bool) -> str:
        """Start an observer on the folders; "", or why it is not possible."""
        from watchdog import events
        from watchdog.observers import Observer
        from watchdog.observers.polling import PollingObserver

        handler = events.FileSystemEventHandler()
        handler.on_any_event = self._note
        # Not: opened, closed without writing. Our own scans would wake us for ever.
        kinds: list[type[events.FileSystemEvent]] = [
            events.FileCreatedEvent,
            events.FileModifiedEvent,
            events.FileMovedEvent,
            events.FileDeletedEvent,
            events.FileClosedEvent,
            events.DirCreatedEvent,
            events.DirMovedEvent,
        ]
        try:
            self._observer = PollingObserver(timeout=_POLL) if polling else Observer()
            self._observer.start()
            for folder in self._watched:
                self._observer.schedule(handler, folder, recursive=True, event_filter=kinds)
        except OSError as error:
            self._unwatch()
            return f"The system cannot watch more files ({error.strerror})"
        return ""

    def _unwatch(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _note(self, event: object) -> None:
        del event  # a scan looks what it was
        self._noted.set()
        self._changed.set()

    def _tell(self) -> None:
        while not self._stopping.is_set():
            self._changed.wait()
            if self._stopping.is_set():
                return
            self._changed.clear()
            self._wake()
            self._stopping.wait(_PAUSE)


def file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return the kind of file system a folder is on ("ext4", "nfs4"), or "" where the system does not tell.

    Format of the table: fstab(5). On Windows a path that begins with two backslashes is a network drive.
    """
    if sys.platform == "win32":
        return "smb" if path.resolve().drive.startswith("\\\\") else ""
    try:
        table = [line.split(" ") for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    at = path.resolve()
    found = [(len(point.parts), kind) for _, where, kind, *_ in table if at.is_relative_to(point := _unescaped(where))]
    return max(found, default=(0, ""))[1]


def _unescaped(mount_point: str) -> Path:
    return Path(mount_point.encode().decode("unicode_escape") if "\\" in mount_point else mount_point)
