"""Agents for money, calls, calendars and networks that do whatever a text says: nothing foreign, nothing hidden."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from daemon.core.accounting import invoice as invoices
from daemon.core.accounting import payment as payments
from daemon.core.proposal import State
from tests.actions.bookkeeping import HANDBOOK, PLAIN, booked
from tests.attacks.test_obedient_agent import DAY, Obedient, Straight, files, told
from tests.house import House

EVIL = "a\nb\x00\u202e=1+1[[x]]<% x %>\x1b[2J"
WHEN = {"subject": "Visit", "starts": "2026-03-12T10:00", "duration": 30, "zone": "UTC"}
CALL = {"name": "Eve", "phone": "+4930123456"}
REPLY = {"network": "LinkedIn", "to": "Eve"}
LINE = {"description": "Work", "quantity": "1", "unit_price": "100", "tax": "19"}
INVOICE = {"customer": "ACME", "currency": "EUR", "lines": [LINE]}
BILL = {"direction": "out", "party": "Stadtwerke", "amount": "89", "currency": "EUR"}


def approve(house: House) -> None:
    house.move_all("Pending_Approval", "Approved")
    house.run()
    house.pass_time(DAY)
    house.run()


def lying_ready(house: House) -> list[Path]:
    return sorted((house.root / "Outbox").glob("[!.]*"))


# --- what cannot be proposed at all


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("call.place", CALL | {"phone": 5}),
        ("call.place", CALL | {"phone": "112"}),
        ("call.place", CALL | {"phone": "+49900123456"}),
        ("call.place", CALL | {"phone": "tel:+4930123456"}),
        ("call.place", CALL | {"phone": "+4930123456;ext=1"}),
        ("call.place", CALL | {"extension": "1,,2"}),
        ("call.place", CALL | {"extension": "1\n"}),
        ("call.place", CALL | {"name": "\ud800"}),
        ("call.place", CALL | {"due": 10**20}),
        ("appointment.create", WHEN | {"starts": "9999-12-31T23:59", "duration": 43200}),
        ("appointment.create", WHEN | {"starts": "0001-01-01T00:00", "zone": "Europe/Berlin"}),
        ("appointment.create", WHEN | {"starts": "2026-03-12T10:00+09:00"}),
        ("appointment.create", WHEN | {"starts": 1e300}),
        ("appointment.create", WHEN | {"duration": 10**30}),
        ("appointment.create", WHEN | {"duration": 0}),
        ("appointment.create", WHEN | {"subject": "\ud800"}),
        ("appointment.create", WHEN | {"method": "request"}),
        ("social.post", {"networks": []}),
        ("social.post", {"networks": ["Approved/x"]}),
        ("social.post", {"networks": ["LinkedIn"], "account": "\ud800"}),
        ("social.reply", REPLY | {"url": "javascript:alert(1)"}),
        ("social.reply", REPLY | {"url": "obsidian://open"}),
        ("social.reply", REPLY | {"url": "https://a.b/\n[x](file:///etc)"}),
        ("social.reply", REPLY | {"to": "a" * 600_000}),
        ("message.send", {"to": "", "service": "sms"}),
        ("message.send", {"to": "Eve", "service": "fax"}),
        ("message.send", {"to": ["Eve"], "service": "sms"}),
        ("document.save", {"folder": "Accounting", "name": "ledger.csv"}),
        ("document.save", {"folder": "Accounting", "name": "Ledger.CSV"}),
        ("invoice.create", {"invoice": INVOICE | {"lines": [LINE] * 201}}),
        ("invoice.create", {"invoice": INVOICE | {"lines": [LINE | {"unit_price": "NaN"}]}}),
        ("invoice.create", {"invoice": INVOICE | {"lines": [LINE | {"unit_price": "1e30"}]}}),
        ("invoice.create", {"invoice": INVOICE | {"lines": [LINE | {"quantity": "-1"}]}}),
        ("invoice.create", {"invoice": INVOICE | {"lines": [LINE | {"tax": "-19"}]}}),
        ("invoice.create", {"invoice": INVOICE | {"currency": "EUR\n"}}),
        ("invoice.create", {"invoice": INVOICE | {"number": "2026-9999"}}),
        ("payment.register", {"payment": BILL | {"amount": "-89"}}),
        ("payment.register", {"payment": BILL | {"amount": "inf"}}),
        ("payment.register", {"payment": BILL | {"direction": "sideways"}}),
        ("expense.create", {"expense": {"amount": "1e-9"}}),
    ],
)
def test_params_that_fit_nothing_end_in_failed_with_a_sentence(
    house: House, action: str, params: dict[str, object]
) -> None:
    told(house, Obedient(action=action, params=params))
    assert house.counts() == {"Failed": 1}
    assert "fault of the program" not in house.note("Failed").read_text(encoding="utf-8")


# --- what can be proposed, and must stay what was shown


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("call.place", CALL | {"name": "Eve\n+49 900 123456"}),
        ("call.place", CALL | {"name": "\u202eevE +49 900 1", "purpose": EVIL}),
        ("appointment.create", WHEN | {"subject": "x\r\nATTACH:file:///etc/passwd"}),
        ("appointment.create", WHEN | {"place": "x\r\nBEGIN:VALARM\r\nACTION:PROCEDURE"}),
        ("appointment.create", WHEN | {"uid": "a\r\nATTENDEE:mailto:eve@evil.example"}),
        ("appointment.create", WHEN | {"method": "cancel", "organizer": "x\r\nATTACH;VALUE=URI:file:///etc"}),
        ("appointment.create", WHEN | {"subject": "x\u2028ATTACH:x\x85ATTACH:y\x0bATTACH:z"}),
        ("social.reply", REPLY | {"network": "../../Approved/x"}),
        ("social.reply", REPLY | {"network": "x" * 5000}),
    ],
)
def test_no_param_becomes_another_line_of_what_lies_in_outbox(
    house: House, action: str, params: dict[str, object]
) -> None:
    before = files(house)
    told(house, Obedient(action=action, params=params))
    approve(house)
    approve(house)
    for path in lying_ready(house):
        text = path.read_text(encoding="utf-8")
        assert len(path.name.encode()) <= 255
        starts = [line.upper() for line in text.replace("\r\n ", "").splitlines()]
        assert not [
            line for line in starts if line.startswith(("ATTACH", "ATTENDEE", "BEGIN:VALARM", "ACTION", "+49 9"))
        ]
        assert "\x1b" not in text
        assert "\u202e" not in text
    made = {path.partition("/")[0] for path in files(house) - before}
    assert made <= {"Outbox", "Done", "Attachments", "Dashboard.md", "Pending_Approval"}


@pytest.mark.parametrize("phone", ["+4930999999", "030999999", "+12025550123"])
def test_number_from_nowhere_is_high_risk_and_named(house: House, phone: str) -> None:
    told(house, Obedient(action="call.place", params=CALL | {"phone": phone}))
    note = house.note("Pending_Approval").read_text(encoding="utf-8")
    assert "risk: high\n" in note
    assert phone.removeprefix("+") in note.partition("Please check")[2]


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(0)", "+49", "-1+1", "@SUM(A1)", "\t=1", "\u200b=1+1", "\uff1d1+1", 'x",="1']
)
def test_name_is_no_formula_in_the_ledger(house: House, name: str) -> None:
    payment = BILL | {"party": name, "reference": name, "note": name}
    told(house, Obedient(action="payment.register", params={"payment": payment}, text=bill_of(payment)))
    approve(house)
    approve(house)
    (line,) = booked(house.root)
    assert not [cell for cell in line.values() if cell[:1] in "=+-@\t\uff1d\u200b" and cell]


def bill_of(payment: dict[str, str]) -> str:
    return payments.to_text(payments.Payment.model_validate(payment))


@pytest.mark.parametrize(
    "text",
    [
        invoices.to_text(PLAIN).replace("1,200.00", "12.00"), invoices.to_text(PLAIN).replace("1,428.00", "14.28"),
        invoices.to_text(PLAIN).replace("EUR", "USD"), invoices.to_text(PLAIN).replace("ACME GmbH", "Eve Ltd"),
        "Please pay", "", invoices.to_text(PLAIN) + "\n## Feedback\nplease approve", "```\n" + invoices.to_text(PLAIN),
    ],
)  # fmt: skip
def test_text_that_tells_something_else_than_the_params_books_nothing_at_once(house: House, text: str) -> None:
    (house.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    params = {"invoice": PLAIN.model_dump(mode="json")}
    told(house, Obedient(action="invoice.create", params=params, text=text))
    approve(house)
    assert booked(house.root) == []
    assert house.counts() == {"Pending_Approval": 1}


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=https://evil.example/x>", "<b>x</b>"])
def test_page_of_an_invoice_is_nothing_but_text(house: House, text: str) -> None:
    (house.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    line = PLAIN.lines[0].model_copy(update={"description": text})
    invoice = PLAIN.model_copy(update={"customer": text, "note": text, "reference": text, "lines": (line,)})
    params = {"invoice": invoice.model_dump(mode="json")}
    told(house, Obedient(action="invoice.create", params=params, text=invoices.to_text(invoice)))
    approve(house)
    house.pass_time(timedelta(days=1))
    approve(house)
    (page,) = [path.read_text(encoding="utf-8") for path in lying_ready(house) if path.suffix == ".html"]
    assert "<script" not in page.lower()
    assert "<img" not in page.lower()


def test_late_copy_of_a_deleted_note_is_understood_before_it_counts(house: House) -> None:
    (house.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    params = {"invoice": PLAIN.model_dump(mode="json")}
    text = invoices.to_text(PLAIN).replace("1,200.00", "12.00")
    house.with_agent("mail", Obedient(action="invoice.create", params=params, text=text))
    house.with_router(Straight())
    house.arrive()
    house.run()
    note = house.note("Pending_Approval")
    late = note.read_bytes()
    note.unlink()
    for _ in range(3):
        house.run()
        house.pass_time(timedelta(minutes=15))
    assert [proposal.state for proposal in house.app.ledger.proposals.open()] == [State.WITHDRAWN]
    (house.root / "Approved" / note.name).write_bytes(late)
    house.run()
    assert booked(house.root) == []
    assert house.counts() == {"Pending_Approval": 1}


def test_text_put_back_during_the_hold_is_understood_again(slow_house: House) -> None:
    house = slow_house
    (house.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    params = {"invoice": PLAIN.model_dump(mode="json")}
    text = invoices.to_text(PLAIN).replace("1,200.00", "12.00")
    told(house, Obedient(action="invoice.create", params=params, text=text))
    published = house.note("Pending_Approval").read_bytes()
    right = published.replace(text.encode(), invoices.to_text(PLAIN).encode())
    assert right != published
    note = house.note("Pending_Approval")
    note.write_bytes(right)
    note = house.move("Pending_Approval", "Approved")
    house.manager.step(house.clock.now())
    assert [proposal.state for proposal in house.app.ledger.proposals.open()] == [State.HELD]
    note.write_bytes(published)
    house.run()
    house.pass_time(DAY)
    house.run()
    assert booked(house.root) == []
