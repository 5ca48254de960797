"""The limit is never passed by more than the calls that are under way; what cannot be asked comes the next day."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from daemon.core.minds.budget import Periods
from daemon.core.minds.model import Reply
from daemon.core.minds.question import Answer, Question, Unanswered, Usage
from daemon.runtime.ledger.spending import UNAFFORDABLE, WEAKER
from daemon.runtime.minds.mind import Mind
from tests.house import House
from tests.minds import CHEAP, FAIR, OWN, FakeModel, FakePrices, Said, question

HELLO = Said(text="Hello")
WORKERS = 16
ABSURD = Usage(10**9, 10**9)
SENT = Usage(500, 900)  # what each call really uses: $0.005 at the prices of CHEAP
EACH = Decimal("0.005")
FOR_FIFTY = 50 * EACH


@pytest.fixture
def poor(tmp_path: Path) -> Iterator[House]:
    """A house with money for 50 calls, and one model."""
    house = House(
        tmp_path,
        budget__daily_usd=str(FOR_FIFTY),
        llm__max_answer_tokens="900",
        llm__models__simple=f'["{CHEAP}"]',
        llm__models__medium="[]",
        llm__models__complex="[]",
    )
    yield house
    house.stop()


def spent(house: House) -> Decimal:
    return house.app.ledger.spending.spent(Periods.of(house.clock.now(), house.app.zone)).today


def asked_at_once(mind: Mind, count: int) -> list[Answer[Said] | Unanswered]:
    with ThreadPoolExecutor(WORKERS) as pool:
        calls = [pool.submit(tried, mind, numbered(number)) for number in range(count)]
        return [call.result() for call in calls]


def tried(mind: Mind, subject: Question[Said]) -> Answer[Said] | Unanswered:
    try:
        return mind.ask(subject)
    except Unanswered as nobody:
        return nobody


def numbered(number: int) -> Question[Said]:
    return question(task=f"t{number:010}", request=f"Answer message {number}.")


def test_500_questions_with_money_for_50_stop_at_the_limit_and_come_the_next_day(poor: House) -> None:
    model = FakeModel()
    model.usage = SENT
    mind = poor.with_model(model)
    first = asked_at_once(mind, 500)
    answers = [each for each in first if isinstance(each, Answer)]
    waiting = [each for each in first if isinstance(each, Unanswered)]
    assert spent(poor) <= FOR_FIFTY
    assert 40 <= len(answers) <= 50
    assert {each.until for each in waiting} == {Periods.of(poor.clock.now(), poor.app.zone).day.end}
    poor.pass_time(timedelta(days=1))
    again = asked_at_once(mind, 500)
    assert len([each for each in again if isinstance(each, Answer)]) >= 2 * len(answers) - 5  # yesterday's are kept
    assert spent(poor) <= FOR_FIFTY


def test_a_provider_that_reports_absurd_counts_stops_at_the_limit(poor: House) -> None:
    model = FakeModel()
    model.usage = ABSURD
    answers = asked_at_once(poor.with_model(model), 100)
    assert 1 <= len(model.asked) <= WORKERS
    assert len([each for each in answers if isinstance(each, Answer)]) == len(model.asked)


def test_one_absurd_count_is_the_last_call(poor: House) -> None:
    model = FakeModel()
    model.usage = ABSURD
    mind = poor.with_model(model)
    assert isinstance(tried(mind, numbered(1)), Answer)
    assert isinstance(tried(mind, numbered(2)), Unanswered)
    assert spent(poor) == Decimal(6000)


@pytest.mark.parametrize("usage", [Usage(10**30, 10**30), Usage(-5, -5), Usage(5, 5, 10**30, -1)])
def test_counts_that_no_ledger_holds_are_kept_as_far_as_it_goes(poor: House, usage: Usage) -> None:
    mind = poor.with_model(FakeModel(Reply(HELLO.model_dump_json(), usage)))
    assert isinstance(tried(mind, numbered(1)), Answer)
    assert spent(poor) >= 0


def test_what_a_crash_left_open_counts(poor: House) -> None:
    def killed(_: object) -> str:
        raise SystemExit

    with pytest.raises(SystemExit):
        poor.with_model(FakeModel(killed)).ask(numbered(1))
    assert spent(poor) > Decimal("0.004")


def test_in_the_end_a_free_model_goes_on(tmp_path: Path) -> None:
    house = House(tmp_path, budget__daily_usd="0.06", llm__models__simple=f'["{CHEAP}", "{OWN}"]')
    model = FakeModel()
    model.usage = Usage(20_000, 4_000)
    mind = house.with_model(model)
    answers = [mind.ask(numbered(number)) for number in range(4)]
    assert [each.model for each in answers] == [CHEAP, OWN, OWN, OWN]
    assert "claude-haiku-5-5 may cost up to $0.02" in answers[1].reason
    tasks = house.app.ledger.spending.tasks([WEAKER], house.clock.now(), house.clock.now() + timedelta(days=1))
    assert len(tasks) == 3
    house.stop()


def test_when_nothing_is_to_wait_no_time_is_named(tmp_path: Path) -> None:
    house = House(tmp_path, budget__daily_usd="0.021", budget__when_spent="rules")
    model = FakeModel()
    model.absent = {OWN: "none"}
    mind = house.with_model(model)
    assert isinstance(tried(mind, numbered(1)), Answer)
    nobody = tried(mind, numbered(2))
    assert isinstance(nobody, Unanswered)
    assert (nobody.until, "is left of the budget" in str(nobody)) == (None, True)
    house.stop()


def test_call_that_never_fits_is_not_waited_for(tmp_path: Path) -> None:
    house = House(tmp_path, budget__daily_usd="0.001")
    model = FakeModel()
    model.absent = {OWN: "none"}
    nobody = tried(house.with_model(model), numbered(1))
    assert isinstance(nobody, Unanswered)
    assert nobody.until is None
    assert model.asked == []
    house.stop()


def test_a_month_that_is_spent_waits_for_the_next(tmp_path: Path) -> None:
    house = House(tmp_path, budget__monthly_usd="0.03")
    model = FakeModel()
    model.absent = {OWN: "none"}
    model.usage = Usage(10_000, 1_000)
    mind = house.with_model(model)
    assert isinstance(tried(mind, numbered(1)), Answer)
    nobody = tried(mind, numbered(2))
    assert isinstance(nobody, Unanswered)
    assert nobody.until == Periods.of(house.clock.now(), house.app.zone).month.end
    house.stop()


def test_who_met_the_limit_is_written_down(poor: House) -> None:
    model = FakeModel()
    model.usage = ABSURD
    mind = poor.with_model(model)
    tried(mind, numbered(1))
    tried(mind, numbered(2))
    now = poor.clock.now()
    assert poor.app.ledger.spending.tasks([UNAFFORDABLE], now, now + timedelta(days=1)) == ["t0000000002"]


def test_dearer_model_is_passed_over_first(tmp_path: Path) -> None:
    house = House(tmp_path, budget__daily_usd="0.05", llm__at_least='{"draft" = "medium"}')
    model = FakeModel()
    model.absent = {OWN: "none"}
    answer = house.with_model(model, FakePrices({FAIR: (3.0, 15.0)})).ask(numbered(1))
    assert answer.model == CHEAP
    assert "claude-sonnet-5-5 may cost up to $0.0" in answer.reason
    house.stop()
