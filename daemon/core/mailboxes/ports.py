"""The doors to connected mailboxes: how one is read, how mail leaves, and what is remembered between two steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from daemon.core.mailboxes.senders import Sender
    from daemon.core.mailboxes.values import Changes, Letter, Lost, Mark, Window
    from daemon.core.ports import MailChannel


class Mailbox(Protocol):
    """One connected mailbox, as it is read. Raises Transient for what passes, UserError for what the person ends."""

    @property
    def stirred(self) -> bool:
        """Whether the server said since the last look that something came: no need to wait for the next one."""
        ...

    def changes(self, cursor: str, window: Window) -> Changes:
        """What is new after `cursor`, in Sent as well; without one what lies in `window`. Raises CursorLost.

        The stubs are told one at a time, oldest first, when they are asked for. One that was told before may be told
        again, and none is left out.
        """
        ...

    def fetch(self, remote: str, limit: int) -> bytes:
        """A message as it came, of a larger one the first `limit` bytes. Raises Missing when it is gone."""
        ...

    def mark(self, marks: Sequence[Mark]) -> None:
        """Show what became of messages. Doing it twice does the same; messages that are gone are left out."""
        ...

    def close(self) -> None: ...


class Letters(Protocol):
    """What is known of the messages of one mailbox."""

    @property
    def cursor(self) -> str: ...

    @property
    def last_at(self) -> datetime | None:
        """When the newest message that is known was seen."""
        ...

    def lost(self, lost: Lost) -> Lost:
        """The cursor is lost. Until it moves, what was said of that first counts: a look may take many steps."""
        ...

    def known(self, remote: str) -> bool: ...

    def begun(self, remote: str) -> bool:
        """Whether it was being kept when somebody last kept anything: a kill may have left it half done."""
        ...

    def get(self, remote: str) -> Letter | None: ...


class MailAccounts(Protocol):
    """The connected mailboxes, and where mail may leave."""

    def mailboxes(self) -> Sequence[Sender]:
        """Every one, that which was connected first before the others. Raises UserError when secrets cannot be read."""
        ...

    def of_sender(self, address: str) -> str:
        """The name of the account that sends from this address, or ""."""
        ...

    def senders(self) -> Sequence[str]:
        """Every address that mail may leave from."""
        ...

    def channel(self, account: str) -> MailChannel:
        """Raises Transient when it is not connected (any more): nothing is sent, and it waits."""
        ...


class Jottings(Protocol):
    """What an effect of several steps has to know after a crash: durable before the call returns."""

    def get(self, key: str, name: str) -> str:
        """What was put under this name, or ""."""
        ...

    def put(self, key: str, name: str, value: str) -> None: ...
