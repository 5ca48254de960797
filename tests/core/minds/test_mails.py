import pytest

from daemon.core import handbook
from daemon.core.minds import mails

CLOSED = handbook.parse("## Signature\nBest regards,\n\nAnna Birch\nBirchwood Workshop\nLane 4, Hamburg\n")
NAMED = handbook.parse("## Signature\nAnna Birch\n")
SIGNED = "Hello,\n\nyes.\n\nViele Grüße\nAnna Birch\nBirchwood Workshop\nLane 4, Hamburg"


@pytest.mark.parametrize(
    "text",
    [
        SIGNED,
        "Hello,\n\nyes.\n\nViele Grüße",
        "Hello,\n\nyes.\n\nViele Grüße\nAnna",
        "Hello,\n\nyes.\n\nViele Grüße\nAnna Birch",
        "Hello,\n\nyes.\n\nViele Grüße\nAnna Birch\nBirchwood Workshop",
        "Hello,\n\nyes.\n\nViele Grüße\nAnna Birch\nBirchwood Workshop\nLane 4,\nHamburg",
    ],
)
def test_the_signature_stands_below_the_text_whole_and_once(text: str) -> None:
    assert mails.signed(text, CLOSED).text == SIGNED


def test_a_text_without_a_closing_gets_the_signature_after_an_empty_line() -> None:
    assert mails.signed("Hello,\n\nyes.", NAMED).text == "Hello,\n\nyes.\n\nAnna Birch"


def test_a_postscript_stays_where_it_is() -> None:
    text = f"{SIGNED}\n\nPS: We are closed on Monday."
    assert mails.signed(text, CLOSED).text == text


def test_a_handbook_without_a_signature_adds_none() -> None:
    assert mails.signed("Hello,\n\nyes.\n\nBest wishes", handbook.parse("")).text == "Hello,\n\nyes.\n\nBest wishes"
