"""Keep a document in the vault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from daemon.core import names
from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, Receipt, Shown
from daemon.core.properties import Value

FOLDERS = ("Documents", "Accounting", "Content", "Memory")
SUFFIXES = (".md", ".txt", ".csv")


class Params(BaseModel):
    """Where the text goes: one of the vault's document folders, under a name of our making.

    No state folder, where a file would be a decision, and none of Obsidian's own, where it would be a program.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str = "Documents"
    name: str

    @field_validator("folder")
    @classmethod
    def _own_folder(cls, folder: str) -> str:
        parts = folder.split("/")
        if parts[0] not in FOLDERS or any(names.safe_file_name(part) != part for part in parts):
            msg = f"documents are kept in {', '.join(FOLDERS)} and folders inside them"
            raise ValueError(msg)
        return folder

    @field_validator("name")
    @classmethod
    def _text_file(cls, name: str) -> str:
        if not names.safe_file_name(name).lower().endswith(SUFFIXES):
            msg = f"a document's name ends in {', '.join(SUFFIXES)}"
            raise ValueError(msg)
        return name

    @model_validator(mode="after")
    def _not_the_books(self) -> Self:
        if self.path.casefold() == "accounting/ledger.csv":
            msg = "the ledger is written by what is booked, not by documents"
            raise ValueError(msg)
        return self

    @property
    def path(self) -> str:
        return f"{self.folder}/{names.safe_file_name(self.name)}"


class Action:
    """A new file, never over an existing one: if the name is taken the document gets one with its task's id."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._documents = channels.documents
        self.channel = channels.documents.name

    def describe(self, params: Params) -> Shown:
        return Shown({}, (f"The text below is saved as {params.path}",))

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        """Nothing of a document's place can be edited in the note."""
        del properties
        return params, text

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        return self._documents.save(params.path, _file(text), key=effect.key)

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        return self._documents.look_up(params.path, _file(text), key=effect.key)


def _file(text: str) -> bytes:
    return (text.rstrip("\n") + "\n").encode()
