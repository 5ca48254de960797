"""What was under way when the program was killed: one of it may be why, and fails alone then."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.core.draft import Closed, Draft
from daemon.core.mail import Mail
from daemon.core.ports import Converted, Desk
from daemon.core.task import Task
from daemon.runtime.suspects import Suspects
from tests.house import MAIL, House


class Death(BaseException):
    """Of the whole program."""


class Fatal:
    """An agent that dies of one task, and of nothing else."""

    def draft(self, task: Task, desk: Desk) -> Draft | Closed:
        del desk
        if task.title == "Fatal":
            raise Death
        return Closed("nothing to answer")


def arrive(house: House, *titles: str) -> None:
    for number, title in enumerate(titles):
        house.arrive(MAIL.replace(b"Opening", title.encode()), key=f"mail:{number}", title=title)


def run_until_killed(house: House) -> bool:
    """Whether it was; then it is started again, and nobody said goodbye."""
    try:
        house.run()
    except Death:
        house.app.close()
        house.start()
        return True
    return False


def test_of_what_was_under_way_only_what_kills_the_program_fails(house: House) -> None:
    house.with_agent("mail", Fatal())
    arrive(house, "Fatal", "Hours", "Prices", "Parking")
    house.edit_all("Needs_Action", "title: Fatal\npriority: normal", "title: Fatal\npriority: urgent")
    kills = 0
    while run_until_killed(house):
        kills += 1
    assert kills == house.app.settings.work.attempts
    assert house.counts() == {"Failed": 1, "Done": 3}
    assert "title: Fatal" in house.note("Failed").read_text()


def test_after_a_kill_one_task_is_begun_at_a_time(house: House) -> None:
    arrive(house, "Hours", "Prices", "Parking")
    (house.root / "In_Progress" / "mail").mkdir()
    house.move_all("Needs_Action", "In_Progress/mail")
    tasks = house.app.ledger.tasks
    three = tasks.newest(3)
    for each in three:
        tasks.attempt(each)
    house.manager.step(house.clock.now())
    assert sorted(known.attempts for each in three if (known := tasks.get(each))) == [1, 1, 2]
    house.run()
    assert house.counts() == {"Pending_Approval": 3}


@pytest.fixture
def suspects() -> Suspects:
    made = Suspects(lambda: ["a", "b"])
    made.look(lambda: ["a", "b"])
    return made


def test_without_suspects_everything_is_begun() -> None:
    none = Suspects(list[str])
    none.look(list[str])
    assert none.let("x", {"y"})


def test_a_suspect_waits_until_nothing_is_under_way_and_nothing_new_begins(suspects: Suspects) -> None:
    assert not suspects.let("a", {"x"})
    assert not suspects.let("y", {"x"})
    suspects.look(list[str])
    assert suspects.let("a", ())


def test_while_a_suspect_has_its_turn_nothing_is_begun(suspects: Suspects) -> None:
    assert suspects.let("a", ())
    assert not suspects.let("b", {"a"})
    suspects.look(list[str])
    assert not suspects.let("x", {"a"})
    assert suspects.let("b", ())


def test_a_suspect_that_was_not_begun_in_its_turn_holds_up_nobody(suspects: Suspects) -> None:
    suspects.let("a", ())
    assert suspects.let("x", ())
    assert suspects.let("a", {"x"})


def test_a_suspect_that_rests_is_waited_for_by_nobody(suspects: Suspects) -> None:
    assert suspects.let("x", {"y"})
    suspects.look(list[str])
    assert not suspects.let("a", {"x"})


def test_what_was_drafted_before_the_kill_is_put_away_while_a_suspect_has_its_turn(house: House) -> None:
    """Else what the person decides meanwhile would find its task note where those lie that are to be drafted."""
    arrive(house, "Hours", "Prices")
    house.run()
    first, second = (note.rename(house.root / "In_Progress" / "mail" / note.name) for note in task_notes(house))
    house.restart()
    tasks = house.app.ledger.tasks
    arrive(house, "Parking", "Rooms")
    for task in tasks.newest(4):
        tasks.attempt(task)
    house.manager.step(house.clock.now())
    assert not first.exists()
    assert not second.exists()


def test_a_kill_while_what_reads_files_starts_is_no_failed_try(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        """Not there yet when the program is killed."""

        largest = 10**6

        def read(self, name: str, data: bytes) -> Converted:
            del name, data
            raise Death

        def mail(self, data: bytes) -> Mail:
            del data
            raise Death

        def close(self) -> None: ...

    arrive(house, "Hours")
    monkeypatch.setattr("tests.house.READERS", Slow())
    house.restart()
    (task,) = house.app.ledger.tasks.newest(1)
    assert run_until_killed(house)
    known = house.app.ledger.tasks.get(task)
    assert known
    assert known.attempts == 0


def task_notes(house: House) -> list[Path]:
    (house.root / "In_Progress" / "mail").mkdir(exist_ok=True)
    return sorted((house.root / "Attachments").glob("*/EMAIL_*.md"))
