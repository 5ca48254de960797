"""Calls and appointments from the inbox to Outbox/, through the person's hands."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from agents import voice
from daemon.core.ports import Desk, Route
from daemon.core.task import Task
from tests.house import House

AGREED = b"""From: Maria Lopez <maria@mail.example>
To: me@company.example
Subject: Sideboard
Message-ID: <2@mail.example>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Perfect, then Thursday 12 March at 16:00 at your workshop. See you!
Maria
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.with_agent("voice", voice.Agent(voice.Config()))
    house.with_router(Everything())
    return house


class Everything:
    """A router that knows one agent."""

    def route(self, task: Task, desk: Desk) -> Route:
        del task, desk
        return Route("voice", "normal", None, "It is a test.")


def starts(house: House) -> datetime:
    [file] = (house.root / "Outbox").glob("*.ics")
    calendar = Calendar.from_ical(file.read_bytes())
    assert isinstance(calendar, Calendar)
    return calendar.events[0].start  # pyright: ignore[reportReturnType]


def test_an_approved_appointment_is_a_calendar_file(house: House) -> None:
    house.arrive(AGREED)
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    assert starts(house) == datetime(2026, 3, 12, 16, tzinfo=UTC)
    assert "outcome: saved" in house.note("Done").read_text(encoding="utf-8")


def test_a_changed_start_is_asked_back_once(house: House) -> None:
    house.arrive(AGREED)
    house.run()
    house.edit("Pending_Approval", "starts: 2026-03-12T16:00", "starts: 2026-03-13T09:00")
    house.edit("Pending_Approval", "approve: false", "approve: true")
    house.run()
    assert "Please decide again" in house.note("Pending_Approval").read_text(encoding="utf-8")
    house.move("Pending_Approval", "Approved")
    house.run()
    assert starts(house) == datetime(2026, 3, 13, 9, tzinfo=UTC)


def test_an_open_start_is_filled_in_by_the_person(house: House) -> None:
    house.drop("Lunch.md", b"Put in the calendar: lunch with Bob")
    house.run()
    house.edit("Pending_Approval", "approve: false", "approve: true")
    house.run()
    assert "is empty: write when it begins" in house.note("Pending_Approval").read_text(encoding="utf-8")
    house.edit("Pending_Approval", "starts:", "starts: 2026-03-20T12:30")
    house.edit("Pending_Approval", "approve: false", "approve: true")
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    assert starts(house) == datetime(2026, 3, 20, 12, 30, tzinfo=UTC)


def test_a_call_without_a_number_rings_nowhere_until_there_is_one(house: House) -> None:
    house.drop("Call.md", b"Call Bob about the offer")
    house.run()
    house.edit("Pending_Approval", "approve: false", "approve: true")
    house.run()
    assert not list((house.root / "Outbox").glob("*.txt"))
    house.edit("Pending_Approval", "phone:", 'phone: "+49 40 1234567"')
    house.edit("Pending_Approval", "approve: false", "approve: true")
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    [script] = (house.root / "Outbox").glob("*.txt")
    assert script.read_text(encoding="utf-8").startswith("Bob: +49401234567\n\nOpening\n")
