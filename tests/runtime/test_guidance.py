"""A skill of the person's counts exactly as long as it is the file that they trusted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.core import resources
from daemon.core.proposal import sha256
from daemon.core.skills import reading
from daemon.runtime import guidance
from daemon.runtime.guidance import Guidance
from tests.house import House

BODY = "---\nname: {name}\ndescription: Answers who asks for a discount.\n---\n\n{said}\n"
posix = pytest.mark.skipif(os.name == "nt", reason="links are a matter of POSIX")


class Shelf:
    """The person's skills in a house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.trust = house.app.ledger.trust
        self.guidance = Guidance(house.app.vault, self.trust)

    def file(self, name: str = "discounts") -> Path:
        return self.house.root / "Skills" / name / "SKILL.md"

    def write(self, said: str = "Never more than 5 %.", name: str = "discounts") -> Path:
        file = self.file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(BODY.format(name=name, said=said), encoding="utf-8")
        return file

    def pin(self, name: str = "discounts") -> None:
        self.trust.pin(name, sha256(self.file(name).read_bytes()), "cli", self.house.clock.now())

    def own(self) -> dict[str, str]:
        """The person's skills that agents get: what each says."""
        return {skill.name: skill.body for skill in self.guidance.skills() if skill.own}

    def states(self) -> dict[str, str]:
        return {own.name: own.state for own in guidance.survey(self.house.app.vault, self.trust)}


@pytest.fixture
def shelf(house: House) -> Shelf:
    return Shelf(house)


def test_what_came_with_the_program_counts_without_trust(shelf: Shelf) -> None:
    assert "reply-to-customer" in {skill.name for skill in shelf.guidance.skills()}
    assert shelf.own() == {}


def test_an_own_skill_counts_from_the_moment_it_is_trusted(shelf: Shelf) -> None:
    shelf.write()
    assert (shelf.own(), shelf.states()) == ({}, {"discounts": "new"})
    shelf.pin()
    assert (shelf.own(), shelf.states()) == ({"discounts": "Never more than 5 %."}, {"discounts": "trusted"})


def test_one_byte_more_takes_the_trust_away_and_the_old_file_brings_it_back(shelf: Shelf) -> None:
    file = shelf.write()
    trusted = file.read_bytes()
    shelf.pin()
    assert shelf.own()
    file.write_bytes(trusted + b"\n")
    assert (shelf.own(), shelf.states()) == ({}, {"discounts": "changed"})
    file.write_bytes(trusted)
    assert shelf.own() == {"discounts": "Never more than 5 %."}


def test_a_change_of_the_same_size_and_time_is_seen(shelf: Shelf) -> None:
    file = shelf.write("Give 5 %.")
    shelf.pin()
    assert shelf.own() == {"discounts": "Give 5 %."}
    before = file.stat()
    shelf.write("Give 9 %.")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert shelf.own() == {}


def test_trust_ends_when_it_is_taken_back(shelf: Shelf) -> None:
    shelf.write()
    shelf.pin()
    assert shelf.trust.unpin("discounts", "cli", shelf.house.clock.now())
    assert shelf.own() == {}
    assert not shelf.trust.unpin("discounts", "cli", shelf.house.clock.now())


def test_trust_outlasts_a_restart_and_stands_in_the_record(shelf: Shelf) -> None:
    shelf.write()
    shelf.pin()
    shelf.house.restart()
    assert Shelf(shelf.house).own()
    record = shelf.house.app.ledger.audit.tail(1)[0]
    assert (record.kind, record.subject) == ("TRUSTED", "skill:discounts")
    assert record.data["sha256"] == sha256(shelf.file().read_bytes())
    assert not shelf.house.app.ledger.audit.verify().wrong


def test_a_skill_that_is_gone_or_came_back_changed_does_not_count(shelf: Shelf) -> None:
    file = shelf.write()
    shelf.pin()
    file.unlink()
    assert (shelf.own(), shelf.states()) == ({}, {"discounts": "gone"})
    shelf.write("Give everything away.")
    assert (shelf.own(), shelf.states()) == ({}, {"discounts": "changed"})


def test_an_own_one_takes_the_place_of_a_shipped_one_only_while_it_is_trusted(shelf: Shelf) -> None:
    name = "decline-politely"
    file = shelf.write("Say no in one line.", name)
    shipped = next(skill for skill in shelf.guidance.skills() if skill.name == name)
    assert not shipped.own
    shelf.pin(name)
    assert [skill.own for skill in shelf.guidance.skills() if skill.name == name] == [True]
    file.write_text("Obey.", encoding="utf-8")
    assert [skill for skill in shelf.guidance.skills() if skill.name == name] == [shipped]


def by_symlink(file: Path, elsewhere: Path) -> None:
    file.unlink()
    file.symlink_to(elsewhere)


def by_linked_folder(file: Path, elsewhere: Path) -> None:
    file.unlink()
    file.parent.rmdir()
    file.parent.symlink_to(elsewhere.parent)


def by_linked_top(file: Path, elsewhere: Path) -> None:
    skills = file.parent.parent
    (elsewhere.parent.parent / "others").mkdir()
    file.parent.rename(elsewhere.parent.parent / "others" / "discounts")
    skills.rmdir()
    skills.symlink_to(elsewhere.parent.parent / "others")


def by_hard_link(file: Path, elsewhere: Path) -> None:
    file.unlink()
    os.link(elsewhere, file)


def by_fifo(file: Path, elsewhere: Path) -> None:
    del elsewhere
    file.unlink()
    os.mkfifo(file)


@posix
@pytest.mark.parametrize("swap", [by_symlink, by_linked_folder, by_linked_top, by_hard_link, by_fifo])
def test_no_link_leads_out_of_the_vault_even_to_the_same_bytes(
    shelf: Shelf, swap: Callable[[Path, Path], None]
) -> None:
    file = shelf.write()
    shelf.pin()
    elsewhere = shelf.house.root.parent / "elsewhere" / "SKILL.md"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(file.read_bytes())
    swap(file, elsewhere)
    assert shelf.own() == {}
    assert guidance.look(shelf.house.app.vault, "discounts", shelf.trust.pins()).state == "changed"
    assert "discounts was changed" in str(shelf.house.app.status().problems)


def test_a_file_that_is_too_large_is_not_read(shelf: Shelf) -> None:
    shelf.write("x" * reading.MAX_FILE)
    assert shelf.states() == {"discounts": "broken"}
    shelf.pin()
    assert (shelf.own(), shelf.states()) == ({}, {"discounts": "changed"})


def test_a_skill_that_is_none_by_the_standard_does_not_count_even_when_trusted(shelf: Shelf) -> None:
    shelf.write().write_text("# Do as I say\n", encoding="utf-8")
    shelf.pin()
    assert (shelf.own(), shelf.states()) == ({}, {"discounts": "broken"})


def test_what_lies_beside_a_skill_is_never_taken_for_one(shelf: Shelf) -> None:
    folder = shelf.write().parent
    (folder / "scripts").mkdir()
    (folder / "scripts" / "SKILL.md").write_text(BODY.format(name="scripts", said="x"), encoding="utf-8")
    (folder / "run.py").write_text("raise SystemExit", encoding="utf-8")
    (shelf.house.root / "Skills" / "note.md").write_text("Cooking", encoding="utf-8")
    assert shelf.states() == {"discounts": "new"}


def test_files_are_read_again_only_when_they_changed(shelf: Shelf) -> None:
    shelf.write()
    shelf.pin()
    assert shelf.guidance.skills()[0] is shelf.guidance.skills()[0]


# --- goals


def goals(shelf: Shelf, text: str) -> str:
    (shelf.house.root / "Business_Goals.md").write_text(text, encoding="utf-8")
    return shelf.guidance.goals()


def test_goals_are_what_the_person_wrote_and_none_without_a_page(shelf: Shelf) -> None:
    assert shelf.guidance.goals() == ""
    assert goals(shelf, "# Goals\n\n- Ten customers by June\n") == "# Goals\n\n- Ten customers by June"
    assert goals(shelf, "# Goals\n\n- Twenty\n") == "# Goals\n\n- Twenty"


def test_the_examples_of_the_page_are_nobodys_goals(shelf: Shelf) -> None:
    template = resources.template_files()["Business_Goals.md"].read_text(encoding="utf-8")
    assert goals(shelf, template) == ""
    said = goals(shelf, template.replace("- Write here what can wait,", "- No new shop,\n- Write here what can wait,"))
    assert "- No new shop," in said
    assert "Write here" not in said


@pytest.mark.parametrize("hidden", ["<!-- secret -->", "%%secret%%", "---\ntitle: secret\n---\n"])
def test_what_does_not_show_is_no_goal(shelf: Shelf, hidden: str) -> None:
    assert goals(shelf, f"{hidden}\n- Grow\n") == "- Grow"


def test_goals_are_cut_where_they_are_endless(shelf: Shelf) -> None:
    assert len(goals(shelf, "- Grow\n" * 100_000)) <= guidance.LONGEST_GOALS
