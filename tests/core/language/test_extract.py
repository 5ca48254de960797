from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.language import extract
from daemon.core.language.calendars import CALENDARS
from daemon.core.language.extract import Amount


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,200 EUR", "1200", "EUR"),
        ("€1.200,50", "1200.50", "EUR"),
        ("1 200,50 €", "1200.50", "EUR"),
        ("1'200.– CHF", "1200", "CHF"),
        ("12.500,- EUR", "12500", "EUR"),
        ("$99", "99", "$"),
        ("USD 1,000,000.00", "1000000.00", "USD"),
        ("12,5 €", "12.5", "EUR"),
        ("since 2026 500 EUR", "500", "EUR"),
        ("30 pounds", "30", "GBP"),
    ],
)
def test_an_amount_is_read(text: str, value: str, unit: str) -> None:
    assert extract.amounts(text) == (Amount(Decimal(value), unit),)


@pytest.mark.parametrize(
    "text", ["€2 million", "2 million EUR", "EUR 5k", "€1.2M", "12 eurovans", "no. 5", "1.2.3 EUR"]
)
def test_what_is_scaled_or_cut_is_not_guessed(text: str) -> None:
    assert extract.amounts(text) == ()


@given(st.decimals(min_value=0, max_value=999_999_999, places=2), st.sampled_from(list(CALENDARS)))
def test_what_is_spelled_is_read_back(value: Decimal, language: str) -> None:
    amount = Amount(value, "EUR")
    assert extract.amounts(extract.spell(amount, language)) == (amount,)


def test_wrapped_lines_are_one_sentence_and_bullets_are_not() -> None:
    text = "Hello,\nthis is\nwrapped. And z.B. this!\n- one\n- two\n\nEnd"
    assert extract.sentences(text) == ("Hello, this is wrapped.", "And z.B. this!", "one", "two", "End")


def test_questions_have_a_mark_or_a_request() -> None:
    text = "I like it. Do you ship\nto Austria? Please let me know the price. See https://x.example/?a=1 for more."
    assert extract.questions(text, ["let me know"]) == (
        "Do you ship to Austria?",
        "Please let me know the price.",
    )


def test_addresses_are_folded_and_each_named_once() -> None:
    assert extract.addresses("Write to Bob@Example.com, bob@example.com.") == ("bob@example.com",)


def test_links_end_before_punctuation() -> None:
    assert extract.links("see https://x.example/a?b=1. And (http://y.example)") == (
        "https://x.example/a?b=1",
        "http://y.example",
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("my order 12345", "12345"),
        ("Rechnung Nr. RE-2026-001", "RE-2026-001"),
        ("ticket #9981", "9981"),
        ("INV-1234 is wrong", "INV-1234"),
        ("an order for 3 tables", ""),
        ("call me at 12345", ""),
    ],
)
def test_a_reference_number_stands_at_its_word(text: str, number: str) -> None:
    assert extract.reference(text) == number


def test_open_boxes_and_spoken_tasks_are_to_do() -> None:
    text = "- [ ] buy screws\n- [x] done\n\nRemind me to call Bob. The weather is fine."
    assert extract.tasks(text, ["remind me"]) == ("buy screws", "Remind me to call Bob.")


def test_an_outline_is_headings_or_first_sentences() -> None:
    assert extract.outline("# One\ntext\n# Two\ntext", 2) == ("One", "Two")
    assert extract.outline("First. More.\n\nSecond. More.\n\nThird.", 2) == ("First.", "Second.")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1 234,56 €", "1234.56", "EUR"),
        ("1\u202f234,56\u00a0€", "1234.56", "EUR"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("€ 1.234,56", "1234.56", "EUR"),
        ("R$ 3.200,00", "3200.00", "BRL"),
    ],
)
def test_an_amount_is_read_as_each_language_writes_it(text: str, value: str, unit: str) -> None:
    assert extract.amounts(text) == (Amount(Decimal(value), unit),)


@pytest.mark.parametrize(
    "text",
    [
        "ma commande n° 20417",
        "El pedido n.º 20417 no ha llegado",
        "l'ordine n. 20417",
        "A encomenda n.º 20417",
        "ordernummer 20417",
        "facture 20417",
    ],
)
def test_a_number_is_found_however_it_is_announced(text: str) -> None:
    assert extract.reference(text) == "20417"
