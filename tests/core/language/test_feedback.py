import pytest

from daemon.core.language import feedback

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
