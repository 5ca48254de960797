import pytest

from daemon.core.language import openings


@pytest.mark.parametrize(
    "line",
    [
        "Dear Sir or Madam,", "Dear Anna,", "Hello,", "Hi Tom!", "To whom it may concern:",
        "Sehr geehrte Damen und Herren,", "Sehr geehrter Herr Weiß,", "Liebe Anna,", "Guten Tag,",
        "Madame, Monsieur,", "Chère Anna,", "Bonjour,", "Estimados señores:", "Hola Ana:", "Muy señores míos:",
        "Gentili signori,", "Egregio dottore,", "Spett.le ditta,", "Exmos. Senhores,", "Prezada Ana,", "Olá!",
        "Geachte heer of mevrouw,", "Beste Anna,",
    ],
)  # fmt: skip
def test_a_salutation_is_known_in_every_language(line: str) -> None:
    assert openings.is_salutation(line)


@pytest.mark.parametrize(
    "line",
    [
        "Hello Kitty party", "Dear diary entries of 2026", "Hi-fi for the shop", "Liebe geht durch den Magen",
        "Beste prijzen", "Caro materiale da ordinare", "Packing list,", "Bonjour tristesse", "",
        "Dear Anna, thank you so much for the long letter that you wrote to me last week,", "x" * 500 + ",",
    ],
)  # fmt: skip
def test_other_first_lines_are_titles(line: str) -> None:
    assert not openings.is_salutation(line)


def test_a_letter_with_a_head_needs_a_closing() -> None:
    head = "Stadtwerke Köln\nRingstr. 1\n\nSehr geehrte Damen und Herren,\n\nes ist so weit.\n"
    assert not openings.is_letter(head)
    assert openings.is_letter(f"{head}\nMit freundlichen Grüßen\nKarl Weiß")
    assert openings.is_letter("Dear Anna,\n\nthank you.")
    assert not openings.is_letter("")


def test_a_letter_says_its_subject_and_what_stands_below_the_salutation() -> None:
    head = "Familie Reuter\n04277 Leipzig\nLeipzig, 18. November 2026\n{}\nSehr geehrte Frau Albrecht,\n"
    said = "die Schublade schließt nicht.\nMit freundlichen Grüßen\nHelga Reuter\nTel. 0341"
    subject = "Reklamation der Küche, Auftrag 2026-041"
    assert openings.body(head.format(subject) + said) == f"{subject}\n\ndie Schublade schließt nicht."
    assert openings.body(head.format("") + said) == "die Schublade schließt nicht."
    assert openings.body("A list\nof things") == "A list\nof things"
