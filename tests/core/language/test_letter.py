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


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "Ask Lea whether the panniers also come in blue",
            "I would like to ask whether the panniers also come in blue.",
        ),
        ("Ask Lea for a new quote for 60 bags", "I would like to ask you for a new quote for 60 bags."),
        ("Ask Lea to send us 5 bags", "I would like to ask you to send us 5 bags."),
        ("Vraag Lea een nieuwe offerte voor 60 tassen", "ik wil graag vragen om een nieuwe offerte voor 60 tassen."),
        ("Vraag Lea om 5 tassen te sturen", "ik wil graag vragen om 5 tassen te sturen."),
        ("Frag Lea nach einem neuen Angebot", "ich möchte nach einem neuen Angebot fragen."),
        ("Demande à Lea un devis pour 60 sacs", "Je voudrais te demander un devis pour 60 sacs."),
        ("Demande à Lea de nous envoyer 5 sacs", "Je voudrais te demander de nous envoyer 5 sacs."),
        ("Pide a Lea un presupuesto para 60 bolsas", "Quisiera pedir un presupuesto para 60 bolsas."),
        ("Chiedi a Lea un preventivo per 60 borse", "Vorrei chiedere un preventivo per 60 borse."),
        ("Pede à Lea um orçamento para 60 sacos", "Gostaria de pedir um orçamento para 60 sacos."),
    ],
)
def test_half_a_sentence_goes_on_in_the_language_of_its_order(text: str, first: str) -> None:
    assert compose(text).text.split("\n\n")[1] == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Send Lea an email saying the shade is wrong", "The shade is wrong."),
        ("Write Lea an email: we need 5 more bags.", "We need 5 more bags."),
        ("Send Lea a short message that we need 5 bags", "We need 5 bags."),
        ("Schreib Lea eine Mail: wir brauchen noch 5 Taschen.", "wir brauchen noch 5 Taschen."),
        ("Stuur Lea een mail: we hebben nog 5 tassen nodig.", "We hebben nog 5 tassen nodig."),
        ("Écris à Lea un mail : il nous faut 5 sacs.", "Il nous faut 5 sacs."),
        ("Escribe a Lea un correo: necesitamos 5 bolsas.", "Necesitamos 5 bolsas."),
        ("Scrivi a Lea una mail: ci servono 5 borse.", "Ci servono 5 borse."),
        ("Escreve à Lea um e-mail: precisamos de 5 sacos.", "Precisamos de 5 sacos."),
    ],
)
def test_the_mail_that_is_ordered_is_no_part_of_its_text(text: str, first: str) -> None:
    assert compose(text).text.split("\n\n")[1] == first


def test_words_of_another_language_keep_it() -> None:
    assert compose("Schrijf Lea: do you have the blue bags in stock?").text.startswith("Hello Lea,")
    assert compose("Write Lea: les sacs ne sont pas encore arrivés").text.startswith("Bonjour Lea,")


@pytest.mark.parametrize(
    "text",
    [
        "Tell Lea bags too small",
        "Reply to Lea with our opening hours",
        "Write Lea a letter of recommendation",
        "Ask Lea for a new quote",
        "Ask Lea about the bags",
        "Write Lea tomorrow at 9: we need 5 bags",
        "Write to Lea tomorrow that we need 5 bags",
        "Send Lea an email to ask about the delivery",
    ],
)
def test_what_may_not_read_as_a_mail_is_never_of_low_risk(text: str) -> None:
    made = compose(text)
    assert made.risk == "medium"
    assert made.confidence <= 0.6


def test_own_words_to_somebody_known_are_of_low_risk() -> None:
    made = compose("Write Lea an email: we need 5 more bags.")
    assert (made.risk, made.confidence) == ("low", 0.8)
