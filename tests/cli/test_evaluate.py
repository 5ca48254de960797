"""`employee eval`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import MAIL, Terminal

CHEAP = "anthropic:claude-haiku-5-5"


@pytest.fixture
def experienced(terminal: Terminal) -> Terminal:
    """One mail was answered."""
    terminal.ok("approve", terminal.draft())
    terminal.work()
    return terminal


def test_rules_alone_are_tried_when_no_model_is_connected(experienced: Terminal) -> None:
    done = experienced.say("eval")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1].split() == ["rules", "0", "of", "1", "100%", "100%", "19", "100%", "-", "0.0"]
    assert "No language model is connected, so only rules were tried." in done.stderr


def test_json_for_scripts_holds_no_letters(experienced: Terminal) -> None:
    said = experienced.json("eval")
    assert (said["schema_version"], said["tasks"]) == (1, 1)
    assert said["models"][0]["model"] == "rules"
    assert said["models"][0]["routed"] == 1.0
    assert "Saturday" not in str(said)


def test_a_folder_is_tried_before_anything_is_finished(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.eml").write_text(MAIL, encoding="utf-8")
    assert terminal.json("eval", str(tmp_path / "letters"))["tasks"] == 1


def test_with_nothing_to_try_it_says_what_to_do(terminal: Terminal) -> None:
    done = terminal.say("eval")
    assert done.exit_code == 2
    assert "Name a folder with mails or notes" in done.stderr


@pytest.mark.parametrize(
    ("model", "sentence"),
    [(CHEAP, "No key of Anthropic is stored"), ("claude", "claude is no model"), ("local:any", "No address of")],
)
def test_a_model_that_cannot_be_asked_is_refused(experienced: Terminal, model: str, sentence: str) -> None:
    done = experienced.say("eval", "--model", model)
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_nothing_is_asked_before_somebody_agrees_to_the_cost(experienced: Terminal) -> None:
    experienced.ok("secrets", "set", "anthropic_api_key", typed="sk-ant-not-a-key\n")
    done = experienced.say("eval", "--model", CHEAP)
    assert done.exit_code == 2
    assert "at the very most, within your budget" in done.stderr
    assert "Add --yes" in done.stderr
    assert experienced.json("costs")["total"]["calls"] == 0


def test_models_that_cannot_be_reached_leave_the_rules(experienced: Terminal) -> None:
    experienced.ok("secrets", "set", "anthropic_api_key", typed="sk-ant-not-a-key\n")
    experienced.env["EMPLOYEE_LLM__ANTHROPIC__BASE_URL"] = "http://127.0.0.1:9"
    rules, model = experienced.json("eval", "--model", CHEAP, "--yes")["models"]
    assert (model["model"], model["written"], model["similarity"]) == (CHEAP, 0, rules["similarity"])
