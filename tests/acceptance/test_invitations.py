"""Appointments and calls as they are dropped, against what a person reads off: a wrong time is a failure, a missing
one has to be asked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from daemon.core import frontmatter
from daemon.core.formats import invitations
from daemon.core.language import phones
from daemon.core.ports import Desk, Route
from daemon.core.properties import Value
from daemon.core.task import Task
from tests import house
from tests.fakes import FakeClock
from tests.house import House

FOLDER = Path(__file__).parent.parent / "corpus" / "files"
EXPECTED: Mapping[str, Any] = tomllib.loads((FOLDER / "expect.toml").read_text(encoding="utf-8"))
BERLIN = ZoneInfo("Europe/Berlin")
TODAY = datetime(2026, 11, 19, 9, tzinfo=UTC)
FILES = sorted(name for name, said in EXPECTED.items() if said["agent"] == "voice")
TIMED = [name for name in FILES if "starts" in EXPECTED[name]["facts"] and "phone" not in EXPECTED[name]["facts"]]
CALLS = [name for name in FILES if "phone" in EXPECTED[name]["facts"]]
CANCELLED = ("Abgesagt Jour fixe.eml", "meeting cancelled.ics")


class ToVoice:
    """A router that sends everything to the agent under test: who gets what is tested elsewhere."""

    def route(self, task: Task, desk: Desk) -> Route:
        del desk
        return Route("voice", task.priority, task.due, "For the test.")


@dataclass(frozen=True)
class Note:
    properties: Mapping[str, Value]
    text: str


def given(folder: Path, names: Iterable[str]) -> House:
    """A house of that day, in which these files were dropped and drafted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house, "FakeClock", lambda: FakeClock(TODAY))
        made = House(folder, vault__timezone="Europe/Berlin")
    made.with_router(ToVoice())
    for name in names:
        made.drop(name, (FOLDER / name).read_bytes())
    made.run()
    return made


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Note]]:
    """The draft of each file."""
    made = given(tmp_path_factory.mktemp("invitations"), FILES)
    yield {source_of(made, path): note_of(path) for path in made.notes("Pending_Approval")}
    made.stop()


def source_of(made: House, note: Path) -> str:
    """Which file a draft was made of: its original lies beside the task."""
    kept = [path.read_bytes() for path in (made.root / "Attachments" / made.task_of(note)).iterdir()]
    return next(name for name in FILES if (FOLDER / name).read_bytes() in kept)


def note_of(path: Path) -> Note:
    read = frontmatter.read(path.read_bytes())
    return Note(dict(read.properties), read.body)


def starts_of(facts: Mapping[str, str]) -> datetime:
    """As the person in Berlin sees it on the wall."""
    if facts["starts"].endswith("Z"):
        return datetime.fromisoformat(facts["starts"]).astimezone(BERLIN).replace(tzinfo=None)
    wall = datetime.fromisoformat(facts["starts"])
    zone = ZoneInfo(facts.get("zone", "Europe/Berlin"))
    return wall.replace(tzinfo=zone).astimezone(BERLIN).replace(tzinfo=None)


def minutes_of(facts: Mapping[str, str]) -> int | None:
    if "duration" in facts:
        return int(facts["duration"])
    if "ends" not in facts:
        return None
    if len(facts["ends"]) == len("2026-01-01"):  # the last of whole days
        days = date.fromisoformat(facts["ends"]) - date.fromisoformat(facts["starts"]) + timedelta(days=1)
        return days // timedelta(minutes=1)
    return (datetime.fromisoformat(facts["ends"]) - datetime.fromisoformat(facts["starts"])) // timedelta(minutes=1)


@pytest.mark.parametrize("name", TIMED)
def test_an_appointment_begins_and_ends_when_the_file_says(notes: Mapping[str, Note], name: str) -> None:
    facts, said = EXPECTED[name]["facts"], notes[name].properties
    assert said["action"] == "appointment.create"
    assert (said["starts"], said["zone"]) == (starts_of(facts), "Europe/Berlin")
    assert said["duration"] == (minutes_of(facts) or 30)


@pytest.mark.parametrize("name", CANCELLED)
def test_a_cancellation_takes_the_entry_out_and_makes_none(notes: Mapping[str, Note], name: str) -> None:
    assert str(notes[name].properties["title"]).startswith("Cancelled: ")
    assert "A calendar file that cancels" in notes[name].text


@pytest.mark.parametrize("name", ["meeting cancelled.ics", "invite.ics", "Abgesagt Jour fixe.eml"])
def test_an_approved_file_still_has_the_id_and_the_meaning_of_the_one_that_came(tmp_path: Path, name: str) -> None:
    made = given(tmp_path, [name])
    made.move("Pending_Approval", "Approved")
    made.run()
    (path,) = (made.root / "Outbox").glob("*.ics")
    (event,), (came,) = (invitations.read(text) for text in (path.read_text(encoding="utf-8"), calendar_of(made, name)))
    assert (event.uid, event.method == "CANCEL") == (came.uid, came.method == "CANCEL")
    assert isinstance(event.starts, datetime)
    assert event.starts.astimezone(BERLIN).replace(tzinfo=None) == starts_of(EXPECTED[name]["facts"])
    made.stop()


def calendar_of(made: House, name: str) -> str:
    """The calendar file that was dropped, or came in the mail."""
    kept = [path.read_bytes() for path in (made.root / "Attachments").rglob("*.ics")]
    return (kept[0] if kept else (FOLDER / name).read_bytes()).decode().replace("\r\n", "\n")


@pytest.mark.parametrize("name", CALLS)
def test_a_call_has_the_number_that_the_file_says(notes: Mapping[str, Note], name: str) -> None:
    said = notes[name].properties
    assert said["action"] == "call.place"
    assert said["phone"] == phones.plain(EXPECTED[name]["facts"]["phone"])


@pytest.mark.parametrize("name", sorted({*FILES} - {*TIMED, *CALLS}))
def test_what_the_file_does_not_say_is_asked_and_never_filled_in(notes: Mapping[str, Note], name: str) -> None:
    said = notes[name].properties
    assert not said.get("starts")
    assert not said.get("phone")
    assert said["action"] == "document.save" or "Nothing yet: " in notes[name].text
