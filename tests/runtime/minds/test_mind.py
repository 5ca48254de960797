"""Whatever models do: an answer that fits, or a true sentence why not; and nobody is asked for what is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.core.errors import Outage
from daemon.core.minds.model import ModelError, Reply
from daemon.core.minds.question import Answer, NoModel, Question, Unanswered, Usage, Weight
from daemon.runtime.ledger.spending import Charges
from tests.house import House
from tests.minds import (
    BEST,
    CHEAP,
    FAIR,
    OWN,
    USAGE,
    FakeAnswers,
    FakeModel,
    FakePrices,
    Gate,
    Line,
    ObedientMind,
    Said,
    question,
)

HELLO = Said(text="Hello")
KEY = "sk-ant-api03-9f3kQ7"
NO_OWN = {OWN: "No address of your own server is set"}
DAY = timedelta(days=1)


def asked(house: House, model: FakeModel, subject: Question[Said] | None = None) -> Answer[Said]:
    return house.with_model(model).ask(subject or question())


def unanswered(house: House, model: FakeModel, subject: Question[Said] | None = None) -> Unanswered:
    with pytest.raises(Unanswered) as caught:
        asked(house, model, subject)
    return caught.value


def charges(house: House) -> list[Charges]:
    now = house.clock.now()
    return house.app.ledger.spending.charges(now - DAY, now + DAY)


def outcomes(house: House) -> dict[str, int]:
    return {each.outcome: each.calls for each in charges(house)}


def without_own(*lines: Line) -> FakeModel:
    model = FakeModel(*lines)
    model.absent = dict(NO_OWN)
    return model


def failing(trouble: str = "down", **more: object) -> ModelError:
    return ModelError(trouble, f"Anthropic is {trouble}", **more)  # pyright: ignore[reportArgumentType]


def hard(number: int = 0) -> Question[Said]:
    return question(weight=Weight(5, "3 questions"), request=f"Write it, {number}.")


def test_answer_of_the_first_model_that_fits(house: House) -> None:
    model = without_own(HELLO)
    answer = asked(house, model)
    assert (answer.value, answer.model, answer.reason) == (
        HELLO, CHEAP, "complexity 2 (a short question): simple tier, claude-haiku-5-5",
    )  # fmt: skip
    assert answer.cost == Decimal("0.002")
    assert house.app.ledger.spending.of("taaaaaaaaaa").cost == answer.cost


def test_text_from_outside_stands_between_lines_with_a_new_boundary_each_time(house: House) -> None:
    model = FakeModel()
    mind = house.with_model(model)
    for number in range(2):
        mind.ask(hard(number))
    first, second = (prompt.partition("\n")[0] for prompt in model.prompts)
    assert first != second


def test_one_repair_names_what_is_wrong(house: House) -> None:
    model = without_own('{"text": 5}', HELLO)
    answer = asked(house, model)
    assert answer.value == HELLO
    repair = model.asked[1].prompt.repair
    assert repair
    assert (repair.said, repair.problem) == ('{"text": 5}', "text: Input should be a valid string")
    assert answer.cost == Decimal("0.004")
    assert outcomes(house) == {"unfit": 1, "ok": 1}


def test_after_two_answers_that_do_not_fit_the_next_model_is_asked(house: House) -> None:
    model = without_own("no", "never", HELLO)
    answer = asked(house, model, hard())
    assert model.models == [FAIR, FAIR, CHEAP]
    assert answer.reason == (
        "complexity 5 (3 questions): medium tier; claude-sonnet-5-5 gave no usable answer twice, so claude-haiku-5-5"
    )


def test_cut_off_answer_is_asked_for_shorter(house: House) -> None:
    model = without_own(Reply('{"text": "Hel', Usage(10, 4000), "length"), HELLO)
    assert asked(house, model).value == HELLO
    repair = model.asked[1].prompt.repair
    assert repair
    assert "shorter" in repair.problem


def test_who_declines_is_not_asked_again(house: House) -> None:
    model = without_own(Reply("I cannot help with that.", Usage(10, 5), "refusal"), HELLO)
    answer = asked(house, model, hard())
    assert model.models == [FAIR, CHEAP]
    assert "claude-sonnet-5-5 declined to answer, so claude-haiku-5-5" in answer.reason


@pytest.mark.parametrize("trouble", ["busy", "down", "slow", "login", "refused", "unknown model"])
def test_whatever_goes_wrong_the_next_provider_is_asked(house: House, trouble: str) -> None:
    model = FakeModel(by_model={FAIR: [failing(trouble)], OWN: [HELLO]})
    answer = asked(house, model, hard())
    assert answer.model == OWN
    assert f"Anthropic is {trouble}, so the model of your own server" in answer.reason
    assert outcomes(house) == {trouble: 1, "ok": 1}


def test_nobody_answers_and_the_sentence_says_what_each_did(house: House) -> None:
    problem = unanswered(house, without_own("no", "no", failing("slow", charged=True)), hard())
    assert str(problem) == (
        "no language model answered: claude-sonnet-5-5 gave no usable answer twice, Anthropic is slow"
    )
    assert (problem.until, type(problem)) == (None, Unanswered)


def test_call_that_may_have_been_charged_counts_as_reserved(house: House) -> None:
    unanswered(house, without_own(failing("slow", charged=True)))
    slow = next(each for each in charges(house) if each.outcome == "slow")
    assert slow.cost > Decimal("0.02")


def test_provider_that_reports_no_tokens_counts_as_reserved(house: House) -> None:
    answer = asked(house, without_own(Reply(HELLO.model_dump_json(), Usage())))
    assert answer.cost > Decimal("0.02")


def test_without_a_model_there_is_none(house: House) -> None:
    with pytest.raises(NoModel, match="no language model is connected"):
        house.app.mind.ask(question())


def test_offline_asks_nobody(tmp_path: Path) -> None:
    house = House(tmp_path, llm__offline="true")
    model = FakeModel(HELLO)
    with pytest.raises(NoModel, match="switched off"):
        house.with_model(model).ask(question())
    assert model.asked == []
    house.stop()


def test_the_same_question_is_asked_once(house: House) -> None:
    model = without_own(HELLO)
    mind = house.with_model(model)
    first, second = mind.ask(question()), mind.ask(question(task="tbbbbbbbbbb"))
    assert (first.value, len(model.asked)) == (second.value, 1)
    assert (second.cost, second.model) == (0, CHEAP)
    assert second.reason == "claude-haiku-5-5 was asked exactly this before"
    assert outcomes(house) == {"ok": 1, "cached": 1}


def test_kept_answer_that_does_not_fit_was_never_there(house: House) -> None:
    answers = FakeAnswers()
    model = without_own(HELLO)
    mind = house.with_model(model, answers=answers)
    mind.ask(question())
    answers.kept = {name: type(kept)('{"text": 1}', kept.model) for name, kept in answers.kept.items()}
    mind.ask(question())
    assert len(model.asked) == 2


def test_wrong_answers_are_not_kept(house: House) -> None:
    answers = FakeAnswers()
    with pytest.raises(Unanswered):
        house.with_model(without_own(*["no"] * 4), answers=answers).ask(question())
    assert answers.kept == {}


@pytest.mark.parametrize("said", [KEY, f"Use {KEY[:9]}\u200b{KEY[9:]} for it", json.dumps(KEY).replace("k", "\\u006b")])
def test_answer_with_a_secret_in_it_is_none_and_is_not_kept(house: House, said: str) -> None:
    answers = FakeAnswers()
    model = without_own(f'{{"text": "{said.strip(chr(34))}"}}', HELLO)
    mind = house.with_model(model, answers=answers)
    house.app.redact.add(KEY)
    answer = mind.ask(hard())
    assert (answer.value, answer.model, len(model.asked)) == (HELLO, CHEAP, 2)
    assert "claude-sonnet-5-5 repeated one of your secrets" in answer.reason
    assert [kept.text for kept in answers.kept.values()] == [HELLO.model_dump_json()]
    assert outcomes(house) == {"ok": 1, "unfit": 1}


def test_kept_answer_with_what_is_a_secret_now_was_never_there(house: House) -> None:
    model = without_own(Said(text=f"Use {KEY}"), HELLO)
    mind = house.with_model(model)
    mind.ask(question())
    house.app.redact.add(KEY)
    assert mind.ask(question()).value == HELLO


def test_two_threads_that_ask_the_same_make_one_call(house: House) -> None:
    model = without_own(HELLO)
    gate = Gate(model)
    mind = house.with_model(gate)
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(mind.ask, question(task=f"t{number:010}")) for number in range(8)]
        gate.open()
        answers = [call.result() for call in calls]
    assert len(model.asked) == 1
    assert sum(answer.cost for answer in answers) == Decimal("0.002")


def test_two_threads_that_ask_the_same_in_vain_both_hear_it(house: House) -> None:
    model = without_own(*[failing()] * 2)
    gate = Gate(model)
    mind = house.with_model(gate)
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(mind.ask, question()) for _ in range(2)]
        gate.open()
        assert [type(call.exception()) for call in calls] == [Unanswered] * 2


def test_server_of_your_own_says_which_model_answered(house: House) -> None:
    model = FakeModel(Reply(HELLO.model_dump_json(), Usage(10, 5), model="local:llama3:8b"))
    answer = house.with_model(model).ask(question())
    assert (answer.model, answer.reason.rpartition(", ")[2]) == ("local:llama3:8b", "llama3:8b of your own server")
    assert house.app.ledger.spending.of(question().task).model == "local:llama3:8b"


def test_refused_key_is_told_once_for_all_models_of_its_provider(house: House) -> None:
    mind = house.with_model(without_own(failing("login")))
    with pytest.raises(Unanswered) as first:
        mind.ask(hard())
    assert str(first.value) == "no language model answered: Anthropic is login"
    with pytest.raises(Unanswered, match=r"claude-opus-5 are not asked for now \(Anthropic is login\)$"):
        mind.ask(hard())


def test_provider_that_fails_three_times_is_left_alone_and_tried_once_later(house: House) -> None:
    model = without_own(*[failing()] * 9)
    mind = house.with_model(model)
    for number in range(5):
        with pytest.raises(Unanswered):
            mind.ask(hard(number))
    assert len(model.asked) == 3
    with pytest.raises(Unanswered, match="claude-haiku-5-5 and claude-opus-5 are resting after 3 failures"):
        mind.ask(hard(6))
    house.pass_time(timedelta(seconds=30))
    with pytest.raises(Unanswered):
        mind.ask(hard(7))
    assert len(model.asked) == 4


def test_provider_that_says_how_long_is_left_alone_exactly_that_long(house: House) -> None:
    model = without_own(failing("busy", retry_after=timedelta(seconds=90)), HELLO)
    mind, begun = house.with_model(model), house.clock.now()
    for seconds in (0, 29):
        house.pass_time(timedelta(seconds=seconds))
        with pytest.raises(Unanswered):
            mind.ask(question())
    assert len(model.asked) == 1
    house.pass_time(timedelta(seconds=20))
    assert mind.ask(question()).value == HELLO  # it is back soon, and waited for
    assert house.clock.now() == begun + timedelta(seconds=90)


def test_provider_that_is_busy_for_a_moment_is_waited_for(house: House) -> None:
    model = without_own(*[failing("busy", retry_after=timedelta(seconds=20))] * 2, HELLO)
    answer = asked(house, model)
    assert (answer.value, len(model.asked)) == (HELLO, 3)
    assert answer.reason.endswith("simple tier; Anthropic is busy, it was waited for, so claude-haiku-5-5")


def test_provider_that_stays_busy_is_not_waited_for_longer_than_a_minute(house: House) -> None:
    model = without_own(*[failing("busy", retry_after=timedelta(seconds=25))] * 9)
    begun = house.clock.now() if house.with_model(model) else None
    with pytest.raises(Unanswered, match="no language model answered: Anthropic is busy"):
        house.app.mind.ask(question())
    assert begun
    assert house.clock.now() - begun == timedelta(seconds=50)


def test_many_threads_wait_for_a_busy_provider_and_send_one_probe(house: House) -> None:
    model = without_own(failing("busy", retry_after=timedelta(seconds=1)))
    mind = house.with_model(model)
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(mind.ask, hard(number)) for number in range(8)]
        assert {type(call.exception()) for call in calls} <= {type(None), Unanswered}
    assert len(model.asked) <= 1 + 1 + 8


def test_many_threads_send_one_probe_to_a_provider_that_is_down(house: House) -> None:
    model = without_own(*[failing()] * 9)
    mind = house.with_model(model)
    for number in range(3):
        with pytest.raises(Unanswered):
            mind.ask(hard(number))
    house.pass_time(timedelta(seconds=30))
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(mind.ask, hard(number)) for number in range(8)]
        assert all(isinstance(call.exception(), Unanswered) for call in calls)
    assert len(model.asked) == 4


def test_who_waits_when_the_program_ends_is_told_so(house: House) -> None:
    def ending(_: object) -> str:
        mind.close()
        return "no"

    mind = house.with_model(without_own(ending, ending, HELLO))
    with pytest.raises(Outage, match="AI Employee ends"):
        mind.ask(hard())
    with pytest.raises(Outage):
        mind.ask(question())


def test_wrong_key_leaves_all_of_the_provider_out_for_ten_minutes(house: House) -> None:
    model = without_own(failing("login"), HELLO)
    mind = house.with_model(model)
    for number in range(3):
        with pytest.raises(Unanswered, match="Anthropic is login"):
            mind.ask(hard(number))
    assert len(model.asked) == 1
    house.pass_time(timedelta(minutes=10))
    assert mind.ask(hard()).value == HELLO


def test_another_key_gives_a_new_chance_at_once(house: House) -> None:
    mind = house.with_model(without_own(failing("login"), HELLO))
    with pytest.raises(Unanswered):
        mind.ask(question())
    house.app.secrets.put({"anthropic_api_key": "a-better-key"}, house.clock.now())
    assert mind.ask(question()).value == HELLO


def test_unknown_model_is_left_out_alone(house: House) -> None:
    model = without_own(failing("unknown model"), HELLO, HELLO)
    mind = house.with_model(model)
    assert [mind.ask(hard(number)).model for number in range(2)] == [CHEAP, CHEAP]
    assert model.models == [FAIR, CHEAP, CHEAP]


def test_one_refused_request_keeps_nobody_from_the_next(house: House) -> None:
    mind = house.with_model(without_own(failing("refused"), HELLO, HELLO))
    assert [mind.ask(hard(number)).model for number in range(2)] == [CHEAP, FAIR]


def test_model_without_a_price_is_not_asked(house: House) -> None:
    model, prices = without_own(HELLO), FakePrices()
    del prices.prices[CHEAP]
    answer = house.with_model(model, prices).ask(question())
    assert answer.model == FAIR
    assert "claude-haiku-5-5 has no known price (a line in [llm.prices] gives it one)" in answer.reason


@pytest.mark.parametrize("text", ["", "null", "{", "x" * 300_000, "[" * 100_000, '{"text": "a"}{"text": "b"}'])
def test_odd_answers_end_in_a_sentence(house: House, text: str) -> None:
    problem = unanswered(house, without_own(*[text] * 9))
    assert "claude-haiku-5-5 gave no usable answer twice" in str(problem)


def test_obedient_model_gives_an_answer_that_fits_or_none(house: House) -> None:
    model = ObedientMind(("nightjar",), moods=(1, 2))
    mind = house.with_model(model)
    said = [outcome(lambda n=number: mind.ask(hard(n))) for number in range(40)]
    assert set(said) == {"Answer", "Unanswered"}


def test_settings_that_changed_count_at_once(tmp_path: Path) -> None:
    house = House(tmp_path, llm__models__simple='["anthropic:claude-haiku-5-5"]')
    mind = house.with_model(without_own(HELLO, HELLO))
    assert mind.ask(question()).model == CHEAP
    (tmp_path / "none.toml").write_text("[budget]\ndaily_usd = 0.001\n", encoding="utf-8")
    with pytest.raises(Unanswered, match="budget"):
        mind.ask(hard())
    house.stop()


def test_settings_that_cannot_be_read_ask_nobody(tmp_path: Path) -> None:
    house = House(tmp_path)
    model = without_own(HELLO)
    mind = house.with_model(model)
    (tmp_path / "none.toml").write_text("[budget\n", encoding="utf-8")
    with pytest.raises(Unanswered, match="your settings cannot be read"):
        mind.ask(question())
    assert model.asked == []
    house.stop()


def test_fault_of_ours_is_loud_and_stays_counted(house: House) -> None:
    def broken(_: object) -> str:
        raise ZeroDivisionError

    model = FakeModel(broken)
    model.absent = dict(NO_OWN)
    with pytest.raises(ZeroDivisionError):
        asked(house, model)
    assert outcomes(house) == {"open": 1}


def outcome(work: Callable[[], Answer[Said]]) -> str:
    try:
        return type(work()).__name__
    except Unanswered as none:
        return type(none).__name__


def test_best_model_for_the_hardest(house: House) -> None:
    assert asked(house, without_own(HELLO), question(weight=Weight(9))).model == BEST


def test_switching_off_and_on_counts_at_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    mind = house.with_model(without_own())
    config = tmp_path / "none.toml"
    config.write_text("[llm]\noffline = true\n", encoding="utf-8")
    with pytest.raises(NoModel, match="switched off"):
        mind.ask(question())
    config.write_text("[llm]\noffline = false\n", encoding="utf-8")
    assert mind.ask(question()).model == CHEAP
    house.stop()


def test_real_models_are_switched_off_and_on_at_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.app.secrets.put({"anthropic_api_key": "a-key"}, house.clock.now())
    config, model = tmp_path / "none.toml", house.app.doors.model
    config.write_text("[llm]\noffline = true\n", encoding="utf-8")
    assert "switched off" in model.ready(CHEAP)
    config.write_text("[llm\n", encoding="utf-8")
    assert "switched off" in model.ready(CHEAP)
    config.write_text("", encoding="utf-8")
    assert model.ready(CHEAP) == ""
    house.stop()


LINES = st.lists(
    st.one_of(
        st.just(HELLO),
        st.sampled_from(["", "no", '{"text": 5}']),
        st.builds(
            Reply,
            st.sampled_from(['{"text": "a"}', "cut"]),
            st.builds(Usage, st.integers(1, 50_000), st.integers(1, 4_000)),
            st.sampled_from(["end", "length", "refusal"]),
        ),
        st.builds(failing, st.sampled_from(["busy", "down", "slow", "login", "refused", "unknown model"])),
    ),
    max_size=12,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, st.integers(1, 10))
def test_ledger_says_what_the_provider_would_ask_for(
    house: House, lines: list[Said | str | Reply | ModelError], complexity: int
) -> None:
    """Whatever happens: each question ends, and the money in the ledger is that of the replies, priced by hand."""
    before = sum(each.cost for each in charges(house))
    model, prices = without_own(*lines), FakePrices()
    mind = house.with_model(model, prices)
    ends = [
        outcome(lambda n=number: mind.ask(question(request=f"{n}", weight=Weight(complexity)))) for number in range(4)
    ]
    assert set(ends) <= {"Answer", "Unanswered"}
    journal = [(each.model, line) for each, line in zip(model.asked, [*lines, *[HELLO] * 99], strict=False)]
    used = [
        (name, line.usage if isinstance(line, Reply) else USAGE)
        for name, line in journal
        if not isinstance(line, ModelError)
    ]
    assert sum(each.cost for each in charges(house)) - before == sum(prices.cost(*each) or 0 for each in used)
