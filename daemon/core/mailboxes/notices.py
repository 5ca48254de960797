"""The mail that tells the person themselves which drafts wait: what it says, to whom it may go, and when. Pure.

It has the title of each draft and no word of its text, and links that open a note in Obsidian. Nothing in it decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from daemon.core import lookalikes, mail, neutral
from daemon.core.errors import Permanent, UserError
from daemon.core.language import words
from daemon.core.mailboxes import accounts

MOST = 50  # drafts that one notice names
_TITLE = 120  # characters
_QUIET = timedelta(minutes=1)  # so long nothing new came: what is drafted together is told together
_LONGEST = timedelta(minutes=5)  # and nobody waits longer for the first
_NAMED = re.compile(r" ?<[^<>]{1,300}>")
# What mail programs make a link of in the middle of plain text, beside an address with `//`.
_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Line:
    """One draft. `title` and the names in `to` may be anybody's words; `expires` is local."""

    title: str
    to: Sequence[str]  # addresses or phone numbers; none for what goes to nobody
    risk: str
    expires: datetime
    path: str  # of its note in the vault


def settled(proposed: Sequence[datetime], now: datetime) -> bool:
    """Whether what was drafted, each at its moment, is told now: nothing more comes, or the first waited long."""
    return now - max(proposed) >= _QUIET or now - min(proposed) >= _LONGEST


def elapsed(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Whether a notice may be sent again; also when the clock was set back since the last one."""
    return last is None or not timedelta() <= now - last < every


def recipient(wanted: str, first: str, own: Collection[str]) -> str:
    """To whom it goes: `wanted`, or the address of the mailbox that was connected `first`.

    Raises UserError when that is not surely the person. `own`: the addresses of connected mailboxes, and what the
    handbook has under "Me", where "@example.com" stands for other people as well and does not count.
    """
    if not wanted.strip():
        return first
    try:
        address = accounts.address(wanted)
    except UserError as problem:
        raise UserError(f"[mail] notify_to: {problem} No notice is sent.") from problem
    if words.fold(address) not in map(words.fold, own):
        raise UserError(
            f"[mail] notify_to is {address}, which is none of your own addresses, so no notice is sent. Connect that "
            "mailbox, or write the address under Me in Company_Handbook.md."
        )
    return address


def link(vault: str, path: str) -> str:
    """What opens a note in Obsidian (its URI scheme, action "open"). `vault`: the name of its folder."""
    return f"obsidian://open?vault={quote(vault, safe='')}&file={quote(path.removesuffix('.md'), safe='')}"


def subject(count: int) -> str:
    """How many wait."""
    return f"{count} drafts wait for you" if count > 1 else "A draft waits for you"


def text(lines: Sequence[Line], vault: str) -> str:
    """What the notice says of each, the first `MOST` by name."""
    one = len(lines) == 1
    head = "A draft waits for your yes or no." if one else f"{len(lines)} drafts wait for your yes or no."
    more = len(lines) - MOST
    told = [_told(number, line, vault) for number, line in enumerate(lines[:MOST], 1)]
    return "\n\n".join((head, *told, *([f"And {more} more in Pending_Approval/."] if more > 0 else []), _END)) + "\n"


_END = (
    "A link opens the draft in Obsidian, on a device that has this vault. Nothing in this mail decides anything, and "
    "an answer to it does nothing.\nYou get it because [mail] notify is on in your settings; notify = false ends it."
)


def _told(number: int, line: Line, vault: str) -> str:
    to = f"to {', '.join(map(_person, line.to))}, " if line.to else ""
    expires = f"{line.expires:%A}, {line.expires.day} {line.expires:%B %Y, %H:%M}"
    facts = f"{to}{line.risk} risk, expires {expires}"
    return "\n   ".join((f"{number}. {_unlinked(line.title)}", facts, line.path, link(vault, line.path)))


def _person(written: str) -> str:
    """Where it goes, without the name, which anybody may choose."""
    try:
        return lookalikes.shown(mail.address(written).email)
    except Permanent:
        return _unlinked(written)


def _unlinked(said: str) -> str:
    """A line that no mail program makes a link of: a stranger may have written it."""
    return _DOT.sub("[.]", neutral.label(_NAMED.sub("", said[:1000]), _TITLE)) or "(no title)"
