"""Bills and receipts as real programs print them, through the whole house: no fact in a draft is wrong.

A fact that the rules cannot read stands as `?` and is asked for; the last test says how many that are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from daemon.core.accounting import money
from daemon.core.draft import Closed
from daemon.core.ports import Desk, Route
from daemon.core.task import Task
from tests.house import House

FOLDER = Path(__file__).parent.parent / "corpus" / "files"
EXPECTED: Mapping[str, Mapping[str, Any]] = tomllib.loads((FOLDER / "expect.toml").read_text(encoding="utf-8"))
PAPERS = sorted(name for name, each in EXPECTED.items() if each["kind_of"] in ("bill", "receipt"))
SHOWN = {"total": "Amount", "currency": "Currency", "due": "Due", "number": "Reference", "iban": "IBAN"}
TWICE = {"Rechnung Winkler.eml"}  # the PDF that came with it lies there by itself too
UNREAD = {  # asked for in the draft, and why the rules leave it
    ("evt_invoice_paid.json", "total"): "an amount in cents, which nothing in the file says",
    ("evt_invoice_paid.json", "currency"): "",
    ("order-confirmation.html", "currency"): "the sign $ stands for several currencies",
}


class ToAccounting:
    """Gives everything to accounting: here its reading is tried, not the routing."""

    def route(self, task: Task, desk: Desk) -> Route | Closed:
        del task, desk
        return Route("accounting", "normal", None, "It is about money.")


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    house = House(tmp_path_factory.mktemp("bills"))
    house.with_router(ToAccounting())
    for name in PAPERS:
        house.drop(name, (FOLDER / name).read_bytes())
    house.run()
    texts = [note.read_text(encoding="utf-8") for note in house.notes("Pending_Approval")]
    yield {name: next(text for text in texts if f"|{name}]]" in text) for name in PAPERS}
    house.stop()


def shown(note: str, name: str) -> str:
    """What the draft says of a fact; "" where it is asked for or not there."""
    draft = note.partition("\n## Draft\n")[2]
    found = re.search(rf"^{name}: (.*)$", draft, re.MULTILINE)
    return "" if found is None or found[1] in ("?", "none") else found[1]


def meant(fact: str, said: str) -> Decimal | date | str:
    match fact:
        case "total":
            return money.decimal(said)
        case "due":
            return date.fromisoformat(said)
        case _:
            return said


def facts() -> Iterator[tuple[str, str]]:
    for name in PAPERS:
        bill = EXPECTED[name]["kind_of"] == "bill"
        yield from ((name, fact) for fact in EXPECTED[name]["facts"] if fact in SHOWN and (bill or fact != "number"))


@pytest.mark.parametrize(("name", "fact"), sorted(set(facts()) - UNREAD.keys()))
def test_fact_of_a_bill_is_read(notes: Mapping[str, str], name: str, fact: str) -> None:
    said = shown(notes[name], SHOWN[fact])
    assert said
    assert meant(fact, said) == meant(fact, EXPECTED[name]["facts"][fact])


@pytest.mark.parametrize(("name", "fact"), sorted(UNREAD))
def test_fact_that_is_not_read_is_asked_for(notes: Mapping[str, str], name: str, fact: str) -> None:
    assert f"{SHOWN[fact]}: ?" in notes[name]
    assert "Missing: " in notes[name]


@pytest.mark.parametrize("name", PAPERS)
def test_who_a_bill_is_from_is_read(notes: Mapping[str, str], name: str) -> None:
    supplier = EXPECTED[name]["facts"].get("supplier", "")
    party = shown(notes[name], "Party") or shown(notes[name], "Merchant")
    assert supplier.casefold() in ("", party.casefold())
    assert party


@pytest.mark.parametrize("name", PAPERS)
def test_first_bill_of_a_supplier_is_no_alarm_unless_it_is_there_twice(notes: Mapping[str, str], name: str) -> None:
    assert ("risk: high" in notes[name]) == (name in TWICE)
    assert ("waits already" in notes[name]) == (name in TWICE)
