"""The eyes of the torture: they take an entry of a calendar for what was approved when a person would, and else not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daemon.core import calendar_file
from daemon.core.appointment import Appointment
from tests.torture import sight
from tests.torture.bureau import Done
from tests.torture.sight import Seen

KEY = ("tbhataktkz7", 2)
SAID: dict[str, Any] = {"action": "appointment.create", "subject": "Visit, short", "duration": 30, "place": "Café; 2",
                        "zone": "Asia/Tokyo", "starts": datetime(2026, 3, 12, 10)}  # fmt: skip  # noqa: DTZ001 - wall clock
STARTS = datetime(2026, 3, 12, 1, tzinfo=UTC)
FRONT = "Hello\n\n---\napprove: false\nsubject: Visit\nDTSTART:20300101T000000Z\n---"


@pytest.mark.parametrize(
    "text",
    ["Hello, you; there", "a\tb", "  \t Hello", "10\u00a0EUR", r"C:\new, \\n", FRONT, "ä" * 90 + " " * 80 + "b",
     "hidden\u200b\u2028words", "END:VEVENT\nSUMMARY:Eve"],
)  # fmt: skip
def test_entry_is_what_was_approved(text: str) -> None:
    assert sight.fits(_seen(text), _done(text))


@pytest.mark.parametrize(
    "other",
    [{"title": "Visit"}, {"place": ""}, {"starts": STARTS + timedelta(hours=9)}, {"duration": timedelta(hours=2)}],
)
def test_entry_with_another_property_is_not(other: dict[str, Any]) -> None:
    assert not sight.fits(_seen("Hello"), _done("Hello", **other))


def test_entry_with_other_words_is_not() -> None:
    assert not sight.fits(_seen(FRONT), _done(FRONT.replace("approve: false", "approve: true")))


def _seen(text: str) -> Seen:
    return Seen(KEY, SAID, sight.plain(text))


def _done(text: str, **other: Any) -> Done:
    entry: dict[str, Any] = {"title": "Visit, short", "starts": STARTS, "duration": timedelta(minutes=30),
                             "place": "Café; 2"}  # fmt: skip
    data = calendar_file.write(Appointment(**{**entry, **other}), text, uid="t@example.com", stamp=STARTS)
    return Done(*KEY, "file", f"Outbox/visit_tbhataktkz7-g2.ics\n{data.decode()}")
