"""What a bill says: until when, how much, from whom; and what it leaves open."""

from __future__ import annotations

import time
import unicodedata
from datetime import date
from decimal import Decimal

import pytest

from daemon.core.accounting import documents, iban

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "due", "why"),
    [
        ("Payable within 14 days by bank transfer.", date(2026, 12, 5), "counted from the day it came in"),
        ("Invoice date: 10 November 2026\nPayable within 14 days.", date(2026, 11, 24), "counted from its date"),
        ("Bitte überweisen Sie den Betrag innerhalb von 10 Tagen.", date(2026, 12, 1), "counted from"),
        ("The amount is due upon receipt.", TODAY, "payment at once"),
        ("Zählerstände melden Sie bitte bis 31.12.2026.", None, "does not say until when"),
    ],
)
def test_day_to_pay_by_is_found_or_asked_for(text: str, due: date | None, why: str) -> None:
    facts = documents.read(text, today=TODAY, language="de")
    assert facts.due == due
    assert why in facts.terms[0]


def test_collected_amount_is_not_to_be_paid_by_hand() -> None:
    facts = documents.read("Den Betrag buchen wir am 01.12.2026 per Lastschrift ab.", today=TODAY, language="de")
    assert facts.due == date(2026, 12, 1)
    assert facts.terms == ("It says that the amount is collected from your account: do not pay it by hand as well.",)


@pytest.mark.parametrize(
    "text",
    [
        "Het bedrag wordt omstreeks 1 december 2026 van uw rekening afgeschreven.",
        "Der Betrag wird am 01.12.2026 abgebucht.",
        "We will debit your account on 1 December 2026.",
    ],
)
def test_day_on_which_it_is_collected_is_read_wherever_it_stands(text: str) -> None:
    assert str(documents.read(f"Totaal € 88,00\n{text}", today=TODAY).due) == "2026-12-01"


@pytest.mark.parametrize("net", ["Net 100.00 EUR", "net 100 EUR", "Net 100,00"])
def test_net_amount_is_no_number_of_days(net: str) -> None:
    assert documents.read(f"{net}\nVAT 21.00 EUR\nTotal 121.00 EUR", today=TODAY).due is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Offener Betrag 1.904,00 €\nMahngebühr 15,00 €\nZu zahlen 1.919,00 €", "1919.00"),
        ("Netto 1.000,00 €\nMwSt. 19 % 190,00 €\nBrutto 1.190,00 €", "1190.00"),
        ("Papier 240,00 € HT, TVA 20 % 48,00 €, soit 288,00 € TTC.", "288.00"),
        ("59,90 € + IVA 23 % = 73,68 €", "73.68"),
        ("Design 100.00 EUR, tax 19.00 EUR, 119.00 EUR", "119.00"),
    ],
)
def test_amount_to_pay_is_the_whole(text: str, amount: str) -> None:
    assert str(documents.read(text, today=TODAY).amount) == amount


_NET_FIRST = "20 tyres at EUR 14.90 = EUR 298.00\nVAT 21% EUR 62.58\n"


@pytest.mark.parametrize(
    "total",
    [
        "Payable: EUR 360.58 before 3 December",
        "Please pay EUR 360.58 before 3 December",
        "You owe EUR 360.58",
        "Amount to be paid: EUR 360.58",
        "Zu zahlender Betrag: 360,58 EUR",
        "Bitte überweisen Sie 360,58 EUR bis zum 3. Dezember",
        "Rechnungssumme 360,58 EUR",
        "À régler : 360,58 EUR",
        "Net à payer 360,58 EUR",
        "A pagar: 360,58 EUR",
        "Total con IVA 360,58 EUR",
        "Da versare: 360,58 EUR",
        "A liquidar: 360,58 EUR",
        "Te voldoen: € 360,58",
        "Nog te betalen\n€ 360,58",
        "Factuurbedrag € 360,58",
        "Gelieve € 360,58 over te maken",
        "Just this once: EUR 360.58",  # no word for it: net + VAT come to it
    ],
)
def test_a_row_of_a_bill_is_not_what_is_to_be_paid(total: str) -> None:
    facts = documents.read(f"{_NET_FIRST}{total}\n", today=TODAY)
    assert (facts.amount, facts.currency) == (Decimal("360.58"), "EUR")


def test_a_whole_that_the_paper_does_not_name_is_asked_for() -> None:
    assert documents.read(_NET_FIRST, today=TODAY).amount is None


@pytest.mark.parametrize(
    "language", ["Totaal excl. btw € 298,00", "Total excl. VAT EUR 298.00", "Summe netto 298,00 €"]
)
def test_a_total_without_its_tax_is_asked_for(language: str) -> None:
    facts = documents.read(f"{language}\n21% BTW € 62,58", today=TODAY)
    assert facts.amount is None
    assert facts.notes == ("Several amounts may be the one to pay: 298.00 EUR, 360.58 EUR. Write the right one.",)


@pytest.mark.parametrize(
    "total",
    [
        "Te betalen: € 298,00 excl. 21% btw",
        "Total to pay € 298.00 + VAT",
        "Zu zahlen 298,00 € zzgl. 19 % MwSt.",
        "Total 298,00 € hors TVA",
        "Total a pagar 298,00 € más IVA",
        "Totale 298,00 € (senza IVA)",
        "Total 298,00 € sem IVA",
    ],
)
def test_an_amount_that_says_it_is_without_tax_is_asked_for(total: str) -> None:
    facts = documents.read(total, today=TODAY)
    assert facts.amount is None
    assert facts.notes == ("298.00 EUR is without tax: write what is to be paid with it.",)


@pytest.mark.parametrize(
    "text",
    [
        "Please pay by 6 December 2026\nInterest after that: 5.00 EUR\nTotal 100.00 EUR",
        "Te betalen vóór 6-12-2026\nAdministratiekosten € 5,00\nTotaal € 100,00",
        "Zu zahlen bis 06.12.2026\nMahngebühr 5,00 EUR\nGesamt 100,00 EUR",
        "À payer avant le 6 décembre\nFrais 5,00 EUR\nTotal 100,00 EUR",
        "A pagar antes del 6 de diciembre\nGastos 5,00 EUR\nTotal 100,00 EUR",
        "Da pagare entro il 6/12/2026\nSpese 5,00 EUR\nTotale 100,00 EUR",
        "A pagar até 6 de dezembro\nDespesas 5,00 EUR\nTotal 100,00 EUR",
        "Zahlbetrag bei Skonto 98,00 EUR\nGesamtbetrag 100,00 EUR",
    ],
)
def test_what_stands_below_the_day_to_pay_by_is_not_what_is_to_be_paid(text: str) -> None:
    assert str(documents.read(text, today=TODAY).amount) == "100.00"


def test_tax_that_is_in_a_total_is_not_added() -> None:
    facts = documents.read("Totaal € 360,58\nwaarvan 21% btw € 62,58", today=TODAY)
    assert (str(facts.amount), facts.notes) == ("360.58", ())


def test_what_is_left_to_pay_goes_before_what_the_bill_comes_to() -> None:
    text = "Net 100.00 EUR\nVAT 19% 19.00 EUR\nTotal 119.00 EUR\nPaid already 50.00 EUR\nBalance to pay 69.00 EUR"
    assert str(documents.read(text, today=TODAY).amount) == "69.00"


def test_a_net_amount_that_is_called_payable_is_asked_for() -> None:
    facts = documents.read(f"Payable: EUR 298.00\n{_NET_FIRST}Sum EUR 360.58", today=TODAY)
    assert facts.notes == ("Several amounts may be the one to pay: 298.00 EUR, 360.58 EUR. Write the right one.",)


@pytest.mark.parametrize(
    "text",
    [
        "Uw factuur 5512 bedraagt € 88,00. Betaal 5 stuks uiterlijk 5 december. Eerdere nota € 12,00.",
        "Ihre Rechnung 5512 beträgt 88,00 €. Die Mahngebühr wäre 12,00 €.",
        "Votre facture 5512 s'élève à 88,00 €. Frais de rappel 12,00 €.",
        "La fattura 5512 ammonta a 88,00 €. Spese 12,00 €.",
        "Your bill 5512 comes to €88.00. A reminder costs €12.00.",
    ],
)
def test_what_a_bill_comes_to_is_read_in_a_sentence(text: str) -> None:
    assert str(documents.read(text, today=TODAY).amount) == "88.00"


def test_letters_with_accents_without_end_are_read_in_a_moment() -> None:
    begun = time.process_time()
    documents.read("a" + "\u0315\u0300" * 30_000, today=TODAY)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "piece", ["please pay ", "payable EUR 1 or ", "VAT 21% 1.00\n", "= 1.00 EUR ", "amount to be ", "Uw factuur a"]
)
def test_words_for_amounts_without_end_are_read_in_a_moment(piece: str) -> None:
    begun = time.process_time()
    documents.read(piece * (60_000 // len(piece)), today=TODAY)
    assert time.process_time() - begun < 2


def test_amounts_that_do_not_fit_together_are_asked_for() -> None:
    facts = documents.read("Pay 120.00 EUR or 180.00 EUR or 7.00 EUR", today=TODAY)
    assert facts.amount is None
    assert "Several amounts" in facts.notes[0]


def test_reduction_for_paying_early_is_said() -> None:
    facts = documents.read("2 % Skonto bei Zahlung bis 24.11.2026", today=TODAY, language="de")
    assert "Paying early may cost less: “2 % Skonto bei Zahlung bis 24.11.2026”" in facts.notes


def test_tax_number_is_no_account() -> None:
    assert iban.find("SIRET 812 345 678 00012 – TVA FR40812345678") == ()
    assert iban.find("IBAN DE89 3704 0044 0532") == ("DE89370400440532",)


@pytest.mark.parametrize(
    "text",
    [
        "Payment deadline: 6 December 2026",
        "Please settle by 6 December 2026",
        "Please transfer it before 6 December 2026",
        "Zahlungsziel: 06.12.2026",
        "Fälligkeitsdatum: 06.12.2026",
        "Bitte bis 6. Dezember 2026 auf unser Konto",
        "Merci d'acquitter avant le 6 décembre 2026",
        "Règlement avant le 06/12/2026",
        "Date d'échéance : 06/12/2026",
        "Ingrese el importe antes del 6 de diciembre de 2026",
        "Fecha de vencimiento: 06/12/2026",
        "Da versare entro il 6 dicembre 2026",
        "Data di scadenza: 06/12/2026",
        "A liquidar até 6 de dezembro de 2026",
        "Data de vencimento: 06/12/2026",
        "Wij verzoeken u het bedrag vóór 6 december 2026 over te maken",
        "Graag vóór 6 december 2026 op onze rekening",
        "Gelieve te betalen vóór 06-12-2026",
        "Uiterste betaaldatum: 6 december 2026",
        unicodedata.normalize("NFD", "Te voldoen vóór 6 december 2026"),
    ],
)
def test_day_to_pay_by_is_read_in_every_language(text: str) -> None:
    facts = documents.read(f"Total 88,00 EUR\n{text}", today=TODAY)
    assert (str(facts.due), facts.day) == ("2026-12-06", None)


@pytest.mark.parametrize("written", ["03-11-2026", "03/11/2026"])
def test_date_of_a_bill_without_sentences_reads_as_its_words_do(written: str) -> None:
    facts = documents.read(f"Factuurdatum: {written}\nTe betalen € 88,00\nBetaaltermijn 14 dagen", today=TODAY)
    assert (str(facts.day), str(facts.due)) == ("2026-11-03", "2026-11-17")


def test_last_day_that_may_be_for_something_else_is_named() -> None:
    facts = documents.read("Total 88,00 EUR\nZählerstände melden Sie bitte bis 31.12.2026.", today=TODAY)
    assert facts.due is None
    assert "(31 December 2026 may be meant)" in facts.terms[0]


@pytest.mark.parametrize(
    "text",
    [
        "Payable until 5 December 2026.\nPayment terms: 14 days",
        "Payable within 14 days, at the latest on 5 December 2026",
        "Please pay within 14 days.\nDue date: 5 December 2026",
        "Zahlbar innerhalb von 14 Tagen, also bis zum 05.12.2026",
    ],
)
def test_the_day_that_a_bill_names_goes_before_days_that_are_counted(text: str) -> None:
    facts = documents.read(f"Nordhost\nInvoice date: 10 November 2026\nTotal: 117.81 EUR\n{text}", today=TODAY)
    assert str(facts.due) == "2026-12-05"
    days = "24 November 2026 and 5 December 2026"
    assert facts.terms == (f"Careful: it can be read as due on {days}. The draft says 5 December 2026: check it.",)


def test_a_day_that_is_said_twice_is_no_contradiction() -> None:
    text = "Invoice date: 21 November 2026\nTotal: 117.81 EUR\nPayable within 14 days, by 5 December 2026"
    facts = documents.read(text, today=TODAY)
    assert (str(facts.due), facts.terms) == ("2026-12-05", ())


def test_a_bill_that_names_amounts_without_end_is_read_in_a_moment() -> None:
    begun = time.process_time()
    documents.read("1,Hi Bob, amount: " * 5_000, today=TODAY)
    assert time.process_time() - begun < 2
