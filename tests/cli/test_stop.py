"""`pause`, `resume`."""

from __future__ import annotations

from tests.cli.terminal import Terminal


def test_nothing_leaves_while_paused_and_everything_after(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.ok("pause", "--reason", "on holiday")
    terminal.ok("approve", draft)
    terminal.work()
    assert not list((terminal.vault / "Outbox").glob("*.eml"))
    terminal.ok("resume")
    terminal.work()
    assert len(list((terminal.vault / "Outbox").glob("*.eml"))) == 1


def test_status_shows_the_pause_and_its_reason(terminal: Terminal) -> None:
    terminal.ok("pause", "--reason", "on holiday")
    assert "on holiday; `employee resume` goes on" in terminal.ok("status")
    assert terminal.json("status")["paused"] is True


def test_resume_of_what_was_not_paused_says_so(terminal: Terminal) -> None:
    assert "Nothing was paused" in terminal.say("resume").stderr
