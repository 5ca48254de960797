"""Adding our part to the settings of an Obsidian vault that has its own: only on request, and nothing is taken away.

What is the person's stays: a property they gave another type, a bookmark under another name, a plug-in they use.
Each file that changes is kept beside itself, once, as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, cast

from daemon.core import resources
from daemon.core.errors import UserError
from daemon.core.ports import Missing, NameTaken, VaultWriter

FOLDER = ".obsidian"
KEPT = ".before-ai-employee"  # ends the name of the file as it was
_NEEDED = ("bases", "bookmarks", "properties", "templates")  # Obsidian's own plug-ins that our notes live from

Settings = dict[str, Any]


def merge(vault: VaultWriter) -> list[str]:
    """Add what is missing. Returns the files that were made or changed.

    Raises UserError, before anything is changed, for settings that are no JSON of the expected form.
    """
    ours = {name: path.read_bytes() for name, path in resources.template_files().items() if name.startswith(FOLDER)}
    theirs = {name: _read(vault, name) for name in ours}
    fresh = {name: _merged(name, ours[name], data) for name, data in theirs.items()}
    changed = [name for name in ours if fresh[name] != theirs[name]]
    for name in changed:
        if before := theirs[name]:
            with suppress(NameTaken):
                vault.create(name + KEPT, before)
        vault.replace(name, fresh[name])
    return changed


def _read(vault: VaultWriter, name: str) -> bytes:
    try:
        return vault.read(name)
    except Missing:
        return b""


def _merged(name: str, ours: bytes, theirs: bytes) -> bytes:
    if not theirs:
        return ours
    add = _ADDED.get(name.rpartition("/")[2])
    if add is None:
        return theirs
    try:
        before: Any = json.loads(theirs)
        after = add(json.loads(ours), json.loads(theirs))
        return theirs if after == before else (json.dumps(after, indent=2, ensure_ascii=False) + "\n").encode()
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise UserError(f"{name} cannot be read ({error}); open the vault in Obsidian once, then try again") from error


def _types(ours: Settings, theirs: Settings) -> Settings:
    return theirs | {"types": ours["types"] | cast("Mapping[str, str]", theirs.get("types", {}))}


def _bookmarks(ours: Settings, theirs: Settings) -> Settings:
    items: list[Settings] = _list(theirs, "items")
    known = {item.get("path") for item in items}
    return theirs | {"items": [*items, *(item for item in ours["items"] if item["path"] not in known)]}


def _plugins(ours: Settings, theirs: Settings | list[str]) -> Settings | list[str]:
    """A table of switches; older versions of Obsidian keep a list of what is switched on."""
    del ours
    if isinstance(theirs, list):
        return [*theirs, *(name for name in _NEEDED if name not in theirs)]
    return theirs | dict.fromkeys(_NEEDED, True)


def _appearance(ours: Settings, theirs: Settings) -> Settings:
    enabled: list[str] = _list(theirs, "enabledCssSnippets")
    return theirs | {"enabledCssSnippets": [*enabled, *(n for n in ours["enabledCssSnippets"] if n not in enabled)]}


def _list(settings: Settings, name: str) -> list[Any]:
    found = settings.get(name, [])
    if not isinstance(found, list):
        raise TypeError(f"`{name}` is no list")
    return cast("list[Any]", found)


_ADDED: Mapping[str, Callable[[Any, Any], Any]] = {
    "types.json": _types,
    "bookmarks.json": _bookmarks,
    "core-plugins.json": _plugins,
    "appearance.json": _appearance,
}
