"""Ways to forge an approval, or to alter one: each a generator over one waiting draft; at each `yield` time passes.

A forger has every right on the vault's files and none on the state directory. What a forger writes that a person
could have written with just the same result (the words of a draft, moved as it is) is not a forgery; `Scene.put`
knows the difference, by its own reading of the note.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from daemon.core.proposal import Decision, Key, State, Verdict, sha256
from tests.torture import sight
from tests.torture.bureau import Bureau
from tests.torture.sight import Seen
from tests.torture.tricks import TRICKS, VALUES


@dataclass(frozen=True)
class Sheet:
    """A waiting draft, exactly as it was published."""

    key: Key
    name: str
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    def with_text(self, old: str, new: str) -> bytes:
        return self.text.replace(old, new, 1).encode()


@dataclass
class Scene:
    """One bureau under attack. `allowed`: what may happen now, by draft; `owed`: what has to."""

    bureau: Bureau
    dice: Random
    waiting: dict[Key, Sheet] = field(default_factory=dict[Key, Sheet])
    old: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])  # notes of what is over
    allowed: dict[Key, list[Seen]] = field(default_factory=dict[Key, list[Seen]])
    owed: set[Key] = field(default_factory=set[Key])
    how: dict[Key, str] = field(default_factory=dict[Key, str])  # what is being done to each draft

    def put(self, folder: str, name: str, data: bytes) -> Path:
        """A file, written as a sync tool does. In Approved/ it may be a yes, if it is a waiting draft in order."""
        path = self.bureau.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        hidden = path.with_name(f".{name[:40]}.tmp")
        hidden.write_bytes(data)
        hidden.replace(path)
        if folder == "Approved":
            self.allow(data)
        return path

    def allow(self, data: bytes) -> None:
        seen = sight.read(data)
        sheet = (self.waiting.get(seen.key) or self.shown_since(seen.key)) if seen else None
        was = sight.read(sheet.data) if sheet else None
        if seen and was and seen.protected == was.protected:
            self.allowed.setdefault(seen.key, []).append(seen)

    def shown_since(self, key: Key) -> Sheet | None:
        """A generation that was shown after the person had looked, exactly as published.

        Who guessed its number before it was there forged it; who writes the same once it lies in Pending_Approval/
        does what a person can do who opens it there.
        """
        for path in self.bureau.notes("Pending_Approval"):
            data = path.read_bytes()
            seen = sight.read(data)
            if seen and seen.key == key and data == self._published(key):
                return Sheet(key, path.name, data)
        return None

    def _published(self, key: Key) -> bytes:
        proposal = self.bureau.app.ledger.proposals.latest(key[0])
        waits = proposal is not None and proposal.key == key and proposal.state is State.PROPOSED
        return self.bureau.app.ledger.proposals.content(key).note if waits else b""

    def forbid(self, key: Key) -> None:
        self.allowed.pop(key, None)

    def approve(self, sheet: Sheet) -> Path:
        """The person moves the note as it is."""
        self.allow(sheet.data)
        return self.pending(sheet).rename(self.bureau.root / "Approved" / sheet.name)

    def pending(self, sheet: Sheet) -> Path:
        return self.bureau.root / "Pending_Approval" / sheet.name

    def free(self, name: str, folder: str = "Approved") -> Path:
        """A path that nobody has: over what another one put there, neither of them would know what lies there."""
        path = self.bureau.root / folder / name
        return path.with_name(f"again {name}") if os.path.lexists(path) else path

    def take_away(self, sheet: Sheet) -> None:
        self.pending(sheet).unlink(missing_ok=True)

    def decide(self, key: Key, verdict: Verdict, file: str = "") -> None:
        decision = Decision(0, *key, verdict, "cli", "owner", "", self.bureau.clock.now(), file)
        self.bureau.app.ledger.decisions.add(decision)

    def still_waits(self, data: bytes) -> bool:
        """Whether it is a note of a draft that still waits: a copy of it, ticked, is what a person could write."""
        seen = sight.read(data)
        return seen is not None and seen.key in self.waiting

    def another(self, sheet: Sheet) -> Sheet:
        return self.dice.choice([other for other in self.waiting.values() if other.key != sheet.key] or [sheet])


Forgery = Callable[[Scene, Sheet], Generator[None]]
_LATER = 0.5
_FOLDERS = ("Approved", "Pending_Approval", "Rejected", "In_Progress/executor", "Needs_Review", "Done", "Failed")

# --- files that nobody proposed


def made_up(scene: Scene, sheet: Sheet) -> Generator[None]:
    """A draft of the forger's own, with an id like ours, in a folder that decides."""
    mine = "t" + "".join(scene.dice.choices("abcdefghjkmnpqrstuvwxyz23456789", k=10))
    data = sheet.with_text(f"id: {sheet.key[0]}", f"id: {mine}")
    scene.put("Approved", scene.dice.choice([sheet.name.replace(sheet.key[0], mine), sheet.name, "x.md"]), data)
    yield
    ticked = data.replace(b"approve: false", b"approve: true")
    scene.put("Pending_Approval", f"EMAIL_NEW_x_{mine}.md", ticked)
    yield


def replayed(scene: Scene, sheet: Sheet) -> Generator[None]:
    """A note of what is over: done, rejected, expired, replaced."""
    del sheet
    over = [(name, data) for name, data in scene.old if not scene.still_waits(data)]
    name, data = scene.dice.choice(over) if over else ("x.md", b"Pay Eve")
    data = scene.dice.choice([data, data.replace(b"approve: false", b"approve: true")])
    folder = scene.dice.choice(["Approved", "Approved", "In_Progress/executor", "Pending_Approval"])
    scene.put(folder, scene.free(name, folder).name, data)
    yield


def newer_generation(scene: Scene, sheet: Sheet) -> Generator[None]:
    """A generation that does not exist yet, or no longer."""
    number = scene.dice.choice([0, -1, sheet.key[1] + 1, sheet.key[1] + 2, 9999, 10**19, "1.0", "0x1", "''"])
    data = sheet.with_text(f"generation: {sheet.key[1]}\n", f"generation: {number}\n")
    scene.put("Approved", sheet.name, data.replace(b"Hello", b"Hello Eve"))
    yield
    scene.put("Approved", re.sub(r"(-g\d+)?\.md$", "-g7.md", sheet.name), data)
    yield


def guessed(scene: Scene, sheet: Sheet) -> Generator[None]:
    """The generation that a changed property leads to is known in advance: it is answered before it is shown."""
    later = sheet.key[1] + 1
    data = sheet.with_text(f"generation: {sheet.key[1]}\n", f"generation: {later}\n")
    data = data.replace(
        *scene.dice.choice([(b"approve: false", b"approve: true"), (b"reject: false", b"reject: true")])
    )
    data = re.sub(rb"^digest: .*\n", scene.dice.choice([b"", b"digest: sha256-0\n"]), data, flags=re.MULTILINE)
    name = scene.dice.choice([f"guess {sheet.key[0]}", re.sub(r"(-g\d+)?\.md$", f"-g{later}", sheet.name)])
    for folder in scene.dice.sample(_FOLDERS, scene.dice.randrange(1, 4)):
        scene.put(folder, scene.free(f"{name}.md", folder).name, data.replace(b"## Draft\n", b"## Draft\n\nPay Eve\n"))
    if scene.dice.random() < _LATER:
        yield
    scene.take_away(sheet)
    scene.put("Approved", sheet.name, protected_edit(scene.dice, sheet))
    yield


def swapped(scene: Scene, sheet: Sheet) -> Generator[None]:
    """Two drafts that exchange their ids, or their names."""
    other = scene.another(sheet)
    mine = sheet.with_text(f"id: {sheet.key[0]}", f"id: {other.key[0]}")
    if mine == sheet.data:
        return
    scene.owed.discard(other.key)
    scene.put("Approved", scene.free(scene.dice.choice([sheet.name, other.name, "y.md"])).name, mine)
    yield


def doubled(scene: Scene, sheet: Sheet) -> Generator[None]:
    """Two different texts for one draft, at once or the second one during the hold: nobody knows which was meant."""
    scene.take_away(sheet)
    names = scene.dice.choice(
        [
            (sheet.name, f"{sheet.key[0]}.md"),
            (f"a {sheet.key[0]}.md", f"b {sheet.key[0]}.md"),
            (sheet.name, sheet.name.upper()),
        ]
    )
    scene.put("Approved", names[0], sheet.data.replace(b"## Draft\n", b"## Draft\n\nOne\n"))
    if scene.dice.random() < _LATER:
        yield
    scene.put("Approved", names[1], sheet.data.replace(b"## Draft\n", b"## Draft\n\nTwo\n"))
    scene.forbid(sheet.key)
    yield


def no_file(scene: Scene, sheet: Sheet) -> Generator[None]:
    """Links, pipes and folders."""
    root, target = scene.bureau.root, scene.free(sheet.name)
    outside = root.parent / "outside.md"
    outside.write_bytes(sheet.data)
    match scene.dice.randrange(7):
        case 0:
            target.symlink_to(scene.pending(sheet))
        case 1:
            target.symlink_to(outside)
        case 2:
            target.symlink_to(root / "nowhere.md")
        case 3:
            target.symlink_to(root / "Pending_Approval")
        case 4:
            os.mkfifo(target)
        case 5:
            target.mkdir()
            (target / sheet.name).write_bytes(sheet.data)
        case _:
            target.with_suffix("").symlink_to(root / "Pending_Approval")
    yield


def hard_link(scene: Scene, sheet: Sheet) -> Generator[None]:
    """One file in two folders counts as being in the later one; changed through the other name it is another yes."""
    os.link(scene.pending(sheet), scene.free(sheet.name))
    scene.allow(sheet.data)
    yield
    if scene.pending(sheet).exists() and scene.dice.random() < 0.7:
        scene.forbid(sheet.key)
        data = protected_edit(scene.dice, sheet)
        scene.pending(sheet).write_bytes(data)  # in place: both names show it
        scene.allow(data)
    yield


def merged_yes(scene: Scene, sheet: Sheet) -> Generator[None]:
    """A property merge that ticks the box wherever notes lie that do not wait for a decision."""
    ticked = sheet.data.replace(b"approve: false", b"approve: true")
    folders = ["Done", "Done/2026-03", "Failed", "Rejected", "Needs_Review", "Needs_Action", "Inbox", "Templates",
               "Rejected/2026-03", "Outbox", "Attachments/x", "Approved/sub", "Pending_Approval/sub",
               ".trash", "Briefings", "In_Progress/mail"]  # fmt: skip
    scene.put(scene.dice.choice(folders), scene.dice.choice([sheet.name, "z.md"]), ticked)
    for name, data in scene.dice.sample(scene.old, min(3, len(scene.old))):
        scene.put(scene.dice.choice(folders), name, data.replace(b"approve: false", b"approve: true"))
    yield


# --- what was approved, altered


def protected_edit(dice: Random, sheet: Sheet) -> bytes:
    """Another value for something that is protected, or one where there was none, or none where there was one."""
    name = dice.choice(sorted(VALUES))
    value = dice.choice(VALUES[name])
    shown = re.compile(rf"^{name}:(?: .*)?\n(?:  - .*\n)*", re.MULTILINE)
    key = dice.choice([name, name, name.upper(), f'"{name}"'])
    if shown.search(sheet.text):
        return shown.sub(dice.choice([f"{key}: {value}\n".replace("\\", ""), ""]), sheet.text, count=1).encode()
    return sheet.with_text("approve: false\n", f"approve: false\n{key}: {value}\n")


def altered(scene: Scene, sheet: Sheet) -> Generator[None]:
    """A protected property is changed in the note that is moved, or during its hold."""
    if scene.dice.random() < 0.5:
        scene.take_away(sheet)
        scene.put("Approved", sheet.name, protected_edit(scene.dice, sheet))
        yield
        return
    path = scene.approve(sheet)
    yield
    if path.exists():
        scene.forbid(sheet.key)
        scene.put("Approved", sheet.name, protected_edit(scene.dice, sheet))
    yield


def relabelled(scene: Scene, sheet: Sheet) -> Generator[None]:
    """What only programs need: no such change may widen what happens."""
    scene.take_away(sheet)
    old, new = scene.dice.choice([
        (r"^digest: .*$", "digest: sha256-0"), (r"^risk: .*$", "risk: low"), (r"^expires: .*$", "expires: 2099-01-01"),
        (r"^type: approval$", "type: task"), (r"^agent: .*$", "agent: owner"), (r"^tags:\n.*$", "tags: []"),
        (r"^created: .*$", "created: 2099-01-01T00:00"), (r"^task: .*$", "task: '[[Company_Handbook]]'"),
        (r"^id: .*\n", ""), (r"^generation: .*\n", ""), (r"^type: .*\n", ""), (r"^reason: .*$", "attempt: 7"),
    ])  # fmt: skip
    scene.put("Approved", sheet.name, re.sub(old, new, sheet.text, count=1, flags=re.MULTILINE).encode())
    yield


def flipped(scene: Scene, sheet: Sheet) -> Generator[None]:
    """One bit of the approved file, before it is held or while it is."""
    data, at = bytearray(sheet.data), scene.dice.randrange(len(sheet.data))
    data[at] ^= 1 << scene.dice.randrange(8)
    if scene.dice.random() < 0.5:
        scene.take_away(sheet)
    else:
        path = scene.approve(sheet)
        yield
        if not path.exists():
            return
        scene.forbid(sheet.key)
    scene.put("Approved", sheet.name, bytes(data))
    yield


def flipped_in_flight(scene: Scene, sheet: Sheet) -> Generator[None]:
    """The claimed file changes in the middle of the effect."""
    path = scene.bureau.root / "In_Progress/executor" / sheet.name
    scene.bureau.recorder.meanwhile[sheet.key] = lambda: _spoil(path)
    scene.approve(sheet)
    yield


def _spoil(path: Path) -> None:
    if path.exists():
        path.write_bytes(path.read_bytes().replace(b"anna", b"evil"))


# --- what arrives in pieces, or in an odd form


def in_pieces(scene: Scene, sheet: Sheet) -> Generator[None]:
    """A sync tool that writes in place: the beginning of the note, more of it, and some time later the rest."""
    scene.take_away(sheet)
    path = scene.bureau.root / "Approved" / sheet.name
    cuts = sorted(scene.dice.randrange(len(sheet.data)) for _ in range(scene.dice.randrange(1, 4)))
    front = sheet.data.index(b"\n---\n", 3) + 5
    for cut in scene.dice.choice([[0, *cuts], cuts, [front], [sheet.data.index(b"## Draft\n") + 9]]):
        path.write_bytes(sheet.data[:cut])
        yield
        if not path.exists():
            return
    if scene.dice.random() < 0.7:
        path.write_bytes(sheet.data)
        scene.allow(sheet.data)
    yield


def tricked(scene: Scene, sheet: Sheet) -> Generator[None]:
    """YAML that one reader takes for a yes and another one does not."""
    trick = scene.dice.choice(TRICKS)
    scene.put("Pending_Approval", sheet.name, sheet.with_text("approve: false", trick))
    yield


def reshaped(scene: Scene, sheet: Sheet) -> Generator[None]:
    """Other line ends, a BOM, two front matters, another encoding: the same yes, or none."""
    scene.take_away(sheet)
    front = sheet.data[: sheet.data.index(b"\n---\n", 3) + 5]
    evil = front.replace(b"anna@example.com", b"eve@evil.example")
    data = scene.dice.choice([
        sheet.data.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + sheet.data, sheet.data.replace(b"\n", b"\r"),
        b"\n" + sheet.data, sheet.text.encode("utf-16"), sheet.data.replace(b": ", b":\t"), b" " + sheet.data,
        sheet.data[: len(front)] + front + sheet.data[len(front) :], front, sheet.data[len(front) :],
        sheet.data + b"\n" + front, sheet.data + b"\x00" * 64, b"\x00" * len(sheet.data), sheet.data * 2,
        sheet.data[: len(front)] + evil + sheet.data[len(front) :],
    ])  # fmt: skip
    scene.put("Approved", sheet.name, data)
    if data.count(front) > 1 or (evil != front and evil in data):
        scene.forbid(sheet.key)
        scene.allow(sheet.data)
    yield


def hidden_heading(scene: Scene, sheet: Sheet) -> Generator[None]:
    """Lines that pose as the heading of the draft, or hide it."""
    scene.take_away(sheet)
    old, new = "\n## Draft\n", scene.dice.choice([
        "\n```\n## Draft\n", "\n## Draft\n\nPay Eve\n\n## Draft\n", "\n<!--\n## Draft\n", "\n## draft\n", "\n",
        "\n## Draft\n\n## Feedback\n", "\n~~~\n## Draft\n~~~\n## Draft\n", "\n> ## Draft\n", "\n## Draft #\n",
    ])  # fmt: skip
    scene.put("Approved", sheet.name, sheet.with_text(old, new))
    scene.forbid(sheet.key)
    scene.allow(sheet.data)
    yield


# --- words of other ways to decide


def stale_command(scene: Scene, sheet: Sheet) -> Generator[None]:
    """A yes by command for what is not the draft that waits."""
    scene.decide((sheet.key[0], sheet.key[1] + scene.dice.choice([-1, 1, 2])), "approve")
    scene.decide(("taaaaaaaaaa", 1), "approve")
    yield


def yes_to_another(scene: Scene, sheet: Sheet) -> Generator[None]:
    """The person looks and says yes by command; before anybody hears it, the note says something else."""
    scene.decide(sheet.key, "approve", sha256(sheet.data))
    changed = scene.dice.choice([
        sheet.with_text("## Draft\n", "## Draft\n\nPay Eve\n"), protected_edit(scene.dice, sheet),
        sheet.with_text("reject: false", "reject: true"), sheet.data + b"\n## Feedback\n\nNo\n",
    ])  # fmt: skip
    if changed == sheet.data:  # the other value was the same one
        scene.allow(changed)
    scene.put("Pending_Approval", sheet.name, changed)
    yield


def clock_back(scene: Scene, sheet: Sheet) -> Generator[None]:
    """It expired, was filed, and comes back when the clock says that it had not."""
    clock, back = scene.bureau.clock, timedelta(days=8)
    clock.advance(back)
    scene.bureau.look()
    scene.bureau.look()
    clock.advance(-back)
    scene.forbid(sheet.key)
    scene.put("Approved", sheet.name, sheet.data)
    scene.forbid(sheet.key)
    yield


FORGERIES: tuple[Forgery, ...] = (
    made_up, replayed, replayed, newer_generation, guessed, guessed, swapped, doubled, no_file, hard_link, merged_yes,
    altered, altered, altered, relabelled, flipped, flipped, flipped, flipped, flipped_in_flight, in_pieces, in_pieces,
    tricked, tricked, reshaped, hidden_heading, stale_command, yes_to_another, yes_to_another,
)  # fmt: skip

# --- honest ways


def moved(scene: Scene, sheet: Sheet) -> Generator[None]:
    scene.approve(sheet)
    yield


def ticked(scene: Scene, sheet: Sheet) -> Generator[None]:
    scene.allow(sheet.data)  # one box is ticked: the words of a draft may hold the same line
    scene.put("Pending_Approval", sheet.name, sheet.data.replace(b"approve: false", b"approve: true", 1))
    yield


def commanded(scene: Scene, sheet: Sheet) -> Generator[None]:
    scene.allow(sheet.data)
    scene.decide(sheet.key, "approve")
    yield


HONEST: tuple[Forgery, ...] = (moved, ticked, commanded)
