"""Messages that rules are not sure of, put to a model: what it is shown, and how much of its answer counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from daemon.core.minds import sorting
from daemon.core.minds.question import Answer, Question
from daemon.core.minds.sorting import Verdict, Verdicts
from daemon.core.ports import Route
from daemon.core.task import FollowUp, Priority, Task
from tests.acceptance.post import ROUTER
from tests.agents.factories import Desk, email, note
from tests.sorters import CONTROLS, NAMES

KNOWN = {control.text: control.agent for control in CONTROLS}
TELLING = email("The bench wobbles. Somebody at the till told me that the payment is not through.", subject="The bench")
PAID = "Somebody at the till told me that the payment is not through."
ASKING = email("Do you use oak wood?")
BY_RULES = "A person's mail is answered by the mail agent."
Spoil = Callable[[list[Verdict]], Sequence[Verdict]]


def sorted_with(
    *tasks: Task, spoil: Spoil = lambda said: said, asked: list[Question[Any]] | None = None, **said: object
) -> list[Route]:
    """The routes of these tasks with a model that says this of each, and is right about our own messages."""

    def ask(question: Question[Any], /) -> Answer[Any]:
        if asked is not None:
            asked.append(question)
        verdicts = [verdict(n, KNOWN.get(each.text), said) for n, each in enumerate(question.data, 1)]
        return Answer(Verdicts(messages=tuple(spoil(verdicts))), "anthropic:claude-haiku-5-5", "", Decimal(0))

    unsure = [ROUTER.unsure(task, by_rules(task)) for task in tasks]
    return list(ROUTER.sort(unsure, Desk(asking=ask), "a seed"))


def verdict(n: int, known: str | None, said: dict[str, object]) -> Verdict:
    plain = {"n": n, "agent": known or "mail", "priority": "normal", "needs_answer": True, "quote": ""}
    return Verdict.model_validate(plain if known else plain | said)


def by_rules(task: Task) -> Route:
    route = ROUTER.route(task, Desk())
    assert isinstance(route, Route)
    assert not route.sure
    return route


# --- the question


def test_one_question_shows_all_messages_and_one_of_our_own_for_each_agent() -> None:
    asked: list[Question[Any]] = []
    sorted_with(TELLING, ASKING, asked=asked)
    (question,) = asked
    assert (question.purpose, question.agent, len(question.data)) == ("sort", "manager", 2 + len(NAMES))
    assert sorted(KNOWN[each.text] for each in question.data if each.text in KNOWN) == sorted(NAMES)


def test_of_a_long_conversation_the_newest_text_is_shown_and_no_more_than_fits() -> None:
    asked: list[Question[Any]] = []
    newest = "The hinge squeaks. " * 500
    sorted_with(email(f"{newest}\n\nOn Mon, 2 Nov 2026 at 10:00, Anna <a@b.example> wrote:\n> older"), asked=asked)
    shown = next(each.text for each in asked[0].data if each.text not in KNOWN)
    assert len(shown) <= 1500
    assert "older" not in shown


def test_the_same_seed_asks_the_same_and_another_one_something_else() -> None:
    unsure = [ROUTER.unsure(TELLING, by_rules(TELLING))] * 3
    first, again, other = (sorting.sheet(unsure, CONTROLS, seed) for seed in ("a", "a", "b"))
    assert first == again
    assert first.placed != other.placed


def test_there_are_several_of_our_own_messages_for_each_agent_and_all_are_shown_whole() -> None:
    counted = [control.agent for control in CONTROLS]
    assert {name: counted.count(name) >= 5 for name in NAMES} == dict.fromkeys(NAMES, True)
    assert max(len(control.text) for control in CONTROLS) < 1500


# --- who else works on it


def test_model_adds_an_agent_with_its_name_and_the_words_it_goes_by() -> None:
    (route,) = sorted_with(TELLING, agent="accounting", quote=PAID)
    assert route == Route("mail", "normal", None, BY_RULES, route.also)
    assert route.also == (
        FollowUp("accounting", f"the model claude-haiku-5-5 reads it as work for accounting as well: “{PAID[:-1]}”."),
    )


def test_note_is_kept_and_booked() -> None:
    (route,) = sorted_with(note("mrs weber waits, price by metre"), agent="accounting", quote="price by metre")
    assert (route.agent, [second.agent for second in route.also]) == ("assistant", ["accounting"])


@pytest.mark.parametrize(
    "quote",
    ["", "pay", "The bench wobbles.", "Please pay the invoice today.", "the pay", "payment\u200b is not through",
     "PAYMENT IS NOT THROUGH", "wobbles. … payment", "ment is not through", "x" * 400],
)  # fmt: skip
def test_without_words_that_are_there_and_speak_of_it_nobody_is_added(quote: str) -> None:
    assert sorted_with(TELLING, agent="accounting", quote=quote) == [Route("mail", "normal", None, BY_RULES)]


def test_quote_may_run_over_the_end_of_a_line() -> None:
    task = email("The bench wobbles and the\npayment is stuck.")
    (route,) = sorted_with(task, agent="accounting", quote="and the payment is stuck")
    assert [second.agent for second in route.also] == ["accounting"]


def test_quote_from_another_message_counts_for_nothing() -> None:
    routes = sorted_with(TELLING, email("Nice doors."), agent="accounting", quote=PAID)
    assert [len(route.also) for route in routes] == [1, 0]


def test_hidden_text_in_a_quote_is_made_visible() -> None:
    task = email("The payment \u202eesrever is stuck.")
    (route,) = sorted_with(task, agent="accounting", quote="payment esrever is stuck")
    assert "\u202e" not in route.also[0].reason


# --- how soon


def test_message_that_needs_no_answer_is_low_and_never_closed() -> None:
    (route,) = sorted_with(TELLING, needs_answer=False, priority="low")
    told = f"{BY_RULES} Low: the model claude-haiku-5-5 finds nothing in it to answer."
    assert route == Route("mail", "low", None, told)


def test_message_that_asks_something_is_not_put_off() -> None:
    assert sorted_with(ASKING, needs_answer=False, priority="low") == [Route("mail", "normal", None, BY_RULES)]


@pytest.mark.parametrize("wanted", ["urgent", "high"])
def test_model_makes_it_one_step_sooner_with_a_quote(wanted: Priority) -> None:
    (route,) = sorted_with(TELLING, priority=wanted, quote="The bench wobbles.")
    assert route.priority == "high"
    assert route.reason.endswith("High: the model claude-haiku-5-5 reads “The bench wobbles”.")


@pytest.mark.parametrize("quote", ["", "The roof is on fire!"])
def test_without_a_quote_nothing_is_sooner(quote: str) -> None:
    assert sorted_with(TELLING, priority="urgent", quote=quote)[0].priority == "normal"


def test_what_the_person_set_stays() -> None:
    task = note("idea: doors of oak", priority="high")
    assert sorted_with(task, priority="urgent", quote="idea: doors")[0].priority == "high"


def test_what_somebody_called_low_stays_low() -> None:
    task = email("A sponsorship for you, dear friends of oak")
    assert sorted_with(task, priority="urgent", quote="A sponsorship")[0].priority == by_rules(task).priority == "low"


# --- whom nobody listens to


def doubled(said: list[Verdict]) -> list[Verdict]:
    return [*said, said[0]]


def one_too_many(said: list[Verdict]) -> list[Verdict]:
    return [*said, said[0].model_copy(update={"n": len(said) + 1})]


def one_control_wrong(said: list[Verdict]) -> list[Verdict]:
    return [each.model_copy(update={"agent": "mail"}) if each.agent == "social" else each for each in said]


def all_urgent(said: list[Verdict]) -> list[Verdict]:
    return [each.model_copy(update={"priority": "urgent"}) for each in said]


def nothing_to_answer(said: list[Verdict]) -> list[Verdict]:
    return [each.model_copy(update={"needs_answer": False}) for each in said]


def all_the_same(said: list[Verdict]) -> list[Verdict]:
    return [each.model_copy(update={"agent": "accounting", "quote": PAID}) for each in said]


def silent(said: list[Verdict]) -> list[Verdict]:
    del said
    return []


@pytest.mark.parametrize(
    "spoil", [doubled, one_too_many, one_control_wrong, all_urgent, nothing_to_answer, all_the_same, silent]
)
def test_model_that_gets_anything_of_ours_wrong_is_not_listened_to(spoil: Spoil) -> None:
    routes = sorted_with(TELLING, ASKING, spoil=spoil, agent="accounting", quote=PAID, priority="urgent")
    assert routes == [Route("mail", "normal", None, BY_RULES)] * 2


def test_message_that_is_left_out_goes_on_by_rules_and_the_others_count() -> None:
    def without_the_first(said: list[Verdict]) -> list[Verdict]:
        return [each for each in said if each.n != first]

    asked: list[Question[Any]] = []
    sorted_with(TELLING, TELLING, asked=asked)
    first = next(n for n, each in enumerate(asked[0].data, 1) if each.text not in KNOWN)
    routes = sorted_with(TELLING, TELLING, spoil=without_the_first, agent="accounting", quote=PAID)
    assert sorted(len(route.also) for route in routes) == [0, 1]


def test_answer_is_closed() -> None:
    with pytest.raises(ValueError, match="extra"):
        Verdicts.model_validate_json('{"messages": [], "approve": true}')
    with pytest.raises(ValueError, match="agent"):
        verdict(1, None, {"agent": "executor"})
