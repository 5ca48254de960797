"""`pause`, `resume`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.terminal import MAIL, Terminal


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


def test_pause_works_whatever_is_wrong_with_the_settings(terminal: Terminal) -> None:
    config = Path(terminal.env["EMPLOYEE_CONFIG"])
    config.write_text("[policy", encoding="utf-8")
    terminal.ok("pause", "--reason", "stop it")
    assert "is not valid TOML" in terminal.say("status").stderr
    config.unlink()
    assert "stop it" in terminal.ok("status")


def test_status_tells_what_waits_for_a_cap_and_until_when(terminal: Terminal) -> None:
    Path(terminal.env["EMPLOYEE_CONFIG"]).write_text("[policy.cap]\nemail = 1\n", encoding="utf-8")
    first, second = terminal.draft(), terminal.draft(MAIL.replace("<1@", "<2@"), "other.eml")
    terminal.ok("approve", first)
    terminal.work()
    assert "It waits: the daily cap of 1 for email is reached; it goes on " in terminal.ok("approve", second)
    terminal.work()
    said = terminal.say("status").stdout
    assert "the daily cap of 1 for email is reached" in said
    assert re.search(r"tomorrow 00:00|00:00:00", said)  # the latter in the last ten minutes of a day
    (held,) = terminal.json("status")["held"]
    assert (held["id"], held["why"]) == (second, "the daily cap of 1 for email is reached")
    assert held["until"].endswith("T00:00:00+00:00")
    assert "It waits: the daily cap of 1 for email is reached; it goes on " in terminal.ok("show", second)
    assert "## Approved, not out yet\n- Reply to Anna" in (terminal.vault / "Dashboard.md").read_text()
