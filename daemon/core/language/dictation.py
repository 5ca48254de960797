"""A person's own note that asks to write to someone: to whom, about what, in which words.

Two forms are understood: lines `to:`, `cc:`, `subject:` above the text, and a first line such as
"Write to bob@example.com about the offer: text". A name counts when it is one contact of the handbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daemon.core.handbook import Handbook
from daemon.core.language import extract, phrasebook, words
from daemon.core.language.phrasebook import Phrasebook

_HEADERS: Mapping[str, str] = {
    "to": "to", "an": "to", "à": "to", "a": "to", "para": "to", "aan": "to", "cc": "cc", "kopie": "cc", "copie": "cc",
    "copia": "cc", "cópia": "cc", "subject": "subject", "betreff": "subject", "objet": "subject", "asunto": "subject",
    "oggetto": "subject", "assunto": "subject", "onderwerp": "subject",
}  # fmt: skip
_HEADER = re.compile(rf"({'|'.join(_HEADERS)})\s*:\s*(\S.*)", re.IGNORECASE)
_START = re.compile(r"[#>*\s-]*(?:\[ \]\s*)?(?:(?:please|bitte)\b[,\s]*)?", re.IGNORECASE)
_FROM_SOMEONE = ("from", "von")  # "Mail from bob@example.com: …" is a pasted mail
_FROM_ADDRESS = re.compile(r"(?:de|da|van)\s+\S+@", re.IGNORECASE)  # before a name it may be part of it
_COLON = re.compile(r":(?=\s|$)")  # not the one in 10:00
_SUBJECT = 60  # characters


@dataclass(frozen=True, slots=True)
class Dictated:
    """What the person wants to send. `body` may be empty; then `subject` says what about."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    by_name: bool  # the addresses came from the handbook, the note has names

    @property
    def title(self) -> str:
        """The subject, else the beginning of the text."""
        title = self.subject or _beginning(self.body)
        return title[:1].upper() + title[1:]


def read(text: str, handbook: Handbook, books: Iterable[Phrasebook]) -> Dictated | None:
    """None when the note does not say to whom, or neither what nor about what."""
    found = _from_headers(text, handbook) or _from_first_line(text, handbook, tuple(books))
    return found if found and (found.body or found.subject) else None


def _from_headers(text: str, handbook: Handbook) -> Dictated | None:
    lines = text.strip().split("\n")
    said: dict[str, str] = {}
    while lines and (header := _HEADER.fullmatch(lines[0].strip())):
        said.setdefault(_HEADERS[header[1].lower()], header[2].strip())
        lines.pop(0)
    to, cc = (_mailboxes(said.get(name, ""), handbook) for name in ("to", "cc"))
    if not to or ("cc" in said and not cc):
        return None
    by_name = not extract.addresses(said["to"])
    return Dictated(to, cc, said.get("subject", ""), "\n".join(lines).strip(), by_name)


def _from_first_line(text: str, handbook: Handbook, books: tuple[Phrasebook, ...]) -> Dictated | None:
    first, _, rest = text.strip().partition("\n")
    order = _without_verb(_START.sub("", first, count=1), phrasebook.every(books, "write"))
    whom, *after_colon = _COLON.split(order, maxsplit=1)
    spoken, colon = "".join(after_colon), bool(after_colon)
    whom, matter = _split(whom, phrasebook.every(books, "subject_after"))
    to = _mailboxes(whom, handbook)
    if len(to) != 1 or words.mentioned(whom, _FROM_SOMEONE) or _FROM_ADDRESS.match(whom):
        return None
    body = "\n".join(filter(None, (spoken.strip(), rest.strip()))) if colon or rest.strip() else ""
    return Dictated(to, (), matter, body, not extract.addresses(whom))


def _without_verb(line: str, verbs: Iterable[str]) -> str:
    """What follows "write to" at the start of a line, or ""."""
    for verb in sorted(verbs, key=len, reverse=True):
        if line[: len(verb)].lower() == verb and line[len(verb) : len(verb) + 1].isspace():
            return line[len(verb) :].strip()
    return ""


def _split(whom: str, cues: Iterable[str]) -> tuple[str, str]:
    found = re.search(rf"\s(?:{'|'.join(map(re.escape, cues))})\s+", whom, re.IGNORECASE)
    return (whom[: found.start()], whom[found.end() :].strip(" .")) if found else (whom, "")


def _mailboxes(said: str, handbook: Handbook) -> tuple[str, ...]:
    """The addresses in `said`, or those of the contacts whose names it lists. All or none."""
    if written := extract.addresses(said):
        return written
    names = [name.strip(" .,;") for name in re.split(r"[,;]", said) if name.strip()]
    contacts = [handbook.named(name) for name in names]
    return tuple(contact.email for contact in contacts if contact) if all(contacts) else ()


def _beginning(body: str) -> str:
    first = next(iter(extract.sentences(body)), "")
    return first if len(first) <= _SUBJECT else first[:_SUBJECT].rpartition(" ")[0] or first[:_SUBJECT]
