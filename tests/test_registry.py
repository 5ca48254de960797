"""Plug-ins: one file each, and one that cannot be loaded is a status, not a crash."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import agents
from daemon import registry
from daemon.core.errors import UserError


def test_agents_are_found_by_their_files() -> None:
    loaded = {plugin.name: plugin.why for plugin in registry.agents({})}
    assert loaded["mail"] == loaded["assistant"] == ""
    assert "manager" not in loaded


def test_file_name_is_the_actions_name() -> None:
    assert registry.action_name("email_reply") == "email.reply"


def test_plugin_that_cannot_be_loaded_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken.py").write_text("import a_library_nobody_has\n")
    monkeypatch.setattr(agents, "__path__", [*agents.__path__, str(tmp_path)])
    loaded = {plugin.name: plugin for plugin in registry.agents({})}
    assert loaded["broken"].made is None
    assert "a_library_nobody_has" in loaded["broken"].why
    assert loaded["mail"].made
    assert "agents.broken cannot be loaded" in caplog.text
    assert "agents.broken" not in sys.modules


def test_wrong_setting_of_a_plugin_is_explained() -> None:
    with pytest.raises(UserError, match=r"\[agents.mail\] own_adresses: .*known settings: own_addresses") as raised:
        registry.agents({"mail": {"own_adresses": []}})
    assert raised.value.exit_code == 78
