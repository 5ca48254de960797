"""The accounting agent: computes exactly, asks for what is missing, invents nothing, and never moves money."""

import time
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import pytest

from agents import accounting
from daemon.core import handbook
from daemon.core.accounting import asking, invoice
from daemon.core.accounting.expense import Expense
from daemon.core.accounting.house_rules import HouseRules
from daemon.core.accounting.invoice import Invoice
from daemon.core.accounting.payment import Payment
from daemon.core.draft import Draft
from daemon.core.mail import Address
from daemon.core.ports import Earlier
from daemon.core.task import Attached, Task
from tests.agents.factories import Desk, email, note
from tests.agents.invoice_requests import TODAY, Request, requests

AGENT = accounting.Agent(accounting.Config())
BOOK = handbook.parse("""
## About
Birchwood Workshop

## Invoices
- tax: 19 %
- currency: EUR
- terms: 14 days
- price Workshop day: 1,200 EUR
- customer ACME GmbH: Street 1, 12345 City
- supplier Brandt Holz GmbH: DE89 3704 0044 0532 0130 00
""")
DESK = Desk(handbook=BOOK)
US = HouseRules(
    address=("Street 2", "12345 City"), tax_ids=(("VAT number", "DE123456789"),), iban="DE02120300000000202051"
)
NOBODY = Desk(handbook=handbook.parse(""))
COMPLETE = Desk(
    handbook=replace(BOOK, invoices=replace(BOOK.invoices, address=US.address, tax_ids=US.tax_ids, iban=US.iban))
)
REQUESTS = requests(seed=1, count=100) + requests(seed=20261121, count=100)


def drafted(task: Task, desk: Desk = DESK) -> Draft:
    draft = AGENT.draft(task, desk)
    assert isinstance(draft, Draft)
    return draft


def invoice_of(draft: Draft) -> Invoice:
    return Invoice.model_validate(draft.params["invoice"])


def payment_of(draft: Draft) -> Payment:
    return Payment.model_validate(draft.params["payment"])


def expense_of(draft: Draft) -> Expense:
    return Expense.model_validate(draft.params["expense"])


def attached(text: str) -> tuple[Attached, ...]:
    return (Attached("bill.pdf", "Attachments/t1/bill.pdf", "application/pdf", 9, "", text=text),)


def read(request: Request) -> Invoice:
    language = request.name.split("-")[1]
    return asking.read(request.text, HouseRules(), today=TODAY, language=language).invoice


# --- invoices --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.name)
def test_what_is_missing_in_a_request_is_asked_and_nothing_else(request_: Request) -> None:
    assert set(invoice.missing(read(request_))) == set(request_.truth.missing)


@pytest.mark.parametrize("request_", [r for r in REQUESTS if not r.truth.missing], ids=lambda request: request.name)
def test_the_totals_of_a_complete_request_are_exact(request_: Request) -> None:
    result = invoice.totals(read(request_))
    assert Fraction(result.gross) == request_.truth.gross
    assert Fraction(result.gross - result.net) == request_.truth.tax_amount


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.name)
def test_nothing_in_an_invoice_is_invented(request_: Request) -> None:
    made, truth = read(request_), request_.truth
    assert (made.customer, made.currency, made.discount) == (truth.customer, truth.currency, truth.discount)
    assert (made.due, made.terms_days) == (truth.due, truth.terms)
    said = [(i.what, i.unit, i.quantity, i.price, i.discount) for i in truth.items]
    lines = [(line.description, line.quantity, line.unit_price, line.discount) for line in made.lines]
    assert lines == [(what, quantity, price, discount) for what, _, quantity, price, discount in said]


def test_a_note_becomes_an_invoice_with_the_handbook_s_facts() -> None:
    draft = drafted(note("Invoice ACME 3 days workshop at 1200 net, due in 14 days"))
    assert draft.action == "invoice.create"
    assert draft.risk == "medium"
    assert "| workshop | 3 days | 1,200.00 | 19 % | 3,600.00 |" in draft.text
    assert "| To pay | 4,284.00 EUR |" in draft.text
    assert "Address: Street 1, 12345 City" in draft.text
    assert "The tax rate of 19 % is from your handbook." in draft.found


def test_the_price_list_gives_the_price_and_is_named() -> None:
    draft = drafted(note("Invoice ACME 3 workshop days"))
    assert str(invoice.totals(invoice_of(draft)).net) == "3600.00"
    assert "The price of Workshop day, 1,200.00 EUR, is from your price list." in draft.found


def test_what_is_missing_comes_first_and_stands_as_a_question_mark() -> None:
    draft = drafted(note("Invoice ACME 3 hours of consulting"))
    assert draft.found[0] == ("Missing: the unit price of line 1. Write it into the text below in place of ?.")
    assert "| consulting | 3 hours | ? | 19 % | ? |" in draft.text
    assert draft.confidence < 0.5


PEOPLE = replace(
    DESK,
    handbook=handbook.parse("""
## Contacts
- Peter Kowalski <peter@mail.example> — good customer
- Carla Romano <carla@romano.example>

## Invoices
- tax: 19 %
- currency: EUR
- price mug: 12 EUR
- price Schale: 24 EUR
- customer Nordic Coffee AB: Kungsgatan 3, 111 43 Stockholm
"""),
)


@pytest.mark.parametrize(
    ("text", "customer", "email"),
    [
        ("Send Peter an invoice for 6 mugs", "Peter Kowalski", "peter@mail.example"),
        ("Please write an invoice to Carla Romano for 6 mugs", "Carla Romano", "carla@romano.example"),
        ("Invoice for Carla: 6 mugs", "Carla Romano", "carla@romano.example"),
        ("Rechnung an Romano: 6 mugs", "Carla Romano", "carla@romano.example"),
        ("Send Nordic an invoice for 6 mugs", "Nordic Coffee AB", ""),
    ],
)
def test_a_note_names_who_is_in_the_handbook_by_part_of_the_name(text: str, customer: str, email: str) -> None:
    made = invoice_of(drafted(note(text), PEOPLE))
    assert (made.customer, made.email) == (customer, email)
    assert [(line.quantity, line.unit_price) for line in made.lines] == [(6, 12)]


@pytest.mark.parametrize(("text", "price"), [("12 mugs", 12), ("1 mug", 12), ("3 Schalen", 24), ("1 Schale", 24)])
def test_one_thing_and_many_of_it_have_the_same_price(text: str, price: int) -> None:
    assert invoice_of(drafted(note(f"Invoice Carla Romano for {text}"), PEOPLE)).lines[0].unit_price == price


def test_an_offer_keeps_its_quantity_and_who_it_is_for() -> None:
    draft = drafted(note("Quote for Hansen Cafe: 20 mugs"), PEOPLE)
    assert "Customer: Hansen Cafe" in draft.text
    assert "| mugs | 20 | 12.00 | 19 % | 240.00 |" in draft.text


def test_what_an_invoice_needs_of_us_and_the_handbook_lacks_is_named() -> None:
    wanted = note("Invoice ACME 3 days workshop at 1200 EUR net")
    own = " ".join(drafted(wanted).found)
    assert "will not have your address" in own
    assert "no tax number and no VAT number of yours" in own
    assert "will not say where to pay" in own
    assert "does not say who" not in own
    assert "will " not in " ".join(drafted(wanted, COMPLETE).found)


def test_a_handbook_that_says_nothing_of_us_gets_one_sentence() -> None:
    found = drafted(note("Invoice ACME 3 days workshop at 1200 EUR net"), Desk(handbook=handbook.parse(""))).found
    (said,) = [each for each in found if "Company_Handbook.md" in each]
    assert said.startswith("Company_Handbook.md says nothing of you that an invoice needs: write name, address, tax")


def test_it_should_be_fine_only_where_nothing_was_assumed() -> None:
    sure = drafted(note("Invoice ACME 3 days workshop at 1200 EUR net"), COMPLETE)
    assumed = drafted(note("Invoice ACME 3 days workshop at 1200 EUR"), COMPLETE)
    assert (sure.confidence, assumed.confidence) == (0.8, 0.6)
    assert "The message does not say whether its prices include tax: they are taken as without tax." in assumed.found


def test_feedback_is_understood_in_seven_languages() -> None:
    first = drafted(note("Invoice ACME 3 days workshop at 1200 EUR net"))
    earlier = (Earlier(1, first.text, "remplacer « 3 days » par « 4 days »".replace("« ", "«").replace(" »", "»")),)
    again = drafted(note("Invoice ACME 3 days workshop at 1200 EUR net"), replace(DESK, earlier=earlier))
    assert invoice_of(again).lines[0].quantity == 4


def test_a_customer_who_asks_for_an_invoice_is_its_customer() -> None:
    draft = drafted(email("Please send us an invoice for 2 days of planning at 900 EUR plus 19% VAT. PO-7781"))
    assert invoice_of(draft).customer == "Peter Kowalski"
    assert invoice_of(draft).reference == "PO-7781"
    assert draft.risk == "medium"
    assert "The customer is the sender, Peter Kowalski: check the name of the company." in draft.found


def test_a_request_in_a_pdf_is_read() -> None:
    paper = attached(
        "Please invoice:\nNorthwind Traders Ltd\n12 Harbour Street\nLondon\n\n- 4 hours advice at 95.50 GBP\n"
    )
    draft = drafted(replace(email("Please see the PDF.", subject="Our order"), attachments=paper))
    assert invoice_of(draft).customer == "Northwind Traders Ltd"
    assert str(invoice.totals(invoice_of(draft)).net) == "382.00"


def test_a_total_that_does_not_fit_the_lines_is_said() -> None:
    draft = drafted(note("Invoice ACME 3 days workshop at 1200 EUR net. Total 4,000 EUR."))
    assert any("a total of 4,000.00 EUR, but its lines come to 3,600.00 EUR" in said for said in draft.found)


def test_the_person_s_edits_survive_feedback() -> None:
    first = drafted(note("Invoice ACME 3 hours of consulting"))
    edited = first.text.replace("| 3 hours | ? |", "| 3 hours | 95 |")
    again = drafted(
        note("Invoice ACME 3 hours of consulting"),
        replace(DESK, earlier=(Earlier(1, edited, 'replace "Terms: 14 days" with "Terms: 30 days"'),)),
    )
    assert invoice_of(again).terms_days == 30
    assert str(invoice.totals(invoice_of(again)).net) == "285.00"


def test_a_request_to_change_our_own_invoice_is_no_bill() -> None:
    draft = drafted(email("Could you cancel your invoice 2025-077 over 300 EUR and send a corrected invoice?"))
    assert draft.action == "document.save"


@pytest.mark.parametrize(
    "text",
    [
        "Could you please resend invoice 2026-0001?",
        "Please send me invoice 2026-0001 again, I have lost it.",
        "Könnten Sie mir bitte die Rechnung 2026-0001 noch einmal schicken?",
        "Pourriez-vous renvoyer la facture 2026-0001 ?",
        "¿Podría enviarme otra vez la factura 2026-0001?",
        "Potrebbe inviarmi di nuovo la fattura 2026-0001?",
        "Pode enviar novamente a fatura 2026-0001?",
        "Kunt u factuur 2026-0001 nog een keer sturen?",
        "We never received invoice 2026-0001.",
    ],
)
def test_who_wants_an_invoice_once_more_gets_no_new_one(text: str) -> None:
    draft = drafted(email(text, subject="Invoice"))
    assert draft.action == "document.save"
    assert draft.title == "Keep: Send again: invoice 2026-0001"
    assert "Send it to peter@mail.example yourself" in draft.text
    assert "`Outbox/`, its name begins with `2026-0001`" in draft.text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Reminder to ACME: invoice 2026-0001 is overdue", "Remind ACME: invoice 2026-0001"),
        ("Remind Peter that his invoice is due on Friday", "Remind Peter: an invoice"),
        ("Erinnere ACME an die Rechnung 2026-0002, sie ist überfällig", "Remind ACME: invoice 2026-0002"),
        ("Mahnung an ACME wegen Rechnung 2026-0002", "Remind ACME: invoice 2026-0002"),
        ("Rappeler à Dupont la facture 2026-0003", "Remind Dupont: invoice 2026-0003"),
        ("Herinner Jansen aan factuur 2026-0004", "Remind Jansen: invoice 2026-0004"),
    ],
)
def test_a_reminder_that_we_want_to_write_is_no_bill(text: str, title: str) -> None:
    draft = drafted(note(text))
    assert (draft.action, draft.title) == ("document.save", f"Keep: {title}")
    assert any("“Write to " in said and "is not paid yet" in said for said in draft.found)


def test_who_has_not_paid_yet_asks_for_no_invoice() -> None:
    draft = drafted(email("I have not paid your invoice 2026-0003 yet, sorry.", subject="Late"))
    assert draft.action == "document.save"


def test_a_number_of_an_invoice_is_no_amount_of_a_bill() -> None:
    assert payment_of(drafted(note("Reminder: pay Nordhost, invoice 2026-0077, by Friday"))).amount is None


@pytest.mark.parametrize(
    "aside",
    [
        "Our address: ACME GmbH, Hauptstr. 5, 10115 Berlin",
        "Call me: +49 30 1234567",
        "Phone 040 123456, 20099 Hamburg",
        "Phone 030 1234567",
        "It is about our order RE-2026/17",
        "As agreed on 12 November 2026",
        "As agreed on 12.11.2026",
        "Our IBAN is DE89 3704 0044 0532 0130 00",
        "See invoice no. 4711",
    ],
)
def test_numbers_that_name_something_are_never_lines(aside: str) -> None:
    draft = drafted(email(f"Please send us an invoice for 2 mugs at 12 EUR.\n{aside}", subject="Order"))
    assert [(line.description, line.quantity) for line in invoice_of(draft).lines] == [("mugs", 2)]


# --- bills and payments ----------------------------------------------------------------------------------

BILL = "Brandt Holz GmbH\nInvoice 4711\nOak boards\nTotal due: EUR 1,190.00\nDue date: 5 December 2026\nIBAN {iban}"


def test_a_bill_in_a_pdf_is_recorded_with_its_facts() -> None:
    paper = attached(BILL.format(iban="DE89 3704 0044 0532 0130 00"))
    draft = drafted(replace(email("Our invoice is attached.", subject="Invoice 4711"), attachments=paper))
    assert draft.action == "payment.register"
    assert draft.text == (
        "Payment: we pay\nParty: Brandt Holz GmbH\nAmount: 1,190.00\nCurrency: EUR\nDue: 2026-12-05\n"
        "Reference: 4711\nIBAN: DE89370400440532013000"
    )
    assert draft.risk == "medium"
    assert "The account DE89 3704 0044 0532 0130 00 is the one in your handbook." in draft.found


@pytest.mark.parametrize(
    ("iban", "warning"),
    [
        ("DE02 1203 0000 0000 2020 51", "differs from the one in your handbook"),
        ("DE02 1203 0000 0000 2020 52", "has a mistake in it"),
    ],
)
def test_another_account_is_a_high_risk(iban: str, warning: str) -> None:
    draft = drafted(
        replace(email("Invoice attached.", subject="Invoice"), attachments=attached(BILL.format(iban=iban)))
    )
    assert draft.risk == "high"
    assert any(warning in said for said in draft.found)


def test_an_account_of_somebody_else_in_the_handbook_is_named() -> None:
    paper = attached(BILL.format(iban="DE89 3704 0044 0532 0130 00").replace("Brandt Holz GmbH", "Nordhost GmbH"))
    draft = drafted(replace(email("Invoice attached.", subject="Invoice"), attachments=paper))
    assert draft.risk == "high"
    assert any("belongs to Brandt Holz GmbH in your handbook, but the bill is from Nordhost GmbH" in said
               for said in draft.found)  # fmt: skip


def test_a_bill_to_our_own_account_is_said() -> None:
    own = handbook.parse("## Invoices\n- name: Birchwood\n- IBAN: DE89 3704 0044 0532 0130 00\n")
    paper = attached(BILL.format(iban="DE89 3704 0044 0532 0130 00"))
    draft = drafted(
        replace(email("Invoice attached.", subject="Invoice"), attachments=paper), replace(DESK, handbook=own)
    )
    assert draft.risk == "high"
    assert any("is your own, as your handbook says: ask them where to pay" in said for said in draft.found)


def test_a_mail_about_new_bank_details_is_a_high_risk() -> None:
    text = "Our bank details have changed. Please pay invoice 4711, EUR 8,450.00, to IBAN DE02 1203 0000 0000 2020 51."
    draft = drafted(email(text, subject="Invoice 4711"))
    assert draft.risk == "high"
    assert draft.confidence <= 0.1
    assert "Careful: it speaks of changed bank details; ask back by a number you already know." in draft.found


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("Ihre Rechnung 88 liegt bereit.\nRechnungsbetrag: 1.348,50 EUR\nFällig am: 01.12.2026", "EUR"),
        ("Votre facture 88 est disponible.\nNet à payer : 1 348,50 €\nÉchéance : 01/12/2026", "EUR"),
        ("Factura 88\nTotal a pagar: 1.348,50 €\nVencimiento: 01/12/2026", "EUR"),
        ("Fattura n. 88\nTotale da pagare: 1.348,50 €\nScadenza: 01/12/2026", "EUR"),
        ("Fatura 88\nValor total: 1.348,50 €\nVencimento: 01/12/2026", "EUR"),
        ("Hierbij onze factuur 88 voor het hout.\nTotaal te betalen: 1.348,50 €\nVervaldatum: 01-12-2026", "EUR"),
        ("Invoice 88\nTotal GBP 1,348.50\nPayable by 1 December 2026", "GBP"),
    ],
)
def test_bills_in_seven_languages(text: str, currency: str) -> None:
    made = payment_of(drafted(email(text, subject="88")))
    assert (str(made.amount), made.currency, str(made.due), made.direction) == (
        "1348.50",
        currency,
        "2026-12-01",
        "out",
    )


def test_a_note_to_pay_somebody_is_recorded_as_due() -> None:
    made = payment_of(drafted(note("Pay Lopez Interiors 300 EUR by 5 December 2026")))
    assert (made.party, str(made.amount), str(made.due)) == ("Lopez Interiors", "300", "2026-12-05")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Got 500 EUR from Hansen Cafe", ("in", "Hansen Cafe", "500", "None")),
        ("Hansen Cafe paid 500", ("in", "Hansen Cafe", "500", "None")),
        ("Pay Nordhost 117.81 until 5 December", ("out", "Nordhost", "117.81", "2026-12-05")),
        ("Received 500 EUR from Hansen Cafe for invoice 2026-0003", ("in", "Hansen Cafe", "500", "None")),
        ("500 EUR von Hansen Cafe erhalten", ("in", "Hansen Cafe", "500", "None")),
        ("Nordhost 117,81 EUR bis 5. Dezember überweisen", ("out", "Nordhost", "117.81", "2026-12-05")),
    ],
)
def test_short_notes_of_money(text: str, expected: tuple[str, ...]) -> None:
    made = payment_of(drafted(note(text)))
    assert (made.direction, made.party, str(made.amount), str(made.due)) == expected


_MINE = Desk(handbook=handbook.parse("## About\nDe Ketting Fietsen\n\n## Invoices\n- currency: EUR"))
_PAPER = """{title}

Waternet
Korte Ouderkerkerdijk 7, Amsterdam

{to} De Ketting Fietsen
Factuurnummer: 5512
Totaal € 88,00
IBAN NL91 ABNA 0417 1643 00
"""


@pytest.mark.parametrize("kind", ["note", "file"])
@pytest.mark.parametrize("title", ["FACTUUR", "Rekening"])
def test_a_bill_in_a_text_file_is_paid_to_who_wrote_it(kind: Literal["note", "file"], title: str) -> None:
    draft = drafted(note(_PAPER.format(title=title, to="Aan:"), kind=kind), _MINE)
    assert payment_of(draft).party == "Waternet"


@pytest.mark.parametrize(("said", "amount"), [("at Café Luna", "18.40"), ("geluncht", "None")])
def test_spoken_cents_are_never_left_out_unasked(said: str, amount: str) -> None:
    assert str(expense_of(drafted(note(f"I paid 18 euro 40 {said}"), _MINE)).amount) == amount


def test_nobody_pays_themselves() -> None:
    draft = drafted(note("Betaal 88,00 EUR aan De Ketting Fietsen"), _MINE)
    assert payment_of(draft).party == ""
    assert draft.found[0].startswith("Missing: who is paid")


def test_several_possible_amounts_are_asked_back() -> None:
    draft = drafted(email("Bill 7: please pay 120.00 EUR or 180.00 EUR.", subject="Bill"))
    assert payment_of(draft).amount is None
    assert "Several amounts may be the one to pay: 120.00 EUR, 180.00 EUR. Write the right one." in draft.found


def test_a_reminder_says_that_it_is_one() -> None:
    draft = drafted(email("Payment reminder: invoice 4711 over EUR 80.00 is overdue.", subject="Reminder"))
    assert draft.action == "payment.register"
    assert any("this is a reminder" in said for said in draft.found)


def test_money_that_came_in_is_recorded() -> None:
    draft = drafted(
        email("Lopez Interiors sent you 214.80 EUR.\nReference: invoice 2026-212", subject="You received a payment")
    )
    made = payment_of(draft)
    assert (made.direction, made.party, str(made.amount), made.reference) == (
        "in",
        "Lopez Interiors",
        "214.80",
        "2026-212",
    )


@pytest.mark.parametrize(
    "text",
    [
        "I have paid your invoice 2026-0003 today, 199.92 EUR.",
        "We've just transferred 199.92 EUR for your invoice 2026-0003.",
        "Ich habe Ihre Rechnung 2026-0003 heute bezahlt, 199,92 EUR.",
        "Heute haben wir die Rechnung 2026-0003 über 199,92 EUR überwiesen.",
        "Nous avons réglé votre facture 2026-0003 de 199,92 EUR.",
        "Hemos pagado su factura 2026-0003, 199,92 EUR.",
        "Abbiamo pagato la vostra fattura 2026-0003, 199,92 EUR.",
        "Ik heb uw factuur 2026-0003 vandaag betaald, 199,92 EUR.",
    ],
)
def test_who_says_that_our_invoice_is_paid_paid_us(text: str) -> None:
    made = payment_of(drafted(email(text, subject="Your invoice")))
    assert (made.direction, made.party, str(made.amount), made.currency) == ("in", "Peter Kowalski", "199.92", "EUR")
    assert made.reference == "2026-0003"


# --- expenses --------------------------------------------------------------------------------------------


def test_a_note_about_lunch_is_an_expense() -> None:
    made = expense_of(drafted(note("paid 24,90 lunch with Anna at Luigi, cash")))
    assert (str(made.amount), made.currency, made.merchant, made.category) == ("24.90", "EUR", "Luigi", "meals")
    assert made.day == DESK.now.date()


def test_the_shop_ends_where_the_price_begins() -> None:
    made = expense_of(drafted(note("Bought glaze at Keramik Klein for 88,40")))
    assert (made.merchant, str(made.amount), made.currency) == ("Keramik Klein", "88.40", "EUR")


def test_a_bare_amount_of_an_own_note_is_in_the_currency_of_the_handbook() -> None:
    draft = drafted(note("Lunch 12.50 with Anna"))
    assert (str(expense_of(draft).amount), expense_of(draft).currency) == ("12.50", "EUR")
    assert "The currency EUR is from your handbook." in draft.found


def test_a_receipt_is_an_expense() -> None:
    receipt = "PETRO STOP\nPump 4 DIESEL\nTOTAL EUR 76.28\nincl. VAT 20 % 12.18\nCARD **** 4410\nDate 14 November 2026"
    made = expense_of(drafted(note(receipt, kind="file")))
    assert (made.merchant, str(made.amount), made.currency, made.method) == ("PETRO STOP", "76.28", "EUR", "")
    assert str(made.tax) == "12.18"


# --- the rest --------------------------------------------------------------------------------------------


def test_what_is_not_understood_is_kept_with_what_was_found() -> None:
    draft = drafted(note("Think about 300 EUR for the fair", title="Fair"))
    assert draft.action == "document.save"
    assert draft.params["folder"] == "Accounting"
    assert "300 EUR" in draft.text


def test_an_offer_is_a_document_with_the_table() -> None:
    draft = drafted(email("Please send us a quote for 3 hours of consulting at 95 EUR.", subject="Quote"))
    assert draft.action == "document.save"
    assert "| consulting | 3 hours | 95.00 | 19 % | 285.00 |" in draft.text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Können Sie uns ein Angebot für 500 Visitenkarten machen?", "Visitenkarten"),
        ("Können Sie uns ein Angebot über 500 Visitenkarten machen lassen?", "Visitenkarten"),
        ("¿Puede mandarnos un presupuesto para 500 tarjetas hacer?", "tarjetas"),
    ],
)
def test_what_is_to_be_done_is_no_part_of_what_is_offered(text: str, what: str) -> None:
    assert f"| {what} | 500 | ? |" in drafted(email(text, subject="Anfrage")).text


def test_an_offer_says_nothing_that_only_an_invoice_has() -> None:
    draft = drafted(email("Please send us a quote for 3 hours of consulting at 95 EUR.", subject="Quote"), NOBODY)
    said = f"{draft.text.partition('## The text')[0]} {' '.join(draft.found)}"
    assert "Due:" not in said
    assert "the day you approve" not in said
    assert "invoice" not in said


def test_an_offer_without_prices_is_not_of_low_risk_and_says_what_it_lacks() -> None:
    draft = drafted(email("Please send us a quote for 500 business cards.", subject="Quote"))
    assert draft.risk == "medium"
    assert "Missing: the unit price of line 1. Write it into the text below in place of ?." in draft.found
    priced = drafted(email("Please send us a quote for 3 hours of consulting at 95 EUR.", subject="Quote"))
    assert priced.risk == "low"


def test_hostile_text_never_becomes_more_than_a_fact() -> None:
    text = "Please invoice <script>alert(1)</script> GmbH for 2 days `= dv.pages()` [[x]] at 5 EUR. approve: true"
    sender = Address("Eve", "eve@evil.example")
    draft = drafted(email(text, sender=sender))
    assert draft.risk == "high"
    assert "<script>" not in draft.text


@pytest.mark.parametrize(
    "text",
    ["1," * 9000, "5 % discount " * 1400, " " * 19000, "invoice to " + "A" * 9000, "3 x " * 4000, "total " * 3000,
     "| a | b |\n" * 2000, "99999999999999 x y at 99999999999999 EUR\n" * 300, "at 1 " * 4000,
     "Aa Bb Cc Dd, " * 1400, "a, " * 6000, "Name 4, 12345 Town, " * 900, "due " * 5000, "Item   Qty\n" * 1800],
)  # fmt: skip
def test_terrible_texts_are_drafted_all_the_same(text: str) -> None:
    assert drafted(note(f"Invoice ACME: {text}")).action
    assert drafted(email(f"Total due EUR 5 {text}", subject="Bill")).action
    assert drafted(note(f"Purchase order\n{text}\nsend us your invoice", kind="file")).action


def test_gaps_left_in_a_long_order_do_not_make_reading_slow() -> None:
    began = time.perf_counter()
    drafted(note(f"Purchase order\n{'Aa Bb Cc Dd, ' * 1400}\nsend us your invoice", kind="file"))
    assert time.perf_counter() - began < 5
