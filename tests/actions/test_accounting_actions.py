"""What all actions on the books promise: described, amended, done once, and found again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from daemon.actions import expense_create, invoice_create, payment_register
from daemon.adapters.books import Books
from daemon.adapters.outbox import Documents
from daemon.adapters.printer import Printer
from daemon.core.accounting import expense as expenses
from daemon.core.accounting import invoice as invoices
from daemon.core.accounting import payment as payments
from daemon.core.accounting.expense import Expense
from daemon.core.accounting.numbering import Numbering
from daemon.core.accounting.payment import Payment
from daemon.core.errors import Permanent, Transient, UnknownOutcome, UserError
from daemon.core.plugins import Accounting, Channels
from daemon.core.ports import Absent, Action, Effect, Found
from daemon.core.properties import Value
from daemon.runtime.ledger import Ledger
from daemon.vault import Vault
from tests.actions.bookkeeping import HANDBOOK, PLAIN, booked
from tests.fakes import FakeProvider

EFFECT = Effect("taaaaaaaaaa-g1.i1", datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
SHOP = Expense(
    merchant="Paper Shop", day=date(2026, 11, 20), amount=Decimal("11.90"), currency="EUR", tax_rate=Decimal(19)
)
BILL = Payment(direction="out", party="Stadtwerke", amount=Decimal(89), currency="EUR", due=date(2026, 12, 1),
               reference="R-1", iban="DE89370400440532013000")  # fmt: skip
Case = tuple[Any, Any, str]
CASES: dict[str, Case] = {
    "invoice": (invoice_create, invoice_create.Params(invoice=PLAIN), invoices.to_text(PLAIN)),
    "expense": (expense_create, expense_create.Params(expense=SHOP), expenses.to_text(SHOP)),
    "payment": (payment_register, payment_register.Params(payment=BILL), payments.to_text(BILL)),
}


class Poor(Vault):
    """A vault on a disk that is full for what goes into `full`, before it is written or right after."""

    full = ""
    after = False

    def create(self, path: str, data: bytes) -> str:
        if self.full and path.startswith(self.full) and not self.after:
            raise Transient("the disk is full")
        made = super().create(path, data)
        if self.full and path.startswith(self.full):
            raise Transient("the disk reports an error")
        return made


EACH = pytest.mark.parametrize("name", CASES)


@pytest.fixture
def vault(tmp_path: Path) -> Poor:
    return Poor(tmp_path)


@pytest.fixture
def channels(vault: Poor, tmp_path: Path) -> Channels:
    vault.make_folders()
    (tmp_path / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    numbers = Ledger(tmp_path / "ledger.sqlite3").numbers(Numbering("{year}-{n:04}"))
    accounting = Accounting(Books(vault, ","), numbers, Printer(), ZoneInfo("Europe/Berlin"))
    return Channels(FakeProvider(), Documents(vault), Documents(vault, "outbox"), vault, accounting)


def made(name: str, channels: Channels) -> tuple[Action[Any], Any, str]:
    module, params, text = CASES[name]
    return module.Action(channels), params, text


def said(action: Action[Any], params: Any, **changes: Value) -> dict[str, Value]:
    return dict(action.describe(params).properties) | changes


@EACH
def test_all_run_in_one_lane(name: str, channels: Channels) -> None:
    assert made(name, channels)[0].channel == "outbox"


@EACH
def test_what_happened_is_found_and_happens_once(name: str, channels: Channels, tmp_path: Path) -> None:
    action, params, text = made(name, channels)
    assert action.look_up(params, text, EFFECT) == Absent()
    receipt = action.perform(params, text, EFFECT)
    assert receipt.outcome == "saved"
    assert " sha256:" in receipt.id
    assert action.look_up(params, text, EFFECT) == Found(receipt)
    assert action.perform(params, text, EFFECT) == receipt
    assert [line["id"] for line in booked(tmp_path)] == [EFFECT.key]


@EACH
def test_untouched_note_changes_nothing(name: str, channels: Channels) -> None:
    action, params, text = made(name, channels)
    assert action.amend(params, said(action, params), text) == (params, text)


@EACH
def test_text_that_cannot_be_read_is_explained(name: str, channels: Channels) -> None:
    action, params, text = made(name, channels)
    with pytest.raises(UserError, match="cannot be read"):
        action.amend(params, said(action, params), f"{text}\n\nand please be quick")


@EACH
def test_emptied_text_lists_what_is_missing(name: str, channels: Channels) -> None:
    action, params, _ = made(name, channels)
    with pytest.raises(UserError, match=r"Still missing: .*currency"):
        action.amend(params, {}, "")


@EACH
def test_property_changed_to_nonsense_is_refused(name: str, channels: Channels) -> None:
    action, params, text = made(name, channels)
    with pytest.raises(UserError, match=r"currency: much money.* cannot be read"):
        action.amend(params, said(action, params, currency="much money"), text)


@pytest.mark.parametrize("name", ["expense", "payment"])
def test_changed_amount_is_in_the_text_that_comes_back(name: str, channels: Channels) -> None:
    action, params, text = made(name, channels)
    amended, again = action.amend(params, said(action, params, amount=Decimal("15.50")), text)
    assert action.describe(amended).properties["amount"] == Decimal("15.50")
    assert "Amount: 15.50" in again


@pytest.mark.parametrize("name", ["expense", "payment"])
def test_text_and_property_that_disagree_are_asked_about(name: str, channels: Channels) -> None:
    action, params, text = made(name, channels)
    edited = text.replace("Currency: EUR", "Currency: USD")
    with pytest.raises(UserError, match="says GBP, but the text says USD"):
        action.amend(params, said(action, params, currency="GBP"), edited)


@pytest.mark.parametrize("name", ["expense", "payment"])
def test_nobody_thinks_that_money_is_moved(name: str, channels: Channels) -> None:
    action, params, _ = made(name, channels)
    assert "No money is moved: it is only written down" in action.describe(params).effect


def test_incomplete_invoice_is_described_and_never_performed(channels: Channels, tmp_path: Path) -> None:
    action, params, text = made("invoice", channels)
    empty = params.model_copy(update={"invoice": PLAIN.model_copy(update={"lines": ()})})
    assert action.describe(empty).properties["amount"] is None
    with pytest.raises(Permanent, match="Still missing: what is to be invoiced"):
        action.perform(empty, text, EFFECT)
    assert booked(tmp_path) == []


def test_invoice_is_of_the_day_where_the_person_lives(channels: Channels, tmp_path: Path) -> None:
    action, params, text = made("invoice", channels)
    action.perform(params, text, EFFECT)
    assert (booked(tmp_path)[0]["date"], booked(tmp_path)[0]["number"]) == ("2027-01-01", "2027-0001")


def test_receipt_follows_the_handbook_as_it_was_when_the_number_was_given(channels: Channels, tmp_path: Path) -> None:
    action, params, text = made("invoice", channels)
    receipt = action.perform(params, text, EFFECT)
    (tmp_path / "Company_Handbook.md").write_text(HANDBOOK.replace("Lindgren", "Other"), encoding="utf-8")
    assert action.look_up(params, text, EFFECT) == Found(receipt)


def test_expense_is_booked_with_its_tax_and_its_paper(channels: Channels, tmp_path: Path) -> None:
    (tmp_path / "Attachments" / "taaaaaaaaaa").mkdir(parents=True)
    (tmp_path / "Attachments" / "taaaaaaaaaa" / "receipt.pdf").write_bytes(b"%PDF")
    action, params, text = made("expense", channels)
    action.perform(params, text, EFFECT)
    line = booked(tmp_path)[0]
    assert (line["date"], line["net"], line["tax"], line["gross"]) == ("2026-11-20", "10.00", "1.90", "11.90")
    assert line["file"] == "Attachments/taaaaaaaaaa/receipt.pdf"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "bill to pay"),
        ({"day": date(2026, 11, 30)}, "payment made"),
        ({"direction": "in"}, "payment received"),
    ],
)
def test_ledger_tells_bills_from_payments(
    changes: dict[str, object], kind: str, channels: Channels, tmp_path: Path
) -> None:
    action, params, text = made("payment", channels)
    action.perform(params.model_copy(update={"payment": BILL.model_copy(update=changes)}), text, EFFECT)
    assert booked(tmp_path)[0]["kind"] == kind


def test_number_of_somebody_elses_bill_does_not_count_as_ours(channels: Channels, tmp_path: Path) -> None:
    action, params, text = made("payment", channels)
    theirs = params.model_copy(update={"payment": BILL.model_copy(update={"reference": "2027-0099"})})
    action.perform(theirs, text, EFFECT)
    invoice, wanted, said_text = made("invoice", channels)
    invoice.perform(wanted, said_text, Effect("tbbbbbbbbbb-g1.i1", EFFECT.at))
    assert booked(tmp_path)[1]["number"] == "2027-0001"


def test_full_disk_before_the_line_frees_the_number(channels: Channels, vault: Poor, tmp_path: Path) -> None:
    action, params, text = made("invoice", channels)
    vault.full = "Accounting/"
    with pytest.raises(Transient, match="full"):
        action.perform(params, text, EFFECT)
    vault.full = ""
    assert action.look_up(params, text, EFFECT) == Absent()
    action.perform(params, text, Effect("tbbbbbbbbbb-g1.i1", EFFECT.at))
    assert [(line["number"], line["id"]) for line in booked(tmp_path)] == [("2027-0001", "tbbbbbbbbbb-g1.i1")]


def test_full_disk_after_the_line_is_never_taken_for_undone(channels: Channels, vault: Poor, tmp_path: Path) -> None:
    action, params, text = made("invoice", channels)
    vault.full = "Outbox/"
    with pytest.raises(UnknownOutcome, match="2027-0001 is booked"):
        action.perform(params, text, EFFECT)
    with pytest.raises(Transient, match="full"):
        action.look_up(params, text, EFFECT)
    vault.full = ""
    assert isinstance(action.look_up(params, text, EFFECT), Found)
    assert [line["number"] for line in booked(tmp_path)] == ["2027-0001"]


def test_line_that_is_there_in_spite_of_an_error_keeps_its_number(
    channels: Channels, vault: Poor, tmp_path: Path
) -> None:
    action, params, text = made("invoice", channels)
    vault.full, vault.after = "Accounting/", True
    with pytest.raises(UnknownOutcome, match="has the line"):
        action.perform(params, text, EFFECT)
    vault.full = ""
    found = action.look_up(params, text, EFFECT)
    assert isinstance(found, Found)
    assert found.receipt.id.startswith("Invoice 2027-0001 lies in ")
    assert [line["number"] for line in booked(tmp_path)] == ["2027-0001"]


def test_line_that_the_person_deleted_after_the_files_were_out_frees_no_number(
    channels: Channels, tmp_path: Path
) -> None:
    action, params, text = made("invoice", channels)
    action.perform(params, text, EFFECT)
    (tmp_path / "Accounting" / "ledger.csv").unlink()
    assert isinstance(action.look_up(params, text, EFFECT), Found)
    action.perform(params, text, Effect("tbbbbbbbbbb-g1.i1", EFFECT.at))
    assert booked(tmp_path)[0]["number"] == "2027-0002"


def test_what_does_not_fit_on_a_page_is_said_before_it_is_approved(channels: Channels) -> None:
    action, params, _ = made("invoice", channels)
    huge = PLAIN.model_copy(update={"address": tuple(f"F{n}" for n in range(200))})
    with pytest.raises(UserError, match="does not fit on its pages"):
        action.amend(params, {**said(action, params)}, invoices.to_text(huge))
