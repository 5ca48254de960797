"""The night's batch over the network: the real adapter, and a server that speaks as Anthropic does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.adapters.llm.batches import MessageBatches
from daemon.adapters.llm.models import Models
from daemon.core.minds.model import ModelError, Request
from daemon.core.minds.question import Answer, Coming
from daemon.runtime.minds.mind import Mind
from tests.house import House
from tests.minds import CHEAP, FakePrices, Said, question
from tests.providers import MADE, Company, Dropping, models_of

KEY = "sk-canary-7f21c9"
NIGHT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # before the server makes its batches


@pytest.fixture
def company() -> Iterator[Company]:
    opened = Company(KEY)
    yield opened
    opened.close()


@pytest.fixture
def house(company: Company, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, llm__models__simple=f'["{CHEAP}"]')
    made.clock.advance(NIGHT - made.clock.now())
    models = models_of(company, KEY)
    made.with_model(models, FakePrices(), batches=MessageBatches(models))
    yield made
    made.stop()
    models.close()


class Unheard(MessageBatches):
    """Every batch arrives, and the connection is lost right after."""

    def __init__(self, models: Models) -> None:
        super().__init__(models)
        self.models = models

    def submit(self, requests: Sequence[Request]) -> str:
        super().submit(requests)
        raise ModelError("down", "the connection broke off", charged=True)


@pytest.fixture
def unheard(company: Company) -> Iterator[Unheard]:
    models = models_of(company, KEY)
    yield Unheard(models)
    models.close()


def put_down(house: House) -> Mind:
    mind = house.app.mind
    with pytest.raises(Coming):
        mind.ask(question())
    look(house, minutes=3)
    return mind


def look(house: House, *, minutes: int = 1) -> None:
    house.clock.advance(timedelta(minutes=minutes))
    assert house.app.night
    house.app.night.step()


def answer(mind: Mind) -> Answer[Said]:
    found: Answer[Said] = mind.ask(question())
    return found


def test_answers_of_a_batch_are_found_by_who_asks_again(house: House, company: Company) -> None:
    mind = put_down(house)
    look(house)
    assert answer(mind).reason.endswith("in the night's batch")
    assert len(company.batches) == 1


def test_batch_that_never_arrived_goes_again_when_nothing_can_arrive_any_more(house: House, company: Company) -> None:
    company.batch_fault = Dropping()
    mind = put_down(house)
    assert not company.batches
    look(house, minutes=5)
    look(house)
    assert answer(mind).cost == 0
    assert len(company.batches) == 1


def test_batch_that_arrived_unheard_is_found_in_the_list(house: House, company: Company, unheard: Unheard) -> None:
    assert NIGHT < MADE
    house.with_model(unheard.models, FakePrices(), batches=unheard)
    mind = put_down(house)
    look(house)
    assert answer(mind).cost == 0
    assert len(company.batches) == 1


def test_batch_that_is_under_way_in_the_morning_is_cancelled(house: House, company: Company) -> None:
    company.batches_end = False
    mind = put_down(house)
    look(house, minutes=4 * 60 + 30)
    (batch,) = company.batches.values()
    assert batch["state"] == "canceling"
    look(house, minutes=15)
    assert answer(mind).cost > 0
