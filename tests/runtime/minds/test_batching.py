"""The night's batch: half the price, done before the morning, never paid twice, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from daemon.core.minds.budget import Periods
from daemon.core.minds.model import ModelError, Reply, Trouble
from daemon.core.minds.question import Answer, Coming, Question, Unanswered, Usage, Weight
from daemon.runtime.minds.batching import Batching
from daemon.runtime.minds.mind import Mind
from tests.fakes import FakeClock
from tests.house import House
from tests.minds import CHEAP, USAGE, Cut, FakeBatches, FakeModel, Said, question

EVENING = datetime(2026, 3, 10, 23, 10, tzinfo=UTC)
END = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FULL = Decimal("0.002")  # of one answer at the prices of CHEAP, and the usage of the tests
HALF = FULL / 2
FIRST, SECOND = question(), question(task="tbbbbbbbbbb", request="Decline this.")
THIRD = question(task="tcccccccccc", request="Thank them.")


class Night:
    """A house at night, with one model, and a provider that takes batches."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.batches = FakeBatches()
        self.model = FakeModel()
        models = {"llm__models__simple": f'["{CHEAP}"]', "llm__models__medium": "[]", "llm__models__complex": "[]"}
        self.house = House(folder, hold=0, **(models | settings))
        self.clock: FakeClock = self.house.clock
        self.clock.advance(EVENING - self.clock.now())
        self.mind: Mind = self.house.with_model(self.model, batches=self.batches)
        self.answered = 0  # of the two questions, when the night was over

    def ask(self, subject: Question[Said] = FIRST) -> Answer[Said] | Unanswered:
        try:
            return self.mind.ask(subject)
        except Unanswered as nobody:
            return nobody

    def ask_all(self) -> list[Answer[Said] | Unanswered]:
        return [self.ask(FIRST), self.ask(SECOND)]

    def look(self) -> None:
        """What happens every minute."""
        self.clock.advance(MINUTE)
        assert self.house.app.night
        self.house.app.night.step()

    def look_until_cut(self) -> bool:
        """Whether the process ended in this look; then it is started again."""
        try:
            self.look()
        except Cut:
            self.start_again()
            return True
        return False

    def start_again(self) -> None:
        self.house.restart()
        self.mind = self.house.app.mind

    def goes_by(self, *, answered_at: datetime) -> None:
        """A whole night of two questions, with a look every few minutes; tasks ask again every quarter of an hour."""
        self.ask_all()
        while self.clock.now() < END:
            self.clock.advance(4 * MINUTE)
            if self.look_until_cut() or self.clock.now().minute % 15 == 0:
                self.ask_all()
            if self.clock.now() >= answered_at:
                self.batches.answer()
        self.answered = sum(isinstance(said, Answer) for said in self.ask_all())

    def gather(self) -> None:
        """Long enough for what was put down to go."""
        self.look()
        self.look()

    def until(self, hour: int, minute: int) -> None:
        self.clock.advance(END.replace(hour=hour, minute=minute) - self.clock.now())

    @property
    def spent(self) -> Decimal:
        found = self.house.app.ledger.spending.charges(EVENING - timedelta(days=1), END + timedelta(days=1))
        return sum((each.cost for each in found), Decimal(0))

    @property
    def reserved(self) -> Decimal:
        return self.house.app.ledger.spending.spent(Periods.of(self.clock.now(), self.house.app.zone)).today


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    made = Night(tmp_path)
    yield made
    made.house.stop()


def test_answer_of_the_night_with_a_secret_in_it_is_not_kept(night: Night) -> None:
    night.ask()
    night.gather()
    night.house.app.redact.add("Some text.")
    night.batches.answer()
    night.look()
    said = night.ask()
    assert isinstance(said, Unanswered)
    assert "repeated one of your secrets" in str(said)


def test_question_of_the_night_is_answered_by_the_batch_at_half_the_price(night: Night) -> None:
    said = night.ask()
    assert isinstance(said, Coming)
    assert (str(said), said.until) == ("the answer comes with the night's batch, at half the price", END)
    night.gather()
    night.batches.answer()
    night.look()
    answer = night.ask()
    assert isinstance(answer, Answer)
    assert (answer.value, answer.model, answer.cost) == (Said(text="Some text."), CHEAP, 0)
    assert answer.reason.endswith("simple tier, claude-haiku-5-5, in the night's batch")
    assert night.spent == HALF
    assert not night.model.asked


def test_all_that_were_put_down_go_together(night: Night) -> None:
    night.ask_all()
    night.gather()
    assert len(night.batches.requests["batch-1"]) == 2
    assert len(night.batches.requests) == 1


def test_nothing_goes_before_others_had_time_to_come(night: Night) -> None:
    night.ask()
    night.look()
    assert not night.batches.handed


@pytest.mark.parametrize(
    "subject",
    [question(weight=Weight(2, urgent=True)), question(weight=Weight(2, awaited=True)), question(task="")],
    ids=["urgent", "the person sits there", "about several tasks"],
)
def test_what_cannot_wait_is_asked_at_once(night: Night, subject: Question[Said]) -> None:
    assert isinstance(night.ask(subject), Answer)
    assert night.spent == FULL


def test_hours_that_are_taken_away_keep_nothing_back_from_then_on(night: Night, tmp_path: Path) -> None:
    assert isinstance(night.ask(), Coming)
    (tmp_path / "none.toml").write_text("[llm]\nbatch_hours = []\n", encoding="utf-8")
    assert isinstance(night.ask(), Answer)
    night.gather()
    assert not night.batches.handed


def test_what_is_in_a_batch_is_not_paid_twice_when_the_hours_are_taken_away(night: Night, tmp_path: Path) -> None:
    night.ask()
    night.gather()
    (tmp_path / "none.toml").write_text("[llm]\nbatch_hours = []\n", encoding="utf-8")
    assert isinstance(night.ask(), Coming)


@pytest.mark.parametrize("hour", [12, 22])
def test_outside_the_hours_nothing_waits(night: Night, hour: int) -> None:
    night.until(hour, 0)
    assert isinstance(night.ask(), Answer)


def test_late_in_the_hours_nothing_is_put_down(night: Night) -> None:
    night.until(4, 31)
    assert isinstance(night.ask(), Answer)


@pytest.mark.parametrize(
    "settings", [{"llm__batch_hours": "[]"}, {"llm__cache_days": "0"}, {"llm__models__simple": '["openai:gpt-5"]'}]
)
def test_without_hours_or_a_place_for_answers_nothing_waits(tmp_path: Path, settings: dict[str, str]) -> None:
    night = Night(tmp_path, **settings)
    said = night.ask()
    night.house.stop()
    assert not isinstance(said, Coming)


def test_who_does_not_stay_puts_nothing_down(night: Night) -> None:
    """`employee run --once` is over before any batch is back."""
    app = night.house.app
    mind = Mind(app.doors, app.context, night=Batching(app.doors, night.batches, app.context))
    assert mind.ask(FIRST).cost == FULL


def test_the_same_question_waits_and_is_put_down_once(night: Night) -> None:
    night.ask()
    night.gather()
    assert isinstance(night.ask(), Coming)
    night.gather()
    assert len(night.batches.handed) == 1


def test_other_words_for_the_same_task_take_the_place_of_those_before(night: Night) -> None:
    night.ask(FIRST)
    night.ask(question(rules="You write letters for Example Ltd. It is closed on Sundays."))
    night.gather()
    assert len(night.batches.handed) == 1


def test_what_became_urgent_is_asked_at_once_and_goes_with_no_batch(night: Night) -> None:
    night.ask()
    assert isinstance(night.ask(question(weight=Weight(2, urgent=True))), Answer)
    night.gather()
    assert not night.batches.handed


def test_after_a_start_what_was_put_down_goes_all_the_same(night: Night) -> None:
    night.ask()
    night.start_again()
    night.gather()
    assert not night.batches.handed
    assert isinstance(night.ask(), Coming)
    night.look()
    assert len(night.batches.handed) == 1


def test_what_is_not_back_in_time_is_cancelled_and_asked_singly(night: Night) -> None:
    night.ask()
    night.gather()
    night.until(5, 31)
    assert isinstance(night.ask(), Coming)
    night.look()
    assert "cancel" in night.batches.calls
    assert isinstance(night.ask(), Answer)
    assert night.spent == FULL


def test_nobody_waits_longer_when_nothing_can_be_found_out(night: Night) -> None:
    night.ask()
    night.gather()
    night.until(5, 45)
    assert isinstance(night.ask(), Coming)  # nobody looked since
    night.clock.advance(10 * MINUTE)
    assert isinstance(night.ask(), Answer)


def test_computer_that_slept_looks_first_for_what_is_paid(night: Night) -> None:
    night.ask()
    night.gather()
    night.batches.answer()
    night.until(8, 0)
    said = night.ask()
    assert isinstance(said, Coming)
    assert said.until == night.clock.now() + MINUTE
    night.look()
    assert isinstance(night.ask(), Answer)
    assert night.spent == HALF


def test_computer_that_was_off_looks_first_for_what_is_paid(night: Night) -> None:
    night.ask()
    night.gather()
    night.batches.answer()
    night.until(8, 0)
    night.start_again()
    assert isinstance(night.ask(), Coming)
    night.look()
    assert isinstance(night.ask(), Answer)
    assert night.spent == HALF


def test_a_single_run_takes_what_is_back_before_it_works(night: Night) -> None:
    night.ask()
    night.gather()
    night.batches.answer()
    night.until(8, 0)
    with night.house.app.daemon() as daemon:
        daemon.once()
    assert isinstance(night.ask(), Answer)
    assert night.spent == HALF


def test_batch_that_cannot_be_looked_at_after_its_time_keeps_nobody_waiting(night: Night) -> None:
    night.ask()
    night.gather()
    night.batches.trouble = {"collect": [ModelError("down", "not reached") for _ in range(100)]}
    night.until(8, 0)
    assert isinstance(night.ask(), Coming)
    night.look()
    assert isinstance(night.ask(), Coming)
    night.clock.advance(9 * MINUTE)
    assert isinstance(night.ask(), Answer)


def test_what_was_answered_late_is_paid_and_harms_nobody(night: Night) -> None:
    night.ask()
    night.gather()
    night.batches.trouble = {"cancel": [ModelError("down", "not reached")]}
    night.until(5, 46)
    night.look()
    night.ask()
    night.batches.answer()
    night.look()
    assert night.spent == FULL + HALF


@pytest.mark.parametrize(
    ("line", "outcome", "cost"),
    [
        (ModelError("down", "expired"), "down", Decimal(0)),
        (Reply("", USAGE, "refusal"), "declined", HALF),
        (Reply('{"text": "Hel', USAGE, "length"), "length", HALF),
        (Reply("", USAGE), "unfit", HALF),
        (Reply('{"words": "Hello"}', USAGE), "ok", HALF),
    ],
)
def test_what_brought_no_answer_is_asked_singly(tmp_path: Path, line: Reply, outcome: str, cost: Decimal) -> None:
    night = Night(tmp_path)
    night.batches = FakeBatches(line)
    night.mind = night.house.with_model(night.model, batches=night.batches)
    night.ask()
    night.gather()
    night.batches.answer()
    night.look()
    found = night.house.app.ledger.spending.charges(EVENING, END)
    answer = night.ask()
    night.house.stop()
    assert [(each.outcome, each.cost) for each in found] == [(outcome, cost)]
    assert isinstance(answer, Answer)
    assert len(night.model.asked) == 1


def test_absurd_counts_are_paid_as_they_are_believed_and_stop_the_rest(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.batches = FakeBatches(usage=Usage(10**12, 10**12))
    night.mind = night.house.with_model(night.model, batches=night.batches)
    night.ask()
    night.gather()
    night.batches.answer()
    night.look()
    said = night.ask(SECOND)
    night.house.stop()
    assert isinstance(said, Unanswered)
    assert len(night.batches.handed) == 1


def test_a_batch_keeps_to_the_budget_and_the_rest_goes_when_there_is_room(tmp_path: Path) -> None:
    night = Night(tmp_path, budget__daily_usd="0.025")  # a little more than $0.010 is reserved for each
    night.ask_all()
    night.ask(THIRD)
    night.gather()
    assert len(night.batches.handed) == 2
    assert HALF < night.reserved <= Decimal("0.025")
    night.batches.answer()
    night.gather()
    assert len(night.batches.handed) == 3
    night.house.stop()


@pytest.mark.parametrize(
    "cuts",
    [
        [("submit", "before")],
        [("submit", "after")],
        [("submit", "before"), ("recent", "before"), ("recent", "after")],
        [("submit", "after"), ("recent", "before"), ("recent", "after")],
        [("submit", "after"), ("collect", "before"), ("collect", "after"), ("collect", "before")],
        [("submit", "before"), ("submit", "after"), ("submit", "before")],
        [("collect", "before"), ("collect", "after")],
    ],
    ids=lambda cuts: ", ".join(" ".join(reversed(cut)) for cut in cuts),
)
def test_kills_at_any_step_cost_nothing_twice(night: Night, cuts: list[tuple[str, str]]) -> None:
    night.batches.cuts = list(cuts)
    night.goes_by(answered_at=END.replace(hour=2))
    assert night.answered == 2
    assert len(night.batches.paid) == 2
    assert night.spent == 2 * HALF
    assert not night.model.asked


@pytest.mark.parametrize("when", ["before", "after"])
def test_kill_while_a_batch_is_cancelled_leaves_nobody_waiting(night: Night, when: str) -> None:
    night.batches.cuts = [("cancel", when)]
    night.goes_by(answered_at=END + MINUTE)
    assert night.answered == 2
    assert night.spent == 2 * FULL
    assert not night.batches.paid


def test_kill_between_the_answer_and_the_ledger_is_done_again(night: Night) -> None:
    night.ask()
    night.gather()
    night.batches.answer()
    night.batches.cuts = [("collect", "after")]
    assert night.look_until_cut()
    night.look()
    assert night.spent == HALF


@pytest.mark.parametrize("trouble", [ModelError("slow", "no answer", charged=True), ModelError("down", "broke off")])
def test_batch_of_which_nobody_knows_whether_it_arrived_is_found_again(night: Night, trouble: ModelError) -> None:
    night.batches.trouble = {"submit": [trouble]}
    night.goes_by(answered_at=END.replace(hour=2))
    assert night.answered == 2
    assert len(night.batches.paid) == 2
    assert night.spent == 2 * HALF


def test_batches_of_others_are_not_taken_for_ours(night: Night) -> None:
    night.batches.foreign = ["batch-of-others"]
    night.batches.cuts = [("submit", "before")]
    night.goes_by(answered_at=END.replace(hour=2))
    assert night.answered == 2
    assert night.spent == 2 * HALF


def test_busy_provider_is_left_alone_for_as_long_as_it_says(night: Night) -> None:
    night.batches.trouble = {"submit": [ModelError("busy", "no more", retry_after=10 * MINUTE)]}
    night.ask()
    night.gather()
    night.gather()
    assert night.batches.calls.count("submit") == 1
    night.clock.advance(10 * MINUTE)
    night.look()
    assert len(night.batches.handed) == 1


@pytest.mark.parametrize("trouble", ["login", "refused", "unknown model"])
def test_what_is_not_taken_is_asked_singly_at_once(night: Night, trouble: Trouble) -> None:
    night.batches.trouble = {"submit": [ModelError(trouble, "no")]}
    night.ask()
    night.gather()
    assert isinstance(night.ask(), Answer)
    assert night.spent == FULL


def test_provider_that_is_away_all_night_makes_nobody_late(night: Night) -> None:
    away = [ModelError("down", "not reached") for _ in range(1000)]
    night.batches.trouble = {"submit": away, "recent": away}
    night.goes_by(answered_at=END)
    assert night.answered == 2


def test_nothing_is_handed_over_while_models_are_switched_off(night: Night) -> None:
    night.ask()
    night.model.absent = {CHEAP: "models are switched off"}
    night.gather()
    assert not night.batches.calls
    night.model.absent = {}
    night.look()
    assert len(night.batches.handed) == 1


def test_batch_that_is_forgotten_by_its_provider_is_asked_singly(night: Night) -> None:
    night.ask()
    night.gather()
    night.batches.trouble = {"collect": [ModelError("refused", "unknown batch")]}
    night.look()
    assert isinstance(night.ask(), Answer)


def test_clock_that_was_set_back_lets_nobody_wait_for_days(night: Night) -> None:
    night.ask()
    night.gather()
    night.clock.put(-timedelta(days=30))
    assert isinstance(night.ask(), Answer)


def test_task_in_the_night_waits_and_has_its_draft_in_the_morning(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.house.arrive()
    waiting = night.house.run()
    assert [(each.what, each.why) for each in waiting] == [
        ("1 task", "the answer comes with the night's batch, at half the price")
    ]
    night.gather()
    night.batches.answer()
    night.look()
    night.clock.advance(15 * MINUTE)
    night.house.run()
    draft = night.house.note("Pending_Approval").read_text(encoding="utf-8")
    night.house.stop()
    assert "Some text." in draft
    assert not night.model.asked
