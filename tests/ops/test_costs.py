"""What is shown of what language models cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from daemon.core.minds.question import Unanswered, Usage, Weight
from daemon.ops import briefing, costs
from daemon.ops.costs import Costs
from daemon.runtime.status import as_json
from tests.house import House
from tests.minds import BEST, CHEAP, FAIR, OWN, FakeModel, question

DAY = timedelta(days=1)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[House]:
    """Three days of questions; today is the dearest."""
    house = House(tmp_path)
    model = FakeModel()
    model.absent = {OWN: "none"}
    model.usage = Usage(10_000, 1_000, 4_000)
    mind = house.with_model(model)
    for day, weights in enumerate([(1,), (1, 1), (1, 5, 9)]):
        for number, weight in enumerate(weights):
            agent = "mail" if weight < 9 else "social"
            mind.ask(question(task=f"t{day}{number:09}", request=f"{day} {number}", weight=Weight(weight), agent=agent))
        house.pass_time(DAY if day < 2 else timedelta())
    mind.ask(question(task="t0000000000", request="0 0", weight=Weight(1)))
    yield house
    house.stop()


def report(house: House, count: int = 7) -> Costs:
    return costs.report(house.app.ledger, house.app.limits(), house.app.zone, house.clock.now(), count=count)


def test_days_agents_models_and_tasks_add_up_to_the_same(busy: House) -> None:
    found = report(busy)
    assert found.total.cost == Decimal("0.015") * 4 + Decimal("0.045") + Decimal("0.075")
    assert [each.calls for each in found.days] == [0, 0, 0, 0, 1, 2, 3]
    for sums in (found.agents, found.models, found.tasks):
        assert sum(each.cost for each in sums) == found.total.cost
        assert sum(each.calls for each in sums) == found.total.calls == 6
    assert sum(each.cost for each in found.days) == found.total.cost


def test_what_is_about_no_task_says_what_it_was_for(house: House) -> None:
    mind = house.with_model(FakeModel())
    for purpose in ("sort", "test", "other"):
        mind.ask(question(task="", purpose=purpose, request=purpose))
    mind.ask(question(task="t0000000000"))
    found = {each.title: each.name for each in report(house).tasks}
    assert found == {"sorting": "", "trying the account": "", "several at once": "", "": "t0000000000"}


def test_the_dearest_comes_first(busy: House) -> None:
    assert [each.name for each in report(busy).models] == [BEST, CHEAP, FAIR]
    assert [each.name for each in report(busy).agents] == ["mail", "social"]


def test_answers_that_were_kept_are_counted_beside(busy: House) -> None:
    assert report(busy).cached == 1


def test_less_days_show_less(busy: House) -> None:
    assert report(busy, 1).total.calls == 3


def test_what_scripts_read(busy: House) -> None:
    table = costs.as_json(report(busy))
    assert (table["today_usd"], table["daily_limit_usd"], table["cached_answers"]) == (0.135, 5.0, 1)
    assert table["total"] == {
        "name": "", "calls": 6, "input_tokens": 60_000, "output_tokens": 6_000, "cached_tokens": 24_000,
        "cost_usd": 0.18,
    }  # fmt: skip


def test_task_is_shown_with_its_title(house: House) -> None:
    house.arrive()
    house.with_model(FakeModel()).ask(question(task=house.task_of(house.note("Needs_Action"))))
    assert [each.title for each in report(house).tasks] == ["Opening hours"]


def test_status_tells_today_and_the_limit(busy: House) -> None:
    found = busy.app.status()
    assert as_json(found)["cost"] == {
        "today_usd": 0.135, "limit_usd": 5.0, "month_usd": 0.18, "month_limit_usd": 100.0,
    }  # fmt: skip
    assert found.problems == []


def test_an_unusual_day_is_a_problem(busy: House) -> None:
    busy.pass_time(DAY)
    model = FakeModel()
    model.usage = Usage(100_000, 1_000)
    busy.with_model(model).ask(question(request="a dear one", weight=Weight(9)))
    (problem,) = busy.app.status().problems
    assert problem.what.startswith("language models cost $0.5250 today, 775% more than usual ($0.0600 a day)")


def test_spent_budget_is_a_problem_until_it_is_raised(tmp_path: Path) -> None:
    house = House(tmp_path)
    config = tmp_path / "none.toml"
    config.write_text("[budget]\ndaily_usd = 0.1\n", encoding="utf-8")
    model = FakeModel()
    model.usage = Usage(1_000_000, 0)
    mind = house.with_model(model)
    model.absent = {OWN: "none"}
    mind.ask(question())
    with pytest.raises(Unanswered):
        mind.ask(question(request="one more"))
    (problem,) = house.app.status().problems
    assert problem.what.startswith("today's budget for language models is spent ($1.00 of $0.1000)")
    config.write_text("[budget]\ndaily_usd = 2\n", encoding="utf-8")
    assert house.app.status().problems == []
    assert mind.ask(question(request="one more")).model == CHEAP
    house.stop()


def test_briefing_tells_yesterday(busy: House) -> None:
    busy.pass_time(DAY)
    note = briefing.make(busy.app.context, busy.app.status(), busy.clock.now()).note
    assert "## Language models\n\nYesterday they cost $0.1350.\n" in note


def test_briefing_tells_what_the_budget_did(tmp_path: Path) -> None:
    house = House(tmp_path, budget__daily_usd="0.06")
    model = FakeModel()
    model.absent = {OWN: "none"}
    model.usage = Usage(40_000, 0)
    mind = house.with_model(model)
    mind.ask(question(task="taaaaaaaaaa", weight=Weight(5)))
    for task in ("tbbbbbbbbbb", "tcccccccccc"):
        with pytest.raises(Unanswered):
            mind.ask(question(task=task, request=task))
    house.pass_time(timedelta(hours=1))
    note = briefing.make(house.app.context, house.app.status(), house.clock.now()).note
    said = "The budget ran short: 1 task went to a cheaper model, and 2 were done by rules or wait."
    assert said in note
    house.stop()


def test_briefing_of_a_house_without_models_does_not_speak_of_them(house: House) -> None:
    assert "anguage model" not in briefing.make(house.app.context, house.app.status(), house.clock.now()).note
