import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.minds.question import Weight
from daemon.core.minds.weighing import Signs, weigh

EXAMPLES = [
    (Signs(80), Weight(1, "short and plain")),
    (Signs(80, questions=1), Weight(1, "short and plain")),
    (Signs(300, questions=3), Weight(2, "3 questions")),
    (Signs(300, questions=4, money=True), Weight(4, "4 questions, about money")),
    (Signs(700, questions=2, language="German"), Weight(4, "2 questions, 700 characters, in German")),
    (Signs(700, complaint=True, money=True), Weight(6, "a complaint, about money, 700 characters")),
    (Signs(80, rejected=1), Weight(4, "second draft")),
    (Signs(80, questions=3, money=True, rejected=1), Weight(6, "3 questions, about money, second draft")),
    (Signs(80, rejected=2), Weight(6, "third draft")),
    (Signs(80, rejected=11), Weight(6, "12th draft")),
    (Signs(2500, files=2, depth=6), Weight(6, "2,500 characters, 2 files, a long thread")),
    (Signs(80, public=True), Weight(4, "for everybody to read")),
    (Signs(300, legal=True), Weight(7, "about law or a contract")),
    (Signs(2500, legal=True, money=True), Weight(10, "about law or a contract, about money, 2,500 characters")),
    (Signs(9000, questions=9, money=True, language="French", depth=9, rejected=3, files=1, complaint=True, legal=True),
     Weight(10, "about law or a contract, a complaint, 9 questions, about money, 9,000 characters, 1 file, "
                "a long thread, in French, fourth draft")),
]  # fmt: skip


@pytest.mark.parametrize(("signs", "weight"), EXAMPLES)
def test_what_can_be_counted_makes_a_question_hard(signs: Signs, weight: Weight) -> None:
    assert weigh(signs) == weight


def test_how_soon_it_is_wanted_does_not_make_it_harder() -> None:
    assert weigh(Signs(80), urgent=True) == Weight(1, "short and plain", urgent=True)


@given(
    st.builds(
        Signs,
        length=st.integers(0, 10**6),
        questions=st.integers(0, 50),
        money=st.booleans(),
        depth=st.integers(0, 50),
        rejected=st.integers(0, 20),
        files=st.integers(0, 20),
        complaint=st.booleans(),
        legal=st.booleans(),
        public=st.booleans(),
    )
)
def test_every_weight_is_between_1_and_10_and_says_why(signs: Signs) -> None:
    weight = weigh(signs)
    assert 1 <= weight.complexity <= 10
    assert weight.why
    assert weigh(signs) == weight
