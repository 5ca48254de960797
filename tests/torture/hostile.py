"""Hostile files: read apart, dropped into a whole employee, and attached to mails under names that climb.

The oracles share nothing with what is tried: the system counts computing time and memory of the reading process, the
folder round the vault is compared byte for byte, notes are read by other programs, and after each hostile file an
ordinary one has to be read. Time is computing time, ours and the reader's: other programs may use this machine, too.
"""

from __future__ import annotations

import logging
import os
import resource
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from daemon.core.errors import Permanent
from tests.house import READERS, House
from tests.torture import hostile_bombs, hostile_mails, hostile_mutants, hostile_names, hostile_notes, hostile_texts
from tests.torture.hostile_sizes import HEAD
from tests.torture.tally import Tally

SECONDS = 2.0  # of computing for one file
MEMORY = 256 * 2**20  # bytes above what was there
READ_APART = 28  # files of a round that are only read
DROPPED = 6  # files of a round that go through the whole employee
_TICK = os.sysconf("SC_CLK_TCK")
_WORK = {"Pending_Approval", "Needs_Action", "In_Progress", "Failed", "Done", "Needs_Review", "Attachments", "Inbox"}
_CANARY = b"nobody may change this"


def round(seed: int) -> Tally:  # noqa: A001 - the kind's one function
    """Some thirty hostile files."""
    random, tally = Random(seed), Tally()
    for number in range(READ_APART):
        _read_apart(random, tally, f"file {number} of seed {seed}")
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        _drop_all(random, tally, Path(folder).resolve(), seed)
    return tally


def hostile(random: Random) -> tuple[str, bytes]:
    """A name and what is in it: four damaged files for one bomb."""
    return hostile_bombs.bomb(random) if random.random() < 0.2 else hostile_mutants.mutant(random)


# --- read apart


def _read_apart(random: Random, tally: Tally, which: str) -> None:
    name, data = hostile(random)
    as_mail = name.endswith((".eml", ".emlx", ".mbox")) and random.random() < 0.7
    READERS.read("warm.txt", b"warm")
    _forget_peak(READERS.process_id)
    before = _rss(READERS.process_id)
    with _measured(tally, f"{which} ({name}, {len(data):,} bytes)"):
        found = _as_mail(data) if as_mail else READERS.read(name, data).text
    tally.counts["hostile files"] += 1
    tally.counts["read all the same"] += bool(found.strip())
    peak = _peak(READERS.process_id)
    tally.expect(peak - before < MEMORY + len(data), f"{which} ({name}): {(peak - before) / 2**20:.0f} MB to read it")
    tally.expect(_encodable(found), f"{which} ({name}): half a letter came through")
    ordinary = READERS.read("next.csv", b"a;b\n%d;%d\n" % (random.getrandbits(40), random.getrandbits(40)))
    tally.expect(" | " in ordinary.text, f"{which} ({name}): the next file was not read: {ordinary}")


def _as_mail(data: bytes) -> str:
    try:
        found = READERS.mail(data)
    except Permanent:
        return ""
    return "\n".join([found.text, found.subject, *map(str, found.to), *(part.name for part in found.attachments)])


def _encodable(text: str) -> bool:
    return text.encode("utf-8", "replace").decode() == text


# --- dropped


def _drop_all(random: Random, tally: Tally, base: Path, seed: int) -> None:
    """In a folder deep enough that a name can climb, beside a canary."""
    (base / "canary").mkdir()
    (base / "canary" / "letter.txt").write_bytes(_CANARY)
    deep = base / "a" / "b"
    deep.mkdir(parents=True)
    house = House(deep / "employee")
    around = _outside(base, house)
    untouched = _untouched(house)
    with _heard(tally, f"seed {seed}"):
        for number in range(DROPPED):
            _drop(random, tally, house, which=f"drop {number} of seed {seed}", base=base)
        house.stop()
    tally.expect(_outside(base, house) == around, f"seed {seed}: something outside the vault was written")
    tally.expect(_untouched(house) == untouched, f"seed {seed}: something else in the vault was written")
    tally.expect(not house.provider.accepted, f"seed {seed}: a mail left: {house.provider.accepted[:1]}")


def _drop(random: Random, tally: Tally, house: House, *, which: str, base: Path) -> None:
    name, data = _dropped(random, base)
    said = f"{which} ({name!r}, {len(data):,} bytes)"
    before = _notes(house)
    try:
        house.drop(name, data)
    except (OSError, ValueError):
        return  # no disk takes such a name
    tally.counts["hostile files"] += 1
    with _measured(tally, said):
        house.run()
    number = random.getrandbits(60)
    house.drop(f"ordinary {number}.eml", ORDINARY % {b"n": b"%d" % number})
    house.run()
    made = {path: note for path, note in _notes(house).items() if path not in before}
    tally.expect(any(f"question {number}" in note.decode() for note in made.values()), f"{said}: the next mail is lost")
    stuck = [*house.notes("Needs_Action"), *house.notes("In_Progress")]
    tally.expect(not stuck, f"{said}: {[path.name for path in stuck]} got stuck")
    for path, note in made.items():
        for fault in hostile_notes.faults(note, draft="Pending_Approval" in path.parts):
            tally.expect(holds=False, fault=f"{said}: {fault}, in {path.name}")


def _dropped(random: Random, base: Path) -> tuple[str, bytes]:
    """A hostile file under its own or a hostile name, alone or in a mail."""
    name, data = _wordy(random) if random.random() < 0.3 else hostile(random)
    if random.random() < 0.4:
        climbing = hostile_names.name(random, outside=f"{base}/canary/").encode("utf-8", "replace")
        return f"m{random.getrandbits(40)}.eml", _attached(climbing, data)
    return (hostile_names.on_disk(random) if random.random() < 0.5 else name), data


def _wordy(random: Random) -> tuple[str, bytes]:
    """What specialists look for, in a note, a mail or an invitation."""
    made = random.choice((hostile_texts.words, hostile_mails.words, hostile_texts.one_odd_event, hostile_texts.yaml))
    endings = {hostile_mails.words: ".eml", hostile_texts.one_odd_event: ".ics", hostile_texts.yaml: ".md"}
    return f"w{random.getrandbits(40)}{endings.get(made, random.choice(('.md', '.txt', '.html')))}", made(random)


def _attached(name: bytes, data: bytes) -> bytes:
    quoted = name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\n ")
    head = b"Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\nWhen are you open?\n--bb\n"
    kind = b'Content-Disposition: attachment; filename="' + quoted + b'"\nContent-Transfer-Encoding: binary\n\n'
    return HEAD + head + kind + data + b"\n--bb--\n"


ORDINARY = b"""From: Anna Example <anna@example.com>
To: me@company.example
Subject: question %(n)s
Message-ID: <%(n)s@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Hello, when are you open on Saturday?
"""


# --- what the system, the log and the disk say


@contextmanager
def _heard(tally: Tally, which: str) -> Generator[None]:
    """Every fault of the program that was contained and logged is a fault all the same."""
    heard = _Ear(logging.ERROR)
    log = logging.getLogger("daemon")
    log.addHandler(heard)
    yield
    log.removeHandler(heard)
    tally.faults += [f"{which}: {fault}" for fault in heard.faults]


class _Ear(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        found = record.exc_info[1] if record.exc_info else None
        where = traceback.extract_tb(found.__traceback__)[-1:] if found else []
        self.faults.append(
            f"{record.getMessage()} ({found!r:.200} in {[f'{at.filename}:{at.lineno}' for at in where]})"
        )


@contextmanager
def _measured(tally: Tally, which: str) -> Generator[None]:
    before, began = _spent(), _cpu(READERS.process_id)
    yield
    took = _spent() - before + _cpu(READERS.process_id) - began  # one that ended counts with all that it did
    tally.expect(took < SECONDS, f"{which} took {took:.1f} s of computing")


def _spent() -> float:
    """Seconds of computing of this process, and of the readers that ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def _cpu(process: int) -> float:
    """Seconds of computing of a process that lives (proc(5), stat); 0 when there is none."""
    fields = _proc(process, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK if fields else 0


def _rss(process: int) -> int:
    return _status(process, "VmRSS")


def _peak(process: int) -> int:
    """Bytes; of a reader that was ended, the system's limits are the proof."""
    return _status(process, "VmHWM")


def _status(process: int, field: str) -> int:
    lines = (line.split() for line in _proc(process, "status").splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[:1] == [f"{field}:"]), 0)


def _forget_peak(process: int) -> None:
    if (path := Path(f"/proc/{process}/clear_refs")).exists():
        path.write_text("5", encoding="ascii")


def _proc(process: int, name: str) -> str:
    try:
        return Path(f"/proc/{process}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _outside(base: Path, house: House) -> dict[str, str]:
    """Every file that is neither in the vault nor in the employee's own folder."""
    home = house.root.parent / "home"
    return _files(base, lambda path: house.root not in path.parents and home not in path.parents)


def _untouched(house: House) -> dict[str, str]:
    """Every file of the vault where no task has anything to do."""
    root = house.root
    return _files(root, lambda path: path.relative_to(root).parts[0] not in {*_WORK, "Dashboard.md"})


def _files(folder: Path, wanted: Callable[[Path], bool]) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if wanted(path))
    return {str(path): sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in found}


def _notes(house: House) -> dict[Path, bytes]:
    """Our own notes, as they are now: those in the folders of work, and tasks put away beside their files."""
    folders = ("Needs_Action", "In_Progress", "Pending_Approval", "Failed", "Done", "Needs_Review")
    found = [path for folder in folders for path in house.notes(folder)]
    away = [
        path for path in house.notes("Attachments") if path.name[:1].isupper() and f"_{path.parent.name}" in path.name
    ]
    return {path: path.read_bytes() for path in (*found, *away)}
