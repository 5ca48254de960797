"""What Gmail answers when a mailbox is read, checked once: https://developers.google.com/gmail/api/reference/rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from daemon.adapters.gmail.client import NONSENSE, Json
from daemon.core.errors import Transient

Id = Annotated[str, Field(pattern=r"^[\w.:+-]{1,200}$")]
Token = Annotated[str, Field(max_length=2000)]
Asked = Mapping[str, object]  # what an endpoint is told, by the names that Gmail gives it
Ids = Annotated[tuple[Id, ...], Field(max_length=1000)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, hide_input_in_errors=True)


class _Page(_Answer):
    """A part of a list; the next one is asked for with the token."""

    next_page_token: Token = ""


class _Dated(_Answer):
    id: Id
    internal_date: int = Field(default=0, ge=0, le=253_402_300_799_000)  # milliseconds; the year 9999

    @property
    def at(self) -> datetime:
        """When Google took it; the Date header may say anything."""
        return datetime.fromtimestamp(self.internal_date / 1000, UTC)


class Message(_Dated):
    """As far as it was asked for. `label_ids` is None where Gmail does not say which: what is gone has none."""

    thread_id: Id | None = None
    label_ids: Ids | None = None
    size_estimate: int = Field(default=0, ge=0)
    history_id: Id | None = None


class Messages(_Page):
    """A page of messages.list, the newest first."""

    messages: tuple[Message, ...] = Field(default=(), max_length=1000)


class Thread(_Answer):
    messages: tuple[Message, ...] = Field(default=(), max_length=1000)


class Change(_Answer):
    """Something that happened to a message. `label_ids`: which labels were put on or taken off."""

    message: Message
    label_ids: Ids = ()


class Record(_Answer):
    """What happened at one moment."""

    messages_added: tuple[Change, ...] = ()
    labels_added: tuple[Change, ...] = ()
    labels_removed: tuple[Change, ...] = ()


class History(_Page):
    """A page of history.list, the oldest first. `history_id` is where the mailbox is now."""

    history: tuple[Record, ...] = Field(default=(), max_length=1000)
    history_id: Id


class Profile(_Answer):
    """Where the mailbox is now."""

    history_id: Id


class Label(_Answer):
    id: Id
    name: Annotated[str, Field(max_length=1000)]


class Labels(_Answer):
    labels: tuple[Label, ...] = Field(default=(), max_length=20_000)


class Header(_Answer):
    name: Annotated[str, Field(max_length=1000)]
    value: str


class Payload(_Answer):
    headers: tuple[Header, ...] = Field(default=(), max_length=1000)


class Placed(_Dated):
    """A message in its thread."""

    thread_id: Id


class Headed(Placed):
    """With the header lines that were asked for."""

    payload: Payload = Payload()

    def line(self, name: str) -> str:
        """The first value of this name, or ""."""
        found = (each.value.strip() for each in self.payload.headers if each.name.lower() == name.lower())
        return next(found, "")


class Draft(_Answer):
    id: Id
    message: Message


class Drafts(_Page):
    """A page of drafts.list."""

    drafts: tuple[Draft, ...] = Field(default=(), max_length=1000)


class Raw(_Answer):
    raw: str  # base64url, with padding or without it


class RawDraft(_Answer):
    message: Raw


AnswerT = TypeVar("AnswerT", bound=_Answer)
PageT = TypeVar("PageT", bound=_Page)


def read(form: type[AnswerT], said: Json) -> AnswerT:
    """Raises Transient for what Gmail would never say."""
    try:
        return form.model_validate(said)
    except ValidationError as error:
        raise Transient(NONSENSE) from error


def pages(
    form: type[PageT], ask: Callable[[Asked], Json], *, most: int, beyond: Exception | None = None
) -> Iterator[PageT]:
    """A list, page by page. `ask` is told which one, as Gmail wants it.

    Raises `beyond` when there are more than `most`, and Transient for that without it, as for what Gmail would never
    say.
    """
    token: Asked = {}
    for _ in range(most):
        page = read(form, ask(token))
        yield page
        if not page.next_page_token:
            return
        token = {"pageToken": page.next_page_token}
    raise beyond or Transient(NONSENSE)
