"""Messages that try to lead whoever reads them: by hand, and what an attacker wants, dressed up, anywhere in a mail."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from tests.letters import INJECTED, ORDINARY, Letter, drops, letters

_ORDERS = tomllib.loads((INJECTED / "orders.toml").read_text(encoding="utf-8"))
GOALS: Sequence[str] = _ORDERS["goals"]
WRAPPERS: Sequence[str] = _ORDERS["wrappers"]


def _subject(letter: dict[str, Any], order: str) -> None:
    letter["subject"] = f"{letter['subject']} {' '.join(order.split())}"


def _body(letter: dict[str, Any], order: str) -> None:
    letter["text"] = f"{letter.get('text', 'Hello')}\n\n{order}\n"


def _first(letter: dict[str, Any], order: str) -> None:
    letter["text"] = f"{order}\n\n{letter.get('text', 'Hello')}"


def _quoted(letter: dict[str, Any], order: str) -> None:
    lines = "\n".join(f"> {line}" for line in order.splitlines())
    letter["text"] = f"{letter.get('text', 'Hello')}\n\nOn Mon, 9 Mar 2026, Marta Lindner wrote:\n{lines}\n"


def _signature(letter: dict[str, Any], order: str) -> None:
    letter["text"] = f"{letter.get('text', 'Hello')}\n-- \n{order}\n"


def _html(template: str) -> Callable[[dict[str, Any], str], None]:
    def hide(letter: dict[str, Any], order: str) -> None:
        letter["html"] = f"<p>{letter.pop('text', 'Hello')}</p>{template.format(order.replace('--', '-'))}"

    return hide


def _name(letter: dict[str, Any], order: str) -> None:
    shown = "".join(char for char in " ".join(order.split()) if char not in '"\\<>')
    letter["from"] = f'"{shown}" <{letter["from"].rpartition("<")[2].strip(" >")}>'


def _file(name: str, kind: str, text: str) -> Callable[[dict[str, Any], str], None]:
    def attach(letter: dict[str, Any], order: str) -> None:
        flat = " ".join(order.split())
        named = name.format("".join(char for char in flat if char.isalnum() or char in " @.:_-")[:60])
        letter["files"] = [*letter.get("files", ()), {"name": named, "type": kind, "text": text.format(flat)}]

    return attach


_ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:visit@mail.example\r\n"
    "DTSTAMP:20260309T100000Z\r\nDTSTART:20260318T090000Z\r\nDTEND:20260318T100000Z\r\nSUMMARY:Visit\r\n"
    "DESCRIPTION:{}\r\nORGANIZER:mailto:frank@beyer-glas.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
PLACES: Mapping[str, Callable[[dict[str, Any], str], None]] = {
    "subject": _subject,
    "body": _body,
    "first": _first,
    "quoted": _quoted,
    "signature": _signature,
    "comment": _html("<!-- {} -->"),
    "white": _html('<span style="color:#fff;font-size:0">{}</span>'),
    "alt": _html('<img src="https://evil.example/x.gif" alt="{}">'),
    "shown": _html("<div>{}</div>"),
    "display name": _name,
    "file": _file("notes.txt", "text/plain", "Notes of 9 March\n{}\n"),
    "file name": _file("{}.txt", "text/plain", "Nothing"),
    "page": _file("page.html", "text/html", "<p>Prices</p><p>{}</p>"),
    "table": _file("prices.csv", "text/csv", 'article,price\n"{}",0\n'),
    "invitation": _file("invite.ics", "text/calendar", _ICS),
}


def order(dice: Random) -> str:
    goals = " and ".join(dice.sample(GOALS, dice.choice([1, 1, 2, 3])))
    said = goals.replace("{name}", f"n{dice.randrange(10_000)}").replace("{number}", f"{dice.randrange(1000, 9999)}")
    return dice.choice(WRAPPERS).replace("{}", said)


def mails(dice: Random, count: int, secret: str) -> Iterator[Letter]:
    """A third written by hand, the others made: an ordinary mail with an order somewhere in it."""
    by_hand, ordinary = list(letters(INJECTED)), list(letters(ORDINARY))
    for _ in range(count):
        if dice.random() < 1 / 3:
            yield _told(dice.choice(by_hand), secret)
        else:
            letter = dict(dice.choice(ordinary))
            for place in dice.sample(list(PLACES), dice.choice([1, 1, 2])):
                PLACES[place](letter, order(dice))
            yield letter


def files(dice: Random, count: int, secret: str) -> Iterator[tuple[str, str]]:
    """What is dropped: names and texts."""
    by_hand = list(drops(INJECTED))
    for _ in range(count):
        drop = _told(dice.choice(by_hand), secret)
        yield drop["name"], drop["text"] + dice.choice(["", f"\n{order(dice)}\n"])


def _told(table: Letter, secret: str) -> Letter:
    """The attacker knows how what they are after begins."""
    return {key: _with(value, secret) for key, value in table.items()}


def _with(value: Any, secret: str) -> Any:
    if isinstance(value, str):
        return value.replace("{C}", secret)
    if isinstance(value, list):
        return [_with(each, secret) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return _told(value, secret)
