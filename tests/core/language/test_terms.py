import pytest

from daemon.core.language.terms import NOTHING, Terms


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("invoice", "The INVOICE, please"),
        ("credit note", "a credit  note"),
        ("rechnung*", "Rechnungen"),
        ("^call", "Call Bob"),
        ("^call", "milk, call Bob"),
        ("^call", "and then please call Bob"),
        ("#money", "it is 12,50 EUR"),
        ("#sum", "TOTAL TTC   48,70"),
        ("#count", "what would 40 chairs cost"),
        ("#time", "at 9.30 at the gate"),
        ("#time", "um 10 Uhr"),
        ("#time", "à 10 h 15"),
        ("#time", "half past ten"),
        ("#day", "on 20.06., in the yard"),
        ("#day", "see you giovedì"),
        ("#phone", "01632 960 310"),
        ("#question", "Is it? Yes."),
    ],
)
def test_a_text_names_a_term(term: str, text: str) -> None:
    assert Terms((term,)).within(text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("bill", "Billy"),
        ("credit note", "a note of credit"),
        ("^call", "notes of the call"),
        ("#time", "3,80 x 4,20 m"),
        ("#time", "version 2.4.1"),
        ("#time", "of 3.11. as agreed"),
        ("#count", "in 2026 we grew"),
        ("#count", "by 40 %"),
        ("#day", "nobody knows"),
    ],
)
def test_what_only_looks_like_it_is_not_named(term: str, text: str) -> None:
    assert not Terms((term,)).within(text)


def test_the_place_is_where_the_first_one_stands() -> None:
    assert Terms(("call", "write a mail")).place("please write a mail and call") == 7


def test_an_empty_list_is_within_nothing() -> None:
    assert not NOTHING.within("anything")
