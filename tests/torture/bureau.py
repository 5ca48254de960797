"""A house whose drafts are of every action, and whose every effect is written down where it would have happened.

`effects` is the oracle: what each channel was asked to do, as it was asked. Nothing in it comes from the notes.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from daemon.app import parts as composition
from daemon.core import names
from daemon.core.accounting import expense as expenses
from daemon.core.accounting import invoice as invoices
from daemon.core.accounting import payment as payments
from daemon.core.accounting.booking import Booking
from daemon.core.accounting.expense import Expense
from daemon.core.accounting.paper import Paper
from daemon.core.accounting.payment import Payment
from daemon.core.draft import Draft
from daemon.core.errors import Outage
from daemon.core.plugins import Accounting, Channels
from daemon.core.ports import Absent, Desk, Finding, Found, Receipt, Route
from daemon.core.proposal import Key
from daemon.core.task import Arrival, Original, Task
from daemon.runtime.claims import Staff
from daemon.runtime.drafting import Threads
from tests.actions.bookkeeping import HANDBOOK, PLAIN
from tests.house import House

BILL = Payment(direction="out", party="Stadtwerke", amount=Decimal(89), currency="EUR", day=date(2026, 3, 1))
LUNCH = Expense(merchant="Trattoria", amount=Decimal("24.50"), currency="EUR", day=date(2026, 3, 2))
PAPER = "Documents/offer.txt"
PAPER_TEXT = b"100 EUR\n"
_MAIL: Mapping[str, object] = {"to": ["anna@example.com", "Bob <bob@example.com>"], "cc": ["carl@example.com"],
                               "bcc": ["dora@example.com"], "subject": "Re: Opening hours"}  # fmt: skip
_ATTACHED = {"path": PAPER, "sha256": sha256(PAPER_TEXT).hexdigest(), "size": len(PAPER_TEXT)}
PARAMS: Mapping[str, Mapping[str, object]] = {
    "email.reply": {**_MAIL, "in_reply_to": "<1@example.com>", "references": ["<1@example.com>"]},
    "email.send": {**_MAIL, "attachments": [_ATTACHED]},
    "social.post": {"networks": ["LinkedIn", "Facebook"]},
    "social.reply": {"network": "LinkedIn", "to": "@anna", "url": "https://www.linkedin.com/feed/update/1"},
    "invoice.create": {"invoice": PLAIN.model_dump(mode="json")},
    "payment.register": {"payment": BILL.model_dump(mode="json")},
    "expense.create": {"expense": LUNCH.model_dump(mode="json")},
    "call.place": {"name": "Bob", "phone": "+49401234567", "purpose": "the offer"},
    "appointment.create": {"subject": "Visit", "starts": "2026-03-12T10:00", "duration": 30, "zone": "UTC"},
    "message.send": {"to": "Anna Berg", "service": "whatsapp"},
    "document.save": {"folder": "Documents", "name": "Plan.md"},
}
_TEXTS: Mapping[str, str] = {
    "invoice.create": invoices.to_text(PLAIN),
    "payment.register": payments.to_text(BILL),
    "expense.create": expenses.to_text(LUNCH),
}
WORDS = "Hello {n},\n\non Saturday we are open from 9 to {n}.\n\nSee you, *Max*\n\n- one\n- two {n}"


class Everyone:
    """The only agent, who drafts the action that the task's title names."""

    def draft(self, task: Task, desk: Desk) -> Draft:
        del desk
        action, _, number = task.title.partition(" ")
        text = _TEXTS.get(action) or WORDS.format(n=number)
        return Draft(action, PARAMS[action], text, f"Draft {number}", "They asked.", 0.9, "low")


class ToEveryone:
    def route(self, task: Task, desk: Desk) -> Route:
        del task, desk
        return Route("mail", "normal", None, "There is nobody else.")


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that a channel was asked to do: of which draft, and what."""

    task: str
    generation: int
    way: str  # "mail", "file" or "books"
    what: str  # everything about it that the person could have seen


@dataclass
class Recorder:
    """What all channels write down. `meanwhile`: what to call in the middle of the effect of one draft.

    Channels work side by side: nothing here may depend on which of them comes first, or no seed shows its fault again.
    """

    effects: list[Done] = field(default_factory=list[Done])
    keys: set[str] = field(default_factory=set[str])
    meanwhile: dict[Key, Callable[[], None]] = field(default_factory=dict[Key, Callable[[], None]])

    def note(self, key: str, way: str, what: str) -> Receipt:
        name = key.partition(".")[0]
        task, _, generation = name.partition("-g")
        if act := self.meanwhile.pop((task, int(generation)), None):
            act()
        self.keys.add(key)
        self.effects.append(Done(task, int(generation), way, what))
        return Receipt("sent" if way == "mail" else "saved", f"{way}-{name}")

    def find(self, key: str) -> Finding:
        return Found(Receipt("sent", "found")) if key in self.keys else Absent()


@dataclass
class Post:
    """Where mail leaves."""

    book: Recorder
    name = "provider"

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        del title
        return self.book.note(key, "mail", _mail(message))

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        del message, title
        return self.book.find(key)


@dataclass
class Shelf:
    """Where files are put."""

    book: Recorder
    name = "shelf"

    def save(self, path: str, data: bytes, *, key: str) -> Receipt:
        return self.book.note(key, "file", f"{path}\n{data.decode()}")

    def look_up(self, path: str, data: bytes, *, key: str) -> Finding:
        del path, data
        return self.book.find(key)


@dataclass
class Journal:
    """Where money is written down."""

    book: Recorder
    path = "Accounting/ledger.csv"

    def holds(self, key: str) -> bool:
        return key in self.book.keys

    def numbers(self) -> frozenset[str]:
        return frozenset()

    def rows(self, kind: str) -> Sequence[Mapping[str, str]]:
        del kind
        return ()

    def enter(self, booking: Booking) -> str:
        said = f"{booking.kind}\n{booking.party}\n{booking.gross:.2f}\n{booking.currency}\n{booking.description}"
        return self.book.note(booking.id, "books", said).id


class Typewriter:
    """Puts a document on paper as its own words."""

    def unprintable(self, paper: Paper) -> str:
        del paper
        return ""

    def pdf(self, paper: Paper) -> bytes:
        return repr(paper).encode()

    def html(self, paper: Paper) -> bytes:
        return repr(paper).encode()


class Bureau(House):
    """A house with one waiting draft of every action at least, as soon as `fill` is called."""

    def __init__(self, folder: Path, *, hold: float = 60) -> None:
        self.recorder = Recorder()
        self.effects = self.recorder.effects
        self.number = 0
        super().__init__(folder, hold=hold, approval__daily_cap="0", inbox__settle_seconds="2")
        (self.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
        (self.root / PAPER).write_bytes(PAPER_TEXT)

    def staff(self) -> Staff:
        """No other agents: a round has no time to read their phrase books."""
        return Staff(ToEveryone(), Threads({"mail": Everyone()}, 1, self.wake.set))

    def start(self) -> None:
        super().start()
        book, app = self.recorder, self.app
        numbers = composition.accounting(app).numbers
        money = Accounting(Journal(book), numbers, Typewriter(), app.zone)
        outward = Channels(Post(book), Shelf(book), Shelf(book), app.vault, money)
        self.manager.close(self.clock.now())
        self.manager = composition.manager(app, outward, self.staff(), self.wake.set)

    def ask(self, action: str) -> str:
        """A task that leads to a draft of this action; its id."""
        self.number += 1
        key, data = f"mail:{self.number}", f"From: anna@example.com\nSubject: {self.number}\n\nHello".encode()
        title = f"{action} {self.number}"
        original = (Original("mail.eml", data),)
        self.intake.keep(Arrival("file", "inbox", key, "anna@example.com", title, "Hello", original), self.clock.now())
        return names.task_id(key)

    def look(self) -> None:
        """Step until nothing more happens at this moment. No time passes."""
        for _ in range(60):
            self.wake.clear()
            pace = self.manager.step(self.clock.now())
            if pace.busy:
                self.wake.wait(30)
            elif not pace.progress:
                return
        raise AssertionError("the manager goes on for ever")

    def rest(self, by: timedelta = timedelta(minutes=10)) -> None:
        """This time passes, and the manager looks whenever something is due."""
        until = self.clock.now() + by
        for _ in range(60):
            self.look()
            due = self.manager.step(self.clock.now()).next_at
            if due is None or due > until:
                break
            self.clock.advance(max(due - self.clock.now(), timedelta(milliseconds=1)))
        self.clock.advance(max(until - self.clock.now(), timedelta()))
        self.look()

    def patient(self, by: timedelta) -> None:
        """Like `rest`; while a folder is away nothing is done, and that is all right."""
        try:
            self.rest(by)
        except Outage:
            self.clock.advance(by)

    def leave(self) -> None:
        with suppress(Exception):
            self.stop()


def _mail(message: bytes) -> str:
    """What a message does, read with the standard library."""
    read = email.message_from_bytes(message, policy=email.policy.default)
    heads = [f"{name}: {read[name] or ''}" for name in ("To", "Cc", "Bcc", "Subject")]
    body = read.get_body(("plain",))
    files = [f"{part.get_filename()}: {part.get_content()!r}" for part in read.iter_attachments()]
    return "\n".join([*heads, *files, "", str(body.get_content()) if body else ""])
