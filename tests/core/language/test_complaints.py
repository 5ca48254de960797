"""A complaint is known as one in every language, and what it demands is left to the person."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from agents import mail, manager
from daemon.core import handbook
from daemon.core.draft import Draft
from daemon.core.language import complaints, reading
from daemon.core.language.reading import Reader, Reading
from daemon.core.ports import Route
from daemon.core.resources import config_file
from tests.agents.factories import Desk, email
from tests.core.language.test_phrasebook import BOOKS

ANGRY = {
    "en": "This is the third time I write. I want my money back, or my lawyer will write to you.",
    "de": "Ich schreibe zum dritten Mal. Ich verlange mein Geld zurück, sonst geht es an meinen Anwalt.",
    "fr": "C'est la troisième fois que j'écris. Je veux être remboursé, sinon je contacte mon avocat.",
    "es": "Es la tercera vez que le escribo. Quiero que me devuelvan el dinero o hablaré con mi abogado.",
    "it": "È la terza volta che scrivo. Rivoglio i miei soldi, altrimenti mi rivolgo al mio avvocato.",
    "pt": "É a terceira vez que escrevo. Quero o meu dinheiro de volta, senão falo com o meu advogado.",
    "nl": "Dit is de derde keer dat ik schrijf. Ik wil mijn geld terug, anders schakel ik mijn advocaat in.",
}
DANGER = {
    "en": "The brakes failed on the way home and I almost crashed into a car.",
    "de": "Das Rad ist lebensgefährlich, die Bremsen haben versagt.",
    "fr": "Les freins ont lâché hier soir, j'ai failli percuter une voiture, c'est dangereux.",
    "es": "Ayer fallaron los frenos de la bici y casi choco con un coche, es muy peligroso.",
    "it": "Ieri i freni non hanno funzionato e quasi investito da una macchina, è pericoloso.",
    "pt": "Ontem os travões falharam e quase bati num carro, isto é perigoso.",
    "nl": "De remmen van mijn fiets weigerden, ik reed bijna tegen een taxi aan. Levensgevaarlijk!",
}
SHIPPED = manager.Config(**tomllib.loads(config_file("default.toml").read_text(encoding="utf-8"))["agents"]["manager"])
FACTS = "- garantie: Wij geven twee jaar garantie op het frame.\n- open: Wij zijn open op zaterdag."


def read(text: str) -> Reading:
    return Reader(handbook.parse(f"## Facts\n{FACTS}"), BOOKS).read("", text, date(2026, 11, 21))


@pytest.mark.parametrize("text", [*ANGRY.values(), *DANGER.values()])
def test_a_complaint_gets_an_apology_and_no_promise_but_an_answer(text: str) -> None:
    made = mail.Agent(mail.Config()).draft(email(text), Desk())
    assert isinstance(made, Draft)
    book = read(text).book
    assert book.say["sorry"] in made.text
    assert book.say["later_complaint"] in made.text
    assert made.reason == "It is a complaint: the draft says sorry, and grants and denies nothing."
    assert made.risk != "low"


@pytest.mark.parametrize("text", [*ANGRY.values(), *DANGER.values()])
def test_a_complaint_with_a_threat_or_a_danger_is_of_high_priority(text: str) -> None:
    decided = manager.Agent(SHIPPED).route(email(text), Desk())
    assert isinstance(decided, Route)
    assert decided.priority == "high"


@pytest.mark.parametrize("text", ANGRY.values())
def test_what_a_complaint_demands_is_listed_for_the_person(text: str) -> None:
    found = read(text)
    demand = text.partition(". ")[2]
    assert found.demands == (demand,)
    assert f"They demand, and only you can answer it: “{demand}”" in reading.report(found, date(2026, 11, 21))


def test_a_fact_that_may_help_is_named() -> None:
    named = "Your handbook may have more to say to it: “Wij geven twee jaar garantie op het frame.”"
    assert [told for told in read(ANGRY["nl"]).told if "garantie" in told] == [named]
    assert read("Zijn jullie op zaterdag open?").told == ()


@pytest.mark.parametrize(
    "text",
    [
        "Can I get my money back if it does not fit?",
        "Is this the third time the market takes place?",
        "My lawyer has read the contract and is fine with it.",
        "I want to order three chairs.",
    ],
)
def test_not_everything_with_such_words_is_a_complaint(text: str) -> None:
    assert not complaints.is_one(text, BOOKS["en"], BOOKS.values())
    assert read(text).demands == ()
