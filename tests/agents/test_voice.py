import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import voice
from daemon.actions import appointment_create, call_place
from daemon.core import handbook
from daemon.core.draft import Closed, Draft
from daemon.core.mail import Address, Part
from daemon.core.ports import Earlier
from daemon.core.task import Attached, Task
from tests.agents.factories import HERE, Desk, email, note

AGENT = voice.Agent(voice.Config())
NOW = datetime(2026, 11, 21, 10, tzinfo=ZoneInfo("Europe/Berlin"))
CASES: list[dict[str, Any]] = tomllib.loads((HERE / "voice.toml").read_text(encoding="utf-8"))["case"]
PARAMS = {"appointment.create": appointment_create.Params, "call.place": call_place.Params}
PROTECTED = ("phone", "starts", "duration", "place", "uid", "method", "due")


def task_of(case: Mapping[str, Any]) -> Task:
    if "note" in case:
        return note(case["note"])
    if "file" in case:
        return note(case["text"], title=case["file"], kind="file")
    name, _, address = str(case["from"]).rstrip(">").partition(" <")
    parts = (Part("invite.ics", "text/calendar", case["ics"].encode()),) if "ics" in case else ()
    return email(
        case["text"],
        subject=case["subject"],
        sender=Address(name, address),
        attachments=parts,
        automated=case.get("automated", ""),
    )


def draft(task: Task, *earlier: Earlier, by: voice.Agent = AGENT, **changes: Any) -> Draft:
    made = by.draft(task, Desk(earlier=earlier, now=NOW, **changes))
    assert isinstance(made, Draft), made
    return made


def written(value: object) -> object:
    """A parameter as a case file writes it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value or ""


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_the_draft_is_what_a_founder_would_approve(case: Mapping[str, Any]) -> None:
    made = draft(task_of(case))
    found = "\n".join(made.found)
    assert made.action == case["action"]
    assert {name: written(made.params.get(name)) for name in PROTECTED if name in case} == {
        name: case[name] for name in PROTECTED if name in case
    }
    assert (made.risk, made.title) == (case.get("risk", made.risk), case.get("title", made.title))
    assert [text for text in case.get("has", ()) if text not in made.text] == []
    assert [text for text in case.get("hasnot", ()) if text in made.text] == []
    assert [text for text in case.get("found", ()) if text not in found] == []


@pytest.mark.parametrize("case", [case for case in CASES if case["action"] in PARAMS], ids=lambda case: case["about"])
def test_every_draft_fits_its_action(case: Mapping[str, Any]) -> None:
    made = draft(task_of(case))
    assert PARAMS[made.action].model_validate(dict(made.params))


def test_there_are_cases_in_every_language() -> None:
    assert len(CASES) >= len("thirty cases, says the issue..")


def test_a_contacts_number_in_the_handbook_goes_before_the_mails() -> None:
    known = handbook.parse("## Contacts\n- Peter Kowalski <peter@mail.example> — carpenter, +43 1 999 8877")
    task = email("Please call me back on +43 1 234 5678.")
    made = draft(task, handbook=known)
    assert (made.params["phone"], made.risk) == ("+4319998877", "medium")
    assert "The number +43 1 999 8877 is from your handbook's contacts." in made.found
    assert "Careful: the message names another number, +43 1 234 5678." in made.found


def test_a_note_finds_the_contacts_number() -> None:
    known = handbook.parse("## Contacts\n- Maria Lopez <maria@mail.example> — designer, +34 600 000 321")
    made = draft(note("Call Maria about the chairs"), handbook=known)
    assert (made.params["phone"], made.params["name"], made.risk) == ("+34600000321", "Maria Lopez", "low")


def test_the_company_is_said_once() -> None:
    own = handbook.parse("## About\nBirch Studio\n## Signature\nKind regards\n\nAnna Birch, Birch Studio")
    assert "this is Anna Birch, Birch Studio. Am I" in draft(email("Please call me back."), handbook=own).text


def test_a_second_call_in_a_note_is_not_lost() -> None:
    made = draft(note("ring Kay about the invoice, then call Tom re the stand"))
    assert made.title == "Call Kay about the invoice"
    assert "Your note asks for another call too: drop it as a note of its own." in made.found


def test_a_machine_that_wants_nothing_from_the_calendar_or_the_phone_is_closed() -> None:
    made = AGENT.draft(email("I'd like to join your network.", automated="it says so"), Desk(now=NOW))
    assert made == Closed("An automated message (it says so) without an appointment or a call to make.")


def test_an_answer_to_an_invitation_is_closed() -> None:
    event = "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:1\nDTSTART:20261201T140000Z\nSUMMARY:Visit\n"
    said = f"{event}ATTENDEE;CN=Petra;PARTSTAT=ACCEPTED:mailto:petra@mail.example\nEND:VEVENT\nEND:VCALENDAR"
    made = AGENT.draft(email("", attachments=(Part("a.ics", "text/calendar", said.encode()),)), Desk(now=NOW))
    assert made == Closed("An answer to your invitation “Visit”: Petra <petra@mail.example> (accepted).")


def test_a_recording_is_to_be_listened_to() -> None:
    memo = Attached("Memo 12.m4a", "Attachments/t1/Memo 12.m4a", "audio/mp4", 9, "")
    made = draft(note("", title="Memo 12.m4a", kind="file", attachments=(memo,)))
    assert (made.action, made.title) == ("document.save", "A recording: Memo 12.m4a")
    assert made.text.startswith("- [ ] Listen to [[Attachments/t1/Memo 12.m4a|Memo 12.m4a]]")


def test_feedback_makes_a_script_shorter() -> None:
    task = email("Please call me back. Do you deliver to Austria?")
    before = draft(task).text
    after = draft(task, Earlier(1, before, "shorter")).text
    assert "Do you deliver to Austria?" in before
    assert "Do you deliver to Austria?" not in after


def test_the_usual_length_is_a_setting() -> None:
    agent = voice.Agent(voice.Config(default_minutes=50))
    made = draft(email("Confirmed: 26 November at 10:00."), by=agent)
    assert made.params["duration"] == 50


@given(st.text(max_size=300), st.text(max_size=80))
def test_no_text_breaks_a_draft_or_chooses_where_it_goes(text: str, subject: str) -> None:
    for task in (
        email(f"please call me back\n{text}", subject=subject),
        email(f"confirmed: 27 November at 3 pm\n{text}", subject=subject),
        note(f"call {text} about {subject}"),
    ):
        made = draft(task)
        assert made.action in {"call.place", "appointment.create", "document.save"}
        assert made.action not in PARAMS or PARAMS[made.action].model_validate(dict(made.params))


def test_only_what_is_odd_about_the_sender_makes_a_number_nobodys() -> None:
    text = "Please call me back on +43 1 234 5678."
    assert draft(email(text, warnings=("It has no readable date.",))).risk == "medium"
    assert (
        draft(email(text, warnings=("The sender's name shows a@b.example, but the address is c@d.example.",))).risk
        == "high"
    )
