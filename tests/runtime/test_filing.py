"""Where a finished note lies does not depend on when it is put there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance import person
from tests.acceptance.mortal import Killed, MortalHouse
from tests.house import MAIL


def test_note_filed_again_in_the_next_month_after_a_kill_lies_in_one_month(tmp_path: Path) -> None:
    house = MortalHouse(tmp_path)
    house.drop("mail.eml", MAIL)
    house.rest()
    house.move("Pending_Approval", "Approved")
    house.fate.seen = lambda act: _die_at(house, act)
    try:
        house.rest()
    except Killed:
        house.clock.advance(timedelta(days=30))
        house.reborn()
    house.rest()
    assert house.counts() == {"Done": 1}
    house.bury()


def test_note_whose_filing_is_killed_again_and_again_is_filed_in_the_end(tmp_path: Path) -> None:
    house = MortalHouse(tmp_path)
    house.drop("news.eml", MAIL.replace(b"Message-ID", b"List-Unsubscribe: <https://example.com/u>\nMessage-ID"))
    for _ in range(house.app.settings.work.attempts + 1):
        house.fate.seen = lambda act: _die_at(house, act)
        with pytest.raises(Killed):
            house.rest()
        house.reborn()
    house.rest()
    assert house.counts() == {"Done": 1}
    house.bury()


def test_task_closed_again_by_another_clock_after_a_kill_lies_in_one_month(tmp_path: Path) -> None:
    house = MortalHouse(tmp_path)
    house.drop("news.eml", MAIL.replace(b"Message-ID", b"List-Unsubscribe: <https://example.com/u>\nMessage-ID"))
    house.fate.seen = lambda act: house.die(1, after=True) if act.startswith("create Done") else None
    with pytest.raises(Killed):
        house.rest()
    house.clock.put(-timedelta(days=30))
    house.reborn()
    house.rest()
    assert house.counts() == {"Done": 1}
    house.bury()


def test_draft_whose_task_was_not_put_away_yet_is_drafted_anew_with_the_feedback(tmp_path: Path) -> None:
    house = MortalHouse(tmp_path, work__attempts="1")
    house.drop("mail.eml", MAIL)
    house.fate.seen = lambda act: house.die(1, after=True) if "create Attachments" in act and "EMAIL" in act else None
    with pytest.raises(Killed):
        house.rest()
    house.reborn()
    house.fate.seen = lambda act: house.die(1, after=True) if act.startswith("create Pending_Approval") else None
    with pytest.raises(Killed):
        house.rest()
    rejected = house.move("Pending_Approval", "Rejected")
    rejected.write_text(person.with_feedback(rejected.read_text(encoding="utf-8"), "shorter"), encoding="utf-8")
    house.reborn()
    house.rest()
    assert house.counts() == {"Pending_Approval": 1}
    house.bury()


def _die_at(house: MortalHouse, act: str) -> None:
    """Right after its note was put into Done/."""
    if act.startswith("create Done/"):
        house.die(1, after=True)
