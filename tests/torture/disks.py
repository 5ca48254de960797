"""Disks that are full, read-only, broken or out of handles, under a daemon that goes on living.

A layer between the program and the system lets calls fail by chance; a small disk is filled for real where mounting is
possible. What must hold: a file is whole or not there, nothing is lost, nothing happens twice, no effect begins that is
not on record, the trouble is told without end of lines, and all goes on by itself when the disk is well again.
"""

from __future__ import annotations

import errno
import logging
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Literal, Protocol, Self
from zlib import crc32

from daemon import registry
from daemon import vault as vaults
from daemon.core import names
from daemon.core.ports import Agent, Receipt, Router
from daemon.runtime import runner
from daemon.runtime.claims import Staff
from daemon.runtime.drafting import Threads
from daemon.runtime.ledger import database
from daemon.runtime.pace import Pace, Said
from daemon.vault import disk
from tests.factories import settings
from tests.fakes import FakeProvider
from tests.house import MAIL, House
from tests.torture.tally import Tally

FAST_DISK = "/dev/shm" if Path("/dev/shm").is_dir() else None  # what a power cut loses is tested with the vault
PATIENCE = 400  # looks until a healthy house has come to rest
NUMBERS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EACCES, errno.ESTALE)
GROWTH = 20_000  # blocks of memory, in the second half of an illness
LOUDEST = 8  # equal lines in the log while a disk is ill for an hour
EFFECTS = ("INTENT", "DEFERRED", "RESULT", "REFUSED", "UNKNOWN", "SETTLED")
NOTE = b"# Plan %d\n\nBuy blue paint, number %d.\n"


# --- the layer ---------------------------------------------------------------------------------------------


class Illness(Protocol):
    """What is wrong with the disk, from `begin` to `end`."""

    injected: Counter[str]

    def begin(self) -> None: ...

    def end(self) -> None: ...


@dataclass
class Sickness:
    """Which calls fail: by chance, but the same ones for the same seed, whatever the threads do."""

    seed: int
    rate: float = 0.0
    writing_only: bool = False
    only: int = 0  # the one call that fails, counted from 1; 0: by the rate
    active: bool = False
    calls: int = 0
    injected: Counter[str] = field(default_factory=Counter[str])
    _met: Counter[str] = field(default_factory=Counter[str])

    def begin(self) -> None:
        self.active = True

    def end(self) -> None:
        self.active = False

    def strike(self, call: str, what: object, *, writing: bool = True) -> None:
        """Raise an OSError, or not."""
        if self._hits(call, what, writing=writing):
            raise self.error(call)

    def error(self, call: str) -> OSError:
        number = NUMBERS[crc32(f"{self.seed} {call} {self.calls}".encode()) % len(NUMBERS)]
        self.injected[call] += 1
        return OSError(number, os.strerror(number))

    def _hits(self, call: str, what: object, *, writing: bool) -> bool:
        if not self.active or (self.writing_only and not writing):
            return False
        self.calls += 1
        if self.only:
            return self.calls == self.only
        name = f"{call} {_name(what)}"
        self._met[name] += 1
        return crc32(f"{self.seed} {name} {self._met[name]}".encode()) < self.rate * 2**32

    def fails(self, call: str, what: object) -> bool:
        """For what is not an OSError: whether this one fails."""
        hit = self._hits(call, what, writing=True)
        self.injected[call] += hit
        return hit


def _name(what: object) -> str:
    """The same in every life of the same seed: temporary names are drawn."""
    name = str(what).rpartition("/")[2]
    return "temporary" if name.startswith(".aie-") else name


class Layer:
    """A module with some of its functions replaced."""

    def __init__(self, real: ModuleType, **replaced: object) -> None:
        self._real = real
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _ill_os(sickness: Sickness) -> Layer:
    def failing(name: str, *, writing: bool = True) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:
            sickness.strike(name, given[0], writing=writing)
            return real(*given, **named)

        return call

    def ill_open(path: str, flags: int, mode: int = 0o777) -> int:
        sickness.strike("open", path, writing=bool(flags & os.O_CREAT))
        return os.open(path, flags, mode)

    def ill_write(descriptor: int, data: memoryview) -> int:
        """A full disk takes the first half."""
        if sickness.fails("write", "file"):
            os.write(descriptor, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(descriptor, data)

    writes = {name: failing(name) for name in ("link", "replace", "unlink", "mkdir", "fsync")}
    reads = {name: failing(name, writing=False) for name in ("scandir", "listdir", "lstat")}
    return Layer(os, open=ill_open, write=ill_write, **writes, **reads)


class IllConnection(sqlite3.Connection):
    """A ledger on the same disk."""

    sickness: Sickness

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        if sql.startswith("BEGIN") and self.sickness.fails("begin", "ledger"):
            raise sqlite3.OperationalError("disk I/O error")
        if sql.startswith(("INSERT", "UPDATE")) and self.sickness.fails("statement", "ledger"):
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, values)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None, /
    ) -> Literal[False]:
        if kind is None and self.in_transaction and self.sickness.fails("commit", "ledger"):
            self.rollback()
            raise sqlite3.OperationalError("database or disk is full")
        return super().__exit__(kind, value, trace)


@contextmanager
def ill(sickness: Sickness) -> Generator[None]:
    """All file calls of the vault and the ledger go through the sickness."""
    rename = disk.rename

    def ill_rename(source: str, target: str) -> None:
        sickness.strike("rename", target)
        rename(source, target)

    connection = type("Ill", (IllConnection,), {"sickness": sickness})
    layer = _ill_os(sickness)
    with ExitStack() as stack:
        for module, name, value in (
            (disk, "os", layer),
            (disk, "rename", ill_rename),
            (vaults, "os", layer),
            (database, "sqlite3", Layer(sqlite3, connect=partial(sqlite3.connect, factory=connection))),
        ):
            stack.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, value)
        yield


@dataclass
class FullDisk:
    """A real disk without a free byte."""

    folder: Path
    injected: Counter[str] = field(default_factory=Counter[str])

    def begin(self) -> None:
        self.injected["full"] += 1
        with suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as ballast:
            for size in (4096, 1):
                while ballast.write(b"." * size):
                    continue

    def end(self) -> None:
        (self.folder / "ballast").unlink()


@dataclass
class ReadOnly:
    """A real disk that takes no change."""

    folder: Path
    injected: Counter[str] = field(default_factory=Counter[str])

    def begin(self) -> None:
        self.injected["read-only"] += 1
        _mount("-o", "remount,bind,ro", self.folder)

    def end(self) -> None:
        _mount("-o", "remount,bind,rw", self.folder)


@dataclass
class NoHandles:
    """A process that may open no further file."""

    injected: Counter[str] = field(default_factory=Counter[str])
    before: tuple[int, int] = resource.getrlimit(resource.RLIMIT_NOFILE)

    def begin(self) -> None:
        self.injected["no handles"] += 1
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, self.before[1]))

    def end(self) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, self.before)


def _mount(*given: object) -> None:
    subprocess.run(["mount", *map(str, given)], check=True, capture_output=True)


@contextmanager
def mounted(folder: Path, *how: str) -> Generator[str]:
    """A disk of its own there; or why that is not possible."""
    folder.mkdir()
    try:
        _mount(*how, folder)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"no disk can be mounted here, so calls are made to fail instead: {error}", file=sys.stderr)
        yield f"as if no disk could be mounted ({error})"
        return
    try:
        yield ""
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


# --- the house ---------------------------------------------------------------------------------------------


class Watchful(FakeProvider):
    """Looks into the ledger itself whether the effect that it is asked for is on record."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Path()
        self.off_record: list[str] = []

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        with sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True) as reader:
            begun = reader.execute(
                "SELECT 1 FROM effects JOIN audit ON audit.kind = 'INTENT' AND instr(audit.data, effects.key)"
                " WHERE key = ? AND outcome = ''", (key,)).fetchone()  # fmt: skip
        reader.close()
        if begun is None:
            self.off_record.append(key)
        return super().send(message, title=title, key=key)


class Patient(House):
    """A house on an ill disk. `written`: what the program ever wanted to have in a file."""

    def start(self) -> None:
        self.watchful = Watchful()
        self.provider = self.watchful
        super().start()
        self.watchful.ledger = self.app.places.ledger
        self.logged = Said()
        self.written = set[str]()
        vault = self.app.vault
        for name in ("create", "replace"):
            setattr(vault, name, partial(self._noted, getattr(vault, name)))

    def staff(self) -> Staff:
        agents, router = _colleagues()
        return Staff(router, Threads(agents, 2, self.wake.set))

    def _noted(self, call: Callable[..., Any], path: str, data: bytes, **named: Any) -> Any:
        self.written.add(_digest(data))
        return call(path, data, **named)

    def drop(self, name: str, data: bytes) -> None:
        self.written.add(_digest(data))
        super().drop(name, data)

    def look(self) -> list[Pace]:
        """What the runners do at one moment, until nothing more happens."""
        for _ in range(PATIENCE):
            self.wake.clear()
            paces = [runner.look(role, self.clock.now(), self.logged) for role in (self.inbox, self.manager)]
            self.manager.tick(self.clock.now())
            if any(pace.busy for pace in paces):
                assert self.wake.wait(30), "a worker hangs"
            elif not any(pace.progress for pace in paces):
                return paces
        raise AssertionError(f"it runs in circles: {self.counts()}")

    def rest(self, limit: timedelta) -> list[Pace]:
        """Let the time pass as the runners do: what is due, or a rescan."""
        until, paces = self.clock.now() + limit, self.look()
        while self.clock.now() < until:
            if not any(pace.next_at or pace.problems for pace in paces):
                self.clock.advance(until - self.clock.now())
                return self.look()
            due = min((pace.next_at for pace in paces if pace.next_at), default=until)
            step = min(max(due - self.clock.now(), timedelta(seconds=1)), timedelta(seconds=30))
            self.clock.advance(step)
            paces = self.look()
        return paces

    def files(self) -> Iterator[Path]:
        """All that a person can see."""
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield from (Path(folder, name) for name in files if not name.startswith("."))

    def torn(self) -> list[str]:
        """Files with content that nobody ever wanted to write; a worker may be moving one at this moment."""
        found: list[str] = []
        for path in self.files():
            with suppress(FileNotFoundError):
                found += [] if _digest(path.read_bytes()) in self.written else [str(path)]
        return found


def kept(root: Path) -> Iterator[Path]:
    """The originals in Attachments/, without the notes of their tasks."""
    return (p for p in (root / "Attachments").rglob("*") if p.is_file() and names.identity(p.name) is None)


@cache
def _colleagues() -> tuple[dict[str, Agent], Router]:
    """Read once a process: their phrasebooks take longer than a round."""
    config = settings().agents
    return {plugin.name: plugin.made for plugin in registry.agents(config) if plugin.made}, registry.router(config)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


# --- a life ------------------------------------------------------------------------------------------------


@dataclass
class Life:
    """Mails and notes dropped, some approved and some rejected, on a disk that falls ill and gets well again."""

    house: Patient
    tally: Tally
    items: int
    name: str
    approved: int = 0

    def drop(self) -> None:
        for n in range(self.items):
            mail = MAIL.replace(b"<1@", b"<%d@" % n).replace(b"Opening hours", b"Question %d" % n)
            self.house.drop(f"mail {n}.eml", mail)
            self.house.drop(f"plan {n}.md", NOTE % (n, n))
        self.tally.counts["actions"] += 2 * self.items

    def decide(self) -> None:
        """Every second one, as far as there are any; the others later."""
        for number, note in enumerate(self.house.notes("Pending_Approval")):
            note.rename(self.house.root / ("Rejected" if number % 4 == 3 else "Approved") / note.name)
            self.approved += number % 4 != 3
            self.tally.counts["actions"] += 1

    def suffer(self, illness: Illness, act: Callable[[], None], how_long: timedelta) -> None:
        """The act of the person, and what the house makes of it meanwhile."""
        with Lines() as lines:
            act()
            until, sizes, told = self.house.clock.now() + how_long, list[int](), False
            while self.house.clock.now() < until:
                illness.begin()
                told |= any(pace.problems for pace in self.house.rest(timedelta(minutes=2)))
                sizes.append(sys.getallocatedblocks())
                illness.end()
                self._expect_whole()
        self.tally.counts["write errors"] += illness.injected.total()
        self.tally.expect(lines.loudest <= LOUDEST, f"{self.name}: said {lines.loudest} times: {lines.most}")
        self.tally.expect(told or (isinstance(illness, Sickness) and illness.rate < 1), f"{self.name}: not told")
        grown = sizes[-1] - sizes[len(sizes) // 2]
        self.tally.expect(grown < GROWTH, f"{self.name}: {grown} more blocks of memory in the second half")
        self.tally.expect("Traceback" not in lines.faults, f"{self.name}: a fault of the program: {lines.faults}")

    def _expect_whole(self) -> None:
        torn = self.house.torn()
        self.tally.expect(not torn, f"{self.name}: half-written or foreign: {torn[:3]}")

    def end(self) -> None:
        """All is well again: everything that waits is approved, and then the books must balance."""
        house = self.house
        house.rest(timedelta(minutes=15))
        self._answer()
        self.decide()
        house.rest(timedelta(minutes=15))
        self.tally.counts["effects"] += len(house.provider.accepted) + len(self._documents())
        for fault in self._wrong(house.look()):
            self.tally.faults.append(f"{self.name}: {fault}")
        house.stop()

    def _answer(self) -> None:
        """What only the person can know: they look, see no document, and want it once more."""
        for note in self.house.notes("Needs_Review"):
            note.rename(self.house.root / "Pending_Approval" / note.name)
            self.tally.counts["unknown outcomes"] += 1
            self.approved -= 1
        self.house.rest(timedelta(minutes=15))

    def _story(self) -> str:
        """What the audit says of the effects, to see how one came to happen twice or never."""
        told = [each for each in self.house.app.ledger.audit.all() if each.kind in EFFECTS]
        return "\n".join(f"  {each.at} {each.kind} {each.subject} {each.data}" for each in told)

    def _documents(self) -> list[Path]:
        return [path for path in (self.house.root / "Documents").glob("[!.]*") if path.is_file()]

    def _wrong(self, paces: list[Pace]) -> Iterator[str]:
        house, counts = self.house, self.house.counts()
        done, rejected = counts.pop("Done", 0), counts.pop("Rejected", 0)
        if counts or done != self.approved or done + rejected != 2 * self.items:
            yield f"of {2 * self.items}, {self.approved} approved: {house.counts()}"
        mails, documents = [key for key, _ in house.provider.accepted], [path.name for path in self._documents()]
        if len(mails) + len(documents) != self.approved or len(set(mails)) < len(mails):
            yield f"{self.approved} approved, but carried out: {sorted(mails)}, {sorted(documents)}\n{self._story()}"
        if off_record := house.watchful.off_record:
            yield f"carried out without a record: {off_record}"
        kept = Counter(_digest(path.read_bytes()) for path in house.files() if "Attachments" in path.parts)
        if len(kept) < 2 * self.items or [path for path in house.files() if path.stem.endswith(("-2", "-3"))]:
            yield f"lost or doubled: {sorted(str(path.relative_to(house.root)) for path in house.files())}"
        if list(house.root.glob("Inbox/[!.]*")):
            yield f"left in Inbox/: {sorted(path.name for path in (house.root / 'Inbox').iterdir())}"
        if problems := [problem for pace in paces for problem in pace.problems]:
            yield f"still told: {problems}"
        if wrong := house.app.ledger.audit.verify().wrong:
            yield f"the audit says: {wrong}"


class Lines(logging.Handler):
    """Counts equal lines of the log."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._said: Counter[str] = Counter()
        self.faults = ""

    def __enter__(self) -> Self:
        self._before = logging.getLogger().level
        logging.getLogger().addHandler(self)
        logging.getLogger().setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        logging.getLogger().setLevel(self._before)

    def emit(self, record: logging.LogRecord) -> None:
        self._said[record.getMessage()] += 1
        if record.exc_info:
            self.faults += logging.Formatter().format(record)

    @property
    def loudest(self) -> int:
        return max(self._said.values(), default=0)

    @property
    def most(self) -> str:
        return max(self._said, key=lambda line: self._said[line], default="")


# --- the rounds --------------------------------------------------------------------------------------------


def round(seed: int) -> Tally:  # noqa: A001 - the fixed name of a kind
    """One way of being ill."""
    _warm_up()
    tally = Tally()
    with tempfile.TemporaryDirectory(dir=FAST_DISK) as folder:
        ways = (_by_chance, _by_chance, _once, _for_long, _by_chance, _once, _by_chance, _really)
        ways[seed % len(ways)](seed, Path(folder), tally)
    return tally


@cache
def _warm_up() -> None:
    """One healthy life a process: what is loaded on first use is there before anybody counts its memory."""
    with tempfile.TemporaryDirectory(dir=FAST_DISK) as folder:
        _live(Case("all is well", items=1, first=0), Sickness(0), Path(folder), Tally())


@dataclass(frozen=True)
class Case:
    """`first`: ill from the drop on (0), or from the decision on (1)."""

    name: str
    items: int
    first: int
    how_long: timedelta = timedelta(minutes=10)


def _by_chance(seed: int, folder: Path, tally: Tally) -> None:
    chance = random.Random(seed)
    rate, writing = chance.choice((0.01, 0.05, 0.2, 0.6)), chance.random() < 0.5
    for life in range(3):
        case = Case(f"{rate:.0%} of calls fail", items=4, first=chance.randrange(2))
        _live(case, Sickness(seed * 10 + life, rate, writing_only=writing), folder / str(life), tally)


def _once(seed: int, folder: Path, tally: Tally) -> None:
    """One single call, at the next place in each life."""
    for life in range(16):
        at = 1 + (seed // 8 * 32 + seed % 2 * 16 + life) % 400
        case = Case(f"call {at} fails", items=1, first=life % 2)
        _live(case, Sickness(seed * 100 + life, only=at), folder / str(life), tally)


def _for_long(seed: int, folder: Path, tally: Tally) -> None:
    case = Case("nothing can be written for long", items=6, first=seed // 4 % 2, how_long=timedelta(minutes=20))
    _live(case, Sickness(seed, 1.0, writing_only=True), folder / "house", tally)


def _really(seed: int, folder: Path, tally: Tally) -> None:
    """Without the layer: a small disk, a read-only one, and a process at its limit."""
    first, layer = seed // 24 % 2, Sickness(seed, 1.0, writing_only=True)
    match seed // 8 % 3:
        case 0:
            with mounted(folder / "disk", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as why:
                case = Case(why or "the disk is full", 4, first)
                _live(case, layer if why else FullDisk(folder / "disk"), folder / "disk", tally)
        case 1:
            (folder / "bare").mkdir()
            with mounted(folder / "vault", "--bind", str(folder / "bare")) as why:
                case = Case(why or "the disk is read-only", 4, first)
                _live(case, layer if why else ReadOnly(folder / "vault"), folder, tally)
        case _:
            _live(Case("too many files are open", 4, first), NoHandles(), folder, tally)


def _live(case: Case, illness: Illness, folder: Path, tally: Tally) -> None:
    with ill(illness) if isinstance(illness, Sickness) else nullcontext():
        life = Life(Patient(folder), tally, case.items, case.name)
        if case.first == 0:
            life.suffer(illness, life.drop, case.how_long)
        else:
            life.drop()
            life.house.rest(timedelta(minutes=5))
            life.suffer(illness, life.decide, case.how_long)
        life.end()
