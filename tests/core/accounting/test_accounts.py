"""Accounts that a message gives for a supplier whom the handbook knows by another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents import accounting, mail
from daemon.core import handbook
from daemon.core.accounting import accounts
from daemon.core.draft import Draft
from daemon.core.mail import Address
from tests.agents.factories import Desk, email

BOOK = handbook.parse(
    "## Invoices\n- supplier Brandt Holz GmbH: DE89 3704 0044 0532 0130 00\n- IBAN: NL91 ABNA 0417 1643 00\n"
    "\n## Contacts\n- Nordhost <bills@nordhost.example>: DE75 5121 0800 1245 1261 99\n"
)
DESK = replace(Desk(), handbook=BOOK)
NEW = "DE02 1203 0000 0000 2020 51"
WHO = Address("Jeroen Bos", "jeroen@stranger.example")


@pytest.mark.parametrize("name", ["Brandt Holz GmbH", "Brandt Holz", "BRANDT HOLZ", "Nordhost"])
def test_another_account_of_a_supplier_that_is_named_is_told(name: str) -> None:
    (said,) = accounts.strange(f"Write down for {name}: {NEW}.", BOOK)
    assert name.partition(" ")[0].casefold() in said.casefold()
    assert "call a number that you know" in said


@pytest.mark.parametrize(
    "text",
    [
        "Brandt Holz GmbH, DE89 3704 0044 0532 0130 00",
        "Nordhost, DE89 3704 0044 0532 0130 00",
        f"Brandt: {NEW}",
        f"Holzbrandt: {NEW}",
        "Brandt Holz GmbH asks for your account: NL91 ABNA 0417 1643 00?",
    ],
)
def test_a_known_account_or_nobody_known_is_no_warning(text: str) -> None:
    assert not list(accounts.strange(text, BOOK))


def test_a_bill_of_somebody_else_that_names_the_supplier_is_compared() -> None:
    text = f"Brandt Holz asks you to pay EUR 890.00, invoice 17, to {NEW}.\n\nJeroen Bos"
    draft = accounting.Agent(accounting.Config()).draft(email(text, subject="Invoice 17", sender=WHO), DESK)
    assert isinstance(draft, Draft)
    assert draft.risk == "high"
    assert any("is DE89 3704 0044 0532 0130 00" in said for said in draft.found)


def test_no_account_of_what_may_be_a_trick_is_offered_for_the_handbook() -> None:
    text = f"We have a new bank account. Please pay EUR 890.00 for invoice 17 to {NEW}.\n\nJeroen Bos"
    draft = accounting.Agent(accounting.Config()).draft(email(text, subject="Invoice 17", sender=WHO), DESK)
    assert isinstance(draft, Draft)
    assert not any("- supplier" in said for said in draft.found)
    assert any("pay nothing before you have called" in said for said in draft.found)


def test_an_answer_about_such_an_account_is_a_high_risk() -> None:
    text = f"Brandt Holz has a different IBAN now: {NEW}. Can you confirm?"
    draft = mail.Agent(mail.Config()).draft(email(text, subject="Our details", sender=WHO), DESK)
    assert isinstance(draft, Draft)
    assert draft.risk == "high"
    assert any("is another one" in said for said in draft.found)
