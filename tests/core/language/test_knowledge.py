"""What the handbook says to a question, in the language of the answer."""

from __future__ import annotations

import pytest

from daemon.core import handbook
from daemon.core.language.knowledge import Knowledge
from tests.core.language.test_phrasebook import BOOKS

HANDBOOK = handbook.parse(
    """
## Facts
- opening hours, open: We are open Tuesday to Saturday, 9 to 18.
- openingstijden, open: Wij zijn open van dinsdag tot en met zaterdag.
- warranty: We give two years of warranty on the frame.
- parkeren, parking: Er zijn drie parkeerplaatsen voor de deur.
- number: 030 123456

## Invoices
- price full service: 85 EUR
- price service: 40 EUR
- price Volledige beurt: 85 EUR
- price repair hour: 1,250.50 EUR
"""
)
KNOWS = Knowledge(HANDBOOK, BOOKS)


def answers(question: str, language: str) -> list[str]:
    return [fact.answer for fact in KNOWS.answers(question, BOOKS[language])]


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("Are you open on Saturday?", "en", "We are open Tuesday to Saturday, 9 to 18."),
        ("Zijn jullie open op zaterdag?", "nl", "Wij zijn open van dinsdag tot en met zaterdag."),
        ("Êtes-vous open samedi ?", "fr", "We are open Tuesday to Saturday, 9 to 18."),
        ("Is er warranty?", "nl", "We give two years of warranty on the frame."),
        ("Is there parking?", "en", "Er zijn drie parkeerplaatsen voor de deur."),
        ("Wat is jullie number?", "nl", "030 123456"),
    ],
)
def test_a_fact_is_told_once_in_the_language_of_the_mail_where_there_is_one(
    question: str, language: str, answer: str
) -> None:
    assert answers(question, language) == [answer]


def test_a_fact_in_another_language_is_pointed_out() -> None:
    assert list(KNOWS.told(["Is er warranty?"], BOOKS["nl"])) == [
        "They write in Dutch; your handbook's answer is in English: “We give two years of warranty on the frame.”"
    ]
    assert list(KNOWS.told(["Are you open on Saturday?", "Wat is jullie number?"], BOOKS["en"])) == []


def test_what_only_another_language_says_is_named_when_it_is_left_out() -> None:
    assert list(KNOWS.told(["Are you open, and is there parking?"], BOOKS["en"])) == [
        "Left out, because it is in Dutch: “Er zijn drie parkeerplaatsen voor de deur.”"
    ]


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("How much is a full service?", "en", "Full service: 85 EUR."),
        ("What does one repair hour cost?", "en", "Repair hour: 1,250.50 EUR."),
        ("Wat kost een volledige beurt?", "nl", "Volledige beurt: 85 EUR."),
        ("Was kostet der Full Service?", "de", "Full service: 85 EUR."),
        ("Combien coûte le full service ?", "fr", "Full service\u00a0: 85 EUR."),
        ("¿Cuánto cuesta el full service?", "es", "Full service: 85 EUR."),
        ("Quanto costa il full service?", "it", "Full service: 85 EUR."),
        ("Quanto custa o full service?", "pt", "Full service: 85 EUR."),
    ],
)
def test_who_asks_for_a_price_is_told_that_of_the_list(question: str, language: str, answer: str) -> None:
    assert answers(question, language) == [answer]
    assert list(KNOWS.told([question], BOOKS[language])) == [f"From your price list: “{answer}”"]


@pytest.mark.parametrize(
    ("said", "price"),
    [("including tax", "Full service: 85 EUR, including tax."), ("without tax", "Full service: 85 EUR, plus tax.")],
)
def test_a_price_says_whether_tax_is_in_it(said: str, price: str) -> None:
    rules = handbook.parse(f"## Invoices\n- prices: {said}\n- price full service: 85 EUR")
    told = Knowledge(rules, BOOKS).answers("How much is a full service?", BOOKS["en"])
    assert [fact.answer for fact in told] == [price]


def test_a_price_is_not_told_to_who_does_not_ask_for_it() -> None:
    assert answers("When is my full service ready?", "en") == []


def test_a_price_that_a_fact_says_is_not_told_twice() -> None:
    rules = handbook.parse("## Facts\n- service: The service costs 85 EUR.\n\n## Invoices\n- price service: 85 EUR")
    told = Knowledge(rules, BOOKS).answers("How much is a service?", BOOKS["en"])
    assert [fact.answer for fact in told] == ["The service costs 85 EUR."]


def test_prices_that_may_be_meant_are_named() -> None:
    prices = "repair hour, 1,250.50 EUR; full service, 85 EUR; service, 40 EUR; Volledige beurt, 85 EUR"
    told = list(KNOWS.told(["How much is one hour of work?"], BOOKS["en"]))
    assert told == [f"Your price list may answer it: {prices}."]
