"""Tasks that rules are not sure of wait for a model's word: together, apart from the others, and never for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from threading import Event
from threading import enumerate as threads

import pytest

from daemon.core import handbook
from daemon.core.draft import Closed
from daemon.core.errors import Transient
from daemon.core.minds.model import ModelError, Prompt
from daemon.core.minds.sorting import Unsure, Verdict, Verdicts
from daemon.core.ports import Desk, Entry, Route
from daemon.core.task import Task
from daemon.runtime.drafting import Desk as RealDesk
from daemon.runtime.sorting import Sorting
from tests.house import MAIL, House
from tests.minds import BEST, CHEAP, FAIR, OWN, FakeModel, fitting
from tests.runtime.test_claims import DOCUMENT, Scripted
from tests.sorters import CONTROLS

KNOWN = {control.text: control.agent for control in CONTROLS}
BENCH = MAIL.replace(
    b"Hello, when are you open on Saturday?", b"The till says the payment is stuck. The bench is fine."
)
INVOICE = MAIL.replace(b"Hello, when are you open on Saturday?", b"Please send me the invoice for the bench.")
BLOCK = re.compile(r"^<<<\w+ message (\d+), a \w+\n(.*?)\n<<<\w+ end$", re.DOTALL | re.MULTILINE)


def read_as(agent: str = "mail", quote: str = "") -> Callable[[Prompt], str]:
    """Sorts our own messages rightly and all others so; writes whatever else it is asked for."""

    def answer(prompt: Prompt) -> str:
        if prompt.schema is not Verdicts:
            return fitting(prompt.schema)
        said = tuple(verdict(int(n), text, agent, quote) for n, text in BLOCK.findall(prompt.user))
        return Verdicts(messages=said).model_dump_json()

    return answer


def verdict(n: int, text: str, agent: str, quote: str) -> Verdict:
    own = text in KNOWN
    said = {"n": n, "agent": KNOWN.get(text, agent), "priority": "normal", "needs_answer": True, "quote": quote}
    return Verdict.model_validate(said | {"quote": "" if own else quote})


def sort_questions(model: FakeModel) -> list[str]:
    return [asked.prompt.user for asked in model.asked if asked.prompt.schema is Verdicts]


def drafted(house: House) -> list[str]:
    return sorted(note.name.partition("_")[0] for note in house.notes("Pending_Approval"))


def test_all_that_comes_in_together_is_one_question(house: House) -> None:
    model = FakeModel(usual=read_as())
    house.with_model(model, sorts=True)
    for number in range(5):
        house.arrive(MAIL.replace(b"<1@", f"<{number}@".encode()), key=f"mail:{number}")
    house.run()
    (question,) = sort_questions(model)
    assert question.count("when are you open on Saturday?") == 5
    assert house.counts() == {"Pending_Approval": 5}


def test_what_the_model_adds_is_a_task_of_its_own_and_says_why(house: House) -> None:
    house.with_model(FakeModel(usual=read_as("accounting", "The till says the payment is stuck.")), sorts=True)
    house.arrive(BENCH)
    house.run()
    told = [note.read_text(encoding="utf-8") for note in (house.root / "Attachments").rglob("*.md")]
    told += [note.read_text(encoding="utf-8") for note in house.notes("Pending_Approval")]
    assert len(house.notes("Pending_Approval")) + len(house.notes("Failed")) + len(house.notes("Done")) == 2
    assert [text for text in told if "agent: mail" in text] != []
    assert [text for text in told if "the model " in text and "“The till says the payment is stuck”" in text] != []


def test_what_rules_are_sure_of_asks_nobody(house: House) -> None:
    model = FakeModel(usual=read_as())
    house.with_model(model, sorts=True)
    house.arrive(INVOICE)
    house.run()
    assert sort_questions(model) == []


@pytest.fixture
def patient() -> Iterator[Patient]:
    model = Patient()
    yield model
    model.may_answer.set()


class Patient(FakeModel):
    """Does not sort before it may; everything else it answers at once."""

    def __init__(self) -> None:
        super().__init__(usual=self._answer)
        self.asked_to_sort, self.may_answer = Event(), Event()

    def _answer(self, prompt: Prompt) -> str:
        if prompt.schema is Verdicts:
            self.asked_to_sort.set()
            assert self.may_answer.wait(60), "nobody let it answer"
        return read_as()(prompt)


def step_until_waiting(house: House, model: Patient) -> bool:
    """Everything is done but what waits for the model. Returns whether the manager says that it is busy."""
    house.manager.step(house.clock.now())
    assert model.asked_to_sort.wait(60)
    while (pace := house.manager.step(house.clock.now())).progress or house.counts().get("In_Progress"):
        house.wake.wait(0.05)
    return pace.busy


def test_the_others_go_on_while_a_model_thinks(house: House, patient: Patient) -> None:
    house.with_model(patient, sorts=True)
    house.arrive(MAIL, key="mail:1")
    house.arrive(INVOICE.replace(b"<1@", b"<2@"), key="mail:2", title="Invoice")
    assert step_until_waiting(house, patient)
    waiting = house.note("Needs_Action")
    assert "title: Opening hours" in waiting.read_text(encoding="utf-8")
    patient.may_answer.set()
    house.run()
    assert "Needs_Action" not in house.counts()


def test_killed_while_it_waits_nothing_is_lost(house: House, patient: Patient) -> None:
    house.with_model(patient, sorts=True)
    house.arrive()
    step_until_waiting(house, patient)
    house.start()  # nobody stopped the one before
    patient.may_answer.set()
    house.run()
    assert house.counts() == {"Pending_Approval": 1}


def test_killed_with_the_answer_in_hand_nothing_is_paid_twice(house: House, patient: Patient) -> None:
    house.with_model(patient, sorts=True)
    for number in range(3):
        house.arrive(MAIL.replace(b"<1@", f"<{number}@".encode()), key=f"mail:{number}")
    step_until_waiting(house, patient)
    house.wake.clear()
    patient.may_answer.set()
    assert house.wake.wait(20)
    house.start()  # nobody took what the model said
    house.run()
    assert len(sort_questions(patient)) == 1
    assert house.counts() == {"Pending_Approval": 3}


def test_note_that_is_gone_meanwhile_is_forgotten(house: House, patient: Patient) -> None:
    house.with_model(patient, sorts=True)
    house.arrive()
    step_until_waiting(house, patient)
    house.note("Needs_Action").unlink()
    patient.may_answer.set()
    house.run()
    assert house.counts() == {}


def test_note_that_was_changed_meanwhile_is_sorted_anew(house: House, patient: Patient) -> None:
    house.with_model(patient, sorts=True)
    house.arrive()
    step_until_waiting(house, patient)
    house.edit("Needs_Action", "priority: normal", "priority: high")
    patient.may_answer.set()
    house.run()
    assert "priority: high" in house.note("Pending_Approval").read_text(encoding="utf-8")


def test_waiting_for_a_model_is_no_try(house: House) -> None:
    house.with_model(FakeModel(usual=read_as()), sorts=True)
    agent = house.with_agent("mail", Scripted(Transient("not now"), Transient("not now"), DOCUMENT))
    house.arrive()
    house.run()
    assert len(agent.tasks) == 3
    assert house.counts() == {"Pending_Approval": 1}


@pytest.mark.parametrize("line", [ModelError("down", "it is down"), "no JSON at all", '{"messages": [{"n": 1}]}', ""])
def test_without_an_answer_rules_decide_at_once(house: House, line: str | ModelError) -> None:
    lines = {CHEAP: [line] * 4, OWN: [line] * 4, FAIR: [line] * 4, BEST: [line] * 4}
    house.with_model(FakeModel(by_model=lines), sorts=True)
    agent = house.with_agent("mail", Scripted(DOCUMENT))
    house.arrive()
    house.run()
    assert len(agent.tasks) == 1
    assert "A person's mail is answered by the mail agent." in house.note("Pending_Approval").read_text("utf-8")


def test_without_a_model_there_is_no_thread_and_no_wait(house: House) -> None:
    model = FakeModel()
    model.absent = dict.fromkeys((CHEAP, FAIR, BEST, OWN), "it has no key")
    before = set(threads())
    house.with_model(model, sorts=True)
    house.arrive()
    house.manager.step(house.clock.now())
    assert "Needs_Action" not in house.counts()
    assert [thread.name for thread in set(threads()) - before if thread.name.startswith("sorting")] == []
    house.run()
    assert model.asked == []


# --- the waiting itself


class Sorter:
    """Not sure of anything, and says what the test says."""

    def __init__(self, *outcomes: Sequence[Route] | Exception) -> None:
        self._outcomes = list(outcomes)
        self.asked: list[int] = []

    def route(self, task: Task, desk: Desk) -> Route | Closed:
        del task, desk
        return Route("mail", "normal", None, "By rules.", sure=False)

    def unsure(self, task: Task, route: Route) -> Unsure:
        return Unsure(task.text, "mail", route)

    def sort(self, unsure: Sequence[Unsure], desk: Desk, seed: str) -> Sequence[Route]:
        del desk, seed
        self.asked.append(len(unsure))
        outcome = self._outcomes.pop(0) if self._outcomes else [each.route for each in unsure]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.mark.parametrize("fault", [ZeroDivisionError("our bug"), []], ids=["raised", "too few routes"])
def test_fault_of_ours_is_loud_and_rules_decide(
    house: House, caplog: pytest.LogCaptureFixture, fault: Exception | Sequence[Route]
) -> None:
    done = Event()
    sorting = Sorting(Sorter(fault), wake=done.set)
    held = hold(house, sorting, 1)
    sorting.send()
    assert done.wait(20)
    sorting.collect(set(held))
    assert sorting.busy == set()
    assert [sorting.decided(entry) for entry in held.values()] == [Route("mail", "normal", None, "By rules.")]
    assert "routed by rules" in caplog.text
    assert caplog.records[-1].exc_info
    sorting.close()


def test_what_comes_in_during_a_call_goes_into_the_next_one(house: House) -> None:
    done = Event()
    sorter = Sorter()
    sorting = Sorting(sorter, wake=done.set)
    held = hold(house, sorting, 50)
    for _ in range(3):
        sorting.send()
        sorting.send()
        assert done.wait(20)
        done.clear()
        sorting.collect(set(held))
    assert (sorter.asked, sorting.busy) == ([20, 20, 10], set())
    sorting.close()


def test_of_a_flood_the_rest_goes_on_by_rules(house: House) -> None:
    assert len(hold(house, Sorting(Sorter()), 100)) == 60


def hold(house: House, sorting: Sorting, number: int) -> dict[str, Entry]:
    """Those that wait now, by path."""
    for n in range(number):
        house.arrive(MAIL.replace(b"<1@", f"<{n}@".encode()), key=f"mail:{n}")
    now, route = house.clock.now(), Route("mail", "normal", None, "By rules.", sure=False)
    desk = RealDesk(handbook.parse(""), (), now)
    tasks = {
        entry: Task(entry.name, "email", "inbox", entry.name, "", entry.name, "text", now)
        for entry in house.app.vault.scan("Needs_Action")
    }
    return {entry.path: entry for entry, task in tasks.items() if sorting.hold(entry, task, route, desk)}
