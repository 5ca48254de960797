"""What a model is shown of a task: the newest text first and whole, older and attached text as far as there is room.

Whatever is cut comes back as a sentence for the person, so that nobody takes a draft for more informed than it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from daemon.core import mail, neutral
from daemon.core.language import dates
from daemon.core.mail import Mail
from daemon.core.minds.question import Fenced
from daemon.core.task import Attached

TOTAL = 24_000  # characters, about 8,000 tokens
NEWEST = 12_000  # of them, for what is answered
OLDER = 5_000  # for what it quotes
THREAD = 6_000  # for all mails that came before and wait for the same answer
FILE = 12_000  # for one attachment
DRAFT = 8_000  # for an earlier draft

_FILES = 20  # that are named
_LOOKED_AT = 200_000  # characters of a message; nothing behind them would find room
_NEAR = 200  # characters before a cut in which a word may end
_NAME = 100  # characters of a file's name
_MARKS = re.compile(r"(?:[ \t]?>){0,50}")


@dataclass(frozen=True, slots=True)
class Material:
    """`left_out`: what the model did not see, in sentences; `sent`: the line that says when, which is nobody's word."""

    data: tuple[Fenced, ...] = ()
    left_out: tuple[str, ...] = ()
    sent: str = ""

    @property
    def words(self) -> str:
        """All that somebody said in it."""
        return "\n".join(each.text for each in self.data).replace(self.sent, "", 1)


@dataclass(frozen=True, slots=True)
class _Cut:
    shown: str
    whole: int  # characters

    @property
    def missing(self) -> bool:
        return len(self.shown) < self.whole


def of_mail(message: Mail, files: Sequence[Attached] = (), thread: Sequence[Mail] = ()) -> Material:
    """A message that is to be answered: what was written this time, what it quotes, what came with it.

    `thread`: what came before it and waits for the same answer.
    """
    newest = mail.newest(message.text[:_LOOKED_AT])
    new, old = _cut(newest, NEWEST), _older(message.text[:_LOOKED_AT], newest)
    new = replace(new, whole=new.whole + max(0, len(message.text) - _LOOKED_AT))
    older = _cut(_shallow(old, OLDER), OLDER)
    before = [_cut(mail.newest(each.text[:_LOOKED_AT]), THREAD // len(thread)) for each in thread]
    room = TOTAL - len(new.shown) - len(older.shown) - sum(len(each.shown) for each in before)
    attached = _attached(files, room)
    waiting = [f"{_head(each)}\n\n{_with_end(cut)}" for each, cut in zip(thread, before, strict=True)]
    data = [Fenced(f"unanswered mail {at}", said) for at, said in enumerate(waiting, 1)]
    data += [Fenced("message", f"{_head(message)}\n\n{_with_end(new)}")]
    data += [Fenced("earlier", _with_end(older))] if older.shown else []
    left_out = [said for cut in before for said in _said(cut, "first", "an earlier mail of the thread")]
    left_out += [*_said(new, "first", "the message"), *_said(_Cut(older.shown, len(old)), "newest", "what it quotes")]
    return Material((*data, *attached.data), (*left_out, *attached.left_out), _sent(message))


def of_text(label: str, text: str, files: Sequence[Attached] = (), *, limit: int = NEWEST) -> Material:
    """A post, a note or a document, and what came with it."""
    shown = _cut(text, limit)
    attached = _attached(files, TOTAL - len(shown.shown))
    data = (Fenced(label, _with_end(shown)), *attached.data)
    return Material(data, (*_said(shown, "first", f"the {label}"), *attached.left_out))


def of_draft(text: str) -> Fenced:
    """The last draft: it may repeat what others wrote, so it is material as well."""
    return Fenced("last draft", _with_end(_cut(text, DRAFT)))


def _head(message: Mail) -> str:
    """Who wrote to whom, when and about what, as mail programs show it."""
    said = {
        "From": str(message.sender or ""),
        "To": ", ".join(map(str, message.to[:_FILES])),
        "Copy": ", ".join(map(str, message.cc[:_FILES])),
        "Subject": message.subject,
    }
    lines = (f"{name}: {' '.join(value.split())[:1000]}" for name, value in said.items() if value.strip())
    return "\n".join(filter(None, (_sent(message), *lines)))


def _sent(message: Mail) -> str:
    return f"Date: {dates.spell(message.date.date(), 'en', date.min)}" if message.date else ""


def _attached(files: Sequence[Attached], room: int) -> Material:
    """Short files leave their share to long ones."""
    readable = [file for file in files if file.text.strip()][:_FILES]
    cuts: dict[int, _Cut] = {}
    shortest_first = sorted(range(len(readable)), key=lambda at: len(readable[at].text))
    for done, at in enumerate(shortest_first):
        cuts[at] = _cut(readable[at].text, min(FILE, max(room, 0) // (len(readable) - done)))
        room -= len(cuts[at].shown)
    data = [
        Fenced(f"attachment {at + 1}", f"{_name(file)}\n\n{_with_end(cuts[at])}") for at, file in enumerate(readable)
    ]
    unread = [_name(file) for file in files if not file.text.strip()][:_FILES]
    data += [Fenced("attached files that nobody could read", "\n".join(unread))] if unread else []
    left_out = [say for at, file in enumerate(readable) for say in _said(cuts[at], "first", _name(file))]
    return Material(tuple(data), tuple(left_out))


def _name(file: Attached) -> str:
    return " ".join(neutral.bare(file.name[: 10 * _NAME]).split())[:_NAME] or "a file"


def _cut(text: str, limit: int) -> _Cut:
    """The beginning, up to the end of a word."""
    text = text.strip()
    if len(text) <= limit:
        return _Cut(text, len(text))
    end = max(text.rfind(" ", limit - _NEAR, limit), text.rfind("\n", limit - _NEAR, limit))
    return _Cut(text[: end if end > 0 else max(limit, 0)].rstrip(), len(text))


def _with_end(cut: _Cut) -> str:
    return f"{cut.shown}\n[cut here, {cut.whole - len(cut.shown):,} characters more]" if cut.missing else cut.shown


def _said(cut: _Cut, which: str, what: str) -> Iterable[str]:
    if cut.missing:
        yield f"The model saw the {which} {len(cut.shown):,} of {cut.whole:,} characters of {what}."


def _older(text: str, newest: str) -> str:
    """The lines of a message that are not its newest text: quotes, signatures."""
    new = {_bare(line) for line in newest.split("\n")}
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))
    kept = "\n".join(line for line in lines if not line or _bare(line) not in new)
    return re.sub(r"\n{3,}", "\n\n", kept).strip() if any(map(str.isalnum, kept)) else ""


def _bare(line: str) -> str:
    return line[_depth_end(line) :].strip()


def _depth_end(line: str) -> int:
    found = _MARKS.match(line)
    return found.end() if found else 0


def _shallow(text: str, limit: int) -> str:
    """Without the deepest quotes, which are the oldest, until it fits or only one depth is left."""
    lines = text.split("\n")
    depths = [line[: _depth_end(line)].count(">") for line in lines]
    for deepest in sorted(set(depths), reverse=True)[:-1]:
        if len(text) <= limit:
            break
        text = "\n".join(line for line, depth in zip(lines, depths, strict=True) if depth < deepest)
    return text
