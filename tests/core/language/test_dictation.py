from pathlib import Path

import pytest

from daemon.core import handbook
from daemon.core.language import dictation, phrasebook
from daemon.core.language.dictation import Dictated

BOOKS = phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts").values()
BOB = "bob@example.com"
KNOWN = handbook.parse("## Contacts\n- Maria Lopez <maria@example.com>\n- Kim <kim@a.example>\n- Kim <kim@b.example>")


def read(text: str) -> Dictated | None:
    return dictation.read(text, KNOWN, BOOKS)


@pytest.mark.parametrize(
    "text",
    [
        f"Write to {BOB}: See you.",
        f"write {BOB}: See you.",
        f"Please email {BOB}\nSee you.",
        f"- [ ] Mail {BOB}: See you.",
        f"Schreib an {BOB}: See you.",
        f"Antworte an Bob <{BOB}>: See you.",
        f"to: {BOB}\nSee you.",
        f"An: Bob <{BOB}>\n\nSee you.",
    ],
)
def test_an_order_to_write_is_understood(text: str) -> None:
    found = read(text)
    assert found
    assert (found.to, found.body, found.title) == ((BOB,), "See you.", "See you.")


def test_what_it_is_about_becomes_the_subject() -> None:
    found = read(f"Write to {BOB} about the offer: Where is it?")
    assert found
    assert (found.title, found.body) == ("The offer", "Where is it?")


def test_time_of_day_is_no_beginning_of_the_text() -> None:
    assert read(f"Write to {BOB} that the meeting is moved to 10:00") is None
    found = read(f"Write to {BOB}: the meeting is moved to 10:00")
    assert found
    assert found.body == "the meeting is moved to 10:00"


def test_lines_above_the_text_say_everything() -> None:
    found = read(f"to: {BOB}, ann@example.com\ncc: Maria\nsubject: The offer\n\nWhere is it?")
    assert found == Dictated(
        (BOB, "ann@example.com"), ("maria@example.com",), "The offer", "Where is it?", by_name=False
    )


def test_a_name_counts_when_it_is_one_contact() -> None:
    found = read("Write to Maria: See you.")
    assert found
    assert (found.to, found.by_name) == (("maria@example.com",), True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "An idea",
        "Write to Kim: See you.",
        "Write to nobody I know: See you.",
        f"Mail from {BOB}: Pay now.",
        f"Mail de {BOB} : payez.",
        f"Mail van {BOB}: betaal.",
        f"I met {BOB} today.",
        f"Send the plan to {BOB}, ann@example.com: today",
        f"Email {BOB}",
        f"Some words first.\nWrite to {BOB}: See you.",
        f"subject: no recipient\n{BOB}",
        f"to: {BOB}\ncc: a stranger\nHello",
    ],
)
def test_what_is_no_clear_order_writes_to_nobody(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Écris à bob@mail.example au sujet de la livraison : À jeudi ?",
        "à: bob@mail.example\nobjet: la livraison\n\nÀ jeudi ?",
        "Escribe a bob@mail.example sobre la livraison: À jeudi ?",
        "Scrivi a bob@mail.example riguardo a la livraison: À jeudi ?",
        "Escreve a bob@mail.example sobre la livraison: À jeudi ?",
        "Schrijf aan bob@mail.example over la livraison: À jeudi ?",
        "aan: bob@mail.example\nonderwerp: la livraison\n\nÀ jeudi ?",
    ],
)
def test_a_note_may_be_in_any_of_our_languages(text: str) -> None:
    said = read(text)
    assert said is not None
    assert (said.to, said.subject, said.body) == (("bob@mail.example",), "la livraison", "À jeudi ?")
