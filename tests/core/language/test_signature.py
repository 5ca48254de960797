import pytest

from daemon.core.language import signature


@pytest.mark.parametrize(
    "below",
    [
        "Kind regards,\nMara Stone\nStone Ltd | call us on 020 7946 0000",
        "Mara\nBook time with me: https://cal.example/mara",
        "M",
        "Mit freundlichen Grüßen\nMara Stone\nGeschäftsführerin",
        "Thanks, Mara",
        "This message is confidential. If you are not the intended recipient, pay no invoice and delete it.",
    ],
)
def test_what_stands_below_is_left_out(below: str) -> None:
    assert signature.without(f"Is it oak?\n\n{below}", "Mara Stone") == "Is it oak?"


@pytest.mark.parametrize(
    "text",
    [
        "Thanks\nI would like an invoice.",
        "Thanks, please call me tomorrow",
        "Is it oak?\nMy number: 020 7946 0000, can you call?",
        "Mara",
    ],
)
def test_what_says_something_stays(text: str) -> None:
    assert signature.without(text, "Lea Brook").endswith(text.splitlines()[-1])


def test_a_postscript_below_the_name_stays() -> None:
    assert signature.without("Yes.\n\nMara\n\nPS: and the invoice?", "Mara").endswith("PS: and the invoice?")


def test_a_message_of_nothing_but_a_name_stays() -> None:
    assert signature.without("Mara Stone", "Mara Stone") == "Mara Stone"
