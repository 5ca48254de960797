"""Our part is added to a vault's own Obsidian settings: everything of the person's stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from daemon.core.errors import UserError
from daemon.core.ports import VaultProblem
from daemon.ops import obsidian
from daemon.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    (tmp_path / "Inbox").mkdir()
    (tmp_path / ".obsidian").mkdir()
    return tmp_path


def have(vault: Path, name: str, value: Any) -> Path:
    path = vault / ".obsidian" / name
    path.write_text(json.dumps(value))
    return path


def test_missing_settings_are_made(vault: Path) -> None:
    assert ".obsidian/types.json" in obsidian.merge(Vault(vault))
    assert (vault / ".obsidian/snippets/ai-employee.css").is_file()


def test_a_second_time_changes_nothing(vault: Path) -> None:
    obsidian.merge(Vault(vault))
    assert obsidian.merge(Vault(vault)) == []


def test_the_type_that_a_person_gave_a_property_stays(vault: Path) -> None:
    types = have(vault, "types.json", {"types": {"due": "text", "mine": "number"}})
    obsidian.merge(Vault(vault))
    merged = json.loads(types.read_text())["types"]
    assert (merged["due"], merged["mine"], merged["approve"]) == ("text", "number", "checkbox")


def test_bookmarks_are_added_and_none_twice(vault: Path) -> None:
    mine = {"type": "file", "path": "Dashboard.md", "title": "My board"}
    bookmarks = have(vault, "bookmarks.json", {"items": [mine, {"type": "search", "query": "tag:x"}]})
    obsidian.merge(Vault(vault))
    items = json.loads(bookmarks.read_text())["items"]
    assert items[0] == mine
    assert [item.get("path") for item in items].count("Dashboard.md") == 1
    assert "Approvals.base" in [item.get("path") for item in items]


@pytest.mark.parametrize("switched", [{"graph": True, "bases": False}, ["graph", "file-explorer"]])
def test_the_plugins_that_our_notes_need_are_switched_on(vault: Path, switched: Any) -> None:
    plugins = have(vault, "core-plugins.json", switched)
    obsidian.merge(Vault(vault))
    merged = json.loads(plugins.read_text())
    assert "graph" in merged
    assert "bases" in merged


def test_the_style_joins_the_persons_own(vault: Path) -> None:
    appearance = have(vault, "appearance.json", {"theme": "obsidian", "enabledCssSnippets": ["mine"]})
    obsidian.merge(Vault(vault))
    assert json.loads(appearance.read_text()) == {
        "theme": "obsidian",
        "enabledCssSnippets": ["mine", "ai-employee"],
    }


def test_a_changed_file_is_kept_as_it_was(vault: Path) -> None:
    types = have(vault, "types.json", {"types": {}})
    before = types.read_bytes()
    obsidian.merge(Vault(vault))
    assert types.with_name("types.json.before-ai-employee").read_bytes() == before


@pytest.mark.parametrize("broken", ["{", "[]", '{"types": 3}'])
def test_settings_that_cannot_be_read_change_nothing(vault: Path, broken: str) -> None:
    (vault / ".obsidian/types.json").write_text(broken)
    with pytest.raises(UserError, match=r"types\.json cannot be read"):
        obsidian.merge(Vault(vault))
    assert [path.name for path in (vault / ".obsidian").iterdir()] == ["types.json"]


@pytest.mark.parametrize(
    ("name", "hostile"),
    [
        ("types.json", b"[" * 100_000), ("types.json", b'{"types": ' + b'{"a": ' * 50_000),
        ("types.json", b'{"types": {"a\\ud800": "text"}}'), ("types.json", b"9" * 6000), ("types.json", b"\xff\xfe{"),
        ("appearance.json", b'{"enabledCssSnippets": "mine"}'),
        ("appearance.json", b'{"enabledCssSnippets": {"a": 1}}'),
        ("bookmarks.json", b'{"items": {"a": 1}}'), ("bookmarks.json", b'{"items": [null]}'),
        ("core-plugins.json", b'"all"'), ("core-plugins.json", b"null"),
    ],
)  # fmt: skip
def test_settings_of_another_form_are_left_alone_and_named(vault: Path, name: str, hostile: bytes) -> None:
    path = vault / ".obsidian" / name
    path.write_bytes(hostile)
    with pytest.raises(UserError, match=name):
        obsidian.merge(Vault(vault))
    assert [each.name for each in path.parent.iterdir()] == [name]
    assert path.read_bytes() == hostile


@pytest.mark.parametrize("linked", [".obsidian", ".obsidian/types.json"])
def test_settings_that_are_a_link_are_not_followed(vault: Path, linked: str, tmp_path_factory: Any) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "types.json").write_text("{}")
    if linked == ".obsidian":
        (vault / ".obsidian").rmdir()
    (vault / linked).symlink_to(elsewhere if linked == ".obsidian" else elsewhere / "types.json")
    with pytest.raises((UserError, VaultProblem)):
        obsidian.merge(Vault(vault))
    assert [(each.name, each.read_text()) for each in elsewhere.iterdir()] == [("types.json", "{}")]
