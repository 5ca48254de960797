"""Handing one mail to an SMTP server, to all of its recipients or to nobody.

Until the single dot that ends a mail nothing is sent, whatever happens: a server that loses the connection before has
to forget what it was told (RFC 5321, 4.1.1.10). So the dot goes out alone, after everything else, and only between the
dot and the answer to it can nobody know. For that answer there is ten times the patience (RFC 5321, 4.5.3.2.6).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from typing import Literal, NoReturn

from daemon.adapters.imap import troubles
from daemon.adapters.imap.dialogue import Broken, Dialogue, Meaning, Reply
from daemon.adapters.imap.envelope import Envelope
from daemon.adapters.imap.troubles import Purpose
from daemon.core.errors import Permanent, Transient, UnknownOutcome, UserError
from daemon.core.mailboxes.accounts import ImapAccount, Server
from daemon.core.settings import Imap

# Nothing of this computer: neither its name nor its address. Servers for logged-in people take it from mail programs
# (Delta Chat and Thunderbird for Android say it too); a few do not, and are told the domain of the address instead.
_NAME = "[127.0.0.1]"
_LONG = 10.0  # times the patience, for the content of a mail and for the answer to its end
_NAMED, _SHOWN = 10, 100  # recipients that are refused, and characters of why
_HANGS_UP, _LOGIN_FIRST = 421, 530  # RFC 5321, 4.2.3; RFC 4954, 6
_TOO_MANY = re.compile(r"[45]\.5\.3\b|too many recipients", re.IGNORECASE)  # RFC 3463
_SENDING = Purpose("usual for sending are port 465 with `tls`, and port 587 with `starttls`", "nothing was sent")

Begin = Callable[[], None]


def tried(account: ImapAccount, settings: Imap) -> None:
    """Logs in and out, and sends nothing. Raises UserError or Transient."""
    with opened(account, settings):
        return


@contextmanager
def opened(
    account: ImapAccount, settings: Imap, dialogue: Callable[[str, int, float], Dialogue] = Dialogue
) -> Generator[Session]:
    """A server that is logged in to, ended afterwards.

    Raises UserError for a refused login (exit code 5), a certificate that cannot be trusted or an address that cannot
    be right; Transient when the server cannot be reached, takes too long or breaks off: nothing was sent then.
    """
    server = account.smtp
    if server is None:
        raise UserError(f"{account.address} is connected for reading only: `employee connect imap`.", exit_code=4)
    troubles.require_private(server)
    with _translated(server):
        line = dialogue(server.host, server.port, settings.timeout_seconds)
    try:
        session = Session(line, server)
        with _translated(server):
            session.begin(account)
        yield session
        session.end()
    finally:
        line.close()


class Session:
    """A server that listens."""

    def __init__(self, line: Dialogue, server: Server) -> None:
        self._line = line
        self._server = server
        self._host = server.host
        self._offered: Mapping[str, str] = {}

    def begin(self, account: ImapAccount) -> None:
        """Greet, encrypt, log in."""
        if self._server.security == "tls":
            self._line.encrypt()
        self._require_ready(self._line.reply())
        home = account.address.rpartition("@")[2]
        self._greet(home)
        if self._server.security == "starttls":
            self._encrypt()
            self._greet(home)
        self._log_in(account.user, account.password)

    def end(self) -> None:
        """Say goodbye; whatever comes of it, all that mattered is done."""
        with suppress(Broken, OSError):
            self._line.ask("QUIT")

    def hand_over(self, envelope: Envelope, about_to_end: Begin) -> Reply:
        """The server's yes. `about_to_end` is called when everything is said but the end.

        Raises Permanent or Transient when it was surely not taken, UnknownOutcome when nobody can know.
        """
        with _translated(self._server):
            self._address(envelope)
            self._expect(self._line.ask("DATA"), "go on")
            self._pour(envelope.stuffed)
        about_to_end()
        return self._ended()

    def _pour(self, content: bytes) -> None:
        """A server that says something before the end, or hangs up, has not taken it."""
        try:
            self._line.pour(content, _LONG)
        except OSError:
            with suppress(Broken, OSError):
                self._require_silence()
            raise
        self._require_silence()

    def _require_silence(self) -> None:
        if said := self._line.interruption():
            self._expect(said, "nothing")

    def _ended(self) -> Reply:
        try:
            self._line.say(".")
            reply = self._line.reply(_LONG)
        except (Broken, OSError) as error:
            raise UnknownOutcome(f"{self._host} broke off before it said whether it took the mail.") from error
        if reply.meaning == "go on":
            raise UnknownOutcome(f"{self._host} did not say whether it took the mail.")
        self._expect(reply)
        return reply

    def _address(self, envelope: Envelope) -> None:
        """Everybody or nobody: a mail that only some of its recipients get is worse than none."""
        self._require_size(len(envelope.content))
        size = f" SIZE={len(envelope.content)}" if "SIZE" in self._offered else ""
        self._expect(self._line.ask(f"MAIL FROM:<{envelope.sender}>{size}"))
        refused = {each: reply for each in envelope.recipients if (reply := self._recipient(each)).meaning != "yes"}
        if refused:
            with suppress(Broken, OSError):
                self._line.ask("RSET")
            self._refuse_all(refused)

    def _recipient(self, address: str) -> Reply:
        reply = self._line.ask(f"RCPT TO:<{address}>")
        if reply.code == _HANGS_UP:
            self._expect(reply)
        return reply

    def _refuse_all(self, refused: Mapping[str, Reply]) -> NoReturn:
        named = [f"{each} ({reply.text[:_SHOWN]})" for each, reply in refused.items()]
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        said = f"It was sent to nobody: {self._host} does not take a mail to {', '.join(named[:_NAMED])}{more}."
        if any(_TOO_MANY.search(reply.text) for reply in refused.values()):
            raise Permanent(f"{said} It takes fewer recipients at a time: write to them in several mails.")
        if all(reply.meaning == "not now" for reply in refused.values()):
            raise Transient(f"{said} It may do so later.")
        raise Permanent(said)

    def _require_size(self, size: int) -> None:
        limit = self._offered.get("SIZE", "")
        if limit.isdecimal() and 0 < int(limit[:20]) < size:
            megabytes = f"{size / 2**20:.1f} MB, and {self._host} takes at most {int(limit[:20]) / 2**20:.1f} MB"
            raise Permanent(f"The mail has {megabytes}. Send less in one mail.")

    def _greet(self, home: str) -> None:
        reply = self._line.ask(f"EHLO {_NAME}")
        if reply.meaning == "no":
            reply = self._line.ask(f"EHLO {home}")
        self._require_ready(reply)
        words = (line.partition(" ") for line in reply.lines[1:])
        self._offered = {word.upper(): rest for word, _, rest in words}

    def _encrypt(self) -> None:
        if "STARTTLS" not in self._offered:
            raise UserError(f"{self._host} offers no encryption at port {self._server.port}; try `tls` at port 465.")
        self._require_ready(self._line.ask("STARTTLS"))
        self._line.encrypt()

    def _log_in(self, user: str, password: str) -> None:
        """A name and password that every server reads alike: as UTF-8 (RFC 4616)."""
        ways = self._offered.get("AUTH", "").upper().split()
        if "PLAIN" in ways:
            reply = self._line.ask(f"AUTH PLAIN {_encoded(f'{chr(0)}{user}{chr(0)}{password}')}")
        elif "LOGIN" in ways:
            reply = self._line.ask("AUTH LOGIN")
            for word in (user, password):
                reply = self._line.ask(_encoded(word)) if reply.meaning == "go on" else reply
        else:
            raise UserError(_no_login(self._host), exit_code=5)
        if reply.meaning in {"go on", "no"}:
            raise UserError(_refused_login(self._host, user), exit_code=5)
        if reply.meaning == "not now":  # its words may be the password's
            raise Transient(f"{self._host} takes no login at the moment ({reply.code}); it is asked again later.")

    def _require_ready(self, reply: Reply) -> None:
        """Before any mail is named: what a server refuses then has nothing to do with one."""
        if reply.meaning == "yes":
            return
        if reply.meaning == "not now":
            raise Transient(f"{self._host} does not take mail now: {reply.text}")
        raise UserError(f"{self._host} takes no mail from here: {reply.text}")

    def _expect(self, reply: Reply, wanted: Meaning | Literal["nothing"] = "yes") -> None:
        """Raises what an answer means that is another one than `wanted`."""
        if reply.meaning == wanted:
            return
        if reply.code == _LOGIN_FIRST:
            raise UserError(_no_login(self._host), exit_code=5)
        if reply.meaning == "no":
            raise Permanent(f"{self._host} does not take the mail: {reply.text}")
        raise Transient(f"{self._host} does not take the mail now: {reply.text}")


@contextmanager
def _translated(server: Server) -> Generator[None]:
    """Of everything before the end of a mail, so nothing was sent."""
    try:
        yield
    except OSError as error:
        raise troubles.of_network(server, error, _SENDING) from error
    except Broken as error:
        raise Transient(f"The mail server {server.host} broke off ({error}); nothing was sent.") from error


def _encoded(word: str) -> str:
    return base64.b64encode(word.encode()).decode("ascii")


def _no_login(host: str) -> str:
    if troubles.takes_no_passwords(host):
        return f"{host} takes no passwords from mail programs any more, so mail cannot leave through it."
    return (
        f"{host} offers no login with a password here. Is it the server and port for sending that your provider names?"
    )


def _refused_login(host: str, user: str) -> str:
    """Nothing that the server said is repeated: it may be part of the password."""
    if troubles.takes_no_passwords(host):
        return _no_login(host)
    return (
        f"{host} does not accept the login of {user} for sending. Most providers want an app password here, not the "
        "password you log in with on their website: make one on the security page of your account there, then "
        "`employee connect imap`."
    )
