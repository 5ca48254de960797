from pathlib import Path

import pytest

from daemon.core import handbook
from daemon.core.draft import Draft
from daemon.core.language import dictation, letter, phrasebook
from daemon.core.ports import Earlier
from tests.agents.factories import Desk

BOOKS = phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts")
KNOWN = handbook.parse("## Contacts\n- Kim A <kim@a.example>\n- Kim B <kim@b.example>\n- Lea Roth <lea@roth.example>")


def compose(text: str, *earlier: Earlier) -> Draft:
    said = dictation.read(text, KNOWN, BOOKS.values())
    assert said
    return letter.compose(said, Desk(handbook=KNOWN, earlier=earlier), BOOKS)


def test_nobody_is_guessed_among_several() -> None:
    made = compose("tell Kim that we come")
    assert made.params["to"] == []
    assert "Several contacts are called “Kim” (kim@a.example, kim@b.example)." in made.found[0]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("tell Lea that we come", "We come."),
        ("Schreib Lea, dass wir kommen", "ich wollte dir sagen, dass wir kommen."),
        ("Schreib Frau Roth, dass wir kommen", "ich möchte Ihnen mitteilen, dass wir kommen."),
        ("frag Lea, ob sie kommt", "ich möchte fragen, ob sie kommt."),
        ("mail Jan dat we komen", "ik wil je laten weten dat we komen."),
        ("écris à Lea que nous venons", "Nous venons."),
        ("thank Lea for the book", "Thank you for the book."),
        ("decline Lea, we have no time", "I am afraid I have to decline. We have no time."),
    ],
)
def test_an_order_becomes_a_sentence_in_the_words_of_the_note(text: str, first: str) -> None:
    assert compose(text).text.split("\n\n")[1] == first


def test_words_that_speak_of_the_receiver_are_pointed_out() -> None:
    said = "Your note says “she”: where this means the one you write to, change it."
    assert said in compose("tell Lea she can start").found
    assert said not in compose("tell Lea we can start").found


def test_somebody_addressed_by_title_is_not_addressed_as_a_friend() -> None:
    assert compose("danke Frau Wolf für die Lieferung").text.startswith("Guten Tag Frau Wolf,")
    assert compose("danke Lea für die Lieferung").text.startswith("Hallo Lea,")
    formal = compose("danke Lea für die Lieferung", Earlier(1, "…", "förmlicher"))
    assert formal.text.startswith("Guten Tag Lea")
