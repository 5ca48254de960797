"""The name at the top of a paper, and the companies that a text names."""

from __future__ import annotations

import pytest

from daemon.core.accounting import letterhead
from daemon.core.accounting.letterhead import Head


@pytest.mark.parametrize(
    ("paper", "name"),
    [
        ("Tischlerei Winkler e.K.\n\nOstra-Allee 9, 01067 Dresden\nRechnung 7", "Tischlerei Winkler e.K."),
        ("Stadtwerke Musterstadt – Abschlagsrechnung\nStrom", "Stadtwerke Musterstadt"),
        ("Malerbetrieb Petzold, Dresdner Str. 5, 04317 Leipzig\nStudio Albrecht GmbH", "Malerbetrieb Petzold"),
        (
            "Invoice\n\nInvoice number 92\nDate due 15 December 2026\nPlanboard Ltd   Bill to\n7 Wharf Road",
            "Planboard Ltd",
        ),
        ("Thank you for your order #A-20713\n\nShipping — $7.50", ""),
        ("Dear customer,\nyour bill is attached.", ""),
    ],
)
def test_name_at_the_top_is_whose_paper_it_is(paper: str, name: str) -> None:
    assert letterhead.of(paper).name == name


def test_our_own_name_is_passed_over() -> None:
    paper = "Lindgren Print Studio\nHarbour Run Association, Pier 4, 20459 Hamburg"
    assert letterhead.of(paper, ["lindgren print studio"]) == Head(
        "Harbour Run Association", ("Pier 4", "20459 Hamburg")
    )


def test_name_is_written_out_where_the_paper_does_so() -> None:
    paper = "North Light Energy\n\nNorth Light Energy Ltd, Lantern Street 9, 20095 Hamburg"
    assert letterhead.issuer(paper, paper=paper) == "North Light Energy Ltd"


@pytest.mark.parametrize(
    "title",
    ["FACTUUR", "Rekening", "Jaarnota", "RECHNUNG", "Schlussrechnung", "Bill", "TAX INVOICE", "Facture", "FATTURA",
     "Fatura", "Factura", "Declaratie"],
)  # fmt: skip
def test_what_a_paper_is_called_is_nobody_s_name(title: str) -> None:
    paper = f"{title}\n\nBandenhandel Bakker B.V.\nHavenweg 4, Utrecht\n\nAan: De Ketting Fietsen"
    assert letterhead.issuer(paper, paper=paper) == "Bandenhandel Bakker B.V."


@pytest.mark.parametrize(
    "label", ["To: ", "Bill to:\n", "Customer: ", "An: ", "Kunde: ", "À : ", "Cliente: ", "Para: ", "Aan ", "Klant:\n"]
)
def test_whom_a_paper_is_for_did_not_write_it(label: str) -> None:
    paper = f"INVOICE\n\n{label}Hotel Domplein B.V.\n\nInvoice number 7\nTotal 88.00 EUR\n\nWaternet N.V., Amsterdam"
    assert letterhead.issuer(paper, paper=paper) == "Waternet N.V."


@pytest.mark.parametrize("name", ["De Bandenman", "'t Wiel Fietsen", "Le Petit Vélo", "Die Werkstatt"])
def test_name_may_begin_with_an_article(name: str) -> None:
    paper = f"{name}\nHavenweg 4, Utrecht"
    assert letterhead.issuer(paper, paper=paper) == name


@pytest.mark.parametrize("head", ["Omschrijving", "Aantal  Omschrijving  Prijs", "Description Quantity Price", "Menge"])
def test_head_of_a_table_is_nobody_s_name(head: str) -> None:
    paper = f"FACTUUR\n{head}\nFietsbel 5,00"
    assert letterhead.issuer(paper, paper=paper) == ""


@pytest.mark.parametrize(
    "name", ["De Ketting Fietsen", "Ketting Fietsen", "DE KETTING FIETSEN B.V.", "Ketting Fietsen BV"]
)
def test_our_name_is_known_without_article_and_legal_form(name: str) -> None:
    assert letterhead.is_ours(name, ["de ketting fietsen"])
    assert letterhead.is_ours("De Ketting Fietsen", [name.casefold()])


@pytest.mark.parametrize("name", ["Ketting Groothandel B.V.", "Fietsen Bakker", "Ketting", "", "De"])
def test_another_name_with_a_word_of_ours_is_not_ours(name: str) -> None:
    assert not letterhead.is_ours(name, ["de ketting fietsen"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ordered on November 16, 2026 from Gritworks Inc.", "Gritworks Inc."),
        ("Purchasing, Northgate Supplies Ltd", "Northgate Supplies Ltd"),
        ("op naam van De Vries Interieur B.V.", "De Vries Interieur B.V."),
        ("ACME, Inc.", "ACME, Inc."),
    ],
)
def test_company_is_found_in_a_line(text: str, name: str) -> None:
    assert letterhead.companies(text) == [name]
