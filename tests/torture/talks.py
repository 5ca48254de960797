"""Who writes to the person's mailbox, and what must come of it: conversations, known by the Message-IDs in them.

What happened to a mail is read from the vault and from what left; nothing here asks the program.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.mailboxes import ME, letter
from tests.torture import work
from tests.torture.oracle import key_of


@dataclass
class Said:
    """One mail of a conversation that the program did not write. `gone`: deleted for good, at some time."""

    id: str
    data: bytes
    by_hand: bool = False
    gone: bool = False


@dataclass
class Talk:
    """A conversation. `ids`: the Message-IDs in it, whoever wrote them; `ignored`: the person said hands off."""

    number: int
    ids: list[str] = field(default_factory=list[str])
    said: list[Said] = field(default_factory=list[Said])
    ignored: bool = False

    def write(self, *, by_hand: bool = False) -> Said:
        """The next mail, by the one who asks or by the person; it answers the last one."""
        own = f"<{len(self.ids) + 1}.{self.number}@{'company.example' if by_hand else 'example.com'}>"
        text = f"Hello, when are you open on Saturday? I write about case {self.number}-{len(self.ids)}.\nBye"
        asker = f"{work.named(self.number)} <p{self.number}@example.com>"
        people = {"sender": ME, "to": asker} if by_hand else {"sender": asker, "to": ME}
        subject = f"{'Re: ' if self.ids else ''}Question {self.number}"
        data = letter(text, answers=" ".join(self.ids), subject=subject, message_id=own, **people)
        self.said.append(said := Said(own, data, by_hand))
        self.ids.append(own)
        return said

    def later_than(self, data: bytes) -> bool:
        """Whether somebody wrote after this mail."""
        return bool(self.said) and self.said[-1].data != data

    @property
    def off(self) -> Iterator[Said]:
        """The mails that nobody has to look at any more."""
        by_hand = [n for n, said in enumerate(self.said) if said.by_hand]
        last = by_hand[-1] if by_hand else -1
        yield from (said for n, said in enumerate(self.said) if self.ignored or said.gone or n < last)

    def answered_by_hand(self, answered: str) -> Iterator[Said]:
        """What the person wrote after the mail with this Message-ID."""
        at = next((n for n, said in enumerate(self.said) if said.id == answered), len(self.said))
        yield from (said for said in self.said[at:] if said.by_hand)


def answered(message: bytes) -> str:
    """The Message-ID that a mail answers."""
    return str(email.message_from_bytes(message, policy=email.policy.default)["In-Reply-To"] or "")


def own_id(message: bytes) -> str:
    return str(email.message_from_bytes(message, policy=email.policy.default)["Message-ID"])


def of(answered: str, talks: Sequence[Talk]) -> Talk | None:
    """The conversation that a Message-ID belongs to."""
    return next((talk for talk in talks if answered in talk.ids), None)


def tasks(root: Path) -> dict[bytes, list[str]]:
    """Which tasks came of which mail: those whose folder has it as its original."""
    found: dict[bytes, list[str]] = {}
    for path in sorted((root / "Attachments").glob("t*/[!.]*.eml")):
        if not path.name.startswith("earlier-") and key_of(path.name) is None:
            found.setdefault(path.read_bytes(), []).append(path.parent.name)
    return found


def faults(
    talks: Sequence[Talk], root: Path, accepted: Sequence[tuple[str, bytes]], rejected: set[str]
) -> Iterator[str]:
    """Every mail one task, no mail two; no mail two answers; whoever waits in the end has one.

    That may be the answer to an earlier mail of theirs which came after this one, and which took this one along.

    `rejected`: the tasks that the person wants nothing to be sent for.
    """
    found, answers = tasks(root), [answered(message) for _, message in accepted]
    along = _along(root, {own_id(message).strip("<").partition("-g")[0] for _, message in accepted})
    for talk in talks:
        yield from _of_talk(talk, found, answers)
        last = talk.said[-1]
        open_ = not (talk.ignored or last.by_hand or last.gone or rejected & {*found.get(last.data, [])})
        if open_ and last.id not in answers and last.data not in along:
            yield f"{last.id} was never answered; its tasks are {found.get(last.data)}"


def _along(root: Path, tasks: Iterable[str]) -> set[bytes]:
    """The mails that the drafts of these tasks answer as well."""
    return {path.read_bytes() for task in tasks for path in (root / "Attachments" / task).glob("earlier-*.eml")}


def _of_talk(talk: Talk, found: Mapping[bytes, Sequence[str]], answers: Sequence[str]) -> Iterator[str]:
    off = [said.id for said in talk.off]
    for said in talk.said:
        mine = found.get(said.data, [])
        if said.by_hand and mine:
            yield f"what the person wrote, {said.id}, became the task {mine}"
        if not said.by_hand and (len(mine) > 1 or not (mine or said.id in off)):
            yield f"the mail {said.id} became {len(mine)} tasks: {mine}"
        if answers.count(said.id) > 1:
            yield f"the mail {said.id} was answered {answers.count(said.id)} times"
