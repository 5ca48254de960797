from pathlib import Path

import pytest

from daemon.core.language import feedback, phrasebook
from daemon.core.ports import Earlier

BOOKS = phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts")

THANKS = "Thank you for your message."
CLOSING = "Best regards,\n\nAnna"
DRAFT = f"Hello Peter,\n\n{THANKS}\n\nWe open at 8. We close at 17.\n\n{CLOSING}"


def revised(said: str) -> feedback.Revised:
    return feedback.revise(DRAFT, said, optional=[THANKS], closing=CLOSING)


@pytest.mark.parametrize("said", ["shorter please", "Too long!", "Bitte kürzer."])
def test_shorter_drops_what_is_optional(said: str) -> None:
    assert revised(said).text == DRAFT.replace(f"{THANKS}\n\n", "")


@pytest.mark.parametrize(
    "said", ['Add "We are closed on Monday."', "say: We are closed on Monday.", "„We are closed on Monday.“"]
)
def test_own_words_become_a_paragraph_before_the_closing(said: str) -> None:
    assert revised(said).text == DRAFT.replace(CLOSING, f"We are closed on Monday.\n\n{CLOSING}")


@pytest.mark.parametrize(
    "said", ['Don\'t say "We close at 17."', "Streiche „We close at 17.“", 'not "We close at 17."']
)
def test_what_must_not_be_said_is_removed_and_not_added(said: str) -> None:
    assert revised(said).text == DRAFT.replace(" We close at 17.", "")


def test_one_text_is_replaced_by_another_in_either_order() -> None:
    assert "open at 9" in revised('Replace "open at 8" with "open at 9"').text
    assert "open at 9" in revised('Use "open at 9" instead of "open at 8"').text


@pytest.mark.parametrize("said", ["Please be friendlier.", "", 'remove "what is not there"'])
def test_what_is_not_understood_changes_nothing_and_claims_nothing(said: str) -> None:
    assert revised(said) == feedback.Revised(DRAFT, ())


def test_what_was_done_is_told() -> None:
    assert len(revised('shorter, and add "See you."').done) == 2


@pytest.mark.parametrize(
    "said", ["plus court", "más corto, por favor", "più breve", "mais curto", "korter graag", "zu lang", "shorten it"]
)
def test_shorter_is_understood_in_every_language(said: str) -> None:
    made = feedback.revise(DRAFT, said, optional=[THANKS], closing=CLOSING, books=BOOKS.values())
    assert made.text == DRAFT.replace(f"{THANKS}\n\n", "")


@pytest.mark.parametrize(
    "said", ["ajoute : Hi.", "añade: Hi.", "aggiungi: Hi.", "acrescenta: Hi.", "voeg toe: Hi.", "sag: Hi.", "say: Hi."]
)
def test_words_are_added_in_every_language(said: str) -> None:
    made = feedback.revise(DRAFT, said, optional=(), closing=CLOSING, books=BOOKS.values())
    assert made.text == DRAFT.replace(CLOSING, f"Hi.\n\n{CLOSING}")


@pytest.mark.parametrize(
    "said", ["supprime «We close at 17.»", 'quita "We close at 17."', 'togli "We close at 17."',
             'tira "We close at 17."', 'schrap "We close at 17."']
)  # fmt: skip
def test_words_are_removed_in_every_language(said: str) -> None:
    made = feedback.revise(DRAFT, said, optional=(), closing=CLOSING, books=BOOKS.values())
    assert made.text == DRAFT.replace(" We close at 17.", "")


@pytest.mark.parametrize(
    ("said", "language", "tone"),
    [
        ("in English please", "en", ""), ("auf Deutsch", "de", ""), ("en français s'il te plaît", "fr", ""),
        ("en español", "es", ""), ("in italiano", "it", ""), ("em português", "pt", ""),
        ("in het Nederlands", "nl", ""),
        ("auf Englisch und förmlicher", "en", "formal"), ("plus formel", "", "formal"), ("más formal", "", "formal"),
        ("più formale", "", "formal"), ("mais formal", "", "formal"), ("formeler", "", "formal"),
        ("less formal", "", "informal"), ("weniger förmlich", "", "informal"), ("meno formale", "", "informal"),
        ('say: "we answer in English"', "", ""), ("add: we also write in French", "", ""), ("shorter", "", ""),
    ],
)  # fmt: skip
def test_language_and_tone_can_be_asked_for(said: str, language: str, tone: str) -> None:
    wish = feedback.asked([Earlier(1, DRAFT, said)], BOOKS)
    assert (wish.language, wish.tone, bool(wish.anew)) == (language, tone, bool(language or tone))


def test_a_language_once_asked_for_stays() -> None:
    wish = feedback.asked([Earlier(1, DRAFT, "in French"), Earlier(2, DRAFT, "shorter")], BOOKS)
    assert (wish.language, wish.anew) == ("fr", "")
    assert wish.book(BOOKS["en"], BOOKS) is BOOKS["fr"]


def test_a_more_formal_draft_is_written_anew() -> None:
    familiar = BOOKS["de"].familiar()
    wish = feedback.asked([Earlier(1, DRAFT, "förmlicher bitte")], BOOKS)
    assert wish.book(familiar, BOOKS) is BOOKS["de"]
    made = feedback.follow([Earlier(1, DRAFT, "förmlicher bitte")], ["Guten Tag", "", "Anna"], (), anew=wish.anew)
    assert made.text == "Guten Tag\n\nAnna"
    assert made.done == ("Written anew in a more formal tone, as far as rules can; your own edits are not in it.",)


@pytest.mark.parametrize(
    "said",
    [
        "once more", "Once more, please.", "again", "Try it again!", "noch einmal", "Bitte nochmal", "Noch mal bitte.",
        "encore une fois", "Encore une fois, s’il vous plaît", "otra vez", "una vez más, por favor", "ancora una volta",
        "di nuovo", "mais uma vez", "outra vez, por favor", "nog een keer", "opnieuw",
    ],
)  # fmt: skip
def test_once_more_is_the_draft_from_the_beginning(said: str) -> None:
    made = feedback.follow([Earlier(1, "Hi!\n\nMy own edit.", said)], ["Hello Peter,", THANKS, CLOSING], ())
    assert made.text == f"Hello Peter,\n\n{THANKS}\n\n{CLOSING}"
    assert made.done == ("Drafted once more from the beginning, as you asked; your own edits are not in it.",)


@pytest.mark.parametrize("said", ["Never say that again.", "add: We never open again.", 'once more "Hello"', "shorter"])
def test_feedback_that_says_more_than_once_more_keeps_the_edits(said: str) -> None:
    made = feedback.follow([Earlier(1, "Hi!\n\nMy own edit.", said)], ["Hello Peter,", THANKS, CLOSING], ())
    assert "My own edit." in made.text


@pytest.mark.parametrize(
    "said",
    [
        "write an answer to them instead", "reply to her", "schreib ihnen eine Antwort", "réponds-leur plutôt",
        "escríbele una respuesta", "scrivi una risposta", "escreve-lhe uma resposta", "beantwoord deze mail",
    ],
)  # fmt: skip
def test_a_draft_that_answers_nobody_says_how_to_write_to_somebody(said: str) -> None:
    earlier = [Earlier(1, "# Keep", said)]
    made = feedback.follow(earlier, ["# Keep", ""], ())
    assert "“Write to”" not in made.done[0]
    assert "“Write to”" in feedback.to_nobody(made, earlier).done[0]


@pytest.mark.parametrize("code", sorted(BOOKS))
def test_the_promise_about_a_date_goes_when_the_persons_words_name_one(code: str) -> None:
    promise, rest = BOOKS[code].say["later_meeting"], BOOKS[code].say["later_rest"]
    draft = f"Hello,\n\n{promise} {rest}\n\n{CLOSING}"
    made = feedback.follow([Earlier(1, draft, "add: 2026-12-02, 10:00")], ["", CLOSING], (), books=BOOKS.values())
    assert made.text == f"Hello,\n\n{rest}\n\n2026-12-02, 10:00\n\n{CLOSING}"
    assert f"Took “{promise}” out: your own words say when." in made.done


@pytest.mark.parametrize("said", ["add: We look forward to it.", "shorter", 'remove "Hello," on Wednesday at ten'])
def test_the_promise_about_a_date_stays_without_one(said: str) -> None:
    draft = f"Hello,\n\n{BOOKS['en'].say['later_meeting']}\n\n{CLOSING}"
    made = feedback.follow([Earlier(1, draft, said)], ["", CLOSING], (), books=BOOKS.values())
    assert BOOKS["en"].say["later_meeting"] in made.text


def test_wednesday_at_ten_is_a_date() -> None:
    draft = f"Hello,\n\n{BOOKS['en'].say['later_meeting']}\n\n{CLOSING}"
    said = [Earlier(1, draft, "add: Wednesday at ten suits me well.")]
    assert feedback.follow(said, ["", CLOSING], (), books=BOOKS.values()).text == (
        f"Hello,\n\nWednesday at ten suits me well.\n\n{CLOSING}"
    )


@pytest.mark.parametrize("key", ["later", "later_one", "later_many", "later_rest"])
@pytest.mark.parametrize("code", sorted(BOOKS))
def test_the_promise_of_an_answer_goes_when_the_person_gives_one(code: str, key: str) -> None:
    promise = BOOKS[code].say[key]
    draft = f"Hello,\n\n{promise}\n\n{CLOSING}"
    said = "add: A full service costs 85 EUR."
    made = feedback.follow([Earlier(1, draft, said)], ["", CLOSING], (), books=BOOKS.values())
    assert made.text == f"Hello,\n\nA full service costs 85 EUR.\n\n{CLOSING}"
    assert f"Took “{promise}” out: your own words answer instead." in made.done
