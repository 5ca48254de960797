from pathlib import Path

import pytest

from daemon.core.language import phrasebook, questions

BOOKS = phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts")


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("en", "is the blue vase still available | and | how much is shipping to france?"),
        ("en", "Hi, do you open on Sundays | and | can I bring my dog?"),
        ("de", "Haben Sie die blaue Vase noch | und | was kostet der Versand nach Frankreich?"),
        ("fr", "Avez-vous encore le vase bleu | et | combien coûte l’envoi ?"),
        ("es", "¿Hay todavía jarrones azules | y | cuánto cuesta el envío?"),
        ("it", "Avete ancora il vaso blu | e | quanto costa la spedizione?"),
        ("nl", "Hebben jullie de blauwe vaas nog | en | wat kost verzending naar Frankrijk?"),
        ("pt", "Têm ainda o vaso azul | e | quanto custa o envio?"),
    ],
)
def test_two_questions_in_one_sentence_are_two(code: str, question: str) -> None:
    first, joint, second = question.split(" | ")
    assert questions.halves(f"{first} {joint} {second}", BOOKS[code]) == (first, second)


@pytest.mark.parametrize(
    "question",
    [
        "When and where do you open?",
        "Do you sell vases and bowls?",
        "We like the vase and how it looks, is it blue?",
        "Can you wrap it and send it to my mother?",
        "and?",
        "",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert questions.halves(question, BOOKS["en"]) == (question,)


def test_a_question_without_its_mark_is_heard_where_only_questions_begin_so() -> None:
    text = "Are you open on Saturday? And could we meet next Thursday at 10"
    assert questions.find(text, BOOKS["en"])[1:] == ("And could we meet next Thursday at 10",)
    assert questions.find("Is what you said true. When I was there it rained.", BOOKS["en"]) == ()


def test_many_joints_are_read_in_no_time() -> None:
    assert len(questions.halves("a and " * 60, BOOKS["en"])) == 1
