"""What the properties of an edited note say beside its text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from daemon.core.accounting import amending
from daemon.core.accounting.payment import Payment
from daemon.core.errors import UserError
from daemon.core.properties import Value

WAS = Payment(direction="out", party="Nordhost", amount=Decimal("12.50"), due=date(2026, 12, 5))
NAMES = ("amount", "currency", "due")
SHOWN: dict[str, Value] = {"amount": Decimal("12.50"), "currency": None, "due": date(2026, 12, 5)}


@pytest.mark.parametrize("said", [{}, SHOWN, SHOWN | {"amount": None}, SHOWN | {"currency": ""}])
def test_a_property_that_is_missing_empty_or_as_it_was_says_nothing(said: dict[str, Value]) -> None:
    read = WAS.model_copy(update={"currency": "EUR", "amount": Decimal(13)})
    assert amending.merged(WAS, read, said, NAMES) == read


def test_a_property_that_was_changed_counts() -> None:
    assert amending.merged(WAS, WAS, SHOWN | {"amount": Decimal(20)}, NAMES).amount == 20
    assert amending.merged(WAS, WAS, SHOWN | {"due": None}, NAMES).due is None


def test_text_and_property_that_were_both_changed_must_agree() -> None:
    read = WAS.model_copy(update={"amount": Decimal(13)})
    with pytest.raises(UserError, match="“amount” says 20, but the text says 13"):
        amending.merged(WAS, read, SHOWN | {"amount": Decimal(20)}, NAMES)
