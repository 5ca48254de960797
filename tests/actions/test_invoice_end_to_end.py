"""An invoice from its draft to the files in Outbox/, with the person's hands between."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from daemon.core.accounting.invoice import Invoice
from tests.actions.bookkeeping import HANDBOOK, PLAIN, ask, booked, flaws, office, outbox, pair
from tests.house import House


def house(folder: Path, invoice: Invoice = PLAIN, **settings: Any) -> House:
    made = office(House(folder, **settings), invoice)
    made.run()
    return made


def ledger(made: House) -> list[str]:
    return (made.root / "Accounting" / "ledger.csv").read_text(encoding="utf-8-sig").splitlines()


def approve(made: House) -> None:
    made.move_all("Pending_Approval", "Approved")
    made.run()


def test_approved_invoice_gets_its_number_and_lies_in_outbox(tmp_path: Path) -> None:
    made = house(tmp_path)
    assert "amount: 1428.00" in made.note("Pending_Approval").read_text(encoding="utf-8")
    approve(made)
    assert outbox(made) == pair(1)
    assert made.counts() == {"Done": 1}
    assert "outcome: saved" in made.note("Done").read_text(encoding="utf-8")
    head, line = ledger(made)
    assert head == "date,kind,number,party,description,net,tax,gross,currency,due,file,id"
    assert line.startswith(
        "2026-03-10,invoice,2026-0001,ACME GmbH,Workshop,1200.00,228.00,1428.00,EUR,2026-12-05,"
        "Outbox/2026-0001_acme-gmbh.pdf,t"
    )


def test_changed_quantity_is_asked_back_with_the_new_total(tmp_path: Path) -> None:
    made = house(tmp_path)
    made.edit("Pending_Approval", "1 day", "2 days")
    approve(made)
    assert outbox(made) == []
    asked = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "amount: 2856.00" in asked
    assert "amount 2856.00 instead of 1428.00" in asked
    assert "2,856.00 EUR" in asked.partition("## Draft")[2]
    approve(made)
    assert ",2400.00,456.00,2856.00,EUR," in ledger(made)[1]
    assert outbox(made) == pair(1)


def test_missing_facts_are_asked_for_instead_of_a_number_being_taken(tmp_path: Path) -> None:
    made = house(tmp_path, PLAIN.model_copy(update={"currency": ""}))
    approve(made)
    assert "Still missing: the currency" in made.note("Pending_Approval").read_text(encoding="utf-8")
    made.edit("Pending_Approval", "Currency: ?", "Currency: EUR")
    approve(made)
    approve(made)
    assert outbox(made) == pair(1)


def test_changed_amount_alone_is_answered_with_what_it_follows_from(tmp_path: Path) -> None:
    made = house(tmp_path)
    made.edit("Pending_Approval", "amount: 1428.00", "amount: 1000")
    approve(made)
    asked = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "the total follows from the lines and is 1,428.00 EUR" in asked
    assert outbox(made) == []


def test_due_date_changed_in_the_properties_is_in_the_text_of_the_next_draft(tmp_path: Path) -> None:
    made = house(tmp_path)
    made.edit("Pending_Approval", "due: 2026-12-05", "due: 2026-12-31")
    approve(made)
    assert "Due: 2026-12-31" in made.note("Pending_Approval").read_text(encoding="utf-8")
    approve(made)
    assert booked(made.root)[0]["due"] == "2026-12-31"


def test_name_that_cannot_be_printed_is_said_before_a_number_is_taken(tmp_path: Path) -> None:
    made = house(tmp_path, PLAIN.model_copy(update={"customer": "北京 GmbH"}))
    approve(made)
    assert "The PDF cannot show 京 北" in made.note("Pending_Approval").read_text(encoding="utf-8")
    assert booked(made.root) == []


def test_invoice_without_a_sender_says_what_to_write_in_the_handbook(tmp_path: Path) -> None:
    made = house(tmp_path)
    (made.root / "Company_Handbook.md").write_text("# Handbook\n", encoding="utf-8")
    approve(made)
    assert "does not say who invoices come from" in made.note("Pending_Approval").read_text(encoding="utf-8")


def test_what_the_person_wrote_counts_while_the_handbook_is_filled_in(tmp_path: Path) -> None:
    made = house(tmp_path, PLAIN.model_copy(update={"customer": "", "due": None}))
    (made.root / "Company_Handbook.md").write_text("# Handbook\n", encoding="utf-8")
    made.edit("Pending_Approval", "Customer: ?", "Customer: Hansen Cafe")
    made.edit("Pending_Approval", "| 1 day |", "| 2 days |")
    approve(made)
    refused = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "does not say who invoices come from" in refused
    assert "amount: 2856.00" in refused
    assert "| To pay | 2,856.00 EUR |" in refused
    (made.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    approve(made)
    assert booked(made.root)[0]["gross"] == "2856.00"
    assert outbox(made) == ["2026-0001_hansen-cafe.html", "2026-0001_hansen-cafe.pdf"]


def test_an_edit_is_shown_again_with_its_total_and_every_property_it_had(tmp_path: Path) -> None:
    made = house(tmp_path, PLAIN.model_copy(update={"customer": ""}))
    approve(made)
    made.edit("Pending_Approval", "Customer: ?", "Customer: Hansen Cafe")
    made.edit("Pending_Approval", "currency: EUR\n", "currency:\n")
    approve(made)
    asked = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "currency: EUR" in asked
    assert "Still missing" not in asked
    approve(made)
    assert booked(made.root)[0]["gross"] == "1428.00"


def test_number_put_off_is_given_to_the_next_when_the_first_is_undone(tmp_path: Path) -> None:
    made = office(House(tmp_path), requests=2)
    made.run()
    first, second = made.notes("Pending_Approval")
    broken = made.root / "Accounting" / "ledger.csv"
    broken.write_bytes(b"shopping list\n")
    first.rename(made.root / "Approved" / first.name)
    assert any("Nothing can be booked" in waiting.why for waiting in made.run())
    made.move("Approved", "Rejected")
    made.run()
    broken.unlink()
    second.rename(made.root / "Approved" / second.name)
    made.run()
    assert [line["number"] for line in booked(made.root)] == ["2026-0001"]
    assert outbox(made) == pair(1)


def test_ledger_put_right_lets_the_invoice_go_on(tmp_path: Path) -> None:
    made = house(tmp_path)
    broken = made.root / "Accounting" / "ledger.csv"
    broken.write_bytes(b"shopping list\n")
    approve(made)
    broken.rename(tmp_path / "list.txt")
    made.pass_time(timedelta(hours=1))
    made.run()
    assert flaws(made, 1) == []


def test_booked_invoice_is_completed_with_its_number_once_outbox_can_be_written(tmp_path: Path) -> None:
    made = house(tmp_path)
    (made.root / "Outbox").rmdir()
    (made.root / "Outbox").write_text("in the way")
    made.move_all("Pending_Approval", "Approved")
    made.run()
    assert [line["number"] for line in booked(made.root)] == ["2026-0001"]
    assert made.counts().get("Done") is None
    made.restart()
    (made.root / "Outbox").unlink()
    made.pass_time(timedelta(hours=1))
    made.run()
    assert flaws(made, 1) == []


def test_rejected_invoice_takes_no_number(tmp_path: Path) -> None:
    made = office(House(tmp_path), requests=2)
    made.run()
    made.notes("Pending_Approval")[0].rename(made.root / "Rejected" / made.notes("Pending_Approval")[0].name)
    made.run()
    approve(made)
    assert [line["number"] for line in booked(made.root)] == ["2026-0001"]


def test_new_state_directory_goes_on_after_the_ledger_of_the_vault(tmp_path: Path) -> None:
    made = house(tmp_path)
    approve(made)
    made.stop()
    (tmp_path / "home").rename(tmp_path / "lost")
    (made.root / "Dashboard.md").unlink(missing_ok=True)
    made.start()
    ask(made, requests=2)
    made.run()
    approve(made)
    assert [line["number"] for line in booked(made.root)][:2] == ["2026-0001", "2026-0002"]
    assert len({line["number"] for line in booked(made.root)}) == len(booked(made.root))


def test_each_year_has_its_own_numbers(tmp_path: Path) -> None:
    made = house(tmp_path, accounting__first_invoice="17")
    approve(made)
    made.pass_time(timedelta(days=300))
    made.arrive(key="mail:next", title="Next year")
    made.run()
    approve(made)
    assert [line["number"] for line in booked(made.root)] == ["2026-0017", "2027-0001"]


def test_form_and_separator_can_be_set(tmp_path: Path) -> None:
    made = house(tmp_path, accounting__invoice_number="RE/{n:03}", accounting__ledger_separator=";")
    approve(made)
    assert ";RE/001;ACME GmbH;Workshop;1200,00;228,00;1428,00;EUR;" in ledger(made)[1]
    assert outbox(made) == ["RE-001_acme-gmbh.html", "RE-001_acme-gmbh.pdf"]


def test_first_draft_says_that_the_handbook_names_nobody(tmp_path: Path) -> None:
    made = house(tmp_path)
    draft = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "Your name, address, tax number and IBAN on it come from your handbook" in draft
    assert "Nothing yet" not in draft
    (made.root / "Company_Handbook.md").write_text("# Handbook\n", encoding="utf-8")
    made.arrive(key="mail:9", title="Another request")
    made.run()
    untouched = max((note.read_text(encoding="utf-8") for note in made.notes("Pending_Approval")), key=_says_not_yet)
    assert "- Nothing yet. Company_Handbook.md does not say who invoices come from" in untouched
    assert "from your handbook" not in untouched


def _says_not_yet(note: str) -> bool:
    return "Nothing yet" in note


def test_what_cannot_be_done_is_not_promised_below(tmp_path: Path) -> None:
    made = house(tmp_path, PLAIN.model_copy(update={"currency": ""}))
    draft = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "- Nothing yet. Still missing: the currency.\n- After that, an invoice over" in draft


def test_who_ticked_both_boxes_is_not_told_that_they_edited_it(tmp_path: Path) -> None:
    made = house(tmp_path)
    (made.root / "Company_Handbook.md").write_text("# Handbook\n", encoding="utf-8")
    made.edit("Pending_Approval", "approve: false\nreject: false", "approve: true\nreject: true")
    made.run()
    asked = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "It cannot be done as it stands" in asked
    assert "You changed more than the words" not in asked
