import pytest

from daemon.core.language import words


@pytest.mark.parametrize("text", ["URGENT: please", "this is urgent!", "(urgent)", "ur\u00adgent", "\uff55rgent"])
def test_a_word_is_found_in_any_case_and_disguise(text: str) -> None:
    assert words.mentioned(text, ["urgent"]) == ("urgent",)


@pytest.mark.parametrize("text", ["insurgent", "urgently", "urgent_2"])
def test_a_part_of_a_word_is_not_found(text: str) -> None:
    assert words.mentioned(text, ["urgent"]) == ()


def test_several_words_may_be_wrapped() -> None:
    assert words.mentioned("The burst\n  pipe", ["burst pipe"]) == ("burst pipe",)


def test_a_star_means_any_ending() -> None:
    assert words.mentioned("zwei Rechnungen", ["rechnung*", "mahnung*"]) == ("rechnung*",)


def test_no_terms_are_never_mentioned() -> None:
    assert words.mentioned("anything", []) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prices", "pricing"),
        ("shipping", "ship"),
        ("delivery", "deliver"),
        ("deliveries", "delivered"),
        ("opening", "opens"),
        ("Bestellungen", "bestellen"),
        ("Preise", "Preis"),
        ("Kosten", "kostet"),
    ],
)
def test_endings_do_not_matter(one: str, other: str) -> None:
    assert words.stems(one) == words.stems(other)


@pytest.mark.parametrize(("one", "other"), [("price", "cost"), ("event", "even"), ("open", "opera")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert words.stems(one) != words.stems(other)
