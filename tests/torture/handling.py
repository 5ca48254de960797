"""What two writers do to one note: sync tools, editors that save by themselves, phones, and a person in a hurry.

Generators over one waiting draft, as in `forging`; at each `yield` some seconds pass. Whatever words the person typed
are handed to `Desk.type`, which remembers them: they have to be found somewhere in the end.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from daemon.core.errors import Outage
from daemon.core.proposal import State
from tests.torture import sight
from tests.torture.forging import Scene, Sheet

CONFLICTS = (
    "{}.sync-conflict-20260310-120000-ABCDEFG.md", "{} (Conflicted copy Phone 202603101200).md",
    "{} (Max's conflicted copy 2026-03-10).md", "{} (conflicted copy 2026-03-10 120000).md", "{} 2.md", "{} (1).md",
    "{} - Copy.md", "{}-DESKTOP-4QK7.md", "{} (SFConflict max@example.com 2026-03-10-12-00-00).md",
    "{}_conflict-20260310-120000.md", "{} [conflicted].md", "{}.Conflict.md",
)  # fmt: skip
FOLDERS = ("Pending_Approval", "Approved", "Rejected", "In_Progress/executor", "Needs_Review", "Done", "Failed")


@dataclass
class Desk(Scene):
    """A scene in which the person also types. `typed`: their words, that may not get lost, and where."""

    typed: dict[str, str] = field(default_factory=dict[str, str])
    words: int = 0
    quiet: list[str] = field(default_factory=list[str])  # what the person should have been told

    def type(self, data: bytes) -> bytes:
        """The draft with a few new words of the person's."""
        self.words += 1
        word = f"word{self.words}word"
        seen = sight.read(data)
        self.typed[word] = f"{seen.key if seen else ''}: {self.how.get(seen.key) if seen else ''}"
        return data.replace(b"\n## Draft\n", f"\n## Draft\n\n{word}\n".encode(), 1)

    def place(self, folder: str, name: str, data: bytes) -> Path:
        """Like `put`, but it does not count as a yes by itself: the caller says what it means."""
        was = {key: list(seen) for key, seen in self.allowed.items()}
        path = self.put(folder, name, data)
        self.allowed = was
        return path

    def in_place(self, path: Path, data: bytes) -> None:
        """As an editor without a temporary file: emptied, then written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            file.write(data[len(data) // 2 :])


Hand = Callable[[Desk, Sheet], Generator[None]]


def ticked(data: bytes) -> bytes:
    return data.replace(b"approve: false", b"approve: true", 1)


def conflict_copies(desk: Desk, sheet: Sheet) -> Generator[None]:
    """Before, during and after a decision, in any folder; a copy with a yes in it is none."""
    for pattern in desk.dice.sample(CONFLICTS, 3):
        data = desk.type(sheet.data)
        data = desk.dice.choice([data, ticked(data)])
        name = pattern.format(sheet.name.removesuffix(".md"))
        desk.place(desk.dice.choice(FOLDERS), name, data)
        if desk.dice.random() < 0.3 and desk.pending(sheet).exists():
            desk.approve(sheet)
        yield


def saved_again(desk: Desk, sheet: Sheet) -> Generator[None]:
    """The box is ticked in an editor, which goes on saving the note where it was, while the daemon moves it."""
    data = ticked(sheet.data)
    desk.allow(data)
    desk.place("Pending_Approval", sheet.name, data)
    yield
    again = desk.dice.choice([data, sheet.data])
    if desk.dice.random() < 0.5:
        again = desk.type(again)
        desk.allow(ticked(again)) if again.count(b"approve: true") else None
    for _ in range(desk.dice.randrange(1, 4)):
        if desk.dice.random() < 0.5:
            desk.in_place(desk.pending(sheet), again)
        else:
            desk.place("Pending_Approval", sheet.name, again)
        yield


def resurrected(desk: Desk, sheet: Sheet) -> Generator[None]:
    """Moved, carried out, and then the editor or a sync tool brings an old version of the file back."""
    desk.approve(sheet)
    for _ in range(desk.dice.randrange(8)):
        yield
    old = desk.type(sheet.data) if desk.dice.random() < 0.5 else sheet.data
    folder = desk.dice.choice(["Approved", "Pending_Approval", "In_Progress/executor", "Rejected"])
    proposal = desk.bureau.app.ledger.proposals.get(sheet.key)
    unseen = proposal is not None and proposal.state is State.PROPOSED
    if desk.bureau.app.ledger.proposals.effect(sheet.key) is None:
        desk.forbid(sheet.key)  # another version, or another place, is another decision
        if folder == "Approved":
            desk.allow(old)
        elif folder == "In_Progress/executor" or (folder == "Pending_Approval" and old == sheet.data and unseen):
            desk.allow(sheet.data)
    desk.place(folder, sheet.name, old)
    yield


def twins(desk: Desk, sheet: Sheet) -> Generator[None]:
    """Names that a Mac or Windows would call the same."""
    path = desk.pending(sheet)
    twin = desk.dice.choice([sheet.name.upper(), sheet.name.title(), f"Entwürfe {sheet.key[0]}.md", sheet.name])
    other = unicodedata.normalize("NFD", twin)
    same = desk.dice.random() < 0.5
    desk.allow(sheet.data)
    path.rename(_approved(desk) / sheet.name)
    desk.place(desk.dice.choice(["Approved", "Pending_Approval"]), f"x{other}" if other == sheet.name else other,
               sheet.data if same else desk.type(sheet.data))  # fmt: skip
    yield


def on_a_phone(desk: Desk, sheet: Sheet) -> Generator[None]:
    """A move arrives as a new file and a deletion, in either order, minutes apart, or only half of it."""
    new_first = desk.dice.random() < 0.5
    typing = desk.dice.random() < 0.5
    if new_first:
        _arrive(desk, sheet, typing=typing)
    else:
        desk.take_away(sheet)
    for _ in range(desk.dice.choice([0, 1, 3, 8])):
        yield
    if desk.dice.random() < 0.2:
        return
    if new_first:
        desk.take_away(sheet)
    else:
        _arrive(desk, sheet, typing=typing)
    yield


def _arrive(desk: Desk, sheet: Sheet, *, typing: bool) -> None:
    data = desk.type(sheet.data) if typing else sheet.data
    desk.allow(data)
    desk.place("Approved", sheet.name, data)


def two_edits(desk: Desk, sheet: Sheet) -> Generator[None]:
    """The same note in two folders, each with words of its own. What is in Approved/ may not win unasked."""
    folders = desk.dice.sample(["Pending_Approval", "Approved", "Rejected"], 2)
    if "Pending_Approval" not in folders:
        desk.take_away(sheet)
    for folder in folders:
        desk.place(folder, sheet.name, desk.type(sheet.data))
    yield


def deleted(desk: Desk, sheet: Sheet) -> Generator[None]:
    """Deleted while it is being decided."""
    path = desk.approve(sheet)
    yield
    if path.exists():
        path.unlink()
        desk.forbid(sheet.key)
    yield


def into_a_subfolder(desk: Desk, sheet: Sheet) -> Generator[None]:
    """Dragged a little too far: the person is told, and nothing is lost."""
    data = desk.type(sheet.data)
    desk.take_away(sheet)
    folder = desk.dice.choice(["Approved", "Pending_Approval"])
    path = desk.place(f"{folder}/{sheet.key[0]}", sheet.name, data)
    for _ in range(desk.dice.choice([1, 8])):
        yield
    told = ["a folder is away"]
    with suppress(Outage):
        told = [notice for notice in desk.bureau.notices() if path.name in notice]
    if path.exists() and not told:
        desk.quiet.append(f"nobody was told about {folder}/…/{path.name}")
    if path.exists() and desk.dice.random() < 0.5:
        desk.allow(data)
        path.rename(_approved(desk) / sheet.name)
        shutil.rmtree(path.parent)
    yield


def contradicting(desk: Desk, sheet: Sheet) -> Generator[None]:
    """A yes on one device and a no on another: nothing happens, and the person is asked."""
    match desk.dice.randrange(4):
        case 0:
            desk.pending(sheet).rename(_approved(desk) / sheet.name)
            desk.place("Rejected", sheet.name, desk.type(sheet.data))
        case 1:
            both = sheet.data.replace(b"reject: false", b"reject: true", 1)
            desk.place("Pending_Approval", sheet.name, ticked(desk.type(both)))
        case 2:
            desk.place("Approved", sheet.name, sheet.data.replace(b"reject: false", b"reject: true", 1))
            desk.take_away(sheet)
        case _:
            desk.place("Rejected", sheet.name, ticked(desk.type(sheet.data)))
            desk.take_away(sheet)
    yield


def _approved(desk: Desk) -> Path:
    """The folder; one that was given another name is made again by this device."""
    folder = desk.bureau.root / "Approved"
    folder.mkdir(exist_ok=True)
    return folder


def back_and_forth(desk: Desk, sheet: Sheet) -> Generator[None]:
    """Approved, taken back, approved again: the last word counts."""
    path = desk.approve(sheet)
    yield
    if path.exists():
        desk.forbid(sheet.key)
        path.rename(desk.pending(sheet))
    yield


def folder_renamed(desk: Desk) -> Generator[None]:
    """A whole folder gets another name in Obsidian, and its own again some minutes later."""
    root = desk.bureau.root
    folder = desk.dice.choice(["Approved", "Rejected"])
    if not (root / f"{folder} old").exists():
        (root / folder).rename(root / f"{folder} old")
    for _ in range(desk.dice.choice([1, 4, 8])):
        yield
        if (root / folder).exists():
            break  # another device made it again
    (root / folder).mkdir(exist_ok=True)
    for path in (root / f"{folder} old").glob("*") if (root / f"{folder} old").exists() else ():
        free = root / folder / path.name
        path.rename(free if not free.exists() else free.with_name(f"two {path.name}"))
    shutil.rmtree(root / f"{folder} old", ignore_errors=True)
    yield


HANDS: tuple[Hand, ...] = (
    conflict_copies, saved_again, saved_again, resurrected, resurrected, twins, on_a_phone, on_a_phone, two_edits,
    deleted, into_a_subfolder, contradicting, contradicting, back_and_forth,
)  # fmt: skip
