"""What happened in a mailbox since a cursor, put together from the records of its history. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.adapters.gmail.answers import Change, Message, Record

_AWAY = {"DRAFT", "CHAT", "SPAM", "TRASH"}
_HERE = {"INBOX", "SENT"}


def told(labels: frozenset[str]) -> bool:
    """Whether a message is one to tell of: it lies in the inbox or in Sent. By the ids of its labels."""
    return bool(labels & _HERE) and not labels & _AWAY


@dataclass(slots=True)
class Met:
    """A message that something happened to. `labels` is None while they are not known."""

    id: str
    thread: str
    labels: frozenset[str] | None
    came: bool  # it is new in the mailbox, not only moved in it


@dataclass(slots=True)
class Past:
    """What came after `cursor`, up to `upto`. It can be read on from there, and reading a record twice is harmless."""

    cursor: str
    upto: str
    messages: dict[str, Met] = field(default_factory=dict[str, Met])
    labelled: dict[tuple[str, str], None] = field(
        default_factory=dict[tuple[str, str], None]
    )  # message and the person's label

    def take(self, record: Record) -> None:
        """The next record."""
        for change in record.messages_added:
            self._met(change.message, came=True)
        for change in record.labels_added:
            self._labelled(change)
        for change in record.labels_removed:
            if change.message.id in self.messages:
                self._relabel(change, frozenset(), frozenset(change.label_ids))

    def candidates(self) -> Iterator[Met]:
        """What may have to be told of, in the order in which it came."""
        return (met for met in self.messages.values() if met.labels is None or told(met.labels))

    def _labelled(self, change: Change) -> None:
        """Moved into the inbox, out of spam for example, is as good as new; who reads it asks for its age."""
        added = frozenset(change.label_ids)
        for label in change.label_ids:
            if not label.isupper():  # Gmail's own
                self.labelled[change.message.id, label] = None
        if change.message.id in self.messages:
            self._relabel(change, added, frozenset())
        elif added & _HERE:
            self._met(change.message, came=False)

    def _met(self, message: Message, *, came: bool) -> None:
        labels = None if message.label_ids is None else frozenset(message.label_ids)
        known = self.messages.get(message.id)
        came = came or bool(known and known.came)
        self.messages[message.id] = Met(message.id, message.thread_id or "", labels, came)

    def _relabel(self, change: Change, added: frozenset[str], removed: frozenset[str]) -> None:
        known, said = self.messages[change.message.id], change.message.label_ids
        if said is not None:
            known.labels = frozenset(said)
        elif known.labels is not None:
            known.labels = (known.labels | added) - removed
