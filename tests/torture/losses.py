"""The vault away under the daemon, and the ledger damaged, lost or old.

An empty mount point is not "everything was deleted", another vault is not ours, and a ledger that cannot be believed
lets nothing out. The oracle are the messages that the provider has and the files in Documents/: one for each thing the
person approved, nothing while something was missing, and nothing again that was out already.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from daemon.core.errors import Outage, UserError
from daemon.ops import adopt
from daemon.runtime.dashboard import NAME as DASHBOARD
from daemon.vault import Vault
from tests.house import MAIL
from tests.torture.disks import FAST_DISK, NOTE, Lines, Patient, Sickness, ill
from tests.torture.tally import Tally

HOLD = 1800  # seconds
MAILS, NOTES = 3, 3
NOBODY = 65534
LOUDEST = 4  # equal lines of the log in two hours


@dataclass
class Story:
    """Six things dropped: some carried out, one in its hold, the others waiting; then something is lost."""

    folder: Path
    tally: Tally
    name: str
    house: Patient = field(init=False)
    old: Path = field(init=False)

    def __post_init__(self) -> None:
        self.house = Patient(self.folder, hold=HOLD)
        self.old = self.folder / "old"

    def begin(self, chance: random.Random) -> None:
        house, keep = self.house, chance.randrange(4)
        for n in range(MAILS):
            house.drop(f"mail {n}.eml", MAIL.replace(b"<1@", b"<%d@" % n).replace(b"Opening hours", b"Question %d" % n))
        for n in range(NOTES):
            house.drop(f"plan {n}.md", NOTE % (n, n))
        self._keep(keep, 0)
        self._rest(5)
        self._keep(keep, 1)
        self.approve(chance.randrange(1, 4))
        self._rest(2)
        self._keep(keep, 2)
        self._rest(40)
        self._keep(keep, 3)
        self.approve(1)
        self._rest(1)
        self.tally.counts["actions"] += MAILS + NOTES + 3

    def _keep(self, wanted: int, at: int) -> None:
        """A copy of the state directory, as a tool makes it that does not know of -wal files, or does."""
        if wanted == at:
            shutil.copytree(self.house.app.places.home, self.old)

    def _rest(self, minutes: int) -> None:
        self.house.rest(timedelta(minutes=minutes))

    def approve(self, most: int) -> None:
        for note in self.house.notes("Pending_Approval")[:most]:
            note.rename(self.house.root / "Approved" / note.name)

    def effects(self) -> Counter[str]:
        """What is out, by what it is about."""
        mails = [re.search(rb"Subject: (Re: Question \d)", message) for _, message in self.house.provider.accepted]
        texts = [path.read_text(encoding="utf-8") for path in (self.house.root / "Documents").glob("[!.]*")]
        notes = [re.search(r"number (\d)", text) for text in texts]
        return Counter([found[1].decode() for found in mails if found] + [found[1] for found in notes if found])

    def end(self) -> None:
        """All is back: the person approves whatever waits, and all that is dropped is out once."""
        for _ in range(3):
            self._rest(15)
            self.approve(100)
            self._rest(45)
        out = self.effects()
        self.tally.counts["effects"] += out.total()
        self.expect(max(out.values(), default=0) <= 1, f"out twice: {out}")
        left = MAILS + NOTES - len(out)
        self.expect(left == self.house.counts().get("Needs_Review", 0), f"of six only {out}; {self.house.counts()}")
        self.house.stop()

    def expect(self, holds: bool, fault: str) -> None:  # noqa: FBT001 - reads like an assertion
        self.tally.expect(holds, f"{self.name}: {fault}")


def round(seed: int) -> Tally:  # noqa: A001 - the fixed name of a kind
    """Two losses: one of the vault, one of the ledger."""
    tally = Tally()
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(dir=FAST_DISK) as folder:
        for number, (name, way) in enumerate((_pick(AWAY, seed, chance), _pick(LOST, seed, chance))):
            story = Story(Path(folder) / str(number), tally, name)
            story.begin(chance)
            way(story, chance)
            tally.counts["losses"] += 1
    return tally


Way = Callable[[Story, random.Random], None]


def _pick(ways: dict[str, Way], seed: int, chance: random.Random) -> tuple[str, Way]:
    del chance
    return list(ways.items())[seed % len(ways)]


# --- the vault is away -------------------------------------------------------------------------------------


@contextmanager
def _away(story: Story) -> Generator[Path]:
    """The vault lies elsewhere; at the end it is back, and what was in its place is gone."""
    root = story.house.root
    hidden = root.with_name("hidden")
    root.rename(hidden)
    try:
        yield root
    finally:
        if root.exists():
            shutil.rmtree(root)
        hidden.rename(root)


def _wait_without(story: Story, place: Path) -> None:
    """Two hours: nothing is concluded, nothing is made, nothing is out, and it is said."""
    before, shape, rows = len(story.house.provider.accepted), _shape(place), _states(story)
    with Lines() as lines:
        told = any(pace.problems for pace in story.house.rest(timedelta(hours=2)))
    story.expect(told, "not told")
    story.expect("Traceback" not in lines.faults, lines.faults)
    story.expect(lines.loudest <= LOUDEST, f"said {lines.loudest} times: {lines.most}")
    story.expect(_shape(place) == shape, f"something was made or changed: {_shape(place)}")
    story.expect(_states(story) == rows, f"something was concluded: {rows} -> {_states(story)}")
    story.expect(len(story.house.provider.accepted) == before, "something went out")


def _shape(place: Path) -> dict[str, bytes]:
    return {str(p.relative_to(place)): p.read_bytes() if p.is_file() else b"" for p in sorted(place.rglob("*"))}


def _states(story: Story) -> list[tuple[str, str, object]]:
    """Without what is carried out already and only has to be filed."""
    return sorted((p.label, p.state.value, p.gone_since) for p in story.house.app.ledger.proposals.open())


def _empty(story: Story, chance: random.Random) -> None:
    del chance
    with _away(story) as root:
        root.mkdir()
        _wait_without(story, root)
    story.end()


def _nowhere(story: Story, chance: random.Random) -> None:
    del chance
    with _away(story) as root:
        _wait_without(story, root)
    story.end()


def _another(story: Story, chance: random.Random) -> None:
    """Somebody else's vault in its place, or a new one; with drops and drafts of its own."""
    with _away(story) as root:
        Vault(root).make_folders()
        (root / "Inbox" / "theirs.md").write_bytes(b"# Theirs\n\nNot for us.\n")
        (root / "Approved" / "theirs.md").write_bytes(b"---\napprove: true\n---\nTheirs\n")
        if chance.random() < 0.5:
            (root / DASHBOARD).write_bytes(b"---\ntype: dashboard\ninstance: isomebody\n---\nTheirs\n")
        _wait_without(story, root)
    story.end()


def _folder(story: Story, chance: random.Random) -> None:
    """One state folder is gone, and comes back with all that was in it."""
    name = chance.choice(("Pending_Approval", "Approved"))
    place = story.house.root / name
    full = any(place.glob("*.md"))
    place.rename(story.house.root.with_name("hidden"))
    rows, before = _states(story), story.effects()
    story.house.rest(timedelta(hours=2))
    if full:
        story.expect(_states(story) == rows, f"concluded without {name}/: {rows} -> {_states(story)}")
        story.expect(story.effects() == before, f"something went out without {name}/")
        story.expect(not place.exists(), f"{name}/ was made anew")
    if place.exists():
        place.rmdir()
    story.house.root.with_name("hidden").rename(place)
    story.end()


def _rights(story: Story, chance: random.Random) -> None:
    """Nobody may read the vault, or a folder in it."""
    place = story.house.root / chance.choice(("", "Pending_Approval", "Approved", "In_Progress", "Needs_Action"))
    with _unprivileged(story.folder):
        before, rows, mode = story.effects(), _states(story), place.stat().st_mode
        place.chmod(0)
        told = any(pace.problems for pace in story.house.rest(timedelta(hours=2)))
        place.chmod(mode)
        story.expect(told, f"not told that {place.name}/ may not be read")
        story.expect(_states(story) == rows, f"concluded without rights: {rows} -> {_states(story)}")
        story.expect(story.effects() == before, "something went out without rights")
    story.end()


@contextmanager
def _unprivileged(folder: Path) -> Generator[None]:
    """As an ordinary user: rights mean nothing to root."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder.parent, folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _suddenly(story: Story, chance: random.Random) -> None:
    """It goes in the middle of a look, at any call of the file layer."""
    story.house.pass_time(timedelta(hours=1))
    sickness = Vanishing(0, only=chance.randrange(1, 120), root=story.house.root)
    story.approve(1)
    story.house.restart()
    with ill(sickness):
        sickness.begin()
        story.house.rest(timedelta(minutes=20))
        sickness.end()
    hidden = story.house.root.with_name("hidden")
    if hidden.exists():
        made = [str(path.relative_to(story.house.root)) for path in story.house.root.rglob("*") if path.is_file()]
        story.expect(not made, f"made in an empty mount point: {made}")
        shutil.rmtree(story.house.root)
        hidden.rename(story.house.root)
    story.end()


@dataclass
class Vanishing(Sickness):
    """Takes the whole vault away instead of letting a call fail."""

    root: Path = Path()

    def strike(self, call: str, what: object, *, writing: bool = True) -> None:
        if self._hits(call, what, writing=writing):
            self.root.rename(self.root.with_name("hidden"))
            self.root.mkdir()

    def fails(self, call: str, what: object) -> bool:
        del call, what
        return False


AWAY: dict[str, Way] = {
    "an empty mount point": _empty,
    "no vault at all": _nowhere,
    "another vault": _another,
    "a folder is gone": _folder,
    "no rights": _rights,
    "away in the middle": _suddenly,
}


# --- the ledger is lost ------------------------------------------------------------------------------------


def _stopped(harm: Callable[[Path, random.Random, Path], None], *, gently: bool = True) -> Way:
    """The daemon ends, the harm is done, and it starts again."""

    def way(story: Story, chance: random.Random) -> None:
        house, home = story.house, story.house.app.places.home
        if not gently:
            shutil.copytree(home, story.folder / "killed")
        house.stop()
        if not gently:
            shutil.rmtree(home)
            (story.folder / "killed").rename(home)
        before = story.effects()
        harm(home, chance, story.old)
        _start_again(story, before)
        story.end()

    return way


def _start_again(story: Story, before: Counter[str]) -> None:
    house = story.house
    provider = house.watchful
    try:
        house.start()
        with house.app.daemon(()):
            pass
    except (UserError, Outage) as refused:
        said = str(refused)
        story.tally.counts["ledgers refused"] += 1
        story.expect("`employee adopt`" in said, f"no next step: {said}")
        _adopted(story)
    else:
        story.tally.counts["ledgers that could still be believed"] += 1
    house.watchful.accepted, house.watchful.off_record = provider.accepted, provider.off_record
    story.expect(story.effects() == before, "something went out at the start")
    house.rest(timedelta(hours=1))
    if any(house.counts().get(folder) for folder in ("Approved", "In_Progress")) or _noticed(house):
        house.stop()
        _adopted(story)  # small losses at the end are no refusal, only drafts that nobody proposed


def _noticed(house: Patient) -> bool:
    try:
        return bool(house.notices())
    except (UserError, Outage):
        return True


def _adopted(story: Story) -> None:
    """What the sentence says: `employee adopt`."""
    house, provider = story.house, story.house.watchful
    places = house.app.places
    adopt.set_aside(places.ledger, Vault(places.vault), locks=places.locks)
    house.start()
    house.watchful.accepted, house.watchful.off_record = provider.accepted, provider.off_record
    app = house.app
    adopt.adopt(app.context, house.clock.now(), locks=places.locks, where=str(places.vault), status=app.status)
    story.tally.counts["adopted"] += 1
    with app.daemon(()):
        pass


def _flipped(home: Path, chance: random.Random, old: Path) -> None:
    del old
    data = bytearray((home / "ledger.sqlite3").read_bytes())
    for _ in range(chance.choice((1, 10, 1000))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    (home / "ledger.sqlite3").write_bytes(data)


def _cut(home: Path, chance: random.Random, old: Path) -> None:
    del old
    size = (home / "ledger.sqlite3").stat().st_size
    os.truncate(home / "ledger.sqlite3", chance.choice((0, 1, 100, 4096, size // 2, size - 4096, size - 1)))


def _zeroed(home: Path, chance: random.Random, old: Path) -> None:
    del old
    with (home / "ledger.sqlite3").open("r+b") as file:
        file.seek(4096 * chance.randrange((home / "ledger.sqlite3").stat().st_size // 4096))
        file.write(bytes(4096))


def _text(home: Path, chance: random.Random, old: Path) -> None:
    del old, chance
    (home / "ledger.sqlite3").write_text("Dear diary\n" * 500, encoding="utf-8")


def _deleted(home: Path, chance: random.Random, old: Path) -> None:
    del old, chance
    for path in home.glob("ledger.sqlite3*"):
        path.unlink()


def _home_gone(home: Path, chance: random.Random, old: Path) -> None:
    del old, chance
    shutil.rmtree(home)


def _old_copy(home: Path, chance: random.Random, old: Path) -> None:
    """The one file, the file with its -wal, or the whole folder."""
    match chance.randrange(3):
        case 0:
            _deleted_but_mark(home)
            shutil.copy(old / "ledger.sqlite3", home)
        case 1:
            _deleted_but_mark(home)
            for path in old.glob("ledger.sqlite3*"):
                shutil.copy(path, home)
        case _:
            shutil.rmtree(home)
            shutil.copytree(old, home)


def _deleted_but_mark(home: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        (home / f"ledger.sqlite3{ending}").unlink(missing_ok=True)


def _wal_lost(home: Path, chance: random.Random, old: Path) -> None:
    del old, chance
    (home / "ledger.sqlite3-wal").unlink(missing_ok=True)
    (home / "ledger.sqlite3-shm").unlink(missing_ok=True)


def _under_the_daemon(story: Story, chance: random.Random) -> None:
    """Moved, deleted or replaced while it is open."""
    house, ledger = story.house, story.house.app.places.ledger
    before, aside = story.effects(), ledger.with_name("aside")
    ledger.rename(aside)
    if chance.random() < 0.5:
        shutil.copy(story.old / "ledger.sqlite3", ledger)
    with Lines() as lines:
        told = any(pace.problems for pace in house.rest(timedelta(hours=2)))
    story.expect(told, "not told")
    story.expect(lines.loudest <= LOUDEST, f"said {lines.loudest} times: {lines.most}")
    story.expect(story.effects() == before, "something went out without a ledger")
    aside.replace(ledger)
    story.end()


LOST: dict[str, Way] = {
    "bits are flipped": _stopped(_flipped),
    "it is cut off": _stopped(_cut),
    "a page is zero": _stopped(_zeroed),
    "it is a text": _stopped(_text),
    "it is deleted": _stopped(_deleted),
    "the state directory is gone": _stopped(_home_gone),
    "an old copy": _stopped(_old_copy),
    "its -wal is lost": _stopped(_wal_lost, gently=False),
    "gone under the daemon": _under_the_daemon,
    "an old copy after a kill": _stopped(_old_copy, gently=False),
    "more bits are flipped": _stopped(_flipped),
}
