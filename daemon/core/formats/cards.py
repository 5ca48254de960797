"""Business cards (vCard 2.1 to 4) as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from daemon.core.formats import contentlines
from daemon.core.formats.contentlines import Line
from daemon.core.formats.letters import beginning, converted
from daemon.core.ports import Converted

MAX_CARDS = 200
_SHOWN: Mapping[str, str] = {
    "FN": "Name", "ORG": "Company", "TITLE": "Job", "EMAIL": "Email", "TEL": "Phone", "ADR": "Address",
    "URL": "Web", "BDAY": "Birthday", "NOTE": "Note",
}  # fmt: skip


def read(data: bytes) -> Converted:
    """A block of lines a person; photographs and keys are left out."""
    text, notices = beginning(data)
    cards = list(_cards(contentlines.read(text)))
    cut = f"Only the first {MAX_CARDS} of {len(cards):,} cards were read." if len(cards) > MAX_CARDS else ""
    return converted("\n\n".join(cards[:MAX_CARDS]), "text/vcard", *notices, cut)


def _cards(lines: Iterator[Line]) -> Iterator[str]:
    card: list[str] = []
    for line in lines:
        if line.name == "END" and card:
            yield "\n".join(card)
            card = []
        elif line.name in _SHOWN and line.value.strip():
            card.append(f"{_SHOWN[line.name]}: {_value(line)}")
    if card:
        yield "\n".join(card)


def _value(line: Line) -> str:
    if line.name in {"ADR", "ORG"}:
        return ", ".join(" ".join(part.split()) for part in line.fields)
    return line.text.removeprefix("tel:").removeprefix("mailto:")
