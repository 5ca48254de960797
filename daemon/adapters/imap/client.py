"""One connection to an IMAP server, with the few commands that are needed, their answers typed.

Whatever a server answers that cannot be understood raises `imaplib.IMAP4.abort`: the connection is of no use any more.
"""

from __future__ import annotations

import imaplib
import select
import socket
import ssl
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from imapclient import IMAPClient, SocketTimeout  # pyright: ignore[reportMissingTypeStubs] - there are none
from imapclient.exceptions import CapabilityError, LoginError  # pyright: ignore[reportMissingTypeStubs]
from imapclient.imap_utf7 import decode, encode  # pyright: ignore[reportMissingTypeStubs]
from imapclient.response_parser import parse_response  # pyright: ignore[reportMissingTypeStubs]

from daemon.adapters.imap.wire import Bounded

__all__ = ["About", "CapabilityError", "Client", "Folder", "LoginError", "atom"]

_NONSENSE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)  # what parsers say to it
_HEAD = 256 * 1024  # bytes
_HIGHEST = 2**32 - 1  # RFC 3501: numbers have 32 bits
_OLD = datetime(1970, 1, 1, tzinfo=UTC)
_ABOUT = ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE")


@dataclass(frozen=True, slots=True)
class Folder:
    """What a server says of a folder. 0 where it says nothing."""

    validity: int  # UIDVALIDITY: while it stays, a number means one message for ever
    following: int  # UIDNEXT: every message that comes has this number or a higher one
    changed: int = 0  # HIGHESTMODSEQ: grows with every change of a flag
    keywords: frozenset[str] = frozenset()  # PERMANENTFLAGS, lower case; "\\*" = any new one as well


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a message before it is fetched."""

    number: int
    came: datetime  # INTERNALDATE, aware
    flags: frozenset[str]
    size: int


class Client(IMAPClient):
    """An IMAPClient that is patient within limits; see `Bounded`."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, patience: float) -> None:
        self._patience = patience
        limits = cast("float", SocketTimeout(patience, patience))
        with _understood():
            super().__init__(host, port, ssl=context is not None, ssl_context=context, timeout=limits)
        self.normalise_times = False  # aware
        self.wire.debug = 0  # else each line is written out, for a log that nobody reads

    def _create_IMAP4(self) -> Any:  # noqa: ANN401, N802 - as IMAPClient has it
        return Bounded(self.host, self.port, self.ssl_context, self._patience)

    @property
    def wire(self) -> Bounded:
        return cast("Bounded", self._imap)

    @property
    def _asked(self) -> Any:  # noqa: ANN401 - IMAPClient has no types
        return self

    def encrypt(self, context: ssl.SSLContext) -> None:
        """STARTTLS. Raises CapabilityError when the server does not offer it."""
        with _understood():
            self._asked.starttls(context)

    def prove(self, user: str, password: str) -> None:
        """Log in by AUTH=PLAIN, which takes any letters. Raises LoginError."""
        with _understood():
            self._asked.plain_login(user, password)

    def log_in(self, user: str, password: str) -> None:
        """Log in by LOGIN, for ASCII only. Raises LoginError."""
        quoted = user.replace("\\", "\\\\").replace('"', '\\"')  # imaplib quotes the password alone
        with _understood():
            self._asked.login(f'"{quoted}"', password)

    def can(self, capability: str) -> bool:
        with _understood():
            return capability.encode() in cast("Sequence[bytes]", self._asked.capabilities())

    def folders(self) -> list[tuple[frozenset[str], str]]:
        """Each with its attributes (RFC 6154) in lower case."""
        with _understood():
            found = cast("list[tuple[tuple[bytes, ...], bytes, str]]", self._asked.list_folders())
            return [(_words(attributes), str(name)) for attributes, _, name in found]

    def opened(self, folder: str, *, change: bool = False) -> Folder:
        """From here on commands mean this folder. Without `change` nothing in it can be changed."""
        with _understood():
            said = cast("dict[bytes, Any]", self._asked.select_folder(folder, readonly=not change))
            counts = [int(said.get(name, 0)) for name in (b"UIDVALIDITY", b"UIDNEXT", b"HIGHESTMODSEQ")]
            return Folder(counts[0], counts[1], counts[2], _words(said.get(b"PERMANENTFLAGS", ())))

    def shut(self) -> None:
        """No folder is open any more. Where the server has no UNSELECT, only after `opened` without `change`."""
        with _understood():
            self._asked.unselect_folder() if self.can("UNSELECT") else self._asked.close_folder()

    def status(self, folders: Sequence[str]) -> Mapping[str, Folder]:
        """Of each, without opening it: one request where the server has LIST-STATUS (RFC 5819), else one for each."""
        wanted = ["UIDNEXT", "UIDVALIDITY", *(["HIGHESTMODSEQ"] if self.can("CONDSTORE") else [])]
        with _understood():
            if self.can("LIST-STATUS") and self.can("LIST-EXTENDED"):
                return self._listed(folders, wanted)
            return {
                each: _folder(cast("dict[bytes, int]", self._asked.folder_status(each, wanted))) for each in folders
            }

    def _listed(self, folders: Sequence[str], wanted: Sequence[str]) -> Mapping[str, Folder]:
        quoted = [cast("bytes", self._normalise_folder(each)) for each in folders]  # pyright: ignore[reportUnknownMemberType]
        items = f"(STATUS ({' '.join(wanted)}))".encode()
        args = [b'""', b"(" + b" ".join(quoted) + b")", b"RETURN", items]
        said = cast("list[bytes]", self._raw_command_untagged(b"LIST", args, "STATUS", uid=False))  # pyright: ignore[reportUnknownMemberType]
        parsed = cast("Sequence[Any]", parse_response(said))
        told = {
            _name(name): _folder(dict(zip(counts[::2], counts[1::2], strict=True)))
            for name, counts in zip(parsed[::2], parsed[1::2], strict=True)
        }
        return {each: told[each.casefold()] for each in folders if each.casefold() in told}

    def numbers(self, criteria: Sequence[Any]) -> list[int]:
        """The numbers (UIDs) of the messages that meet them, ascending."""
        with _understood():
            found = cast("list[int]", self._asked.search(criteria))
            return sorted({int(number) for number in found if 0 < number <= _HIGHEST})

    def about(self, numbers: Sequence[int]) -> list[About]:
        """In the order of the numbers; those that are gone are left out."""
        with _understood():
            told = cast("dict[int, dict[bytes, Any]]", self._asked.fetch(list(numbers), list(_ABOUT)))
            return [_about(number, told[number]) for number in numbers if number in told]

    def content(self, number: int, limit: int) -> bytes | None:
        """A message, of a larger one the first `limit` bytes; None when it is gone. It stays unread."""
        return self._part(number, "", limit)

    def head(self, number: int) -> bytes:
        """The header of a message, as far as anybody writes one; b"" when it is gone. It stays unread."""
        return self._part(number, "HEADER", _HEAD) or b""

    def _part(self, number: int, section: str, limit: int) -> bytes | None:
        with _understood(), self.wire.taking(limit):
            told = cast(
                "dict[int, dict[bytes, Any]]", self._asked.fetch([number], [f"BODY.PEEK[{section}]<0.{limit}>"])
            )
            found = told.get(number, {})
            data = next((value for name, value in found.items() if name.startswith(b"BODY[")), None)
            return data[:limit] if isinstance(data, bytes) else None

    def keep(self, numbers: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Set flags on messages and take others off; those that are gone are left out."""
        with _understood():
            if remove:
                self._asked.remove_flags(list(numbers), list(remove), silent=True)
            if add:
                self._asked.add_flags(list(numbers), list(add), silent=True)

    def add(self, folder: str, message: bytes, *flags: str) -> None:
        """One more message into a folder. After an error nobody knows whether it is there."""
        with _understood():
            self._asked.append(folder, message, flags)

    def put_into(self, folder: str, numbers: Sequence[int]) -> None:
        """Move messages to another folder (RFC 6851); those that are gone are left out."""
        with _understood():
            self._asked.move(list(numbers), folder)

    def listen(self) -> None:
        """Begin to idle (RFC 2177): the server tells by itself what happens in the opened folder."""
        with _understood():
            self._idle_tag = self.wire.command("IDLE")
            while self.wire.answer() is not None:
                if self.wire.tagged_commands.get(self._idle_tag):
                    raise imaplib.IMAP4.abort("it does not idle")

    def told(self, wait: float) -> bytes | None:
        """While it idles: the next line, or None when none came in so many seconds."""
        if not self.wire.waits() and not _readable(self.wire.sock.fileno(), wait):
            return None
        self.wire.begin()
        return self.wire.readline()

    def heard(self) -> None:
        """No longer idle."""
        with _understood():
            self.wire.begin()
            self._asked.idle_done()

    def interrupt(self) -> None:
        """From another thread: whatever waits for this server ends now, as if it had hung up."""
        with suppress(OSError):
            socket.socket.shutdown(self.wire.sock, socket.SHUT_RDWR)


def atom(text: str) -> str:
    """A text in the letters that IMAP has for names (modified UTF-7)."""
    return bytes(encode(text)).decode("ascii")


def _readable(handle: int, wait: float) -> bool:
    """Whether something comes within so many seconds; also of a handle that `select` would be too small for."""
    if not hasattr(select, "poll"):
        return bool(select.select([handle], [], [], wait)[0])
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(wait * 1000))


@contextmanager
def _understood() -> Generator[None]:
    """What stumbles over an answer says that the answer is none. A certificate that nobody trusts is no answer."""
    try:
        yield
    except ssl.SSLError:  # one of these is a ValueError as well
        raise
    except _NONSENSE as error:
        raise imaplib.IMAP4.abort("the answer cannot be understood") from error


def _words(flags: Sequence[bytes]) -> frozenset[str]:
    return frozenset(
        str(each, "ascii", "replace").lower()
        for each in flags
        if isinstance(each, bytes)  # pyright: ignore[reportUnnecessaryIsInstance] - a number may stand there
    )


def _name(told: bytes | int) -> str:
    """A folder's name, by which two are compared; one of digits alone is told as a number."""
    return str(decode(told) if isinstance(told, bytes) else told).casefold()


def _folder(said: Mapping[bytes, int]) -> Folder:
    return Folder(int(said.get(b"UIDVALIDITY", 0)), int(said.get(b"UIDNEXT", 0)), int(said.get(b"HIGHESTMODSEQ", 0)))


def _about(number: int, told: Mapping[bytes, Any]) -> About:
    came = told.get(b"INTERNALDATE") or _OLD
    return About(number, came, _words(told.get(b"FLAGS", ())), int(told.get(b"RFC822.SIZE", 0)))
