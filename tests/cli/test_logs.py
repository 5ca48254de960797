"""No secret gets into a log, wherever in a message it stands."""

from __future__ import annotations

import base64
import logging
from pathlib import Path
from threading import Thread

import pytest

from daemon.app import App
from daemon.cli import logs
from daemon.core.redaction import HIDDEN, Redaction
from tests.cli.terminal import Terminal

CANARY = "canary-5d81c0/+?"
log = logging.getLogger("tests.somebody")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    redact = Redaction()
    redact.add(CANARY)
    logging.root.handlers.clear()
    return logs.start(tmp_path / "logs", ["manager"], redact)


def test_hidden_in_messages_and_their_arguments(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.info("plain " + CANARY)  # noqa: G003 - somebody does
    log.warning("argument %s, %r", CANARY, {"password": CANARY})
    log.error("Authorization: Basic %s", base64.b64encode(f"me:{CANARY}".encode()).decode())
    written = file.read_text(encoding="utf-8")
    assert "canary" not in written + capsys.readouterr().err
    assert written.count(HIDDEN) == 4


def test_the_watching_library_tells_nothing_of_the_thread_that_is_being_ended(file: Path) -> None:
    theirs = logging.getLogger("watchdog.observers.inotify")
    theirs.error("InotifyEmitter.queue_events() called when the thread is inactive")
    theirs.error("something else")
    assert "InotifyEmitter" not in file.read_text(encoding="utf-8")
    assert "something else" in file.read_text(encoding="utf-8")


def test_hidden_in_exceptions_and_what_caused_them(file: Path) -> None:
    fault = RuntimeError(f"https://host.example/?token={CANARY}")
    fault.__cause__ = ValueError(CANARY)
    log.error("it did not work", exc_info=fault, stack_info=True)
    written = file.read_text(encoding="utf-8")
    assert "canary-5d81c0" not in written
    assert written.count(HIDDEN) == 2
    assert "direct cause" in written


def break_down() -> None:
    raise RuntimeError(f"could not log in with {CANARY}")


def test_hidden_when_a_thread_ends_in_a_fault(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = Thread(target=break_down, name="manager")
    broken.start()
    broken.join()
    written = file.read_text(encoding="utf-8")
    assert "canary" not in written + capsys.readouterr().err
    assert "the thread manager ended in a fault" in written
    assert HIDDEN in written


def fail(app: App) -> None:
    raise RuntimeError(f"could not log in with {app.secrets.get('gmail.token')}")


def test_hidden_when_a_command_ends_in_a_fault(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.ok("secrets", "set", "gmail.token", typed=CANARY)
    monkeypatch.setattr(App, "status", fail)
    said = terminal.say("status").output + terminal.say("--debug", "status").output
    kept = (terminal.home / "logs" / "employee.log").read_text(encoding="utf-8")
    assert CANARY not in said + kept
    assert "could not log in with" in said
    assert HIDDEN in said
    assert HIDDEN in kept
