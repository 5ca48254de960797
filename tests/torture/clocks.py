"""Clocks that jump by an hour or a month, days on which the clocks change, and two managers for one vault."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from daemon.app import parts as composition
from daemon.core.schedule import REMEMBERED
from daemon.runtime.scheduler import Scheduler
from tests.acceptance.mortal import Killed
from tests.fakes import NOON
from tests.torture import models, rivals
from tests.torture.models import MoodyModel
from tests.torture.owner import Owner
from tests.torture.shop import Shop, new_folder
from tests.torture.tally import Tally

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PATIENCE = timedelta(minutes=2)
LATE = 12 * HOUR  # the shipped setting: a briefing is made up to so long after its time
MOVES = 60
STEPS = "steps"  # time that passes, everywhere
CHANGES = (  # a zone, and a day on which its clocks change
    ("Europe/Berlin", date(2026, 3, 29)), ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2027, 3, 14)), ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)), ("Australia/Lord_Howe", date(2027, 4, 4)),
)  # fmt: skip


class ClockShop(Shop):
    """A shop with the scheduler and its morning job. `looked`: at which times it was awake; `died`: when it was not."""

    def __init__(self, folder: Path, *, zone: str, hold: float, model: MoodyModel | None) -> None:
        self.looked: list[datetime] = []
        self.died: list[datetime] = []
        super().__init__(folder, hold=hold, model=model, vault__timezone=zone)

    def start(self) -> None:
        super().start()
        self.roles.append(Scheduler(self.app.ledger, [composition.briefing_job(self.app)], self.wake.set))

    def look_around(self) -> None:
        """One waking moment; the clock may have jumped since the last one."""
        self.look()
        self.looked.append(self.clock.now())


def round(seed: int) -> Tally:  # noqa: A001 - what a kind of torture is called
    """Days around a change of the clocks; every fourth round two real processes that want the same vault."""
    return rivals.round(seed // 4) if seed % 4 == 0 else _days(seed)


def _days(seed: int) -> Tally:
    tally, chance = Tally(), Random(seed)
    zone, change = chance.choice(CHANGES)
    with new_folder() as folder:
        shop = ClockShop(folder, zone=zone, hold=chance.choice([0, 60, 7200]), model=models.of(seed))
        owner = Owner(shop, chance, tally)
        begins = datetime.combine(change - 3 * DAY, time(chance.randint(0, 23)), ZoneInfo(zone)).astimezone(UTC)
        shop.clock.advance(begins - NOON)
        for _ in range(MOVES):
            _move(owner, shop)
        _set_right(shop)
        owner.settle()
        owner.judge()
        _judge_briefings(shop, ZoneInfo(zone), tally)
        shop.close()
    return tally


def _move(owner: Owner, shop: ClockShop) -> None:
    """Time passes or jumps, things happen, and the daemon looks; now and then it dies of it."""
    chance = owner.chance
    name, _, by = chance.choices(JUMPS, [weight for _, weight, _ in JUMPS])[0]
    (shop.clock.advance if name == STEPS else shop.clock.put)(by(chance))
    owner.tally.counts[name] += 1
    if chance.random() < 0.5:
        owner.act()
    if chance.random() < 0.2:
        shop.die(chance.randint(1, 20), after=chance.random() < 0.5)
    with suppress(Killed):
        shop.look_around()
    if not shop.alive:
        owner.tally.counts["kills"] += 1
        shop.died.append(shop.clock.now())
        shop.reborn()
    shop.fate.at = 0


Jump = tuple[str, int, Callable[[Random], timedelta]]
JUMPS: tuple[Jump, ...] = (
    (STEPS, 12, lambda chance: timedelta(minutes=chance.choice([1, 10, 45, 90, 300]))),
    ("clocks set back by an hour", 1, lambda _: -HOUR),
    ("clocks set back by minutes", 1, lambda chance: -timedelta(minutes=chance.randint(1, 30))),
    ("clocks a month ahead", 1, lambda _: 30 * DAY),
    ("clocks set back by a month", 1, lambda _: -30 * DAY),
)


def _set_right(shop: ClockShop) -> None:
    """From now on the clock goes as it should, and the daemon lives through an ordinary day."""
    for _ in range(24):
        shop.clock.advance(HOUR)
        shop.look_around()


def _judge_briefings(shop: ClockShop, zone: ZoneInfo, tally: Tally) -> None:
    """One note for each day on which seven o'clock came while it waited, or had passed when it woke up that day."""
    written = sorted(path.stem for path in (shop.root / "Briefings").glob("[!.]*.md"))
    days = sorted({at.astimezone(zone).date() for at in shop.looked})
    expected = [day.isoformat() for day in days if _was_there(day, shop, zone)]
    tally.counts["briefings"] += len(written)
    missing = [day for day in expected if day not in written]
    tally.expect(not missing, f"no briefing on {missing}; there are {written}")
    doubled = [stem for stem in written if len(stem) != len("2026-03-29")]
    tally.expect(not doubled, f"a second briefing of the same day: {doubled}")


def _was_there(day: date, shop: ClockShop, zone: ZoneInfo) -> bool:
    """Also not only in the minutes after a kill, in which the run that was begun may still be under way.

    A morning that a clock far ahead left behind was missed, and stays so when that clock is set back.
    """
    seven = datetime.combine(day, time(7), zone).astimezone(UTC)
    for n, (before, at) in enumerate(pairwise(shop.looked), 1):
        if before < seven and seven + LATE < at <= seven + REMEMBERED:
            return False
        if before < seven <= at:
            awake = takewhile(lambda at: seven <= at <= seven + LATE, shop.looked[n:])  # then it is given up
            if any(not any(at - PATIENCE <= died <= at for died in shop.died) for at in awake):
                return True
    return False


__all__ = ["round"]
