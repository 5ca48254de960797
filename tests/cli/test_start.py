"""`init`, `run`, `adopt`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from daemon.runtime.heartbeat import Heartbeat
from tests.cli.terminal import Terminal


def test_init_makes_a_vault_and_says_what_to_type_next(bare: Terminal) -> None:
    done = bare.say("init")
    assert (done.exit_code, done.stdout) == (0, "")
    assert (bare.vault / "Pending_Approval").is_dir()
    assert "employee run" in done.stderr


def test_init_of_another_folder_says_how_to_make_it_the_usual_one(bare: Terminal, tmp_path: Path) -> None:
    done = bare.say("init", str(tmp_path / "other"))
    assert (tmp_path / "other" / "Inbox").is_dir()
    assert f"employee run --vault {tmp_path / 'other'}" in done.stderr
    assert not bare.vault.exists()


def test_init_dry_run_lists_and_makes_nothing(bare: Terminal) -> None:
    listed = bare.ok("init", "--dry-run")
    assert "make  Inbox/" in listed
    assert "make  Help/Start here.md" in listed
    assert not bare.vault.exists()


def test_init_of_a_complete_vault_changes_nothing_and_says_so(terminal: Terminal) -> None:
    done = terminal.say("init")
    assert "complete" in done.stderr
    assert terminal.ok("init", "--dry-run").startswith("keep  ")


def test_init_of_the_own_vault_makes_a_missing_folder_again_and_says_only_that(terminal: Terminal) -> None:
    terminal.draft()
    shutil.rmtree(terminal.vault / "Pending_Approval")
    done = terminal.say("init")
    assert done.stderr.splitlines() == [
        f"Made again in the vault {terminal.vault}: Pending_Approval/.",
        "AI Employee is not running; `employee run` starts it.",
    ]
    assert (terminal.vault / "Pending_Approval").is_dir()


def test_init_while_it_runs_does_not_ask_to_start_it(terminal: Terminal) -> None:
    terminal.draft()
    shutil.rmtree(terminal.vault / "Pending_Approval")
    opened = terminal.open()
    now = opened.clock.now()
    Heartbeat(opened.places.beats, "manager", now).beat(now)
    opened.close()
    assert terminal.say("init").stderr == f"Made again in the vault {terminal.vault}: Pending_Approval/.\n"


def test_vault_may_be_named_before_and_after_the_command(bare: Terminal, tmp_path: Path) -> None:
    bare.ok("--vault", str(tmp_path / "one"), "init")
    bare.ok("init", f"--vault={tmp_path / 'two'}")
    assert (tmp_path / "one" / "Inbox").is_dir()
    assert (tmp_path / "two" / "Inbox").is_dir()


def test_vault_without_a_folder_is_wrong_usage(bare: Terminal) -> None:
    assert bare.say("status", "--vault").exit_code == 2


def test_an_unknown_role_is_wrong_usage_and_names_the_roles(terminal: Terminal) -> None:
    done = terminal.say("run", "--only", "fax")
    assert done.exit_code == 2
    assert "inbox, gmail" in done.stderr


def test_a_vault_that_was_there_is_not_made_again(terminal: Terminal) -> None:
    terminal.work()
    terminal.vault.rename(terminal.vault.with_name("away"))
    done = terminal.say("run", "--once")
    assert done.exit_code == 75
    assert "Connect its disk" in done.stderr
    assert not terminal.vault.exists()


def test_a_wrong_setting_ends_with_78_and_names_the_nearest_key(terminal: Terminal) -> None:
    Path(terminal.env["EMPLOYEE_CONFIG"]).write_text("[inbox]\nsettle_second = 3\n")
    done = terminal.say("status")
    assert done.exit_code == 78
    assert "did you mean inbox.settle_seconds?" in done.stderr


def test_adopt_takes_a_vault_over_and_its_drafts_are_proposed_anew(terminal: Terminal, tmp_path: Path) -> None:
    old = terminal.draft()
    terminal.env["EMPLOYEE_HOME"] = str(tmp_path / "other home")
    with pytest.raises(Exception, match="employee adopt"):
        terminal.work()
    taken = terminal.ok("adopt")
    terminal.work()
    assert taken.startswith("again   Needs_Action/EMAIL_opening-hours")
    assert terminal.waiting() == [old]


def test_damaged_ledger_says_what_to_type_and_that_repairs_it(terminal: Terminal) -> None:
    first = terminal.draft()
    (terminal.home / "ledger.sqlite3").write_bytes(b"no database\n" * 500)
    refused = terminal.say("status")
    assert refused.exit_code == 78
    assert "`employee adopt`" in refused.output
    assert "set-aside-1" in terminal.say("adopt").output
    terminal.work()
    assert terminal.waiting() == [first]


def test_lost_state_directory_is_not_taken_for_a_first_run(terminal: Terminal) -> None:
    terminal.draft()
    shutil.rmtree(terminal.home)
    refused = terminal.say("status")
    assert refused.exit_code == 78
    assert "put it back" in refused.output
    assert "`employee adopt`" in refused.output
