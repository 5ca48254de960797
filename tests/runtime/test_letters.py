"""A note that asks to write to somebody without an address, from the drop to the mail."""

from pathlib import Path

import pytest

from tests.house import House

NOTE = "write to Carla at the museum, tell her the cases will be late, we are very sorry"


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made.drop("a note.md", NOTE.encode())
    made.run()
    return made


def test_the_draft_asks_who_it_is(house: House) -> None:
    draft = house.note("Pending_Approval").read_text(encoding="utf-8")
    assert "to: []" in draft
    assert "nobody yet" in draft
    assert "Who is “Carla at the museum”?" in draft


def test_a_yes_without_an_address_sends_nothing_and_asks(house: House) -> None:
    house.move("Pending_Approval", "Approved")
    house.run()
    assert house.provider.accepted == []
    assert "is empty; write at least one address" in house.note("Pending_Approval").read_text(encoding="utf-8")


def test_what_the_person_wrote_is_kept_when_the_address_is_asked_for(house: House) -> None:
    house.edit("Pending_Approval", "we are very sorry.\n", "we are terribly sorry.\n")
    house.move("Pending_Approval", "Approved")
    house.run()
    draft = house.note("Pending_Approval").read_text(encoding="utf-8")
    assert "we are terribly sorry" in draft
    assert "is empty; write" in draft


def test_with_an_address_it_is_shown_once_more_and_sent_once(house: House) -> None:
    house.move("Pending_Approval", "Approved")
    house.run()
    house.edit("Pending_Approval", "to: []", "to: carla@museum.example")
    house.move("Pending_Approval", "Approved")
    house.run()
    assert house.provider.accepted == []
    assert "carla@museum.example" in house.note("Pending_Approval").read_text(encoding="utf-8")
    house.move("Pending_Approval", "Approved")
    house.run()
    assert len(house.provider.accepted) == 1
    assert house.counts() == {"Done": 1}
