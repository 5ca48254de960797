"""The real program as a real process: killed with SIGKILL again and again under load, and what is left then.

The oracle are the files in Outbox/ and Documents/: one for each approved draft, none for any other.
"""

from __future__ import annotations

import email
import email.policy
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from daemon.app import App
from daemon.core.proposal import Decision, Key
from daemon.vault import FOLDERS
from tests.acceptance import person
from tests.house import MAIL

FAST_DISK = "/dev/shm" if Path("/dev/shm").is_dir() else None  # what a power cut loses is tested with the vault
KILLS = 50
EMPLOYEE = Path(sys.executable).with_name("employee")
NEWS = "List-Unsubscribe: <https://example.com/u>\n"
SETTINGS = {
    "INBOX__SETTLE_SECONDS": "0.05",
    "INBOX__RESCAN_SECONDS": "1",
    "APPROVAL__HOLD_SECONDS": "0.2",
    "APPROVAL__DAILY_CAP": "0",
    "SCHEDULE__DASHBOARD_SECONDS": "0.5",
    "VAULT__TIMEZONE": "UTC",
}


class Desk:
    """A computer on which the employee runs, and the person at it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "vault"
        places = {"HOME": folder / "home", "CONFIG": folder / "none.toml", "VAULT": self.root}
        ours = {f"EMPLOYEE_{name}": str(value) for name, value in (SETTINGS | places).items()}
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("EMPLOYEE_")} | ours
        for name in FOLDERS:
            (self.root / name).mkdir(parents=True)
        self.app = App.open(self.environ)
        self.approved: dict[Key, person.Wish] = {}
        self.rejected: set[Key] = set[Key]()
        self.kills = 0
        self.dropped_kinds: Counter[str] = Counter()

    @contextmanager
    def running(self) -> Generator[subprocess.Popen[str]]:
        """The daemon as a process of its own; killed with SIGKILL when the block ends, if it still runs."""
        command = [str(EMPLOYEE), "run"]
        with subprocess.Popen(
            command, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield process
            finally:
                process.kill()
                process.communicate(timeout=60)

    def drain(self) -> None:
        """`employee run --once`, which must come to an end and be content."""
        command = [str(EMPLOYEE), "run", "--once"]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=240, check=False)
        assert done.returncode == 0, done.stderr

    # --- the person

    @property
    def dropped(self) -> int:
        return sum(self.dropped_kinds.values())

    def drop(self, kind: str) -> None:
        self.dropped_kinds[kind] += 1
        n = self.dropped
        text = MAIL.decode().replace("<1@", f"<{n}@").replace("Opening hours", f"Question {n}")
        match kind:
            case "note":
                (self.root / "Inbox" / f"plan {n}.md").write_text(f"# Plan {n}\n\nBuy paint {n}.\n", encoding="utf-8")
            case "news":
                (self.root / "Inbox" / f"news {n}.eml").write_text(NEWS + text, encoding="utf-8")
            case _:
                (self.root / "Inbox" / f"mail {n}.eml").write_text(text, encoding="utf-8")

    def approve(self, note: person.Note, how: str) -> None:
        """Once a draft, in one of the ways; a draft that the daemon just took away is left alone."""
        with suppress(FileNotFoundError):
            match how:
                case "move":
                    note.path.rename(self.root / "Approved" / note.path.name)
                case "tick":
                    ticked = person.tick(note.path.read_text(encoding="utf-8"), "approve")
                    note.path.write_text(ticked, encoding="utf-8")
                case _:
                    now = self.app.clock.now()
                    self.app.ledger.decisions.add(Decision(0, *note.key, "approve", "cli", "owner", "", now))
            self.approved[note.key] = note.wish

    def reject(self, note: person.Note) -> None:
        with suppress(FileNotFoundError):
            note.path.rename(self.root / "Rejected" / note.path.name)
            self.rejected.add(note.key)

    def undecided(self) -> list[person.Note]:
        notes = person.drafts(self.root, "Pending_Approval")
        return [note for note in notes if note.key not in self.approved and note.key not in self.rejected]

    def answer_reviews(self) -> int:
        """The person looks at what nobody can know, sees that it is not there, and asks for it again."""
        reviews = person.drafts(self.root, "Needs_Review")
        for note in reviews:
            assert not [text for text in self.effects() if text.endswith(note.wish.text)]
            note.path.rename(self.root / "Pending_Approval" / note.path.name)
        self.drain()
        for note in reviews:
            del self.approved[note.key]
            (again,) = [other for other in self.undecided() if other.key[0] == note.key[0]]
            self.approve(again, "move")
        self.drain()
        return len(reviews)

    def retry_failures(self) -> int:
        """What was cut short three times is in Failed/ and says so; the person wants it worked on again."""
        failed = [path.stem.rpartition("_")[2] for path in (self.root / "Failed").glob("*.md")]
        for task in failed:
            self.app.ledger.decisions.add(Decision(0, task, 0, "retry", "cli", "owner", "", self.app.clock.now()))
        self.drain()
        return len(failed)

    # --- what is left

    def effects(self) -> list[str]:
        """The texts that left or were saved."""
        mails = [path.read_bytes() for path in (self.root / "Outbox").glob("[!.]*")]
        documents = [path.read_text(encoding="utf-8") for path in (self.root / "Documents").glob("[!.]*")]
        read = [email.message_from_bytes(message, policy=email.policy.default) for message in mails]
        subjects = [f"{message['Subject']}\n{person.plain(str(message.get_content()))}" for message in read]
        return sorted(subjects + [person.plain(text) for text in documents])

    def wanted(self) -> list[str]:
        """What `effects` must be: everything approved, exactly as approved, once; and nothing else."""
        return sorted(f"{wish.subject}\n{wish.text}".strip("\n") for wish in self.approved.values())

    def places(self) -> Counter[str]:
        """In which folder each task lies that was ever dropped; with more than one note it counts more than once."""
        tasks = [path.name for path in (self.root / "Attachments").iterdir()]
        paths = [path for name in person.STATE for path in (self.root / name).rglob("*.md")]
        return Counter(path.relative_to(self.root).parts[0] for task in tasks for path in person.named_by(paths, task))

    def originals(self) -> int:
        kept = (self.root / "Attachments").glob("*/*")
        return len([path for path in kept if path.name.startswith(("mail ", "news ", "plan "))])

    def expected_places(self) -> Counter[str]:
        done = len(self.approved) + self.dropped_kinds["news"]
        return +Counter(Done=done, Rejected=len(self.rejected), Pending_Approval=len(self.undecided()))

    def wear_out(self, seed: int) -> None:
        """Half of the kills; then the employee and the person finish what is left."""
        rng = random.Random(seed)
        for _ in range(KILLS // 2):
            self.live_and_die(rng)
        self.drain()
        self.retry_failures()
        self.answer_reviews()

    def live_and_die(self, rng: random.Random) -> None:
        """Start it, do a few things while it works, and kill it at a random moment."""
        beat = self.root.parent / "home" / "run" / "manager.json"
        beat.unlink(missing_ok=True)
        with self.running():
            self.kills += 1
            if rng.random() < 0.9:  # the rest die while they start
                eventually(beat.exists)
            if self.dropped and not self.approved:
                eventually(self.undecided, 20)  # however slow the computer is, there is something to approve
            for _ in range(3):
                self._do_something(rng)
                time.sleep(rng.uniform(0.0, 0.12))

    def _do_something(self, rng: random.Random) -> None:
        waiting = self.undecided()
        match rng.choice(["drop", "approve", "approve", "reject"]) if waiting else "drop":
            case "approve":
                self.approve(rng.choice(waiting), rng.choice(["move", "tick", "command"]))
            case "reject" if len(waiting) > 2:
                self.reject(rng.choice(waiting))
            case _:
                self.drop(rng.choice(["mail", "mail", "note", "news"]))


@contextmanager
def new_desk() -> Generator[Desk]:
    with tempfile.TemporaryDirectory(dir=FAST_DISK) as folder:
        desk = Desk(Path(folder))
        try:
            yield desk
        finally:
            desk.app.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with new_desk() as desk:
        yield desk


@pytest.fixture(scope="module")
def worn_desks() -> Iterator[list[Desk]]:
    """Two computers, used side by side, on which the employee was killed again and again; now at rest."""
    with new_desk() as one, new_desk() as other, ThreadPoolExecutor(2) as pool:
        list(pool.map(Desk.wear_out, (one, other), (2026, 2027)))
        yield [one, other]


def eventually(happened: Callable[[], object], limit: float = 120.0) -> bool:
    """Whether it happens within so many seconds."""
    until = time.monotonic() + limit
    while not happened() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(happened())


def test_killed_fifty_times_every_approved_draft_went_out_once_and_nothing_else(worn_desks: list[Desk]) -> None:
    assert [desk.kills for desk in worn_desks] == [KILLS // 2, KILLS // 2]
    assert [desk.effects() for desk in worn_desks] == [desk.wanted() for desk in worn_desks]
    assert [desk.app.ledger.audit.verify().wrong for desk in worn_desks] == ["", ""]
    assert all(desk.approved for desk in worn_desks)


def test_killed_fifty_times_every_task_lies_in_one_folder_and_no_original_is_lost(worn_desks: list[Desk]) -> None:
    assert [desk.places() for desk in worn_desks] == [desk.expected_places() for desk in worn_desks]
    assert [desk.originals() for desk in worn_desks] == [desk.dropped for desk in worn_desks]
    assert [sum(desk.places().values()) for desk in worn_desks] == [desk.dropped for desk in worn_desks]


def test_approved_while_it_is_off_goes_out_once(desk: Desk) -> None:
    desk.drop("mail")
    desk.drain()
    desk.approve(*desk.undecided(), how="move")
    with desk.running():
        assert eventually(desk.effects)
    desk.drain()
    assert desk.effects() == desk.wanted()


def test_second_daemon_ends_with_75_and_names_the_first(desk: Desk) -> None:
    with desk.running() as first:
        assert eventually((desk.root.parent / "home" / "run" / "manager.json").exists)
        with desk.running() as second:
            said = second.communicate(timeout=120)[1]
        assert (first.poll(), second.returncode, str(first.pid) in said) == (None, 75, True), said


def test_told_to_stop_it_ends_within_five_seconds(desk: Desk) -> None:
    desk.drop("mail")
    with desk.running() as process:
        assert eventually(desk.undecided)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=120)
        assert (process.returncode, time.monotonic() - began < 5) == (0, True)
