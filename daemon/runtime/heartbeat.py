"""Each role says that it is alive and what troubles it, in a small file that `status` reads without the daemon."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import get_ident
from typing import Any

MISSES = 3  # a role is silent after this many heartbeats did not come
LONG = timedelta(minutes=1)  # a step that takes longer is told


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of life of one role."""

    role: str
    pid: int
    started: str  # UTC, ISO 8601
    at: str
    notices: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    stopped: bool = False
    busy_since: str = ""  # when the step began that is not finished; "" between two steps
    restarts: int = 0  # since it last ended as it should

    def alive(self, now: datetime, every: timedelta) -> bool:
        """Whether the process is there and spoke lately."""
        age = now - datetime.fromisoformat(self.at)
        return not self.stopped and age < every * MISSES + timedelta(seconds=2) and self.exists()

    def exists(self) -> bool:
        """Whether its process is there, speaking or not."""
        return _exists(self.pid)

    def stuck(self, now: datetime) -> timedelta | None:
        """How long it has been busy with one step, when that is unusual."""
        busy = now - datetime.fromisoformat(self.busy_since) if self.busy_since else timedelta()
        return busy if busy > LONG else None


class Heartbeat:
    """Writes one role's file; a torn write is never seen, a lost one does no harm (no fsync)."""

    def __init__(self, folder: Path, role: str, started: datetime) -> None:
        self._path = folder / f"{role}.json"
        self._role = role
        self._started = started
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = next((beat for beat in read(folder) if beat.role == role), None)
        self._restarts = before.restarts + 1 if before and not before.stopped else 0

    def beat(
        self,
        now: datetime,
        notices: Sequence[str] = (),
        problems: Sequence[str] = (),
        *,
        stopped: bool = False,
        busy_since: datetime | None = None,
    ) -> None:
        beat = Beat(
            self._role,
            os.getpid(),
            self._started.isoformat(),
            now.isoformat(),
            tuple(notices),
            tuple(problems),
            stopped,
            busy_since.isoformat() if busy_since else "",
            self._restarts,
        )
        temporary = self._path.with_suffix(f".{get_ident()}.tmp")
        with suppress(OSError):  # a full disk is told by those who write what counts
            temporary.write_text(json.dumps(asdict(beat), ensure_ascii=False), encoding="utf-8")
            temporary.replace(self._path)


def read(folder: Path) -> list[Beat]:
    """The last beat of every role that ever ran here; a broken file counts as none."""
    beats: list[Beat] = []
    for path in sorted(folder.glob("*.json")):
        try:
            table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            table |= {"notices": tuple(table["notices"]), "problems": tuple(table["problems"])}
            beats.append(Beat(**table))
        except (OSError, ValueError, TypeError, KeyError):
            continue
    return beats


def _exists(pid: int) -> bool:
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _ended(pid)


def _ended(pid: int) -> bool:
    """A killed process keeps its number until its parent looks; Linux tells (proc(5), field 3)."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "Z"
        )
    except (OSError, IndexError):
        return False
