import pytest

from daemon.core.language import pitches
from daemon.core.language.terms import NOTHING, Terms
from daemon.core.language.topics import Hit, Topic


def sign(say: str, *, weak: bool = False) -> Hit:
    topic = Topic(say, "none", say, frozenset({"pitch"}), (Terms(("seo",)),), NOTHING, NOTHING, weak=weak)
    return Hit(topic, "seo")


CLEAR = sign("it sells")
FOUND, TALK = sign("it says how it found you", weak=True), sign("it presses for a talk", weak=True)


def test_a_clear_sign_and_another_one_are_enough_and_both_are_named() -> None:
    assert pitches.verdict([FOUND, CLEAR]) == (
        "Looks like an advert or a trick, and is not answered: it sells, and it says how it found you."
    )


@pytest.mark.parametrize("signs", [(), (CLEAR,), (CLEAR, CLEAR), (FOUND, TALK)])
def test_one_sign_or_what_a_customer_may_say_as_well_is_not(signs: tuple[Hit, ...]) -> None:
    assert pitches.verdict(signs) == ""
