"""No single file costs more than two seconds: text that grows, and text that makes a pattern try in vain."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from daemon.core import arrivals, document, handbook, neutral
from daemon.runtime.intake import Intake
from tests.house import House

LIMIT = 2.0  # seconds of computing
HEAD = (
    "From: Eve <eve@evil.example>\nTo: me@company.example\nMessage-ID: <1@x>\nDate: Tue, 10 Mar 2026 09:00:00 +0000\n"
)

BOMBS = [
    "~", "~~~ ", "~~~" + " " * 200, "`", "```\n", "- ", "1. ", "> ", ">", "[[", "![[", "](", "](x)", "<!--", "<!-- ",
    "%%", "<%", "::", "$$", "==", "#", "# ", "## Draft\n", "## Feedback\n", "\n", " ", " \n", "\t", "\u202e\u202d",
    "\U0001f600\u200d", "a@", "a@b.", "a@b.example ", "https://a.b/", "1 \u20ac ", "1.1.", "1/2/2026 ", "2026-11-21 ",
    "on Monday ", "? ", "When are you open? ", "- [ ] remind me ", "invoice no 1", "On Mon, Eve wrote:\n> ",
    "From: Eve\n", "-----Original Message-----\n", "e\u0301", "(", ")", '"', "\\", "&lt;", "<b>", "<div", "Re: ",
    "order ", "please ", "a.", "A. ", "\u2028", "\r", "w w ", "_", "*", "*a", "|", "{{", "=\n", "\x85",
]  # fmt: skip
WORST = ["~", "`", "```\n", "[[", "<!-- ", "#", "\n", "\u202e\u202d", "a@b.example ", "? ", "<b>", "e\u0301", "1.1."]


def spent(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start


@pytest.mark.parametrize("end", ["", "`"])
@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("work", [neutral.defuse, neutral.fenced, neutral.inline, document.draft_text, handbook.parse])
def test_text_of_a_quarter_megabyte(work: Callable[[str], object], bomb: str, end: str) -> None:
    text = "> ~~~" + bomb * (250_000 // len(bomb)) + end
    assert spent(lambda: work(text)) < LIMIT


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("bomb", WORST)
def test_mail_of_a_megabyte_comes_to_its_draft(house: House, bomb: str, kind: str) -> None:
    head = f"{HEAD}Subject: Hi {bomb.strip()[:20]}\nContent-Type: text/{kind}; charset=utf-8\n\n"
    data = (head + bomb * (1_000_000 // len(bomb.encode()))).encode()

    def work() -> None:
        arrival = arrivals.mail("bomb.eml", data, source="inbox")
        Intake(house.app.vault, house.app.ledger, house.app.zone, house.app.converter).keep(arrival, house.clock.now())
        house.run()
        house.pass_time(timedelta(days=1))
        house.run()

    assert spent(work) < LIMIT
    assert sum(house.counts().values()) == 1
    assert not house.counts().get("Needs_Action")
    assert not house.counts().get("In_Progress")


@pytest.mark.parametrize("bomb", WORST)
def test_approved_note_of_half_a_megabyte(house: House, bomb: str) -> None:
    house.arrive()
    house.run()
    note = house.note("Pending_Approval")
    note.write_text(note.read_text() + bomb * (500_000 // len(bomb.encode())), encoding="utf-8")
    house.move("Pending_Approval", "Approved")
    assert spent(house.run) < 2 * LIMIT  # read, held, read again, and written as a mail
    assert sum(house.counts().values()) == 1
