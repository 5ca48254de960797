"""A mortal house whose every effect is written down with the clock's time, by the provider and not by the ledger.

`effects` is the oracle. The policy is a file that is written anew while the house works, and kept here in a form of
our own, so that what it means is worked out twice.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from daemon.app import parts as composition
from daemon.core import names
from daemon.core.draft import Draft
from daemon.core.errors import Transient, UnknownOutcome, UserError
from daemon.core.plugins import Channels
from daemon.core.ports import Absent, CannotTell, Desk, Finding, Found, Receipt, Route
from daemon.core.task import Arrival, Original, Task
from daemon.runtime.claims import Staff
from daemon.runtime.drafting import Threads
from tests.acceptance.mortal import Fate, Killed, MortalHouse
from tests.fakes import FakeClock

PARAMS: Mapping[str, Mapping[str, object]] = {
    "email.reply": {"to": ["a@example.com"], "subject": "Re: Hi", "in_reply_to": "<1@x>", "references": ["<1@x>"]},
    "email.send": {"to": ["a@example.com"], "subject": "Hi"},
    "social.post": {"networks": ["LinkedIn"]},
    "call.place": {"name": "Bob", "phone": "+49401234567"},
    "message.send": {"to": "Anna Berg", "service": "whatsapp"},
    "document.save": {"folder": "Documents", "name": "Plan.md"},
}
ACTIONS = tuple(PARAMS)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEK = 7 * 24 * 60  # minutes
STEPS = 400  # looks until a house that does not come to rest counts as running in circles


@dataclass(frozen=True)
class Quiet:
    """From one minute of the day to another, on one day of the week or (None) on each; over midnight if it must."""

    day: int | None
    start: int
    end: int

    @property
    def text(self) -> str:
        hours = f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"
        return hours if self.day is None else f"{DAYS[self.day]} {hours}"

    def minutes(self) -> set[int]:
        """Of the week."""
        long = (self.end - self.start) % (24 * 60)
        firsts = [day * 24 * 60 + self.start for day in (range(7) if self.day is None else [self.day])]
        return {(first + n) % WEEK for first in firsts for n in range(long)}


NIGHT = Quiet(None, 20 * 60, 8 * 60)


@dataclass(frozen=True)
class Rules:
    """What the person wrote. A name is an action, a kind or "all"."""

    caps: Mapping[str, int]
    quiet: Mapping[str, Sequence[Quiet]]
    broken: str = ""  # what stands in the file instead

    @classmethod
    def random(cls, chance: Random) -> Rules:
        names = [*ACTIONS, "email", "all"]
        caps = {name: chance.randint(1, 9) for name in chance.sample(names, chance.randint(2, 6))}
        quiet = {name: _quiet(chance) for name in chance.sample(names[:-1], chance.randint(0, 3))}
        return cls({"all": 40, "default": 15} | caps, {"call.place": [NIGHT]} | quiet)

    @property
    def text(self) -> str:
        caps = [f'"{name}" = {limit}' for name, limit in self.caps.items()]
        hours = [f'"{name}" = {json.dumps([each.text for each in given])}' for name, given in self.quiet.items()]
        return self.broken or "\n".join(["[policy.cap]", *caps, "", "[policy.quiet]", *hours, ""])

    def limits(self, action: str) -> Mapping[str, int]:
        """Each cap that counts for an action; the shipped table names every action of ours and the kind of mails."""
        names = [action, "all", *(["email"] if action.startswith("email.") else [])]
        return {name: _SHIPPED.get(name, 0) if name not in self.caps else self.caps[name] for name in names}

    def silent(self, action: str, at: datetime, zone: ZoneInfo) -> bool:
        local = at.astimezone(zone)
        minute = (local.weekday() * 24 + local.hour) * 60 + local.minute
        found = [q for name in (action, action.partition(".")[0], "all") for q in self.quiet.get(name, ())]
        return any(minute in each.minutes() for each in found)


_SHIPPED = {"email": 50, "email.reply": 50, "email.send": 50, "social.post": 10, "call.place": 3, "message.send": 20,
            "document.save": 100, "all": 200}  # fmt: skip


def _quiet(chance: Random) -> list[Quiet]:
    day = chance.choice([None, None, chance.randrange(7)])
    start = chance.randrange(24 * 60)
    return [Quiet(day, start, (start + chance.choice([30, 90, 600, 1200])) % (24 * 60))]


@dataclass(frozen=True)
class Event:
    """An effect, or (`key` "") a look at the clock."""

    at: datetime
    key: str = ""
    action: str = ""
    rules: Rules | None = None
    paused: bool = False


@dataclass
class Provider:
    """Every channel at once; outlives the daemon. `script` says how the next calls go."""

    clock: FakeClock
    actions: Mapping[str, str]  # by task
    name: str = "provider"
    fate: Fate = field(default_factory=Fate)
    rules: Rules | None = None
    paused: bool = False
    events: list[Event] = field(default_factory=list[Event])
    script: list[str] = field(default_factory=list[str])
    blind: bool = False

    @property
    def effects(self) -> list[Event]:
        return [event for event in self.events if event.key]

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        del message, title
        return self.note(key)

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        del message, title
        return self.found(key)

    def found(self, key: str) -> Finding:
        if self.blind:
            return CannotTell("the provider's search is down")
        return Found(Receipt("sent", "found")) if any(e.key == key for e in self.effects) else Absent()

    def note(self, key: str) -> Receipt:
        with self.fate.act("provider"):
            said = self.script.pop() if self.script else "ok"
            if said == "busy":
                raise Transient("429 slow down", retry_after=timedelta(minutes=5))
            if said != "drop":
                task = key.partition(".")[0].partition("-g")[0]
                self.events.append(Event(self.clock.now(), key, self.actions[task], self.rules, self.paused))
            if said != "ok":
                raise UnknownOutcome("the connection was lost")
            return Receipt("sent", f"id-{len(self.events)}")


@dataclass(frozen=True)
class Files:
    """The same provider, for what is kept as a file."""

    world: Provider
    name: str = "files"

    def save(self, path: str, data: bytes, *, key: str) -> Receipt:
        del path, data
        return self.world.note(key)

    def look_up(self, path: str, data: bytes, *, key: str) -> Finding:
        del path, data
        return self.world.found(key)


class Everyone:
    """The only agent, who drafts the action that the task's title names."""

    def draft(self, task: Task, desk: Desk) -> Draft:
        del desk
        action, _, number = task.title.partition(" ")
        return Draft(action, PARAMS[action], f"Hello, this is number {number}.", task.title, "They asked.", 0.9, "low")


class ToEveryone:
    def route(self, task: Task, desk: Desk) -> Route:
        del task, desk
        return Route("mail", "normal", None, "There is nobody else.")


class LimitedHouse(MortalHouse):
    """A house with drafts of many actions, whose policy and pauses the round changes."""

    def __init__(self, folder: Path, zone: ZoneInfo, start: datetime, *, hold: float) -> None:
        self.zone = zone
        self.actions: dict[str, str] = {}
        self.everything: Provider | None = None
        self.kills = 0
        self.policy = folder / "none.toml"
        super().__init__(folder, hold=hold, vault__timezone=str(zone), approval__expires_hours="8760")
        self.clock.advance(start - self.clock.now())

    def staff(self) -> Staff:
        return Staff(ToEveryone(), Threads({"mail": Everyone()}, 1, self.wake.set))

    def start(self) -> None:
        """With a policy that cannot be read it refuses, and the person mends it."""
        broken = self.world.rules and self.world.rules.broken
        try:
            super().start()
            assert not broken, "it started with a policy that cannot be read"
        except UserError:
            assert self.world.rules
            self.rule(replace(self.world.rules, broken=""))
            super().start()
        self.world.fate, app, files = self.fate, self.app, Files(self.world)
        outward = Channels(self.world, files, files, app.vault, composition.accounting(app))
        self.manager = composition.manager(app, outward, self.staff(), self.wake.set)
        self.roles = [self.manager]

    @property
    def world(self) -> Provider:
        if self.everything is None:
            self.everything = Provider(self.clock, self.actions)
        return self.everything

    def ask(self, action: str) -> None:
        number = len(self.actions) + 1
        key, data = f"mail:{number}", f"From: anna@example.com\nSubject: {number}\n\nHello".encode()
        self.actions[names.task_id(key)] = action
        arrival = Arrival(
            "file", "inbox", key, "anna@example.com", f"{action} {number}", "Hello", (Original("mail.eml", data),)
        )
        self.intake.keep(arrival, self.clock.now())

    def rule(self, rules: Rules) -> None:
        new = self.policy.with_name("new.toml")
        new.write_text(rules.text, encoding="utf-8")
        new.replace(self.policy)
        self.world.rules = rules

    def pause(self) -> None:
        self.app.ledger.pause("torture", "owner", self.clock.now())
        self.world.paused = True

    def resume(self) -> None:
        self.world.paused = False
        self.app.ledger.resume("owner", self.clock.now())

    def settle(self) -> None:
        """Step until nothing more happens at this moment. No time passes."""
        self.world.events.append(Event(self.clock.now()))
        for _ in range(STEPS):
            self.wake.clear()
            pace = self.manager.step(self.clock.now())
            if pace.busy:
                assert self.wake.wait(30), "a worker hangs"
            elif not pace.progress:
                return
        raise AssertionError("the manager goes on for ever")

    def lets(self, by: timedelta) -> None:
        """This time passes, and the manager looks whenever something is due."""
        until = self.clock.now() + by
        for _ in range(20):
            self.settle()
            due = self.manager.step(self.clock.now()).next_at
            if due is None or due >= until:
                break
            self.clock.advance(max(due - self.clock.now(), timedelta(milliseconds=1)))
        self.clock.advance(max(until - self.clock.now(), timedelta()))
        self.settle()

    @contextmanager
    def mortal(self, chance: Random) -> Generator[None]:
        """What is done inside may be the death of the daemon; then another one starts."""
        self.die(chance.randint(1, 60), after=chance.random() < 0.5)
        with suppress(Killed):
            yield
        if not self.alive:
            self.kills += 1
            self.reborn()
        self.fate.at = 0
