"""Every way to the end of a task, killed at every single thing that lasts: before it took effect, and after.

Then the daemon starts again and comes to rest. What was approved happened exactly once, nothing is lost, and every
note lies where it belongs. A sample is killed a second time while it recovers, at every step of the recovery.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from daemon.core.proposal import Decision, Verdict
from daemon.runtime.pace import Pace
from tests.acceptance import person
from tests.acceptance.mortal import Killed, MortalHouse
from tests.house import MAIL

FAST_DISK = "/dev/shm" if Path("/dev/shm").is_dir() else None  # what a power cut loses is tested with the vault
NOTE = b"# Paint\n\nBuy blue paint.\n"
NEWS = MAIL.replace(b"Message-ID", b"List-Unsubscribe: <https://example.com/u>\nMessage-ID")
BROKEN = b"---\npriority: [unclosed\n---\nHello\n"
ORIGINALS = (MAIL, NOTE, NEWS, BROKEN)
TWICE = ("approved by ticking", "mail into the outbox")  # EMPLOYEE_HYPOTHESIS=large takes all
HOUR = timedelta(hours=1)
WHOLE = "nothing"
Act = Callable[[MortalHouse], None]


@dataclass(frozen=True)
class Scenario:
    """`acts`: what the person does, each followed by rest. `effects` and `folder`: how it ends."""

    name: str
    acts: tuple[Act, ...]
    effects: int
    folder: str
    outbox: bool = False
    hold: float = 0
    since: int = 2  # kills begin with this act; the same drop and drafting before it is killed once, in another
    also: tuple[tuple[int, str], ...] = ()  # how it may end as well after a kill within the effect

    def __str__(self) -> str:
        return self.name


# --- what a person does; each can be done again when the daemon died in the middle -------------------------


def drop(name: str, data: bytes) -> Act:
    return lambda house: _write(house.root / "Inbox" / name, data)


def move(source: str, target: str) -> Act:
    def act(house: MortalHouse) -> None:
        for note in house.notes(source):
            note.rename(house.root / target / note.name)

    return act


def change(folder: str, how: Callable[[str], str]) -> Act:
    def act(house: MortalHouse) -> None:
        for note in house.notes(folder):
            note.write_text(how(note.read_text(encoding="utf-8")), encoding="utf-8")

    return act


def decide(verdict: Verdict) -> Act:
    def act(house: MortalHouse) -> None:
        (task,) = house.app.ledger.tasks.matching("t")
        house.app.ledger.decisions.add(Decision(0, task, 1, verdict, "cli", "owner", "", house.clock.now()))

    return act


def think_twice(house: MortalHouse) -> None:
    """Taken back and approved once more, both by command, before anybody acts on either."""
    for verdict in ("undo", "approve"):
        decide(verdict)(house)


def nobody_wants(house: MortalHouse) -> None:
    """A mailbox says that the person answered by hand."""
    (task,) = house.app.ledger.tasks.matching("t")
    at, why = house.clock.now(), "You answered it yourself."
    house.app.ledger.decisions.add(Decision(0, task, 0, "obsolete", "mailbox", "imap", why, at))


def provider(how: str, *, blind: bool = False) -> Act:
    def act(house: MortalHouse) -> None:
        house.provider.script.append(how)
        house.provider.blind = blind

    return act


def wait(how: timedelta) -> Act:
    return lambda house: house.clock.advance(how)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def answer(house: MortalHouse) -> None:
    """The person looks at the provider and says what they found."""
    move("Needs_Review", "Done" if house.provider.accepted else "Pending_Approval")(house)


ASKED = (0, "Needs_Review")  # only the person can know whether they moved the new file away or it never was
TICK = change("Pending_Approval", lambda text: person.tick(text, "approve"))
EDIT = change("Approved", lambda text: person.with_text(text, "PS: until six."))
FEEDBACK = change("Pending_Approval", lambda text: person.with_feedback(text, 'add: "See you"'))
ADDRESS = change("Pending_Approval", lambda text: person.with_recipient(text, "other@example.com"))
YES, NO, BACK = (
    move("Pending_Approval", "Approved"),
    move("Pending_Approval", "Rejected"),
    move("Approved", "Pending_Approval"),
)
MAILED, NOTED = drop("mail.eml", MAIL), drop("paint.md", NOTE)

SCENARIOS = (
    Scenario("approved by moving", (MAILED, YES), 1, "Done", since=0),
    Scenario("approved by ticking", (MAILED, TICK), 1, "Done"),
    Scenario("approved by command", (MAILED, decide("approve")), 1, "Done"),
    Scenario("approved, edited within the hold", (MAILED, YES, EDIT), 1, "Done", hold=86400),
    Scenario("undone, then approved", (MAILED, YES, BACK, YES), 1, "Done", hold=86400),
    Scenario("undone and approved by command", (MAILED, YES, think_twice), 1, "Done", hold=86400,
             also=((0, "Pending_Approval"),)),  # the kill came between the two, and the undo was acted on alone
    Scenario("rejected", (MAILED, NO), 0, "Rejected"),
    Scenario("rejected by command", (MAILED, decide("reject")), 0, "Rejected"),
    Scenario("rejected with feedback, then approved", (MAILED, FEEDBACK, NO, YES), 1, "Done"),
    Scenario("recipient changed, approved twice", (MAILED, ADDRESS, YES, YES), 1, "Done"),
    Scenario("answered by hand while the draft waits", (MAILED, nobody_wants), 0, "Done"),
    Scenario("answered by hand in the hold", (MAILED, YES, EDIT, nobody_wants), 0, "Done", hold=86400, since=4),
    Scenario("document saved", (NOTED, YES), 1, "Done", since=0, also=(ASKED,)),
    Scenario("mail into the outbox", (MAILED, YES), 1, "Done", outbox=True, also=(ASKED,)),
    Scenario("accepted, then the line dropped", (MAILED, provider("accept-then-drop"), YES), 1, "Done"),
    Scenario("dropped before it was accepted", (MAILED, provider("drop"), YES, wait(HOUR)), 1, "Done"),
    Scenario("asked to wait", (MAILED, provider("busy"), YES, wait(HOUR)), 1, "Done"),
    Scenario("refused", (MAILED, provider("refuse"), YES, wait(HOUR)), 0, "Failed", also=((1, "Done"),)),
    Scenario("refused, then tried again", (MAILED, provider("refuse"), YES, wait(HOUR), decide("retry"), YES),
             1, "Done"),
    Scenario("nobody can tell, the person looks", (MAILED, provider("accept-then-drop", blind=True), YES, answer),
             1, "Done", also=((0, "Pending_Approval"),)),
    Scenario("expired", (MAILED, wait(timedelta(days=8))), 0, "Rejected"),
    Scenario("needs no answer", (drop("news.eml", NEWS),), 0, "Done", since=0),
    Scenario("cannot be read", (drop("broken.md", BROKEN), wait(timedelta(minutes=2))), 0, "Failed", since=0),
)  # fmt: skip

LARGE = os.environ.get("EMPLOYEE_HYPOTHESIS") == "large"
SAMPLE = SCENARIOS if LARGE else [scenario for scenario in SCENARIOS if scenario.name in TWICE]


# --- one life, and all the moments at which it could have ended ----------------------------------------------


@dataclass(frozen=True)
class Moment:
    """What is left when the process ends here: the disk, what the provider has, and the time."""

    folder: Path
    before: str  # the durable act that was about to happen
    done: int  # how many of the person's acts lie behind
    now: datetime
    accepted: list[tuple[str, bytes]]
    script: list[str]
    blind: bool


@dataclass(frozen=True)
class End:
    """How a life ended. `wrong`: whatever must never be, in words."""

    before: str
    effects: int
    notes: dict[str, int]
    wrong: tuple[str, ...]


class Lives:
    """One scenario, lived once whole and once more from every moment at which a kill could have hit it.

    A moment is a copy of the whole disk, taken right before something that lasts: what a kill before it leaves, and
    what a kill right after the one before leaves.
    """

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self._scenario = scenario
        self._folder = folder
        self._numbers = itertools.count()
        self.moments: list[Moment] = []

    def whole(self) -> End:
        house = self._house(self._folder / "whole")
        return self._live(house, 0, WHOLE, remember=True)

    def again(self, moment: Moment, *, remember: bool = False) -> End:
        """From what a kill at this moment left; `remember`: every moment of this life too."""
        house = self._house(moment.folder)
        house.clock.advance(moment.now - house.clock.now())
        house.provider.accepted, house.provider.script = list(moment.accepted), list(moment.script)
        house.provider.blind = moment.blind
        return self._live(house, moment.done, moment.before, remember=remember)

    def _live(self, house: MortalHouse, done: int, before: str, *, remember: bool) -> End:
        for number in range(done, len(self._scenario.acts) + 1):
            if number > done:
                self._scenario.acts[number - 1](house)
            if remember and number >= self._scenario.since:
                house.fate.seen = partial(self._remember, house, number)
            house.rest(HOUR)
        paces = house.rest(timedelta(days=6))
        end = End(before, _effects(house), house.counts(), (*_problems(paces), *_losses(house)))
        house.fate.seen = lambda _: None
        house.bury()
        return end

    def _house(self, folder: Path) -> MortalHouse:
        return MortalHouse(folder, hold=self._scenario.hold, outbox=self._scenario.outbox)

    def _remember(self, house: MortalHouse, done: int, before: str) -> None:
        copy = self._folder / f"moment-{next(self._numbers)}"
        subprocess.run(["cp", "-a", house.root.parent, copy], check=True)  # with its hard links
        there = house.provider
        at = house.clock.now()
        self.moments.append(Moment(copy, before, done, at, list(there.accepted), list(there.script), there.blind))


def _effects(house: MortalHouse) -> int:
    files = [path for folder in ("Outbox", "Documents") for path in (house.root / folder).glob("[!.]*")]
    return len(house.provider.accepted) + len(files)


def _problems(paces: list[Pace]) -> list[str]:
    return [problem for pace in paces for problem in pace.problems]


def _losses(house: MortalHouse) -> list[str]:
    kept = [path.read_bytes() for path in (house.root / "Attachments").rglob("*") if path.is_file()]
    originals = len([data for data in kept if data in ORIGINALS])
    wrong = house.app.ledger.audit.verify().wrong
    return [*([wrong] if wrong else []), *([] if originals == 1 else [f"{originals} originals are kept"])]


def right(scenario: Scenario, end: End) -> bool:
    """As in a life without a kill, or as the scenario says that a kill may change it."""
    allowed = ((scenario.effects, scenario.folder), *(scenario.also if end.before != WHOLE else ()))
    return not end.wrong and (end.effects, end.notes) in [(count, {folder: 1}) for count, folder in allowed]


@pytest.fixture
def disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=FAST_DISK) as folder:
        yield Path(folder)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_killed_anywhere_it_ends_as_if_it_had_not_been(scenario: Scenario, disk: Path) -> None:
    lives = Lives(scenario, disk)
    ends = [lives.whole(), *map(lives.again, list(lives.moments))]
    assert len(ends) > 1
    assert [end for end in ends if not right(scenario, end)] == []


@pytest.mark.parametrize("scenario", SAMPLE, ids=str)
def test_killed_again_while_it_recovers(scenario: Scenario, disk: Path) -> None:
    lives = Lives(scenario, disk)
    lives.whole()
    first = lives.moments
    lives.moments = []
    recoveries = [lives.again(moment, remember=True) for moment in first]
    ends = [*recoveries, *map(lives.again, list(lives.moments))]
    assert [end for end in ends if not right(scenario, end)] == []


@pytest.mark.parametrize("way", ["tick", "edit and tick", "edit and move", "reject"])
def test_what_a_person_says_to_a_draft_whose_showing_killed_the_daemon_counts(way: str, disk: Path) -> None:
    """It lies there, and the ledger does not know that yet."""
    house = MortalHouse(disk / "house")
    house.fate.seen = lambda act: setattr(house.fate, "at", len(house.fate.acts) + 1) if _shows(act) else None
    house.fate.after = True
    drop("mail.eml", MAIL)(house)
    with pytest.raises(Killed):
        house.rest()
    [note] = house.notes("Pending_Approval")
    text = note.read_text(encoding="utf-8")
    text = person.with_text(text, "PS: bring paint.") if "edit" in way else text
    text = person.tick(text, "reject" if way == "reject" else "approve") if "move" not in way else text
    note.write_text(text, encoding="utf-8")
    if "move" in way:
        note.rename(house.root / "Approved" / note.name)
    house.reborn()
    house.rest(HOUR)
    assert house.counts() == {"Rejected" if way == "reject" else "Done": 1}
    assert [b"PS: bring paint." in message for _, message in house.provider.accepted] == (
        [] if way == "reject" else ["edit" in way]
    )
    house.bury()


def _shows(act: str) -> bool:
    return act.startswith("create Pending_Approval/")
