"""Caps, quiet hours and the STOP switch under random policies, kills, clocks that jump and people in a hurry.

The provider's own list of what it got, with the clock's time, says whether a rule was broken. At the end everything
that was approved must have happened once, or wait in Needs_Review/.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from daemon.core import names
from daemon.core.proposal import Decision, State
from tests.torture.limited import ACTIONS, NIGHT, Event, LimitedHouse, Rules
from tests.torture.tally import Tally

FAST_DISK = "/dev/shm" if Path("/dev/shm").is_dir() else None
STARTS = (  # in the week of a change of clocks, some of them at midnight
    ("Europe/Berlin", date(2026, 3, 27)), ("Europe/Berlin", date(2026, 10, 23)),
    ("America/New_York", date(2026, 3, 6)), ("America/New_York", date(2026, 10, 30)),
    ("America/Santiago", date(2026, 4, 3)), ("America/Santiago", date(2026, 9, 4)),
    ("Africa/Cairo", date(2026, 4, 22)), ("Africa/Cairo", date(2026, 10, 28)),
    ("America/Havana", date(2026, 10, 30)), ("Australia/Lord_Howe", date(2026, 4, 3)),
    ("Asia/Kolkata", date(2026, 6, 1)), ("Pacific/Kiritimati", date(2026, 12, 30)),
)  # fmt: skip
BROKEN = ("[policy.cap]\nall = -1\n", "[policy", '[policy.cap]\n"emial.send" = 5\n', "\x00", "policy = 3\n")
STEPS = 30
MOST = 90  # tasks


def round(seed: int) -> Tally:  # noqa: A001 - what `kinds` calls it
    """A few days in a house."""
    chance = Random(seed)
    name, day = chance.choice(STARTS)
    zone = ZoneInfo(name)
    start = datetime.combine(day, time(0), zone) + timedelta(minutes=chance.randrange(48 * 60))
    with tempfile.TemporaryDirectory(dir=FAST_DISK) as folder:
        house = LimitedHouse(Path(folder), zone, start, hold=chance.choice([0, 60]))
        try:
            return _Week(house, chance).tally()
        finally:
            with suppress(Exception):
                house.stop()


class _Week:
    def __init__(self, house: LimitedHouse, chance: Random) -> None:
        self._house = house
        self._chance = chance
        self._counts: Counter[str] = Counter()
        self._approved: set[str] = set()

    def tally(self) -> Tally:
        house, chance = self._house, self._chance
        house.rule(Rules.random(chance))
        self._ask()
        house.settle()
        for _ in range(STEPS):
            chance.choice(self._hands())()
            self._look()
        self._finish()
        return self._judged()

    def _hands(self) -> Sequence[Callable[[], object]]:
        """What can happen next, the usual more often."""
        return (
            *[self._ask, self._approve, self._approve, self._wait, self._wait, self._wait] * 2,
            self._jump, self._jump, self._stop_or_go, self._restart, self._rules, self._trouble,
        )  # fmt: skip

    # --- what people, clocks and providers do

    def _ask(self) -> None:
        for _ in range(min(self._chance.choice([1, 3, 12, 40]), MOST - len(self._house.actions))):
            self._house.ask(self._chance.choice(ACTIONS))

    def _approve(self) -> None:
        """Some of what waits, or all of it: by moving the file or by command."""
        waiting = [p for p in self._house.app.ledger.proposals.open() if p.state is State.PROPOSED]
        for proposal in self._chance.sample(waiting, self._chance.choice([len(waiting), len(waiting) // 2])):
            self._counts["actions"] += 1
            self._approved.add(proposal.id)
            note = self._house.root / "Pending_Approval" / proposal.name
            if note.exists() and self._chance.random() < 0.5:
                note.rename(self._house.root / "Approved" / note.name)
            else:
                said = Decision(0, *proposal.key, "approve", "cli", "owner", "", self._house.clock.now())
                self._house.app.ledger.decisions.add(said)

    def _wait(self) -> None:
        self._counts["hours"] += (hours := self._chance.choice([0, 1, 3, 8, 14]))
        self._house.clock.advance(timedelta(hours=hours, minutes=self._chance.randrange(60)))

    def _jump(self) -> None:
        self._counts["clock jumps"] += 1
        self._house.clock.advance(timedelta(hours=self._chance.choice([-30, -26, -24, -9, -2, 1, 50])))

    def _stop_or_go(self) -> None:
        self._counts["pauses"] += 1
        (self._house.resume if self._house.world.paused else self._house.pause)()

    def _restart(self) -> None:
        self._counts["restarts"] += 1
        self._house.restart()

    def _rules(self) -> None:
        self._counts["policies"] += 1
        rules = Rules.random(self._chance)
        broken = self._chance.random() < 0.25
        self._house.rule(Rules(rules.caps, rules.quiet, self._chance.choice(BROKEN)) if broken else rules)

    def _trouble(self) -> None:
        self._house.world.script = [self._chance.choice(["busy", "drop", "lost", "ok"]) for _ in range(5)]
        self._house.world.blind = self._chance.random() < 0.3

    def _look(self) -> None:
        """Now and then the daemon dies of it, sometimes twice."""
        if self._chance.random() < 0.6:
            self._house.settle()
            return
        for _ in range(self._chance.randint(1, 2)):
            with self._house.mortal(self._chance):
                self._house.settle()

    # --- the end

    def _finish(self) -> None:
        """No more trouble, and as many days as it takes."""
        house = self._house
        rules = Rules.random(self._chance)
        house.rule(Rules({name: limit + 9 for name, limit in rules.caps.items()}, {"call.place": [NIGHT]}))
        house.world.script, house.world.blind = [], False
        if house.world.paused:
            house.resume()
        for _ in range(200):
            house.lets(timedelta(hours=3, minutes=10))
            if not [p for p in house.app.ledger.proposals.open() if p.state in {State.HELD, State.SENDING}]:
                return

    def _judged(self) -> Tally:
        tally = Tally(self._counts)
        effects, zone = self._house.world.effects, self._house.zone
        tally.counts |= Counter({"effects": len(effects), "kills": self._house.kills})
        for event in effects:
            tally.expect(not event.paused, f"{_said(event, zone)} while paused")
            rules = event.rules
            if rules:
                tally.expect(not rules.broken, f"{_said(event, zone)} while the policy could not be read")
                tally.expect(not rules.silent(event.action, event.at, zone), f"{_said(event, zone)} in quiet hours")
        tally.faults += _over_the_cap(self._house.world.events, zone)
        self._complete(tally, effects)
        verdict = self._house.app.ledger.audit.verify()
        tally.expect(not verdict.wrong, f"audit verify: {verdict.wrong}")
        return tally

    def _complete(self, tally: Tally, effects: Sequence[Event]) -> None:
        times = Counter(event.key.partition(".")[0].partition("-g")[0] for event in effects)
        unknown = {found[0] for note in self._house.notes("Needs_Review") if (found := names.identity(note.name))}
        tally.counts["unknown outcomes"] += len(unknown)
        tally.expect(set(times) <= self._approved, f"never approved: {set(times) - self._approved}")
        tally.expect(not [n for n in times.values() if n > 1], f"more than once: {times.most_common(3)}")
        missing = self._approved - set(times) - unknown
        tally.expect(not missing, f"approved and never done: {missing}, {self._house.counts()}")


def _over_the_cap(events: Sequence[Event], zone: ZoneInfo) -> list[str]:
    """Two ways to count: by the day on the wall, and since the day last went on, whatever the clock said before."""
    by_day: Counter[tuple[str, object]] = Counter()
    since: Counter[str] = Counter()
    found, last = list[str](), events[0].at.astimezone(zone).date()
    for event in events:
        day = event.at.astimezone(zone).date()
        since = Counter() if day > last else since
        last = day
        for name, limit in event.rules.limits(event.action).items() if event.rules and event.key else ():
            by_day[name, day] += 1
            since[name] += 1
            used = max(by_day[name, day], since[name])
            if limit and used > limit:
                found.append(f"{_said(event, zone)}: {used} of {limit} for {name}")
    return found


def _said(event: Event, zone: ZoneInfo) -> str:
    return f"{event.action} {event.key} at {event.at.astimezone(zone):%a %d %b %H:%M:%S %z}"
