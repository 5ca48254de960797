"""Every error becomes sentences and an exit code."""

from __future__ import annotations

from importlib import metadata

import pytest

from daemon.app import App
from daemon.cli.boundary import take_vault
from tests.cli.terminal import Terminal


def break_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(App, "status")


def test_a_fault_of_the_program_is_one_sentence_and_the_log_has_the_rest(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_status(monkeypatch)
    done = terminal.say("status")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert done.stderr.startswith("This is a fault of the program, not of yours: AttributeError")
    log = terminal.home / "logs" / "employee.log"
    assert str(log) in done.stderr
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_debug_shows_where_it_happened(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    break_status(monkeypatch)
    assert "Traceback" in terminal.say("--debug", "status").stderr


def test_every_problem_of_the_person_stands_on_its_own_line(terminal: Terminal) -> None:
    done = terminal.say("approve", "ta", "tb")
    assert len(done.stderr.splitlines()) == 2
    assert done.exit_code == 1


def test_an_unknown_command_is_wrong_usage(terminal: Terminal) -> None:
    done = terminal.say("aprove")
    assert done.exit_code == 2
    assert "approve" in done.stderr


@pytest.mark.parametrize(
    ("typed", "rest", "vault"),
    [
        (["status"], ["status"], ""),
        (["--vault", "/v", "status"], ["status"], "/v"),
        (["status", "--vault=/v", "--json"], ["status", "--json"], "/v"),
        (["add", "--", "--vault", "/v"], ["add", "--", "--vault", "/v"], ""),
    ],
)
def test_the_vault_is_taken_out_of_the_command_line(typed: list[str], rest: list[str], vault: str) -> None:
    assert take_vault(typed) == (rest, vault)


def test_version_is_told_without_a_command(terminal: Terminal) -> None:
    done = terminal.say("--version")
    assert (done.exit_code, done.stdout.strip()) == (0, metadata.version("ai-employee"))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("x", "Type a whole number, for example 7."),
        ("0", "It must be 1 or more."),
        ("999", "It must be 366 or less."),
    ],
)
def test_wrong_number_is_explained_in_words(terminal: Terminal, number: str, said: str) -> None:
    done = terminal.say("costs", "--days", number)
    assert done.exit_code == 2
    assert said in done.stderr
