"""Putting something into Inbox/ for the person: their words as a note, or a copy of a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from daemon.core import names
from daemon.core.errors import UserError
from daemon.core.ports import VaultWriter

INBOX = "Inbox"
LARGEST = 500 * 1024 * 1024  # bytes: it is read into memory once
_FILE_NAME = re.compile(r"(?!\w+://)(?:\S+\.[A-Za-z0-9]{1,5}|\S*/\S*)")
_PATH = re.compile(r"(?!\w+://|www\.)(?:(?:/|~/|\.{1,2}/)\S+|\S*/\S*\.[A-Za-z][A-Za-z0-9]{0,4})")  # also among words


def sort(things: Sequence[str]) -> tuple[list[str], list[Path]]:
    """What was typed, as texts and files. Without any file all words are one text.

    Raises UserError for what looks like a file and is none, and for words beside files.
    """
    things = [thing for thing in things if thing.strip()]
    paths = [Path(thing).expanduser() for thing in things]
    found = [path for path in paths if path.exists()]
    missing = [thing for thing, path in zip(things, paths, strict=True) if not path.exists()]
    if found and missing:
        raise UserError(*(f"There is no file {thing}. Nothing was added." for thing in missing), exit_code=2)
    if found:
        return [], found
    if unfound := _meant(things):
        words = "" if len(things) == 1 else " If you mean these words, put all of them between quotation marks."
        raise UserError(*(f"There is no file {thing}. Nothing was added.{words}" for thing in unfound), exit_code=2)
    return [" ".join(things)], []


def _meant(things: Sequence[str]) -> list[str]:
    """What was surely meant as a file. Words that were typed without quotation marks may be "report.pdf" or "50/50"."""
    apart = len(things) == 1 or any(" " in thing for thing in things)
    return [thing for thing in things if (_FILE_NAME if apart else _PATH).fullmatch(thing)]


def text(vault: VaultWriter, words: str) -> str:
    """The words as a new note; its path. Raises UserError when there are none."""
    if not words.strip():
        raise UserError("There is nothing to add: the text is empty.", exit_code=2)
    first_line = words.strip().splitlines()[0]
    return vault.create_beside(f"{INBOX}/{names.slug(first_line)}.md", (words.strip() + "\n").encode(errors="replace"))


def file(vault: VaultWriter, path: Path) -> str:
    """A copy of the file; its path in the vault. Raises UserError when it cannot be read."""
    if not path.is_file():
        raise UserError(f"{path} is not a file. Name the files inside it.", exit_code=2)
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path} is larger than {LARGEST >> 20} MB. Copy it into Inbox/ yourself.")
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    return vault.create_beside(f"{INBOX}/{names.safe_file_name(path.name)}", content)
