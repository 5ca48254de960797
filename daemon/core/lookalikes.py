"""Names that deceive the eye: an address as a person can judge it, and what about it is not as it looks.

Letters and their look-alikes: the few of Unicode's confusables (UTS 39) that pass for plain letters in an ordinary
font; what browsers refuse to show as letters for the same reason. Alphabets that are written together are fine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from daemon.core import neutral
from daemon.core.errors import Permanent
from daemon.core.mail import address

_LOOK = str.maketrans(  # Cyrillic, Armenian, Greek; figures and signs; letters of phonetics
    "\u0430\u0435\u0456\u0458\u04cf\u043e\u0440\u0441\u0443\u0445\u0455\u04bb\u0501\u051b\u051d\u0432"
    "\u043a\u043c\u043d\u0442\u0491\u0456\u0454\u0563\u057d\u0578\u0581\u0585\u0561\u03b1\u03b5\u03b9"
    "\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b3\u03c9\u03b2\u03b7\u03b6\u03bc"
    "01358|!\u0251\u0261\u0131\u217c",
    "aeijlopcyxshdqwbkmhtgiegunqowaeikvoptuxywbnzu"
    "olesbllagil",
)  # fmt: skip
_JOINED = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"))
_TOGETHER = frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"})
_HOST = re.compile(r"[a-z][a-z0-9+.-]{1,20}://(?:[^\s/@?#<>\"]{1,200}@)?([^\s/:?#<>\"()\[\]]{1,253})", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,253}")


def shown(written: str) -> str:
    """A recipient with a host of other than plain letters shown both ways; what is no address as it is."""
    try:
        mailbox = address(written)
    except Permanent:
        return neutral.visible(written)
    local, _, host = mailbox.email.rpartition("@")
    email = f"{local}@{neutral.host(host)}"
    return neutral.visible(f"{mailbox.name} <{email}>" if mailbox.name else email)


def doubts(written: str) -> Iterator[str]:
    """What is not as it looks about an address, as sentences: its host, and a name that is an address itself."""
    try:
        mailbox = address(written)
    except Permanent:
        if _ADDRESS.search(written) and not written.startswith("@"):  # "@mira@social.example" is a handle
            yield f"no mail can go to {neutral.visible(written)}"
        return
    yield from host_doubts(mailbox.email.rpartition("@")[2])
    posing = _ADDRESS.search(mailbox.name)
    if posing and posing[0].lower() != mailbox.email.lower():
        yield f"the name “{neutral.visible(mailbox.name)}” is not the address; the mail goes to {mailbox.email}"


def host_doubts(host: str) -> Iterator[str]:
    """What is not as it looks about a host name."""
    for label in neutral.letters(host).split("."):
        alphabets = sorted({_alphabet(letter) for letter in label if letter.isalpha()} - {""})
        if len(alphabets) > 1 and not _TOGETHER.issuperset(alphabets):
            yield f"{neutral.host(host)} mixes letters of {' and '.join(name.capitalize() for name in alphabets)}"
        elif alphabets and alphabets != ["LATIN"] and plain(label).isascii():
            yield f"{neutral.host(host)} is written in {alphabets[0].capitalize()} letters that look like plain ones"


def link_doubts(text: str) -> Iterator[str]:
    """The same of every web address in a text."""
    for host in dict.fromkeys(found[1] for found in _HOST.finditer(text)):
        yield from host_doubts(host)


def twin(written: str, known: Iterable[str]) -> str:
    """The known address, or "@domain", that this one only looks like, or ""."""
    mine = _email(written)
    for other in known if mine else ():
        theirs, part = (other.lower(), mine[mine.rfind("@") :]) if other.startswith("@") else (_email(other), mine)
        if theirs not in {"", part} and plain(theirs) == plain(part):
            return theirs
    return ""


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text as it looks at a glance: two texts that look alike are the same."""
    text = text.rpartition("@")[0] + "@" + neutral.letters(text.rpartition("@")[2]) if "@" in text else text
    folded = unicodedata.normalize("NFKD", text.casefold())
    look = "".join(each for each in folded if not unicodedata.combining(each)).translate(_LOOK)
    for pair, letter in _JOINED:
        look = look.replace(pair, letter)
    return look


@lru_cache(maxsize=4096)
def _email(written: str) -> str:
    try:
        return address(written).email.lower()
    except Permanent:
        return ""


def _alphabet(letter: str) -> str:
    """Its alphabet: the first word of its name in Unicode."""
    return unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
