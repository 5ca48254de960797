"""Mail leaves by SMTP, at most once, and a copy of it goes into Sent.

SMTP has no key by which a server could be asked afterwards, so it is noted down how far a sending came:

    nothing      everything but the end of the mail may have been said: it was surely not sent
    `begun`      the end of the mail may have been said: nobody but the server knows
    `accepted`   the server said yes; the note is its answer

The time between the last two is as short as it can be: the one line with the dot that ends a mail, and the answer to
it (see `smtp`). What was interrupted there is looked for in Sent: some providers put a copy there themselves (Gmail,
Outlook), and it is the only witness. Without one the answer is "cannot tell", and the person decides.

What was looked for and not found to be better: a copy to oneself as an additional recipient would be a witness, but
sends the mail to somebody who was not approved; reports of delivery (RFC 3461) would put a mail into the inbox for
each one sent, and not all servers send them; servers that can be asked about an interrupted mail (RFC 1845) exist on
paper only; a copy in Sent before the sending proves nothing; trying again with the same Message-ID is delivered twice
by nearly all servers.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, suppress
from datetime import timedelta

from daemon.adapters.imap import envelope, smtp
from daemon.adapters.imap.copies import Copies, Sent
from daemon.adapters.imap.dialogue import Reply
from daemon.adapters.imap.envelope import Envelope
from daemon.core.errors import Outage, Permanent, Transient, UnknownOutcome, UserError
from daemon.core.mailboxes.accounts import ImapAccount
from daemon.core.mailboxes.ports import Jottings
from daemon.core.ports import Absent, CannotTell, Finding, Found, Receipt
from daemon.core.settings import Imap

log = logging.getLogger(__name__)
_BEGUN, _ACCEPTED = "begun", "accepted"
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


class SmtpChannel:
    """One account that mail leaves from. See `core.ports.MailChannel`."""

    def __init__(self, account: ImapAccount, settings: Imap, jottings: Jottings, sent: Sent | None = None) -> None:
        self.name = account.name
        self._account = account
        self._settings = settings
        self._jottings = jottings
        self._copies = Copies(account, sent or _sent(account, settings), jottings)
        self._failures = 0  # one after another
        self._unsent = set[str]()  # surely, though `begun` may be noted and could not be taken back
        self._accepted = dict[str, str]()  # surely, though it could not be noted

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        """Raises Permanent or Transient when it was surely not sent, UnknownOutcome when nobody can know."""
        del title
        if reply := self._answer(key):
            return self._done(message, key, reply)
        if self._is_begun(key):
            raise UnknownOutcome("It was interrupted while the mail server took the mail.")
        leaving = envelope.of(message, self._account)
        if leaving.key != key:
            raise Permanent("The mail bears another key than its approval, so it is not sent.")
        return self._done(message, key, self._handed_over(leaving))

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        """Raises Transient when Sent cannot be looked at now."""
        del title
        if reply := self._answer(key):
            return Found(self._done(message, key, reply))
        if not self._is_begun(key):
            return Absent()
        return Found(_receipt(message, "in Sent")) if self._witnessed(message) else CannotTell(self._question())

    def _witnessed(self, message: bytes) -> bool:
        """Without a folder of sent mail there is no witness; one that cannot be opened now is asked again later."""
        try:
            return self._copies.there(message)
        except UserError as trouble:
            raise Transient(str(trouble)) from trouble
        except Permanent:
            return False

    def _done(self, message: bytes, key: str, reply: str) -> Receipt:
        self._copies.make(key, message)
        return _receipt(message, reply)

    def _handed_over(self, leaving: Envelope) -> str:
        """The server's yes."""
        try:
            with self._session() as session:
                self._note_accepted(leaving.key, session.hand_over(leaving, lambda: self._note_begun(leaving.key)))
        except (UserError, Transient, Permanent) as refusal:
            self._take_back(leaving.key)
            if isinstance(refusal, Permanent | Outage):
                raise
            raise self._later(str(refusal)) from refusal
        self._failures = 0
        return self._accepted[leaving.key]

    def _session(self) -> AbstractContextManager[smtp.Session]:
        return smtp.opened(self._account, self._settings)

    def _note_begun(self, key: str) -> None:
        self._unsent.discard(key)
        self._jottings.put(key, _BEGUN, "yes")

    def _note_accepted(self, key: str, reply: Reply) -> None:
        """A disk that fails now changes nothing about the mail: it is sent."""
        self._accepted[key] = reply.text
        try:
            self._jottings.put(key, _ACCEPTED, reply.text)
        except Transient as trouble:
            log.warning("%s: a mail was sent, but this could not be noted: %s", self.name, trouble)

    def _take_back(self, key: str) -> None:
        """It was surely not sent, so a next try is the first."""
        self._unsent.add(key)
        with suppress(Outage):
            if self._jottings.get(key, _BEGUN):
                self._jottings.put(key, _BEGUN, "")

    def _is_begun(self, key: str) -> bool:
        return bool(self._jottings.get(key, _BEGUN)) and key not in self._unsent

    def _answer(self, key: str) -> str:
        return self._accepted.get(key, "") or self._jottings.get(key, _ACCEPTED)

    def _later(self, why: str) -> Transient:
        """Each time after a longer wait: servers count those who knock too often."""
        wait = min(_FIRST_WAIT * 2 ** min(self._failures, 10), _LONGEST_WAIT)
        self._failures += 1
        return Transient(why, retry_after=wait)

    def _question(self) -> str:
        """Short, so that a note shows all of it."""
        return (
            f"The mail server broke off just when it took the mail, and the sent mail of {self._account.address} "
            "holds no copy. Only a recipient can tell whether it was sent."
        )


def _receipt(message: bytes, reply: str) -> Receipt:
    return Receipt("sent", f"{envelope.fields_of(message).first('message-id')} {reply}")


def _sent(account: ImapAccount, settings: Imap) -> Sent:
    from daemon.adapters.imap.sent import SentFolder

    return SentFolder(account, settings)
