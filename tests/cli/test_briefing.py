"""`employee briefing`."""

from __future__ import annotations

import pytest

from tests.cli.terminal import Terminal


def test_briefing_is_written_and_its_place_named(terminal: Terminal) -> None:
    terminal.draft()
    path = terminal.ok("briefing").strip()
    assert "Reply to Anna Example: Opening hours" in (terminal.vault / path).read_text(encoding="utf-8")


def test_print_shows_the_note(terminal: Terminal) -> None:
    done = terminal.say("briefing", "--print")
    assert done.stdout.startswith("---\ntype: briefing\n")
    assert "## Spoken" in done.stdout
    assert done.stderr.startswith("It lies in Briefings/")


def test_json_for_scripts(terminal: Terminal) -> None:
    said = terminal.json("briefing")
    assert said["schema_version"] == 1
    assert (terminal.vault / said["path"]).read_text(encoding="utf-8") == said["note"]
    assert said["spoken"] in said["note"]


def test_call_says_that_it_cannot_and_still_writes(terminal: Terminal) -> None:
    done = terminal.say("briefing", "--call")
    assert done.exit_code == 4
    assert "Nobody was called: calling needs a voice account" in done.stderr
    assert len(terminal.notes("Briefings")) == 1


def test_without_a_vault_it_says_how_to_make_one(bare: Terminal) -> None:
    done = bare.say("briefing")
    assert done.exit_code == 4
    assert "`employee run` makes it" in done.stderr


def test_that_nothing_runs_is_said(terminal: Terminal) -> None:
    assert "AI Employee is not running" in terminal.ok("briefing", "--print")


def test_status_says_when_the_next_one_comes(terminal: Terminal) -> None:
    terminal.work()
    assert "Next     the briefing, t" in terminal.ok("status")


def test_scheduler_runs_alone(terminal: Terminal) -> None:
    assert terminal.say("run", "--only", "scheduler", "--once").exit_code == 0
    assert [job["name"] for job in terminal.json("status")["next_jobs"]] == ["briefing"]


@pytest.mark.parametrize(
    ("planned", "sentence"),
    [
        ("7 o'clock", 'write one like "07:00"'),
        ("0 7 * * 1", "days of the week as names"),
        ("0 7 31 2 *", "never comes"),
    ],
)
def test_wrong_time_in_the_settings_is_refused(terminal: Terminal, planned: str, sentence: str) -> None:
    terminal.env["EMPLOYEE_SCHEDULE__BRIEFING"] = planned
    done = terminal.say("status")
    assert done.exit_code == 78
    assert sentence in done.stderr


def test_switched_off_nothing_is_planned(terminal: Terminal) -> None:
    terminal.env["EMPLOYEE_SCHEDULE__BRIEFING"] = ""
    terminal.work()
    assert terminal.json("status")["next_jobs"] == []
