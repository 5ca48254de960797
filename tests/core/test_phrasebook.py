import string
from pathlib import Path

import pytest

from daemon.core import phrasebook
from daemon.core.phrasebook import Phrasebook

BOOKS = phrasebook.shipped(Path(__file__).parents[2] / "agents" / "prompts")
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
