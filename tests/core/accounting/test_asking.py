"""Requests as customers write them, in seven languages: prose, lists, tables, forwarded mails."""

from __future__ import annotations

from datetime import date

import pytest

from daemon.core import resources
from daemon.core.accounting import asking
from daemon.core.accounting.asking import Asked
from daemon.core.accounting.buyer import Sender
from daemon.core.accounting.house_rules import HouseRules, Party

TODAY = date(2026, 11, 21)
ANNA = Sender("Anna Berg", "anna@example.com")


def asked(text: str, language: str = "en", sender: Sender = ANNA) -> Asked:
    return asking.read(text, HouseRules(), today=TODAY, language=language, sender=sender)


def rows(made: Asked) -> list[tuple[str, str, str]]:
    return [(line.description, str(line.quantity), str(line.unit_price)) for line in made.invoice.lines]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Could you invoice us for the 40 A3 posters at £3.50 apiece and\nthe rush fee of £25?",
         [("A3 posters", "40", "3.50"), ("rush fee", "1", "25")]),
        ("de", "Rechnung bitte: 3 Std. Satz à 80 €, 200 Speisekarten zu 0,95, Anfahrt pauschal 25 Euro.",
         [("Satz", "3", "80"), ("Speisekarten", "200", "0.95"), ("Anfahrt pauschal", "1", "25")]),
        ("fr", "Pourriez-vous nous envoyer la facture pour 60 affiches A2\nà 4,50 € HT pièce, plus 15 € de port ?",
         [("affiches A2", "60", "4.50"), ("port", "1", "15")]),
        ("es", "Necesitamos la factura:\n- 500 etiquetas de vino a 0,35 €\n- 2 pruebas de color (18 € cada una)",
         [("etiquetas de vino", "500", "0.35"), ("pruebas de color", "2", "18")]),
        ("it", "mi puoi mandare la fattura per le 3 ore di grafica (65 € l'ora) e per la stampa, 180 euro in tutto?",
         [("grafica", "3", "65"), ("stampa", "1", "180")]),
        ("pt", "pode enviar-me a fatura de novembro (2 consultas, 120 € cada)?", [("consultas", "2", "120")]),
        ("nl", "Kun je een factuur sturen voor de 80 boekjes (€ 7,25 per stuk) en de drukproef van € 30?",
         [("boekjes", "80", "7.25"), ("drukproef", "1", "30")]),
    ],
)  # fmt: skip
def test_lines_are_read_from_prose(language: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert rows(asked(text, language)) == expected


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("C'est au nom de Moreau Déco SARL, 5 rue Nationale, 59800 Lille.", "Moreau Déco SARL",
         ("5 rue Nationale", "59800 Lille")),
        ("An: Julia Kern, Lindenweg 4, 04109 Leipzig", "Julia Kern", ("Lindenweg 4", "04109 Leipzig")),
        ("Dados: Mendes Lda, NIF 509 123 456, Rua Augusta 20, Lisboa.", "Mendes Lda", ("Rua Augusta 20", "Lisboa")),
        ("Buyer: Whitmore Clinics Ltd, 2 Castle Street, Bristol BS1 3AD", "Whitmore Clinics Ltd",
         ("2 Castle Street", "Bristol BS1 3AD")),
    ],
)  # fmt: skip
def test_customer_and_address_are_read_from_one_line(text: str, name: str, address: tuple[str, ...]) -> None:
    made = asked(f"Please send the invoice for 3 posters at 5 EUR.\n{text}").invoice
    assert (made.customer, made.address) == (name, address)


Customer = tuple[str, tuple[str, ...]]
LUNA = ("Café Luna B.V.", ("Voorstraat 12", "3512 AL Utrecht"))
HOTEL = ("Hotel Domplein B.V.", ("Domplein 4", "3512 JC Utrecht"))
ELSEWHERE = [  # on whom a mail wants the invoice put
    ("en", "Invoice us for 3 posters at 5 EUR. Please put it on Café Luna B.V., Voorstraat 12, 3512 AL Utrecht.", LUNA),
    ("en", "The invoice should go to Café Luna B.V., Voorstraat 12, 3512 AL Utrecht. 3 posters at 5 EUR.", LUNA),
    ("en", "Make the invoice out to Café Luna B.V., Voorstraat 12, 3512 AL Utrecht: 3 posters at 5 EUR.", LUNA),
    ("nl", "Wil je de factuur sturen naar Hotel Domplein B.V., Domplein 4, 3512 JC Utrecht? 3 posters à 5 €.", HOTEL),
    ("nl", "Graag de factuur op naam van Hotel Domplein B.V., Domplein 4, 3512 JC Utrecht. 3 posters à € 5,00.", HOTEL),
    ("de", "Bitte die Rechnung auf die Radhaus Meyer GmbH, Lindenweg 3, 48143 Münster ausstellen. 3 Poster zu 5 €.",
     ("Radhaus Meyer GmbH", ("Lindenweg 3", "48143 Münster"))),
    ("fr", "Merci d'établir la facture au nom de Hôtel du Parc SARL, 12 rue de la Paix, 75002 Paris : 3 posters à 5 €.",
     ("Hôtel du Parc SARL", ("12 rue de la Paix", "75002 Paris"))),
    ("es", "Poned la factura a nombre de Hotel Sol S.L., Calle Mayor 4, 28013 Madrid: 3 posters a 5,00 €.",
     ("Hotel Sol S.L.", ("Calle Mayor 4", "28013 Madrid"))),
    ("it", "Potete intestare la fattura a Hotel Sole S.r.l., Via Roma 4, 20121 Milano? 3 poster a 5,00 €.",
     ("Hotel Sole S.r.l.", ("Via Roma 4", "20121 Milano"))),
    ("pt", "Podem passar a fatura em nome de Hotel Sol Lda, Rua Augusta 4, 1100-053 Lisboa? 3 posters a 5,00 €.",
     ("Hotel Sol Lda", ("Rua Augusta 4", "1100-053 Lisboa"))),
]  # fmt: skip
IN_ONE_LINE = [  # a note of the person's own, with all of it in one line, or the address below
    ("en", "Invoice to Café Luna B.V., Voorstraat 12, 3512 AL Utrecht: 3 posters at 5 EUR, due in 14 days", LUNA),
    ("en", "Invoice Café Luna B.V., Voorstraat 12, 3512 AL Utrecht: 3 posters at 5 EUR, 21 % VAT", LUNA),
    ("en", "Invoice to Café Luna B.V.\nVoorstraat 12\n3512 AL Utrecht\n3 posters at 5 EUR", LUNA),
    ("nl", "Factuur aan Hotel Domplein B.V., Domplein 4, 3512 JC Utrecht: 3 posters à € 5,00", HOTEL),
    ("nl", "Factuur aan Hotel Domplein B.V., Domplein 4, 3512 JC Utrecht voor 3 posters à € 5,00", HOTEL),
    ("de", "Rechnung an Radhaus Meyer GmbH, Lindenweg 3, 48143 Münster: 3 Poster zu 5,00 EUR",
     ("Radhaus Meyer GmbH", ("Lindenweg 3", "48143 Münster"))),
    ("fr", "Facture à Hôtel du Parc SARL, 12 rue de la Paix, 75002 Paris : 3 posters à 5,00 €",
     ("Hôtel du Parc SARL", ("12 rue de la Paix", "75002 Paris"))),
    ("es", "Factura a Hotel Sol S.L., Calle Mayor 4, 28013 Madrid: 3 posters a 5,00 €",
     ("Hotel Sol S.L.", ("Calle Mayor 4", "28013 Madrid"))),
    ("it", "Fattura a Hotel Sole S.r.l., Via Roma 4, 20121 Milano: 3 poster a 5,00 €",
     ("Hotel Sole S.r.l.", ("Via Roma 4", "20121 Milano"))),
    ("pt", "Fatura a Hotel Sol Lda, Rua Augusta 4, 1100-053 Lisboa: 3 posters a 5,00 €",
     ("Hotel Sol Lda", ("Rua Augusta 4", "1100-053 Lisboa"))),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "customer"), ELSEWHERE)
def test_a_mail_says_on_whom_to_put_the_invoice(language: str, text: str, customer: Customer) -> None:
    read = asked(text, language, sender=Sender("Hannah Lee", "hannah@example.com"))
    assert (read.invoice.customer, read.invoice.address) == customer
    assert [(line.quantity, line.unit_price) for line in read.invoice.lines] == [(3, 5)]
    assert not [note for note in read.notes if "address" in note or "customer is" in note or "Not used" in note]


@pytest.mark.parametrize(("language", "text", "customer"), IN_ONE_LINE)
def test_what_follows_an_address_is_what_is_sold(language: str, text: str, customer: Customer) -> None:
    made = asked(text, language, sender=Sender(own=True)).invoice
    assert (made.customer, made.address) == customer
    assert [(line.quantity, line.unit_price) for line in made.lines] == [(3, 5)]


def test_an_address_that_the_message_names_counts_and_another_one_in_the_handbook_is_told() -> None:
    house = HouseRules(customers=(Party("Café Luna B.V.", ("Kade 9", "1011 AB Amsterdam")),))
    text = "Invoice us for 3 posters at 5 EUR. Please put it on Café Luna B.V., Voorstraat 12, 3512 AL Utrecht."
    read = asking.read(text, house, today=TODAY, sender=Sender("Hannah Lee"))
    assert (read.invoice.customer, read.invoice.address) == LUNA
    assert "Careful: your handbook has another address of Café Luna B.V.: Kade 9, 1011 AB Amsterdam." in read.notes


def test_a_name_with_dots_at_the_end_of_a_sentence_keeps_them() -> None:
    read = asked("Graag de factuur op naam van Hotel Domplein B.V. 3 posters à € 5,00.", "nl", sender=Sender("Hannah"))
    assert read.invoice.customer == "Hotel Domplein B.V."


@pytest.mark.parametrize(
    "text",
    [
        "Please deliver to Hotel Domplein B.V., Domplein 4, 3512 JC Utrecht. Invoice us for 3 posters at 5 EUR.",
        "Please put it on Monday's list. Invoice us for 3 posters at 5 EUR.",
        "Bitte Rechnung auf Deutsch: 3 Poster zu 5,00 EUR.",
    ],
)
def test_what_is_no_customer_is_none(text: str) -> None:
    assert asked(text, sender=Sender("Hannah Lee")).invoice.customer == "Hannah Lee"


def test_a_sentence_that_was_not_understood_is_quoted_as_it_was_written() -> None:
    text = "Invoice us for 3 posters at 5 EUR. Deliver them to Hotel Domplein B.V., Domplein 4, 3512 JC Utrecht."
    notes = asked(text, sender=Sender("Hannah Lee")).notes
    assert any("Deliver them to Hotel Domplein B.V., Domplein 4, 3512 JC Utrecht" in note for note in notes)


def test_buyer_of_an_order_is_who_wrote_it() -> None:
    paper = "PURCHASE ORDER PO-2291\n\nHarbour Run Association, Pier 4, 20459 Hamburg\n\nTo: Lindgren Print Studio"
    sender = Sender(paper=paper, ours=("lindgren print studio",))
    made = asked(f"{paper}\n\nSend your invoice to accounts@harbourrun.example.\n\n3 posters at 5 EUR", sender=sender)
    assert made.invoice.customer == "Harbour Run Association"
    assert made.invoice.address == ("Pier 4", "20459 Hamburg")
    assert made.invoice.email == "accounts@harbourrun.example"
    assert made.invoice.reference == "PO-2291"


def test_company_in_the_signature_is_the_customer() -> None:
    sender = Sender("Grace Okafor", "grace@example.com", "Please invoice us.\n--\nGrace\nOkafor Books Ltd")
    made = asked("Please invoice us for 3 posters at 5 EUR.", sender=sender)
    assert made.invoice.customer == "Okafor Books Ltd"
    assert made.notes[0].startswith("The customer is the company in the signature")


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("How long does delivery take if we order 500 more?", ""),
        ("We order 5000 flyers.", ""),
        ("Our order no. 500", "500"),
        ("for order 4471, please", "4471"),
        ("Nuestro pedido es el 2026/118.", "2026/118"),
        ("Ons inkoopnummer is IK-5521.", "IK-5521"),
        ("Bitte die Kostenstelle 4410 angeben.", "4410"),
        ("Bestellung 2026 war gut", ""),
    ],
)
def test_reference_is_one_only_where_it_is_called_so(text: str, reference: str) -> None:
    assert asked(text).invoice.reference == reference


def test_amount_of_a_row_is_checked() -> None:
    made = asked("Item | Qty | Unit price | Amount\nPoster | 3 | 5 EUR | 16 EUR")
    assert "Careful: “Poster” comes to 15.00, but the table says 16.00." in made.notes


def test_price_that_is_missing_in_a_table_follows_from_its_amount() -> None:
    made = asked("Item | Qty | Amount EUR\nPoster | 4 | 10.00")
    assert rows(made) == [("Poster", "4", "2.50")]
    assert made.invoice.currency == "EUR"
    assert any("divided by its quantity" in note for note in made.notes)


def test_words_that_were_not_understood_are_said() -> None:
    made = asked(
        "Hello Maria,\n\nplease invoice 3 posters at 5 EUR.\nPut the name of the project on it.\n\nThanks\nAnna"
    )
    assert made.notes[-3:].count("Not used, please read it yourself: “Put the name of the project on it.”") == 1
    assert not any("Hello" in note or "Thanks" in note for note in made.notes)


def test_number_that_was_not_understood_is_a_warning() -> None:
    made = asked("Item | Qty | Unit price\nPoster | 3 | 5 EUR\n\nand 7 hooks as last time")
    assert "Careful: “and 7 hooks as last time” was not understood and is not in the table below." in made.notes


def test_tax_of_another_country_is_to_be_checked() -> None:
    house = HouseRules(tax_number="DE318754206")
    made = asking.read("Invoice us 3 posters at 5 EUR. VAT no. GB123456789", house, today=TODAY, sender=ANNA)
    assert "Their tax number is from another country (GB): check which tax is due." in made.notes


TEMPLATE = resources.template_files()["Templates/Invoice to write.md"].read_text(encoding="utf-8")


def test_an_untouched_template_is_not_filled_in() -> None:
    made = asking.read(TEMPLATE, HouseRules(), today=TODAY)
    assert (made.invoice.customer, made.invoice.address, made.invoice.lines) == ("", (), ())
    assert "“Name of the customer” is the example of the template: write your own in its place." in made.notes


def test_a_filled_in_template_has_its_fields_and_a_rate_for_each_line() -> None:
    text = TEMPLATE.replace("Name of the customer", "Hansen Cafe").replace(
        "Street 1, 12345 City", "Lange Reihe 9, 20099 Hamburg"
    )
    text = text.replace("1 x What you did, 100.00", "4 x Mugs, 12.00") + "- 2 x Books, 10.00 EUR net, 7 % tax\n"
    made = asking.read(text, HouseRules(), today=TODAY).invoice
    assert (made.customer, made.address, made.terms_days) == ("Hansen Cafe", ("Lange Reihe 9", "20099 Hamburg"), 14)
    assert [(line.description, line.quantity, line.tax) for line in made.lines] == [("Mugs", 4, 19), ("Books", 2, 7)]


def test_a_rate_belongs_to_the_line_it_stands_in() -> None:
    made = asked("Please invoice 3 books at 10 EUR plus 7 % VAT and 2 mugs at 12 EUR plus 19 % VAT.")
    assert [(line.description, line.tax) for line in made.invoice.lines] == [("books", 7), ("mugs", 19)]
    assert not any("several tax rates" in said for said in made.notes)


def test_several_rates_and_a_line_without_one_are_said() -> None:
    made = asked("Please invoice:\n- 3 books at 10 EUR, 7 % VAT\n- 2 mugs at 12 EUR, 19 % VAT\n- 1 box at 5 EUR")
    assert [line.tax for line in made.invoice.lines] == [7, 19, None]
    assert "Careful: the message names several tax rates (7 %, 19 %)." in made.notes
