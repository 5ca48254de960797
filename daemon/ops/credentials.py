"""Secrets as a person handles them: which names are theirs, and files in plain text taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daemon.adapters.credentials.store import Store, Stored
from daemon.core import credentials
from daemon.core.errors import UserError

LARGEST = 1_000_000  # bytes of a file that is imported


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's lines. `complete`: nothing in it was left out, so it is not needed any more."""

    stored: Stored
    problems: Sequence[str]

    @property
    def complete(self) -> bool:
        return not self.problems


def own(name: str) -> str:
    """The name, when it is the person's to change. Raises UserError for what is no name, or ours."""
    found = credentials.name_of(name)
    if found == credentials.AUDIT_KEY:
        raise UserError(f"{found} is the program's own: it signs the record of what was done, and stays as it is.")
    return found


def import_env(store: Store, path: Path, now: datetime) -> Imported:
    """Store every pair of the file, or none. Raises UserError when the file cannot be read or holds none."""
    found = credentials.parse_env(_text(path))
    values = {own(name): value for name, value in found.values.items()}
    if not values:
        raise UserError(f"{path} holds no NAME=VALUE line; nothing was stored.", *found.problems)
    return Imported(store.put(values, now), found.problems)


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"{path} is not a file; nothing was stored.")
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path} is too large for a file of secrets; nothing was stored.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not a text file in UTF-8; nothing was stored.") from error
