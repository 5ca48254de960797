"""A shop whose mail comes from a connected mailbox and leaves through it. Mailbox and provider outlive its daemons."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from daemon.app import mail as composition
from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.values import Changes, Mark, Stub, Window
from daemon.core.ports import MailChannel, Receipt
from daemon.runtime.mailboxes import Mailboxes, Opened
from daemon.runtime.pace import Role
from tests.acceptance.mortal import Fate, MortalMail
from tests.fakes import NOON
from tests.mailboxes import FakeMailAccounts, FakeMailbox, account
from tests.torture.shop import MoodyMail, Shop


def _troubles() -> Sequence[Exception]:
    return (
        Transient("429 slow down", retry_after=timedelta(minutes=5)),
        Transient("the connection was lost"),
        Transient("no answer within a minute"),
        UserError("the mailbox wants a new login: `employee connect imap`", exit_code=5),
    )


@dataclass
class MoodyBox(FakeMailbox):
    """A mailbox whose server fails in every request with the chance `upset`, and whose reader may die in each.

    It tells again what it told before, as the port allows.
    """

    fate: Fate = field(default_factory=Fate)
    chance: Random = field(default_factory=Random)
    upset: float = 0.0
    refused: int = 0  # requests that went wrong
    born: datetime = NOON  # when it was connected
    told: set[str] = field(default_factory=set[str])  # the names of messages

    def changes(self, cursor: str, window: Window) -> Changes:
        said = super().changes(cursor, window)
        return replace(said, stubs=self._torn(said.stubs))

    def mark(self, marks: Sequence[Mark]) -> None:
        with self.fate.act("mailbox: mark"):
            super().mark(marks)

    def _asked(self, what: str) -> None:
        with self.fate.act(f"mailbox: {what}"):
            super()._asked(what)
        self._fail()

    def _fail(self) -> None:
        if self.upset and self.chance.random() < self.upset:
            self.refused += 1
            raise self.chance.choice(_troubles())

    def _torn(self, stubs: Iterable[Stub]) -> Iterator[Stub]:
        before = sorted(self.told & self.messages.keys())
        yield from self._stubs(self.chance.sample(before, min(2, len(before))) if self.upset else [])
        for stub in stubs:
            self._fail()
            self.told.add(stub.remote)
            yield stub

    def rename(self) -> None:
        super().rename()
        self.told.clear()


@dataclass
class Post(MoodyMail):
    """The provider that sends for the mailbox; what it takes lies in Sent."""

    box: MoodyBox = field(default_factory=MoodyBox)
    told: Callable[[bytes], object] = bytes  # what is about to leave, however it ends

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        self.told(message)
        return super().send(message, title=title, key=key)

    def _accept(self, message: bytes, key: str, at: datetime) -> Receipt:
        self.box.deliver(message, sent=True)
        return super()._accept(message, key, at)


class Sending(FakeMailAccounts):
    """One mailbox, through whose provider mail leaves."""

    def __init__(self, post: Post) -> None:
        super().__init__([post.box])
        self._post = post

    def channel(self, account: str) -> MailChannel:
        if account != self._post.box.account.name:
            raise Transient(f"the mailbox {account} is not connected")
        return self._post


class PostShop(Shop):
    """Whatever has no account would lie in Outbox/."""

    def __init__(
        self, folder: Path, chance: Random, post: Post | None = None, *, hold: float = 0, fine: bool = False
    ) -> None:
        self.chance = chance
        self.post = post or Post(box=MoodyBox(account=account(), threads=chance.random() < 0.5))
        self.box = self.post.box
        self.box.chance = chance
        super().__init__(folder, hold=hold, outbox=True, fine=fine, imap__poll_seconds="60")

    def start(self) -> None:
        self.box.fate, self.box.now = self.fate, self.clock.now
        self.accounts = Sending(self.post)
        super().start()

    def watching(self) -> list[Role]:
        watched = composition.watched(self.app, self.box.account, self.box, self.wake.set)
        return [Mailboxes("imap", lambda: 1, lambda: Opened([watched]))]

    def _provider(self) -> MortalMail:
        self.post.clock, self.post.fate = self.clock, self.fate
        return self.post

    def twin(self, folder: Path) -> PostShop:
        """The same mailbox as well, as it is now."""
        made = PostShop(folder, copy.deepcopy(self.chance), self._post_again(), hold=self._hold, fine=self._fine)
        made.clock.advance(self.clock.now() - made.clock.now())
        return made

    def _post_again(self) -> Post:
        box = replace(
            self.box,
            messages=copy.deepcopy(self.box.messages),
            history=[*self.box.history],
            fate=Fate(),
            told={*self.box.told},
        )
        mine = {"accepted": [*self.post.accepted], "times": [*self.post.times], "script": [*self.post.script]}
        return replace(self.post, box=box, _late=[], **mine)
