"""Watching that cannot miss: whatever the events do, every file that a person drops becomes one task.

Three hundred odd files lie there when the program starts, or files come while it runs and the events are lost, refused
or silent, or the folder is exchanged. The oracle are the bytes: each whole file is kept once, and none is kept in part.
"""

from __future__ import annotations

import errno
import json
import os
import random
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import watchdog.observers
from watchdog.events import FileSystemEventHandler
from watchdog.observers.api import BaseObserver

from daemon.app import App
from daemon.runtime.pace import Pace
from tests.house import MAIL
from tests.torture.disks import FAST_DISK, Patient, kept
from tests.torture.tally import Tally

PATIENCE = 20.0  # seconds a loaded machine may take for what comes while it runs
FILES = 300
ODD = (
    "line\nbreak.md", "tab\t.md", "bell\a.md", " spaces  .md", "a" * 246 + ".md", "\u202egnp.md", "e\u0301.md",
    "é.md", "emoji 🎉.md", "semi;colon&|.md", "-rf.md", "con.md", "name.MD", "no extension", "[[link]].md", "%s%n.md",
    "'quote\".md", "*.md", "CAPS.EML", "back\\slash.md", "\u2028.md", "#tag.md", "a.tar.gz",
)  # fmt: skip


def round(seed: int) -> Tally:  # noqa: A001 - the fixed name of a kind
    """Files that lay there before the start, or files that come while it runs."""
    tally, chance = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory(dir=FAST_DISK) as folder:
        if seed % 3 == 0:
            _before_the_start(Path(folder), chance, tally)
        else:
            mode = list(EVENTS)[seed // 3 % len(EVENTS)]
            _while_it_runs(Path(folder), chance, tally, mode)
    return tally


# --- before the start --------------------------------------------------------------------------------------


def _before_the_start(folder: Path, chance: random.Random, tally: Tally) -> None:
    house = Patient(folder)
    inbox = house.root / "Inbox"
    wanted = {_drop(inbox, n, chance) for n in range(FILES)}
    strange = _strange(inbox)
    steps, paces = 0, list[Pace]()
    while not paces or paces[-1].progress:
        paces.append(house.inbox.step(house.clock.now()))
        steps += 1
        house.clock.advance(timedelta(seconds=1))
    tally.counts["files"] += FILES + len(strange)
    tally.expect(steps < FILES, f"{steps} steps for {FILES} files")
    _expect_kept(tally, house.root, wanted, "before the start")
    left = {os.fsencode(path) for path in inbox.rglob("*") if not path.is_dir()}
    tally.expect({os.fsencode(path) for path in strange} <= left, f"a pipe, a link or a half file was taken: {left}")
    told = " ".join(paces[-1].notices)
    untold = [path for path in strange if not path.name.startswith(".") and _printable(path) not in told]
    tally.expect(not untold, f"not named: {untold}")
    house.stop()


def _printable(path: Path) -> str:
    return os.fsencode(path.name).split(b"\xff")[0].decode()


def _drop(inbox: Path, n: int, chance: random.Random) -> bytes:
    """One file under a name that people, phones and attackers give; its bytes."""
    data = b"# Plan %d\n\nBuy %d cans of paint.\n" % (n, n)
    if n % 5 == 0:
        data = MAIL.replace(b"<1@", b"<%d@" % n).replace(b"Opening hours", b"Question %d" % n)
    name = ODD[n] if n < len(ODD) else f"{'mail' if n % 5 == 0 else 'plan'} {n}{'.eml' if n % 5 == 0 else '.md'}"
    place = inbox / f"folder {n % 7}" if chance.random() < 0.2 else inbox
    place.mkdir(exist_ok=True)
    (place / name).write_bytes(data)
    if chance.random() < 0.05:
        os.link(place / name, place / f"second name of {n}.md")
    return data


def _strange(inbox: Path) -> list[Path]:
    """What is no file, or has no name."""
    secret = inbox.parent.parent / "secret"
    secret.write_bytes(b"not to be read")
    os.mkfifo(inbox / "pipe.md")
    (inbox / "link.md").symlink_to(secret)
    (inbox / "loop.md").symlink_to("loop.md")
    (inbox / "empty.md").touch()
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.open(inbox, os.O_RDONLY)
        listening.bind(f"/proc/self/fd/{here}/socket.md")
        os.close(here)
    unnamed = Path(os.fsdecode(os.fsencode(inbox) + b"/bytes \xff.md"))
    unnamed.write_bytes(b"# No name\n")
    (inbox / ".hidden.md").write_bytes(b"# Hidden\n")
    (inbox / "half.md.part").write_bytes(b"# Half")
    return [*(inbox / f"{name}.md" for name in ("pipe", "link", "loop", "empty", "socket", ".hidden")), unnamed]


def _expect_kept(tally: Tally, root: Path, wanted: set[bytes], name: str, *, may: Collection[bytes] = ()) -> None:
    """Each whole file once, or as often as it had names; nothing that is only a part of one."""
    found = Counter(path.read_bytes() for path in kept(root))
    missing = [data[:40] for data in wanted if not found[data]]
    tally.expect(not missing, f"{name}: {len(missing)} are lost: {missing[:3]}")
    notes = list((root / "Needs_Action").glob("*.md"))
    tally.counts["tasks"] += len(notes)
    parts = [data[:40] for data in found if data not in wanted and data not in may]
    tally.expect(not parts, f"{name}: kept and never dropped: {parts[:3]}")
    tally.expect(len(notes) == found.total(), f"{name}: {found.total()} files became {len(notes)} tasks")


# --- while it runs -----------------------------------------------------------------------------------------


class Refused(BaseObserver):
    """The watch limit is reached."""

    def __init__(self, **_: Any) -> None:
        super().__init__(emitter_class=None)  # type: ignore[arg-type]

    def schedule(self, *_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")


class Silent(Refused):
    """A disk that accepts to be watched and never says anything."""

    def schedule(self, *_: Any, **__: Any) -> Any:
        return None


_REAL: Callable[[], BaseObserver] = watchdog.observers.Observer


def lossy() -> BaseObserver:
    """Nine of ten events are lost, as when the system's queue overflows."""
    observer, chance = _REAL(), random.Random(0)
    schedule = observer.schedule

    def losing(event_handler: FileSystemEventHandler, *given: Any, **named: Any) -> Any:
        told = event_handler.on_any_event
        event_handler.on_any_event = lambda event: told(event) if chance.random() < 0.1 else None
        return schedule(event_handler, *given, **named)

    observer.schedule = losing
    return observer


EVENTS: dict[str, tuple[Callable[[], BaseObserver] | None, str]] = {
    "events come": (None, ""),
    "no more watches": (Refused, "cannot watch more files"),
    "most events are lost": (lossy, ""),
    "silent": (Silent, "reports no changes"),
}


@contextmanager
def _observer(kind: Callable[[], BaseObserver] | None) -> Generator[None]:
    before = watchdog.observers.Observer
    if kind:
        watchdog.observers.Observer = kind  # type: ignore[misc]
    try:
        yield
    finally:
        watchdog.observers.Observer = before  # type: ignore[misc]


def _while_it_runs(folder: Path, chance: random.Random, tally: Tally, mode: str) -> None:
    kind, sentence = EVENTS[mode]
    with _observer(kind), _running(folder) as app:
        hand = Hand(app.places.vault / "Inbox", chance)
        for n in range(40):
            hand.acts[chance.randrange(len(hand.acts))](n)
        _until(lambda: not hand.left())
        if sentence:
            _until(lambda: sentence in json.dumps(_beat(app)))
        tally.counts["files"] += len(hand.wanted)
        tally.expect(not hand.left(), f"{mode}: still in Inbox/ after {PATIENCE:g} s: {hand.left()}")
        tally.expect(sentence in json.dumps(_beat(app)), f"{mode}: `status` does not say so: {_beat(app)}")
    _expect_kept(tally, app.places.vault, hand.wanted, mode, may=hand.may)


def _beat(app: App) -> list[str]:
    try:
        return json.loads((app.places.beats / "inbox.json").read_text(encoding="utf-8"))["notices"]
    except (OSError, ValueError):
        return []


@contextmanager
def _running(folder: Path) -> Generator[App]:
    """The real inbox role in a thread of its own, on the real clock."""
    environ = {
        "EMPLOYEE_HOME": str(folder / "home"),
        "EMPLOYEE_VAULT": str(folder / "vault"),
        "EMPLOYEE_CONFIG": str(folder / "none.toml"),
        "EMPLOYEE_INBOX__SETTLE_SECONDS": "1",
        "EMPLOYEE_INBOX__RESCAN_SECONDS": "1",
        "EMPLOYEE_SCHEDULE__HEARTBEAT_SECONDS": "0.2",
    }
    app, stop = App.open(environ), threading.Event()
    app.vault.make_folders()
    with app.daemon(["inbox"]) as daemon:
        thread = threading.Thread(target=daemon.run, args=(stop,))
        thread.start()
        try:
            yield app
        finally:
            stop.set()
            thread.join()
    app.close()


def _until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)


class Hand:
    """A person, a phone and a few programs that drop things. `wanted`: what must be kept, `may`: what need not."""

    def __init__(self, inbox: Path, chance: random.Random) -> None:
        self._inbox = inbox
        self._chance = chance
        self.wanted: set[bytes] = set()
        self.may: set[bytes] = set()
        self.acts = (self._at_once, self._at_once, self._in_pieces, self._into_place, self._gone_again, self._exchanged)

    def left(self) -> list[str]:
        return [path.name for path in self._inbox.rglob("*") if path.is_file() and not path.name.startswith(".")]

    def _data(self, n: int) -> bytes:
        data = b"# Plan %d\n\n" % n + b"Buy paint.\n" * self._chance.choice((1, 30, 3000)) + b"The end of %d.\n" % n
        self.wanted.add(data)
        return data

    def _at_once(self, n: int) -> None:
        (self._inbox / f"plan {n}.md").write_bytes(self._data(n))

    def _in_pieces(self, n: int) -> None:
        """A slow copy; each piece comes well within the settling time."""
        data = self._data(n)
        with (self._inbox / f"plan {n}.md").open("wb", buffering=0) as file:
            for at in range(0, len(data), len(data) // 3 + 1):
                file.write(data[at : at + len(data) // 3 + 1])
                time.sleep(0.01)

    def _into_place(self, n: int) -> None:
        """As sync tools and browsers do it."""
        (self._inbox / f".plan {n}.tmp").write_bytes(self._data(n))
        (self._inbox / f".plan {n}.tmp").rename(self._inbox / f"plan {n}.md")

    def _gone_again(self, n: int) -> None:
        """Deleted before anybody could read it; on a busy machine it may be taken all the same."""
        self.may.add(b"# Never mind %d\n" % n)
        (self._inbox / f"plan {n}.md").write_bytes(b"# Never mind %d\n" % n)
        (self._inbox / f"plan {n}.md").unlink(missing_ok=True)

    def _exchanged(self, n: int) -> None:
        """The folder is another one now, with everything in it, and something new."""
        old = self._inbox.with_name(f"was {n}")
        self._inbox.rename(old)
        self._inbox.mkdir(exist_ok=True)
        for path in old.iterdir():
            path.rename(self._inbox / path.name)
        old.rmdir()
        self._at_once(n)
