"""Many mails at once through Gmail's real client and a real HTTP server that is slow, busy, forgetful and hangs up.

The daemon is killed now and then. In the end each mail is one task and has one answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from daemon.adapters.gmail.box import GmailBox
from daemon.adapters.gmail.channel import GmailChannel
from daemon.app import mail as composition
from daemon.core.errors import Transient
from daemon.core.mailboxes import senders
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.mailboxes.senders import Sender
from daemon.core.ports import MailChannel
from daemon.runtime.mailboxes import Mailboxes, Opened
from daemon.runtime.pace import Role
from tests.acceptance.mortal import Killed, Restless
from tests.fakes import NOON
from tests.google import GoogleServer, Mode
from tests.mailboxes import FakeMailAccounts, letter
from tests.torture import oracle, talks
from tests.torture.shop import Shop, new_folder
from tests.torture.tally import Tally

MAILS = 60
TURNS = 400  # of looking and waiting until everything has to be done; the second half of them is calm
WRONG: tuple[Mode, ...] = ("429", "403-rate", "500", "503", "401", "drop", "garbage", "slow")
OK: Mode = "ok"
LOST: tuple[Mode, ...] = ("accept-drop", "accept-500", "accept-garbage")  # also of what must not happen twice


@dataclass
class Sending(FakeMailAccounts):
    """One Gmail account, with the real channel."""

    account: GmailAccount | None = None
    shop: GmailShop | None = None

    def of_sender(self, address: str) -> str:
        return self.account.name if self.account and address.lower() == self.account.address else ""

    def mailboxes(self) -> Sequence[Sender]:
        return (senders.sender(self.account),) if self.account else ()

    def channel(self, account: str) -> MailChannel:
        if not (self.shop and self.account and account == self.account.name):
            raise Transient(f"the mailbox {account} is not connected")
        return GmailChannel(self.account, self.shop.app.settings.gmail, self.shop.app.ledger.jottings)


class GmailShop(Shop):
    """A shop whose one mailbox is at a Google of our own."""

    def __init__(self, folder: Path, google: GoogleServer) -> None:
        self.google = google
        google.retry_after = 0
        self.account = google.account(connected_at=NOON)
        super().__init__(
            folder,
            outbox=True,
            gmail__poll_seconds="60",
            gmail__api_endpoint=google.url,
            gmail__token_uri=google.token_uri,
            gmail__timeout_seconds="5",
        )

    def start(self) -> None:
        self.google.box.now = self.clock.now
        self.accounts = Sending(account=self.account, shop=self)
        super().start()

    def watching(self) -> list[Role]:
        self.box = GmailBox(self.account, self.app.settings.gmail)
        watched = composition.watched(self.app, self.account, self.box, self.wake.set)
        return [Mailboxes("gmail", lambda: 1, lambda: Opened([watched]))]

    def bury(self) -> None:
        super().bury()
        self.box.close()

    def calm(self) -> None:
        """From now on all goes well, and the daemon is a new one: Google's client waits by a clock that nobody puts."""
        self.google.script["*"].clear()
        self.reborn()

    def patient(self) -> None:
        """What can be done now; a server that is away for a while makes nobody restless."""
        with suppress(Killed, Restless):
            self.rest(timedelta(minutes=5))
        if not self.alive:
            self.reborn()
        self.fate.at = 0
        self.clock.advance(timedelta(minutes=5))


def round(seed: int) -> Tally:  # noqa: A001 - what a kind of torture is called
    return flood(seed, MAILS)


def flood(seed: int, mails: int) -> Tally:
    tally, chance, google = Tally(), Random(seed), GoogleServer()
    with new_folder() as folder:
        shop = GmailShop(folder, google)
        shop.patient()
        wanted = {google.deliver(mail(n, shop.account.address)) for n in range(mails)}
        _until_kept(shop, chance, tally, mails)
        _approve(shop, chance, tally)
        tally.counts["mails"] += len(wanted)
        tally.counts["requests"] += len(google.asked())
        _judge(shop, tally, mails)
        shop.close()
    google.close()
    return tally


def mail(number: int, to: str) -> bytes:
    return letter(
        f"Hello, when are you open on Saturday? I ask as number {number}.\nBye",
        to=to,
        subject=f"Question {number}",
        message_id=f"<{number}@example.com>",
        sender=f"P{number} <p{number}@example.com>",
    )


def _until_kept(shop: GmailShop, chance: Random, tally: Tally, mails: int) -> None:
    for turn in range(TURNS):
        if len(list((shop.root / "Pending_Approval").glob("[!.]*.md"))) == mails:
            return
        _upset(shop, chance, tally, WRONG, turn=turn)
        if chance.random() < 0.2 and turn < TURNS // 2:
            shop.google.forget_history()
            tally.counts["cursors lost"] += 1
        _retry(shop, tally)
        shop.patient()


def _retry(shop: GmailShop, tally: Tally) -> None:
    """The person does what the note says of what three kills in a row met."""
    for path in sorted((shop.root / "Failed").glob("[!.]*.md")):
        path.rename(shop.root / "Needs_Action" / path.name)
        tally.counts["failed, tried again"] += 1


def _approve(shop: GmailShop, chance: Random, tally: Tally) -> None:
    for path in sorted((shop.root / "Pending_Approval").glob("[!.]*.md")):
        path.rename(shop.root / "Approved" / path.name)
    for turn in range(TURNS):
        if not any(list((shop.root / name).rglob("[!.]*.md")) for name in ("Approved", "In_Progress")):
            return
        _upset(shop, chance, tally, (*WRONG, *LOST), turn=turn)
        shop.patient()


def _upset(shop: GmailShop, chance: Random, tally: Tally, modes: tuple[Mode, ...], *, turn: int) -> None:
    """Some of the next requests go wrong, every login is old, and the daemon may die."""
    if turn >= TURNS // 2:
        shop.calm()
        return
    wrong: list[Mode] = []
    for _ in range(chance.randint(0, 8)):
        wrong.extend(OK for _ in range(int(chance.expovariate(1 / 10))))
        wrong.append(chance.choice(modes))
    shop.google.script["*"].clear()
    shop.google.fails("*", *wrong)
    tally.counts["requests that were to go wrong"] += len(wrong) - wrong.count(OK)
    if chance.random() < 0.3:
        shop.google.expire_tokens()
        tally.counts["logins that ended"] += 1
    if chance.random() < 0.5:
        shop.die(1 + int(chance.expovariate(1 / 60)), after=chance.random() < 0.5)
        tally.counts["kills"] += 1


def _judge(shop: GmailShop, tally: Tally, mails: int) -> None:
    found = talks.tasks(shop.root)
    answers = Counter(talks.answered(accepted.raw) for accepted in shop.google.accepted)
    for number in range(mails):
        tasks = found.get(mail(number, shop.account.address), [])
        tally.expect(len(tasks) == 1, f"mail {number} became {len(tasks)} tasks")
        many = answers[f"<{number}@example.com>"]
        tally.expect(many == 1, f"mail {number} has {many} answers")
    tally.expect(len(found) == mails, f"{len(found)} tasks came of {mails} mails")
    tally.expect(len(shop.google.accepted) == mails, f"{len(shop.google.accepted)} mails left")
    tally.counts["answers"] += answers.total()
    tally.faults += oracle.lost(shop.root)
