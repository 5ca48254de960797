"""A Gmail mailbox as Google's API shows it: messages, threads, labels, drafts, history, search. No network here.

`accepted` is the oracle: what was really sent through the API, never shortened.
"""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message as Parsed
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from typing import Any, NamedTuple

ADDRESS = "me@company.example"
SYSTEM = ("INBOX", "UNREAD", "SENT", "DRAFT", "TRASH", "SPAM", "STARRED", "IMPORTANT", "CATEGORY_PROMOTIONS")
_HIDDEN = {"TRASH", "SPAM"}
_DAYS = {"d": 1, "m": 30, "y": 365}
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")


class Refusal(Exception):
    """What Google answers instead."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message


class Accepted(NamedTuple):
    """A mail on its way: as its recipients get it, without Bcc."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    thread: str


@dataclass
class Message:
    id: str
    thread: str
    labels: set[str]  # ids
    raw: bytes
    at: datetime  # internalDate
    history: int
    born: int  # how many calls there had been; the index of the search lags behind
    message_id: str = ""
    subject: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    id: int
    kind: str  # as in `historyTypes`
    message: str
    thread: str
    labels: tuple[str, ...]  # of the message, afterwards
    changed: tuple[str, ...] = ()


@dataclass
class Box:
    """`now` is Google's clock; `calls` counts the requests so far."""

    address: str = ADDRESS
    aliases: tuple[str, ...] = ()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    rewrites_ids: bool = False  # a Message-ID of one's own is replaced when a mail is sent
    search_lag: int = 0  # calls until `rfc822msgid:` finds a message
    refused: set[str] = field(default_factory=set[str])  # addresses that make "Invalid To header"
    accepted: list[Accepted] = field(default_factory=list[Accepted])
    messages: dict[str, Message] = field(default_factory=dict[str, Message])
    labels: dict[str, str] = field(default_factory=lambda: {name: name for name in SYSTEM})  # id to name
    drafts: dict[str, str] = field(default_factory=dict[str, str])  # id to the id of its message
    history: list[Event] = field(default_factory=list[Event])
    history_id: int = 1000
    oldest: int = 1000  # history before this is forgotten
    calls: int = 0
    made: int = 0

    # --- what the world and the person do

    def deliver(
        self,
        raw: bytes,
        labels: Iterable[str] = ("INBOX", "UNREAD"),
        thread: str | None = None,
        at: datetime | None = None,
    ) -> str:
        """A mail comes in. `labels` by name; it joins the thread that it answers. Gives its id."""
        return self.put(raw, {self.label_id(name) for name in labels}, thread, at).id

    def send_by_hand(self, raw: bytes, thread: str | None = None) -> str:
        """The person sends a mail in Gmail itself. It is none of `accepted`, which is what programs sent."""
        return self.put(raw, {"SENT"}, thread).id

    def delete(self, message: str) -> None:
        """It is gone for ever."""
        found = self.message(message)
        del self.messages[message]
        self.drafts = {draft: held for draft, held in self.drafts.items() if held != message}
        self._tell("messagesDeleted", found)

    def label(self, message: str, *names: str) -> None:
        self.modify(message, [self.label_id(name) for name in names], [])

    def unlabel(self, message: str, *names: str) -> None:
        self.modify(message, [], [self.label_id(name) for name in names])

    def labelled(self, message: str) -> set[str]:
        """The names of its labels."""
        return {self.labels[each] for each in self.messages[message].labels}

    def edit_draft(self, draft: str, raw: bytes) -> None:
        """The person writes something else into a draft."""
        self.update_draft(draft, raw, None)

    def send_draft_by_hand(self, draft: str) -> str:
        """The person presses Send in Gmail. See `send_by_hand`."""
        message = self._leave(self.draft(draft), draft)
        self.accepted.pop()
        return message.id

    def forget_history(self) -> None:
        """Every cursor that was given out is worth nothing any more."""
        self.history_id += 1
        self.oldest = self.history_id
        self.history.clear()

    # --- messages

    def message(self, message: str) -> Message:
        if message not in self.messages:
            raise Refusal(404, "notFound", "Requested entity was not found.")
        return self.messages[message]

    def put(self, raw: bytes, labels: set[str], thread: str | None = None, at: datetime | None = None) -> Message:
        """A message that is asked into `thread` gets there when it fits; see `_thread`."""
        head = BytesHeaderParser().parsebytes(raw)
        self.made += 1
        made = Message(f"{0x18F00000000 + self.made:x}", "", labels, raw, at or self.now(), 0, self.calls)
        made.message_id, made.subject = _line(head, "message-id"), _line(head, "subject")
        made.references = tuple(re.findall(r"<[^<>\s]+>", f"{_line(head, 'references')} {_line(head, 'in-reply-to')}"))
        made.thread = self._thread(made, thread)
        self.messages[made.id] = made
        self._tell("messagesAdded", made)
        return made

    def modify(self, message: str, add: Sequence[str], remove: Sequence[str]) -> Message:
        found = self.message(message)
        for label in (*add, *remove):
            if label not in self.labels:
                raise Refusal(400, "invalidArgument", f"Invalid label: {label}")
        new, gone = set(add) - found.labels, set(remove) & found.labels
        found.labels |= new
        if new:
            self._tell("labelsAdded", found, tuple(sorted(new)))
        found.labels -= gone
        if gone:
            self._tell("labelsRemoved", found, tuple(sorted(gone)))
        return found

    def label_id(self, name: str) -> str:
        """The id of a label, which is made when there is none of this name."""
        for known, called in self.labels.items():
            if called.casefold() == name.casefold():
                return known
        self.labels[made := f"Label_{len(self.labels)}"] = name
        return made

    def in_thread(self, thread: str) -> list[Message]:
        found = [each for each in self.messages.values() if each.thread == thread]
        if not found:
            raise Refusal(404, "notFound", "Requested entity was not found.")
        return found

    def _thread(self, made: Message, wanted: str | None) -> str:
        """Both the references and the subject have to fit (https://developers.google.com/gmail/api/guides/threads)."""
        fitting = [
            each.thread
            for each in reversed(self.messages.values())
            if each.message_id in made.references and _topic(each.subject) == _topic(made.subject)
        ]
        if wanted is not None:
            self.in_thread(wanted)
        return wanted if wanted in fitting else next(iter(fitting), made.id)

    def _tell(self, kind: str, message: Message, changed: tuple[str, ...] = ()) -> None:
        self.history_id += 1
        message.history = self.history_id
        labels = tuple(sorted(message.labels))
        self.history.append(Event(self.history_id, kind, message.id, message.thread, labels, changed))

    # --- drafts, and what leaves

    def draft(self, draft: str) -> Message:
        if draft not in self.drafts:
            raise Refusal(404, "notFound", "Requested entity was not found.")
        return self.messages[self.drafts[draft]]

    def create_draft(self, raw: bytes, thread: str | None) -> str:
        message = self.put(raw, {"DRAFT"}, thread)
        draft = f"r{7_000_000_000 + self.made}"
        self.drafts[draft] = message.id
        return draft

    def update_draft(self, draft: str, raw: bytes, thread: str | None) -> None:
        """The draft keeps its id, its message does not."""
        old = self.draft(draft)
        self.delete(old.id)
        self.drafts[draft] = self.put(raw, {"DRAFT"}, thread).id

    def delete_draft(self, draft: str) -> None:
        self.delete(self.draft(draft).id)

    def send_draft(self, draft: str) -> Message:
        """The draft is deleted, and a message with another id lies in Sent."""
        return self._leave(self.draft(draft), draft)

    def send(self, raw: bytes, thread: str | None, *, drafted_in: str = "") -> Message:
        recipients = self._recipients(raw)
        raw = self._own(raw)
        own = {"SENT", "INBOX", "UNREAD"} if set(self._addresses) & set(recipients) else {"SENT"}
        sent = self.put(raw, own, thread)
        sent.thread = drafted_in or sent.thread
        sender = getaddresses([_line(BytesHeaderParser().parsebytes(raw), "from")])[0][1]
        self.accepted.append(Accepted(sender, recipients, without(raw, "bcc"), sent.thread))
        return sent

    def _leave(self, message: Message, draft: str) -> Message:
        self._recipients(message.raw)
        self.delete(message.id)
        self.drafts.pop(draft, None)
        return self.send(message.raw, None, drafted_in=message.thread)

    @property
    def _addresses(self) -> tuple[str, ...]:
        return (self.address, *self.aliases)

    def _recipients(self, raw: bytes) -> tuple[str, ...]:
        head = BytesHeaderParser().parsebytes(raw)
        found: list[str] = []
        for name in ("To", "Cc", "Bcc"):
            listed = [email for _, email in getaddresses([_line(head, name)]) if email]
            if any(not _ADDRESS.fullmatch(email) or email in self.refused for email in listed):
                raise Refusal(400, "invalidArgument", f"Invalid {name} header")
            found += listed
        if not found:
            raise Refusal(400, "invalidArgument", "Recipient address required")
        return tuple(dict.fromkeys(found))

    def _own(self, raw: bytes) -> bytes:
        """What Gmail puts right: a sender who is somebody else, and, where it does, the Message-ID."""
        head = BytesHeaderParser().parsebytes(raw)
        sender = [email.lower() for _, email in getaddresses([_line(head, "from")])]
        if sender not in [[address] for address in self._addresses]:
            raw = f"From: {self.address}\r\n".encode() + without(raw, "from")
        if self.rewrites_ids or not head["message-id"]:
            raw = f"Message-ID: <CA+{self.made:06}@mail.gmail.com>\r\n".encode() + without(raw, "message-id")
        return raw

    # --- looking

    def newest_first(self) -> list[Message]:
        return sorted(self.messages.values(), key=lambda each: (each.at, each.id), reverse=True)

    def found(self, query: str, labels: Sequence[str] = (), *, hidden: bool = False) -> list[Message]:
        """As messages.list and drafts.list have it, the newest first."""
        words = shlex.split(query)
        hidden = hidden or any(word in {"in:anywhere", "in:trash", "in:spam"} for word in words)
        return [
            each
            for each in self.newest_first()
            if set(labels) <= each.labels
            and (hidden or not each.labels & _HIDDEN)
            and all(self._fits(word, each) for word in words)
        ]

    def _fits(self, word: str, message: Message) -> bool:
        if word.startswith("-"):
            return not self._fits(word[1:], message)
        name, colon, value = word.partition(":")
        if not colon:
            return value_in(word, message.raw)
        match name:
            case "in":
                label = {"drafts": "DRAFT", "anywhere": ""}.get(value, value.upper())
                return not label or label in message.labels
            case "is":
                return ("UNREAD" in message.labels) == (value == "unread") if "read" in value else False
            case "label":
                return _dashed(value) in {_dashed(self.labels[each]) for each in message.labels}
            case "rfc822msgid":
                return self.calls - message.born >= self.search_lag and message.message_id.strip("<>") == value.strip(
                    "<>"
                )
            case _:
                return self._in_time(name, value, message)

    def _in_time(self, name: str, value: str, message: Message) -> bool:
        match name:
            case "after":
                return message.at >= _moment(value)
            case "before":
                return message.at < _moment(value)
            case "newer_than":
                return message.at >= self.now() - timedelta(days=int(value[:-1]) * _DAYS[value[-1]])
            case "older_than":
                return message.at < self.now() - timedelta(days=int(value[:-1]) * _DAYS[value[-1]])
            case "subject" | "from" | "to":
                return value.casefold() in _line(BytesHeaderParser().parsebytes(message.raw), name).casefold()
            case _:
                raise Refusal(400, "invalidArgument", f"this Gmail does not know the search {name}:")

    def since(self, cursor: int, kinds: Sequence[str], label: str) -> Iterator[Event]:
        """What happened after a cursor, the oldest first."""
        if cursor < self.oldest:
            raise Refusal(404, "notFound", "Requested entity was not found.")
        for each in self.history:
            asked = each.kind.replace("messages", "message").replace("labels", "label")
            if each.id > cursor and (not kinds or asked in kinds) and (not label or label in each.labels):
                yield each


# --- as Google writes them


def shown(message: Message, form: str = "minimal", only: Sequence[str] = ()) -> dict[str, Any]:
    """A message in one of the formats of messages.get."""
    said: dict[str, Any] = {
        "id": message.id,
        "threadId": message.thread,
        "labelIds": sorted(message.labels),
        "snippet": message.subject,
        "historyId": str(message.history),
        "internalDate": str(int(message.at.timestamp() * 1000)),
        "sizeEstimate": len(message.raw),
    }
    match form:
        case "raw":
            return said | {"raw": coded(message.raw)}
        case "metadata":
            head = BytesHeaderParser().parsebytes(message.raw)
            wanted = {name.lower() for name in only}
            headers = [each for each in _headers(head) if not wanted or each["name"].lower() in wanted]
            return said | {"payload": {"mimeType": head.get_content_type(), "headers": headers}}
        case "full":
            return said | {"payload": _payload(BytesParser().parsebytes(message.raw), "")}
        case _:
            return said


def event(told: Event) -> dict[str, Any]:
    """One record of history.list."""
    message = {"id": told.message, "threadId": told.thread}
    said: dict[str, Any] = {"message": {**message, "labelIds": list(told.labels)}}
    if told.changed:
        said["labelIds"] = list(told.changed)
    return {"id": str(told.id), "messages": [message], told.kind: [said]}


def coded(data: bytes) -> str:
    """Without padding, as it may come."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def plain(data: str) -> bytes:
    return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))


def without(raw: bytes, name: str) -> bytes:
    """The message without this header."""
    head, end, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")
    kept = re.sub(rb"(?im)^" + name.encode() + rb":.*(?:\r?\n[ \t].*)*(?:\r?\n|\Z)", b"", head)
    return kept.rstrip(b"\r\n") + end + body


def value_in(word: str, raw: bytes) -> bool:
    return word.strip('"').casefold().encode() in raw.lower()


def _headers(head: Parsed) -> list[dict[str, str]]:
    return [{"name": name, "value": re.sub(r"\r?\n", "", str(value))} for name, value in head.items()]


def _payload(part: Parsed, number: str) -> dict[str, Any]:
    """As messages.get has it in the format "full", with everything inline."""
    said: dict[str, Any] = {"partId": number, "mimeType": part.get_content_type(), "headers": _headers(part)}
    said["filename"] = part.get_filename() or ""
    if part.is_multipart():
        inner: Any = part.get_payload()
        dotted = f"{number}." if number else ""
        return said | {"body": {"size": 0}, "parts": [_payload(each, f"{dotted}{i}") for i, each in enumerate(inner)]}
    data: Any = part.get_payload(decode=True) or b""
    return said | {"body": {"size": len(data), "data": coded(data)}}


def _line(head: Parsed, name: str) -> str:
    return re.sub(r"\r?\n", "", str(head.get(name, ""))).strip()


def _topic(subject: str) -> str:
    return re.sub(r"(?i)^((re|aw|fwd?|wg|sv|tr)\s*:\s*)+", "", subject.strip()).casefold()


def _dashed(label: str) -> str:
    return re.sub(r"[\s/]+", "-", label).casefold()


def _moment(value: str) -> datetime:
    """A second since 1970, or a day."""
    if value.isdigit():
        return datetime.fromtimestamp(int(value), UTC)
    return datetime.strptime(value.replace("-", "/"), "%Y/%m/%d").replace(tzinfo=UTC)
