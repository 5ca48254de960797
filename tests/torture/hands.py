"""Two writers in one vault: never twice, never what nobody approved, and nothing that the person typed is lost."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.torture import approvals, handling
from tests.torture.bureau import Bureau
from tests.torture.forging import HONEST, Sheet
from tests.torture.handling import HANDS, Desk
from tests.torture.tally import Tally

TURNS = 3
_HONEST = 0.1
EACH = 2
_MOMENTS = (timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=4))


def round(seed: int) -> Tally:  # noqa: A001 - the name that kinds of torture have
    dice, tally = Random(seed), Tally()
    with TemporaryDirectory(dir=approvals.FAST_DISK) as folder:
        bureau = Bureau(Path(folder))
        desk = Desk(bureau, dice)
        for _ in range(TURNS):
            approvals.fill(desk, EACH)
            approvals.see(desk)
            _turn(desk, tally)
            _find(desk, tally)
            approvals.tidy(desk)
        tally.expect(not bureau.app.ledger.audit.verify().wrong, f"seed {seed}: the audit chain is broken")
        bureau.leave()
    return tally


def _turn(desk: Desk, tally: Tally) -> None:
    acts = [_act(desk, sheet, tally) for sheet in list(desk.waiting.values())]
    if desk.dice.random() < 0.3:
        acts.append(handling.folder_renamed(desk))
    before = len(desk.bureau.effects)
    while acts:
        acts = [act for act in acts if next(act, "over") != "over"]
        approvals.watched(desk, tally, desk.dice.choice(_MOMENTS))
    for _ in range(3):
        approvals.watched(desk, tally, timedelta(minutes=12))
    done = {(effect.task, effect.generation) for effect in desk.bureau.effects[before:]}
    tally.counts["effects"] += len(done)
    tally.expect(desk.owed <= done, f"approved, and not carried out: {desk.owed - done}")


def _act(desk: Desk, sheet: Sheet, tally: Tally) -> Generator[None]:
    tally.counts["actions"] += 1
    if desk.dice.random() < _HONEST:
        kind = desk.dice.choice(HONEST)
        desk.owed.add(sheet.key)
        desk.how[sheet.key] = kind.__name__
        return kind(desk, sheet)
    hand = desk.dice.choice(HANDS)
    desk.how[sheet.key] = hand.__name__
    return hand(desk, sheet)


def _find(desk: Desk, tally: Tally) -> None:
    """Whatever was typed lies somewhere in the vault, or went out."""
    texts = [path.read_text("utf-8", "replace") for path in desk.bureau.root.rglob("*") if path.is_file()]
    everything = "\n".join([*texts, *(effect.what for effect in desk.bureau.effects)])
    for word, where in desk.typed.items():
        tally.expect(word in everything, f"what the person typed is lost: {word} {where}")
    for silence in desk.quiet:
        tally.expect(False, silence)  # noqa: FBT003 - reads like an assertion
    tally.counts["texts kept"] += len(desk.typed)
    desk.typed, desk.quiet = {}, []
