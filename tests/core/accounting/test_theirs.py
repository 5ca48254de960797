"""Whose paper a text is: a supplier's bill, a customer's order, or what we wrote ourselves, in seven languages."""

from __future__ import annotations

import time

import pytest

from daemon.core.accounting import theirs
from daemon.core.accounting.theirs import We

US = We(("de ketting fietsen",), "NL91ABNA0417164300")

BILLS = {
    "a word and a number": "Bill\nTyre Trade Ltd\nInvoice BV-7731\nFor: me\n20 tyres at EUR 14.90 = EUR 298.00\n"
    "VAT 21% EUR 62.58\nPayable: EUR 360.58 before 3 December\n",
    "for what": "INVOICE\nSparkle Cleaning Ltd\nFor: cleaning in October\n8 hours at 25.00 EUR\nTotal 242.00 EUR\n",
    "a title alone": "INVOICE\nSparkle Cleaning Ltd\nCleaning in October\n8 hours at 25.00 EUR\nTotal 242.00 EUR\n",
    "no title": "Sparkle Cleaning Ltd\nInvoice for the cleaning in October\nTotal 242.00 EUR\n"
    "IBAN NL20 INGB 0001 2345 67\n",
    "to us, by half of our name": "Sparkle\nOur bill for October\nTo: Ketting Fietsen\nPlease pay 242.00 EUR by Friday",
    "de": "Rechnung Nr. 4471\nRadhaus Meyer GmbH\nAn: Ketting Fietsen\nGesamtbetrag: 226,10 EUR",
    "with a date": "Rechnung Nr. 4471 vom 18. November 2026\nRadhaus Meyer\nGesamtbetrag: 226,10 EUR\n",
    "de, reminder": "2. Mahnung\nRadhaus Meyer GmbH\nRechnungsnummer: 4471\nOffener Betrag: 226,10 EUR\n",
    "nl": "FACTUUR\nBakkers Fietstassen B.V.\nFactuurnummer: 2026-881\nAan: De Ketting Fietsen\nTe voldoen: € 355,74\n",
    "nl, other word": "Rekening\nLoodgieter Kees\nVoor: ons\n2 uur à € 45,00\nTotaal € 90,00\n",
    "fr": "FACTURE N° F-2026-14\nCycles Durand SARL\nÀ: De Ketting Fietsen\nNet à payer: 118,00 €\n",
    "es": "FACTURA 2026/014\nRecambios Ruiz S.L.\nPara: De Ketting Fietsen\nTotal a pagar: 118,00 €\n",
    "it": "FATTURA n. 14/2026\nRuote Bianchi S.r.l.\nSpett.le: De Ketting Fietsen\nTotale da pagare: 118,00 €\n",
    "pt": "FATURA FT 2026/14\nRodas Silva Lda\nPara: De Ketting Fietsen\nTotal a pagar: 118,00 €\n",
    "with their order number": "INVOICE\nTyre Trade Ltd\nYour purchase order: PO-12\nInvoice number: 7731\n"
    "Total 360.58 EUR\n",
}
ORDERS = {
    "a buyer and us": "PURCHASE ORDER PO-5512\nBuyer: Hotel Domplein B.V.\nTo: De Ketting Fietsen\n"
    "Please deliver and invoice:\n12 city bikes at EUR 420.00\n",
    "payable by them": "Purchase order no. 5512\nHotel Domplein B.V.\nTo: De Ketting Fietsen\n12 bikes at EUR 420.00\n"
    "Your invoice is payable within 30 days\n",
    "nobody but the buyer": "PURCHASE ORDER PO-5512\nHotel Domplein B.V.\n12 city bikes at EUR 420.00\n",
    "a supplier": "Purchase Order: PO-5512\nSupplier: De Ketting Fietsen\n12 bikes\nInvoice to: Hotel Domplein\n",
    "de": "Bestellung Nr. 4711\nRadhaus Meyer GmbH\nAn: De Ketting Fietsen\n10 Taschen zu 24,00 EUR\n",
    "nl": "INKOOPORDER 4500012\nHotel Domplein B.V.\nGraag leveren en factureren:\n6 fietsen à € 420,00\n",
    "fr": "Bon de commande n° 4711\nHôtel du Parc SARL\nÀ: De Ketting Fietsen\n6 vélos à 420,00 €\n",
    "es": "Orden de compra 4711\nHotel Sol S.L.\nPara: De Ketting Fietsen\n6 bicicletas a 420,00 €\n",
    "it": "Ordine d'acquisto n. 4711\nHotel Sole S.r.l.\nA: De Ketting Fietsen\n6 biciclette a 420,00 €\n",
    "pt": "Nota de encomenda 4711\nHotel Sol Lda\nPara: De Ketting Fietsen\n6 bicicletas a 420,00 €\n",
}
NOTES = {
    "an order in one line": "Invoice to Hotel Domplein: 2 full services at 85 EUR, 21 % VAT, due in 14 days",
    "the template": "Invoice to: Hotel Domplein B.V.\nAddress: Domplein 4, 3512 JC Utrecht\nDue in: 14 days\n\n"
    "- 1 x Full service, 85.00 EUR net, 21 % tax\n",
    "a customer named": "Invoice\nCustomer: Hotel Domplein B.V.\n2 full services at 85 EUR\nTotal 170.00 EUR\n",
    "a list below": "Invoice Café Luna:\n- 2 full services at 85 EUR\n- 1 tyre 14.90 EUR\nTotal 184.90 EUR\n",
    "a bill to pay": "Pay the bill of Sparkle\n242.00 EUR\nNL20 INGB 0001 2345 67\n",
    "things to buy": "Bestelling\n- 12 tassen bij Bakkers\n- 3 zadels\n",
    "a thing to do": "Order 4711\nask them where it is\nmaybe tomorrow\n",
    "a confirmation": "Order confirmation\nOrder no. 4711\nThank you for your order!\nTotal 29.80 EUR\n",
    "talk of an invoice": "Jan called.\nInvoice 2026-0001 of 205.70 EUR has his old address.\nSend it again\n",
    "talk": "Purchase orders are a mess, we should talk.\nMonday 9.30?\nBring 2 pens\n",
}


@pytest.mark.parametrize("name", BILLS)
def test_a_bill_of_a_supplier_is_theirs(name: str) -> None:
    assert theirs.kind(BILLS[name], US) == "bill"


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_of_a_customer_is_an_order(name: str) -> None:
    assert theirs.kind(ORDERS[name], US) == "order"


@pytest.mark.parametrize("name", NOTES)
def test_a_note_of_the_person_is_no_paper(name: str) -> None:
    assert theirs.kind(NOTES[name], US) is None


def test_an_invoice_with_our_name_or_account_is_ours() -> None:
    paper = "INVOICE\nDe Ketting Fietsen\nInvoice number 2026-0003\nTo: Café Luna B.V.\nTotal 205.70 EUR\n"
    assert theirs.kind(paper, US) == "our bill"
    assert theirs.kind(f"{paper}IBAN NL91 ABNA 0417 1643 00\n", US) == "our bill"


def test_an_order_that_we_sent_is_ours() -> None:
    paper = "PURCHASE ORDER 77\nDe Ketting Fietsen, Voorstraat 1\nSupplier: Bakkers B.V.\n12 bags at 24.50 EUR\n"
    assert theirs.kind(paper, US) == "our order"
    assert theirs.kind("PURCHASE ORDER 77\nBuyer: De Ketting Fietsen\n12 bags at 24.50 EUR\n", US) == "our order"


def test_without_a_handbook_a_bill_is_still_a_bill() -> None:
    assert theirs.kind(BILLS["nl"], We()) == "bill"


@pytest.mark.parametrize(
    "piece", ["invoice ", "Order 1 ", "to: ", "a", "1.", "-", "Rechnung Nr. ", "\n", "PO-", "IBAN "]
)
def test_hostile_text_is_read_quickly(piece: str) -> None:
    began = time.monotonic()
    theirs.kind(f"INVOICE\nx\n1.00\n{piece * 100_000}", US)
    assert time.monotonic() - began < 2
