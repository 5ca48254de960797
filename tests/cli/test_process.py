"""The real command in processes of its own: signals, locks, pipes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, until

PATIENCE = 120.0  # seconds


def stop(daemon: subprocess.Popen[str], number: int) -> str:
    daemon.send_signal(number)
    return daemon.communicate(timeout=PATIENCE)[1]


def test_the_first_run_makes_the_vault_and_says_so(bare: Terminal) -> None:
    daemon = bare.process("run", "--once")
    out, err = daemon.communicate(timeout=PATIENCE)
    assert daemon.returncode == 0, err
    assert (out, "Made a new vault" in err) == ("", True)
    assert (bare.vault / "Help" / "Start here.md").exists()


def test_once_prints_what_waits_for_a_person_and_ends_with_0(terminal: Terminal) -> None:
    terminal.drop()
    daemon = terminal.process("run", "--once")
    out, err = daemon.communicate(timeout=PATIENCE)
    assert daemon.returncode == 0, err
    assert "waits for your decision" in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_daemon_cleanly(terminal: Terminal, number: int) -> None:
    daemon = terminal.process("run")
    until((terminal.home / "run" / "manager.json").exists)
    assert "Stopped." in stop(daemon, number)
    assert daemon.returncode == 0
    assert terminal.json("status")["problems"] == []


def test_a_run_after_a_kill_does_not_complain_of_roles_that_it_starts_itself(terminal: Terminal) -> None:
    killed = terminal.process("run")
    until((terminal.home / "run" / "manager.json").exists)
    stop(killed, signal.SIGKILL)
    (told,) = terminal.json("status")["problems"]
    assert told["what"] == "the roles gmail, imap, inbox, manager and scheduler ended without saying so"
    daemon = terminal.process("run")
    until(lambda: terminal.json("status")["daemon"]["roles"]["manager"]["running"])
    terminal.drop()
    until(terminal.waiting)
    assert "ended without saying so" not in terminal.ok("briefing", "--print")
    assert terminal.json("status")["problems"] == []
    assert "ended without saying so" not in stop(daemon, signal.SIGTERM)


def test_commands_act_while_the_daemon_runs(terminal: Terminal) -> None:
    daemon = terminal.process("run")
    until((terminal.home / "run" / "manager.json").exists)
    terminal.drop()
    until(terminal.waiting)
    assert terminal.json("status")["daemon"]["running"] is True
    said = terminal.say("status").stdout
    assert f"Running  inbox, manager, scheduler (process {daemon.pid}); no mailbox connected\n" in said
    assert "(inbox, scheduler, manager; no mailbox connected)" in (terminal.home / "logs" / "employee.log").read_text()
    assert "not running" not in terminal.say("approve", terminal.waiting()[0]).stderr
    until(lambda: list((terminal.vault / "Outbox").glob("*.eml")))
    second = terminal.process("run")
    said = second.communicate(timeout=PATIENCE)[1]
    assert second.returncode == 75
    assert str(daemon.pid) in said
    stop(daemon, signal.SIGTERM)


def test_running_daemon_hears_a_command_at_once(terminal: Terminal) -> None:
    """It need not wait for its next regular look."""
    draft = terminal.draft()
    terminal.env["EMPLOYEE_INBOX__RESCAN_SECONDS"] = "3600"
    daemon = terminal.process("run")
    until((terminal.home / "run" / "manager.json").exists)
    until(lambda: "working on" in (terminal.home / "logs" / "employee.log").read_text())
    terminal.ok("reject", draft)
    until(lambda: not terminal.waiting())
    stop(daemon, signal.SIGTERM)


def test_log_lines_are_kept_in_a_private_file(terminal: Terminal) -> None:
    terminal.drop()
    terminal.process("run", "--once").communicate(timeout=PATIENCE)
    log = terminal.home / "logs" / "employee.log"
    assert "waits in Pending_Approval/" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_roles_of_their_own_log_into_files_of_their_own(terminal: Terminal) -> None:
    terminal.process("run", "--once", "--only", "inbox").communicate(timeout=PATIENCE)
    assert [path.name for path in (terminal.home / "logs").iterdir()] == ["employee-inbox.log"]


def test_a_reader_who_has_enough_ends_it_without_a_word(terminal: Terminal) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    listing = terminal.process("status", stdout=writing)
    os.close(writing)
    err = listing.communicate(timeout=PATIENCE)[1]
    assert (listing.returncode, err) == (0, "")


def test_demo_shows_each_step_and_leaves_nothing_behind(bare: Terminal, tmp_path: Path) -> None:
    bare.env["TMPDIR"] = str(tmp_path)
    before = sorted(tmp_path.iterdir())
    demo = bare.process("demo")
    out, err = demo.communicate(timeout=240)
    assert demo.returncode == 0, err
    assert err == ""
    assert all(f"\n{step}. " in f"\n{out}" for step in range(1, 10))
    assert sorted(tmp_path.iterdir()) == before


def test_demo_keeps_its_folder_when_asked(bare: Terminal, tmp_path: Path) -> None:
    bare.env["TMPDIR"] = str(tmp_path)
    demo = bare.process("demo", "--keep")
    err = demo.communicate(timeout=240)[1]
    kept = next(tmp_path.glob("ai-employee-demo-*"))
    assert str(kept) in err
    assert len(list((kept / "vault" / "Outbox").glob("*.eml"))) == 2


def test_an_interrupted_demo_leaves_nothing_behind(bare: Terminal, tmp_path: Path) -> None:
    bare.env["TMPDIR"] = str(tmp_path)
    demo = bare.process("demo")
    assert demo.stdout
    demo.stdout.readline()
    stop(demo, signal.SIGINT)
    assert demo.returncode == 130
    assert list(tmp_path.glob("ai-employee-demo-*")) == []


def test_json_of_a_process_can_be_read_by_a_script(terminal: Terminal) -> None:
    out = terminal.process("list", "--json").communicate(timeout=PATIENCE)[0]
    assert json.loads(out) == {"schema_version": 1, "notes": []}


def test_status_loads_nothing_that_only_the_daemon_needs(terminal: Terminal) -> None:
    terminal.ok("status")
    script = (
        "import contextlib, sys; from daemon.cli import main; sys.argv = ['employee', 'status']\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], env=terminal.env, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    heavy = {"asyncio", "filelock", "frontmatter", "watchdog", "yaml", "daemon.core.settings", "daemon.registry"}
    assert "daemon.runtime.status" in loaded
    assert loaded & heavy == set()
