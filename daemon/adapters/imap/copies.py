"""The copies of sent mail in the account's Sent folder: made after the sending, and again until they are.

No failure here makes a sending fail. A copy that could not be made is kept, and made with the next look-up or sending.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Protocol

from daemon.adapters.imap import envelope
from daemon.core.errors import Permanent, Transient, UserError
from daemon.core.mail import KEY_HEADER
from daemon.core.mailboxes.accounts import ImapAccount
from daemon.core.mailboxes.ports import Jottings

log = logging.getLogger(__name__)
_COPIED, _COPY, _MISSING = "copied", "copy", "copies missing"
_MOST = 20  # copies that are kept to be made later; older ones are given up
# These put a copy into Sent themselves, some time after the sending; one of ours would stand there twice.
_OWN_COPIES = frozenset({"smtp.gmail.com", "smtp.googlemail.com", "smtp.office365.com", "smtp-mail.outlook.com"})


class Sent(Protocol):
    """The folder of sent mail. Raises Transient, UserError or Permanent when it cannot be used."""

    def holds(self, message_id: str, key: str) -> bool:
        """Whether a message with this Message-ID, or with this key of ours, is there, or a moment later."""
        ...

    def put(self, message: bytes) -> None:
        """One more message, as one that was read."""
        ...


class Copies:
    """Of one account."""

    def __init__(self, account: ImapAccount, sent: Sent, jottings: Jottings) -> None:
        self._account = account
        self._sent = sent
        self._jottings = jottings

    def make(self, key: str, message: bytes) -> None:
        """The copy of a mail that was sent, and those that are still missing. Raises nothing of a server's."""
        try:
            if not self._jottings.get(key, _COPIED):
                self._make(message)
                self._end(key, "yes")
            self._make_missing()
        except (Transient, Permanent, UserError) as trouble:
            self._put_off(key, message, trouble)

    def there(self, message: bytes) -> bool:
        """Whether Sent holds this mail. Raises what `Sent` raises."""
        fields = envelope.fields_of(message)
        return self._sent.holds(fields.first("message-id"), fields.first(KEY_HEADER.lower()))

    def _put_off(self, key: str, message: bytes, trouble: Exception) -> None:
        """It is a notice, and nothing else; a disk that fails here as well costs the copy."""
        log.warning(
            "%s: a copy of sent mail is not in its folder yet: %s; tried again with the next sending",
            self._account.name,
            trouble,
        )
        with suppress(Transient):
            if not self._jottings.get(key, _COPIED):
                self._keep(key, message)

    def _keep(self, key: str, message: bytes) -> None:
        """Until it is made, also over a restart."""
        missing = [each for each in self._missing() if each != key]
        for old in missing[: -_MOST + 1]:
            log.warning("%s: the copy of the sent mail %s is given up", self._account.name, old)
            self._end(old, "given up")
        self._jottings.put(key, _COPY, message.decode("ascii"))
        self._note([*missing[-_MOST + 1 :], key])

    def _make_missing(self) -> None:
        for key in self._missing():
            self._make(self._jottings.get(key, _COPY).encode("ascii"))
            self._end(key, "yes")

    def _make(self, message: bytes) -> None:
        by_provider = self._account.smtp is not None and self._account.smtp.host.lower() in _OWN_COPIES
        if not by_provider and not self.there(message):
            self._sent.put(message)

    def _end(self, key: str, outcome: str) -> None:
        """In this order: one that is not missing any more is never made again."""
        self._jottings.put(key, _COPIED, outcome)
        if key in self._missing():
            self._note([each for each in self._missing() if each != key])
            self._jottings.put(key, _COPY, "")

    def _missing(self) -> list[str]:
        return self._jottings.get(self._account.name, _MISSING).split()

    def _note(self, missing: list[str]) -> None:
        self._jottings.put(self._account.name, _MISSING, " ".join(missing))
