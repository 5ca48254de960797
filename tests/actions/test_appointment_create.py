from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from icalendar import Calendar
from pydantic import ValidationError

from daemon.actions.appointment_create import Action, Params
from daemon.adapters.outbox import Documents
from daemon.core.errors import Permanent, UserError
from daemon.core.plugins import Channels
from daemon.core.ports import Absent, Effect, Found
from daemon.core.properties import Value
from daemon.vault import Vault
from tests.fakes import NOON

EFFECT = Effect("taaaaaaaaaa-g1.i1", NOON)
STARTS = datetime(2026, 11, 27, 15)  # noqa: DTZ001 - a property is wall clock
REVIEW = Params(subject="Review", starts=STARTS, duration=45, zone="Europe/Berlin", place="Room 5")
OPEN = REVIEW.model_copy(update={"starts": None})


@pytest.fixture
def action(tmp_path: Path) -> Action:
    vault = Vault(tmp_path)
    vault.make_folders()
    shelf = Documents(vault, "outbox")
    return Action(Channels(mail=None, documents=shelf, outbox=shelf, files=vault, accounting=None))  # pyright: ignore[reportArgumentType]  # these two are not used


def edited(action: Action, **changes: Value) -> Params:
    said: Mapping[str, Value] = {**action.describe(REVIEW).properties, **changes}
    return action.amend(REVIEW, said, "")[0]


def test_everything_of_an_entry_is_shown(action: Action) -> None:
    shown = action.describe(REVIEW)
    assert shown.properties == {
        "subject": "Review", "starts": STARTS, "duration": 45, "place": "Room 5", "zone": "Europe/Berlin",
    }  # fmt: skip
    assert shown.effect == (
        (
            "“Review”, Friday, 27 November 2026, 15:00 to 15:45 (Europe/Berlin), is put into Outbox/ as a"
            " calendar file (.ics): open it, and your calendar takes it"
        ),
        "Place: Room 5",
        "Nobody is invited or told by it",
    )


def test_the_file_holds_the_entry_and_the_text_as_its_description(action: Action, tmp_path: Path) -> None:
    receipt = action.perform(REVIEW, "With Maria", EFFECT)
    [file] = (tmp_path / "Outbox").glob("*.ics")
    calendar = Calendar.from_ical(file.read_bytes())
    assert isinstance(calendar, Calendar)
    event = calendar.events[0]
    assert file.name == "review_taaaaaaaaaa-g1.ics"
    assert (event.start, str(event["DESCRIPTION"])) == (datetime(2026, 11, 27, 14, tzinfo=UTC), "With Maria")
    assert str(event["UID"]) == "taaaaaaaaaa@ai-employee.invalid"
    assert receipt.outcome == "saved"


def test_what_happened_is_found_again(action: Action) -> None:
    assert action.look_up(REVIEW, "x", EFFECT) == Absent()
    receipt = action.perform(REVIEW, "x", EFFECT)
    assert action.look_up(REVIEW, "x", EFFECT) == Found(receipt)


def test_an_open_start_says_what_to_do_and_cannot_be_performed(action: Action) -> None:
    assert "“starts” is empty" in action.describe(OPEN).effect[0]
    with pytest.raises(UserError, match="“starts” is empty"):
        action.amend(OPEN, action.describe(OPEN).properties, "")
    with pytest.raises(Permanent, match="no start"):
        action.perform(OPEN, "", EFFECT)


def test_every_property_can_be_edited(action: Action) -> None:
    later = datetime(2026, 12, 1, 9, 30)  # noqa: DTZ001 - wall clock
    made = edited(action, subject="Tasting", starts=later, duration=Decimal(90), place=None, zone="America/New_York")
    assert made == Params(subject="Tasting", starts=later, duration=90, zone="America/New_York")


def test_an_entry_left_alone_is_the_same(action: Action) -> None:
    assert edited(action) == REVIEW


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"starts": None}, "“starts” is empty"),
        ({"duration": 0}, "“duration” is a number of minutes"),
        ({"duration": "an hour"}, "“duration” is a number of minutes"),
        ({"duration": 10**9}, "“duration” is a number of minutes"),
        ({"subject": "  "}, "“subject” is empty"),
        ({"zone": "Berlin"}, "no time zone is called 'Berlin'; write it like Europe/Berlin"),
        ({"zone": "../../etc/passwd"}, "no time zone is called"),
        ({"place": ("a", "b")}, "“place” is a text"),
        ({"starts": datetime(2027, 3, 28, 2, 30)}, "02:30 does not exist in Europe/Berlin"),  # noqa: DTZ001
        ({"starts": datetime(1, 1, 1)}, "“starts” is in the year 1"),  # noqa: DTZ001
    ],
)
def test_what_makes_no_entry_is_said(action: Action, changes: Mapping[str, Value], why: str) -> None:
    with pytest.raises(UserError, match=why):
        edited(action, **changes)


def test_a_whole_day_with_a_time_is_no_whole_day(action: Action) -> None:
    midnight = datetime(2026, 12, 1)  # noqa: DTZ001 - wall clock
    fair = Params(subject="Fair", starts=midnight, duration=1440, zone="Europe/Berlin", whole_day=True)
    assert "the whole day" in action.describe(fair).effect[0]
    said = {**action.describe(fair).properties, "starts": STARTS}
    assert not action.amend(fair, said, "")[0].whole_day


def test_a_cancellation_says_what_it_does_and_does_not(action: Action) -> None:
    cancelled = REVIEW.model_copy(update={"uid": "abc@google.com", "method": "cancel"})
    first, second = action.describe(cancelled).effect
    assert first.startswith("A calendar file that cancels “Review”, Friday, 27 November 2026")
    assert "delete it there by hand" in second


def test_nothing_else_is_a_parameter() -> None:
    with pytest.raises(ValidationError):
        Params.model_validate({**REVIEW.model_dump(), "attendees": ["eve@mail.example"]})
