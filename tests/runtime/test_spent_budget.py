"""A whole employee whose money for models runs out: what has to wait waits, nothing is lost, the next day goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from daemon.core import frontmatter
from daemon.core.draft import Draft
from daemon.core.minds import thrift
from daemon.core.minds.budget import Periods
from daemon.core.minds.question import Usage
from daemon.core.ports import Desk, Route
from daemon.core.task import Arrival, Original, Task
from daemon.runtime.minds.purse import purse
from tests.house import House
from tests.minds import CHEAP, FakeModel, question

TASKS = 120
EACH = Decimal("0.006")  # the most that a call of this house costs, and what it does cost
AFFORDABLE = 12
DAY = timedelta(days=1)


class Everybody:
    """A router that has the same agent do everything."""

    def route(self, task: Task, desk: Desk) -> Route:
        del task, desk
        return Route("mail", "normal", None, "All of it.")


class Asking:
    """An agent that can do nothing without a model."""

    def draft(self, task: Task, desk: Desk) -> Draft:
        answer = desk.ask(question(task=task.id, request=task.title, agent="mail"))
        said = {"name": f"{task.id}.md"}
        return Draft("document.save", said, "The plan", task.title, answer.reason, 0.9, "low", model=answer.model)


@pytest.fixture
def poor(tmp_path: Path) -> Iterator[House]:
    house = House(
        tmp_path,
        budget__daily_usd=str(AFFORDABLE * EACH),
        budget__monthly_usd="1",
        llm__max_answer_tokens="900",
        llm__models__simple=f'["{CHEAP}"]',
        llm__models__medium="[]",
        llm__models__complex="[]",
    )
    yield house
    house.stop()


def ready(house: House, model: FakeModel, tasks: int = TASKS) -> None:
    model.usage = Usage(1_500, 900)
    house.with_model(model)
    house.with_router(Everybody())
    house.with_agent("mail", Asking())
    for number in range(tasks):
        note = Original(f"note-{number}.md", f"Write plan {number}.".encode())
        arrival = Arrival("note", "inbox", f"file:{number}", "", f"Note {number}", "", (note,))
        house.intake.keep(arrival, house.clock.now())


def spent(house: House) -> Decimal:
    return house.app.ledger.spending.spent(Periods.of(house.clock.now(), house.app.zone)).today


def properties(path: Path) -> dict[str, object]:
    return dict(frontmatter.read(path.read_bytes()).properties)


def test_ten_times_as_many_tasks_as_there_is_money_for(poor: House) -> None:
    ready(poor, FakeModel())
    waiting = poor.run()
    limit = AFFORDABLE * EACH
    drafted = poor.counts()["Pending_Approval"]
    assert spent(poor) <= limit
    assert AFFORDABLE - 2 <= drafted <= AFFORDABLE
    assert sum(int(each.what.split()[0]) for each in waiting if each.what.endswith("tasks")) == TASKS - drafted
    assert {each.until for each in waiting if each.what.endswith("tasks")} == {
        Periods.of(poor.clock.now(), poor.app.zone).day.end
    }
    poor.pass_time(DAY)
    poor.run()
    assert spent(poor) <= limit
    counts = poor.counts()
    assert 2 * drafted - 2 <= counts["Pending_Approval"] <= 2 * AFFORDABLE
    assert counts["Pending_Approval"] + counts["In_Progress"] + counts.get("Needs_Action", 0) == TASKS
    assert counts.get("Failed", 0) == 0


def test_raised_budget_goes_on_at_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    config = tmp_path / "none.toml"
    config.write_text("[budget]\ndaily_usd = 0.001\n", encoding="utf-8")
    model = FakeModel()
    model.absent = {"local:any": "none"}
    ready(house, model, 3)
    config.write_text("[budget]\ndaily_usd = 0.03\n", encoding="utf-8")
    house.run()
    assert house.counts()["Pending_Approval"] == 2
    config.write_text("[budget]\ndaily_usd = 3\n", encoding="utf-8")
    house.run()
    assert house.counts() == {"Pending_Approval": 3}
    house.stop()


def test_note_says_who_wrote_it_and_what_it_cost(poor: House) -> None:
    ready(poor, FakeModel(), 1)
    poor.run()
    note = poor.note("Pending_Approval").read_text(encoding="utf-8")
    assert "Written with anthropic:claude-haiku-5-5." in note
    assert "Language models cost $0.0060 for this task so far." in note
    poor.move("Pending_Approval", "Approved")
    poor.run()
    done = properties(poor.note("Done"))
    assert (done["cost_usd"], done["model"]) == (EACH, CHEAP)


def test_a_model_that_costs_nothing_is_told_with_its_cost(tmp_path: Path) -> None:
    house = House(tmp_path, llm__models__simple='["local:any"]', llm__models__medium="[]", llm__models__complex="[]")
    ready(house, FakeModel(), 1)
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    done = properties(house.note("Done"))
    assert (done["cost_usd"], done["model"]) == (0, "local:any")
    house.stop()


def test_what_rules_wrote_names_no_model(house: House) -> None:
    house.arrive()
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    assert {"cost_usd", "model"} & properties(house.note("Done")).keys() == set()


def test_limit_below_the_price_of_a_question_is_a_worry(tmp_path: Path) -> None:
    (tmp_path / "none.toml").write_text("[budget]\ndaily_usd = 0.001\n", encoding="utf-8")
    house = House(tmp_path, llm__models__simple=f'["{CHEAP}"]', llm__models__medium="[]", llm__models__complex="[]")
    ready(house, FakeModel(), 1)
    house.run()
    (worry,) = thrift.worries(purse(house.app.ledger, house.app.limits(), house.app.zone, house.clock.now()))
    assert worry.what.startswith("$0.0010 a day is less than one question")
    house.stop()
