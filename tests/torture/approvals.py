"""Forged and altered approvals: what happens is exactly what a person saw and approved, or nothing.

In each turn a person decides about a few of the waiting drafts, and a forger works on all the others. Honest
approvals have to be carried out, or nothing would be shown by the others that are not.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from daemon.core.proposal import Key, State
from tests.torture import forging, sight
from tests.torture.bureau import PARAMS, Bureau, Done
from tests.torture.forging import FORGERIES, HONEST, Scene, Sheet
from tests.torture.tally import Tally

FAST_DISK = "/dev/shm" if Path("/dev/shm").is_dir() else None
TURNS = 3
EACH = 2  # drafts of each action that wait when a turn begins
_HONEST = 0.2
_MOMENT = timedelta(seconds=10)  # between two acts: longer than a file needs to settle, shorter than the hold
_KEPT = 200  # old notes


def round(seed: int) -> Tally:  # noqa: A001 - the name that kinds of torture have
    dice, tally = Random(seed), Tally()
    with TemporaryDirectory(dir=FAST_DISK) as folder:
        bureau = Bureau(Path(folder))
        scene = Scene(bureau, dice)
        for turn in range(TURNS):
            fill(scene)
            see(scene)
            _turn(scene, tally, last=turn == TURNS - 1)
            tidy(scene)
        _replay_everything(scene, tally)
        tally.expect(not bureau.app.ledger.audit.verify().wrong, f"seed {seed}: the audit chain is broken")
        bureau.leave()
    return tally


def fill(scene: Scene, each: int = EACH) -> None:
    """New drafts, until each action has enough that wait."""
    waiting = [sight.read(path.read_bytes()) for path in scene.bureau.notes("Pending_Approval")]
    for action in PARAMS:
        have = sum(seen is not None and seen.said["action"] == action for seen in waiting)
        for _ in range(each - have):
            scene.bureau.ask(action)
    scene.bureau.rest(timedelta(minutes=1))


def see(scene: Scene) -> None:
    """The person looks through Pending_Approval/. What is not as it was published is rejected."""
    scene.waiting, scene.allowed, scene.owed = {}, {}, set()
    for path in scene.bureau.notes("Pending_Approval"):
        key, data = _published(scene, path)
        seen = sight.read(data)
        if key and seen and seen.text and data == path.read_bytes() and path.parent.name == "Pending_Approval":
            scene.waiting[key] = Sheet(key, path.name, data)
        else:
            path.unlink()


def _published(scene: Scene, path: Path) -> tuple[Key | None, bytes]:
    seen = sight.read(path.read_bytes())
    proposal = scene.bureau.app.ledger.proposals.latest(seen.key[0]) if seen else None
    if seen is None or proposal is None or proposal.key != seen.key or proposal.state is not State.PROPOSED:
        return None, b""
    return seen.key, scene.bureau.app.ledger.proposals.content(seen.key).note


def _turn(scene: Scene, tally: Tally, *, last: bool) -> None:
    acts = _acts(scene, tally)
    if last:
        sheet = next(iter(scene.waiting.values()))
        acts, scene.owed = [forging.clock_back(scene, sheet)], set()
        tally.counts["forged approvals"] += 1
    before = len(scene.bureau.effects)
    while acts:
        acts = [act for act in acts if next(act, "over") != "over"]
        watched(scene, tally, _MOMENT)
    for _ in range(3):
        watched(scene, tally, timedelta(minutes=10))
    done = {(effect.task, effect.generation) for effect in scene.bureau.effects[before:]}
    tally.expect(scene.owed <= done, f"approved, and not carried out: {_named(scene, scene.owed - done)}")
    tally.counts["legitimate approvals"] += len(scene.owed & done)
    tally.counts["effects"] += len(done)


def _named(scene: Scene, keys: set[Key]) -> dict[Key, str]:
    return {key: scene.how[key] for key in keys}


def _acts(scene: Scene, tally: Tally) -> list[Generator[None]]:
    chosen: list[Generator[None]] = []
    for sheet in list(scene.waiting.values()):
        honest = scene.dice.random() < _HONEST
        kind = scene.dice.choice(HONEST if honest else FORGERIES)
        tally.counts["forged approvals"] += not honest
        if honest:
            scene.owed.add(sheet.key)
        scene.how[sheet.key] = kind.__name__
        chosen.append(kind(scene, sheet))
    return chosen


def watched(scene: Scene, tally: Tally, by: timedelta) -> None:
    before = len(scene.bureau.effects)
    scene.bureau.patient(by)
    for effect in scene.bureau.effects[before:]:
        _check(scene, tally, effect)


def _check(scene: Scene, tally: Tally, effect: Done) -> None:
    allowed = scene.allowed.get((effect.task, effect.generation), [])
    fine = any(sight.fits(seen, effect) for seen in allowed)
    how = scene.how.get((effect.task, effect.generation))
    tally.expect(fine, f"nobody approved this ({how}): {effect}; approved was {[(s.said, s.text) for s in allowed]}")
    same = [e for e in scene.bureau.effects if e.task == effect.task]
    tally.expect(len({e.generation for e in same}) == 1 and same.count(effect) == 1, f"done twice: {same}")


def tidy(scene: Scene) -> None:
    """The person takes away what lies around; the forger keeps old notes for later."""
    root = scene.bureau.root
    for folder in ("Done", "Rejected", "Needs_Review", "Failed", "Attachments"):
        for path in sorted((root / folder).rglob("*_t*.md")):
            scene.old.append((path.name, path.read_bytes()))
    scene.old = scene.dice.sample(scene.old, min(_KEPT, len(scene.old)))
    _empty(root / "Approved")
    for folder in ("Needs_Review", "Failed", "Rejected", "Needs_Action", "Inbox", "In_Progress/executor"):
        _empty(root / folder)
    scene.bureau.rest(timedelta(minutes=20))  # what is away for so long counts as withdrawn
    _reject_what_is_away(scene)


def _reject_what_is_away(scene: Scene) -> None:
    """Till it expires a late copy of it would count, as phones deliver; from now on its notes are old ones."""
    there = {seen.key for path in scene.bureau.notes("Pending_Approval") if (seen := sight.read(path.read_bytes()))}
    for proposal in scene.bureau.app.ledger.proposals.open():
        if proposal.key not in there and proposal.state in {State.PROPOSED, State.WITHDRAWN}:
            scene.decide(proposal.key, "reject")
    scene.bureau.look()


def _empty(folder: Path) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _replay_everything(scene: Scene, tally: Tally) -> None:
    """An old Approved/ comes back from a backup, with all that ever lay around."""
    scene.waiting, scene.allowed = {}, {}
    for path in scene.bureau.notes("Pending_Approval"):
        path.unlink()
    _reject_what_is_away(scene)
    for name, data in scene.old:
        scene.put("Approved", name, data)
    tally.counts["forged approvals"] += len(scene.old)
    for _ in range(3):
        watched(scene, tally, timedelta(minutes=10))
