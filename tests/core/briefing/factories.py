"""Nights: an ordinary one, changed only in what the test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from daemon.core.briefing.night import Closed, Draft, Figures, Finished, Night, Stuck
from daemon.core.neutral import ours

SEVEN = datetime(2026, 11, 21, 7, 0, tzinfo=ZoneInfo("Europe/Berlin"))
DAY = timedelta(days=1)


def draft(title: str = "Reply to Anna Example: Opening hours", **changes: Any) -> Draft:
    plain: dict[str, Any] = {
        "link": "EMAIL_REPLY_opening-hours_taaaaaaaaaa",
        "action": "email.reply",
        "risk": "medium",
        "since": SEVEN - 3 * timedelta(hours=1),
        "expires": SEVEN + 7 * DAY,
    }
    return Draft(title, **(plain | changes))


def empty(**changes: Any) -> Night:
    return replace(Night(SEVEN, SEVEN - DAY), **changes)


def ordinary(**changes: Any) -> Night:
    bill = draft("Pay the paper mill", link="PAYMENT_paper-mill_tbbbbbbbbbb", risk="high", due=date(2026, 11, 23),
                 amount="1,190.00 EUR", since=SEVEN - 2 * DAY)  # fmt: skip
    letter = Finished("Reply to Bob: Offer", "EMAIL_REPLY_offer_tcccccccccc", "sent", "Outbox/offer_tcccccccccc.eml")
    plain: dict[str, Any] = {
        "drafts": [draft(), bill],
        "finished": [letter, Finished("Keep: Notes", "DOCUMENT_notes_tdddddddddd", "saved", "Documents/Notes.md")],
        "closed": [Closed("A newsletter; such mail is never answered.", ["20% off", "Shop news"])],
        "figures": Figures(arrived=5, drafted=3, approved=2, wait=timedelta(hours=4)),
    }
    return empty(**(plain | changes))


def terrible() -> Night:
    """Two hundred drafts wait, much failed, and the program was not well."""
    risks = ("low", "medium", "high")
    drafts = [
        draft(
            f"Reply to Customer Number{n} <c{n}@example.com>: Urgent complaint about order 4711-{n} and more",
            link=f"EMAIL_REPLY_complaint_t{n:010d}",
            risk=risks[n % 3],
            since=SEVEN - timedelta(hours=n),
            priority="urgent" if n % 10 == 0 else "normal",
            due=date(2026, 11, 1) + timedelta(days=n % 40),
            amount=f"{n * 1013:,}.99 EUR",
        )
        for n in range(200)
    ]
    stuck = [Stuck(f"A broken file {n}", f"FILE_broken_t{n}", "it is damaged") for n in range(40)]
    return ordinary(
        drafts=drafts,
        planned=SEVEN - timedelta(hours=2),
        review=stuck,
        failed=stuck,
        problems=[Stuck(f"the role {name} ended", "", "", ours("start it again")) for name in ("inbox", "manager")],
        missed=[SEVEN - n * DAY for n in range(1, 5)],
        paused="holiday",
        figures=Figures(arrived=812, drafted=640, approved=3, rejected=2, expired=9, wait=5 * DAY),
    )
