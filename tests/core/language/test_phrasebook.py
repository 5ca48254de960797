import string
from pathlib import Path

import pytest

from daemon.core.language import phrasebook
from daemon.core.language.calendars import CALENDARS
from daemon.core.language.phrasebook import Phrasebook

BOOKS = phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts")
ENGLISH = BOOKS[phrasebook.FALLBACK]


def placeholders(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_every_language_says_the_same_things(book: Phrasebook) -> None:
    assert {key: placeholders(text) for key, text in book.say.items()} == {
        key: placeholders(text) for key, text in ENGLISH.say.items()
    }


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_every_language_listens_for_the_same_things(book: Phrasebook) -> None:
    assert book.cues.keys() == ENGLISH.cues.keys()
    assert {ask.say for ask in book.asks} <= book.say.keys()


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_the_informal_tone_says_nothing_of_its_own(book: Phrasebook) -> None:
    assert {key: placeholders(text) for key, text in book.informal.items()} == {
        key: placeholders(book.say[key]) for key in book.informal
    }


@pytest.mark.parametrize("text", ["", "1234", "....", "http://x.example"])
def test_a_text_without_words_has_no_language(text: str) -> None:
    assert phrasebook.detect(BOOKS, text) is None


def test_every_language_can_write_days() -> None:
    assert BOOKS.keys() == CALENDARS.keys()


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_every_language_asks_for_the_same_things(book: Phrasebook) -> None:
    assert [(ask.need, ask.say) for ask in book.asks] == [(ask.need, ask.say) for ask in ENGLISH.asks]


@pytest.mark.parametrize("book", [book for book in BOOKS.values() if book.code != "en"], ids=lambda book: book.code)
def test_every_other_language_knows_an_informal_tone(book: Phrasebook) -> None:
    assert book.informal["thanks"] != book.say["thanks"]
    assert book.cues["informal"]


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_our_own_sentences_are_in_their_language(book: Phrasebook) -> None:
    said = " ".join(text for key, text in book.say.items() if key.startswith(("later", "ask", "missing", "thanks")))
    assert phrasebook.detect(BOOKS, said) == book


def test_no_sign_begins_a_line_in_french() -> None:
    said = " ".join((*BOOKS["fr"].say.values(), *BOOKS["fr"].informal.values()))
    assert not [sign for sign in ("?", "!", ";", ":", "»") if f" {sign}" in said]


def test_a_spanish_question_opens_with_its_sign() -> None:
    said = (*BOOKS["es"].say.values(), *BOOKS["es"].informal.values())
    assert [text for text in said if text.count("?") != text.count("¿")] == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "How much is a table?"),
        ("en", "Please find the invoice attached."),
        ("de", "Was kostet ein Tisch?"),
        ("de", "Anbei die Rechnung."),
        ("fr", "Nous cherchons une table en chêne pour huit personnes."),
        ("fr", "C’est urgent, la table est cassée."),
        ("es", "¿Cuánto cuesta?"),
        ("es", "Necesito una mesa para la oficina"),
        ("it", "Quanto costa un tavolo?"),
        ("it", "In allegato la fattura. Saluti"),
        ("pt", "Quanto custa uma mesa?"),
        ("pt", "Segue em anexo a fatura."),
        ("nl", "Wat kost een tafel?"),
        ("nl", "In de bijlage vindt u de factuur."),
    ],
)
def test_a_short_text_is_enough_to_tell_a_language(code: str, text: str) -> None:
    found = phrasebook.detect(BOOKS, text)
    assert found
    assert found.code == code


@pytest.mark.parametrize(
    "text",
    [
        "Hej, vi söker ett ekbord för åtta personer. Levererar ni till Sverige?",
        "Hei, vi leter etter et spisebord i eik. Leverer dere til Norge, og hva koster det?",
        "Dzień dobry, szukamy stołu dębowego dla ośmiu osób. Czy dostarczają Państwo do Polski?",
        "Bună ziua, căutăm o masă de stejar pentru opt persoane. Livrați în România și cât costă?",
        "Bon dia, busquem una taula de roure per a vuit persones. Feu enviaments a Catalunya i quant costa?",
        "Bonjour Anna, see you morgen im Büro, saluti",
    ],
)
def test_another_language_or_a_mixture_is_not_guessed(text: str) -> None:
    assert phrasebook.detect(BOOKS, text) is None
