"""Effects as files: the mail channel without an account, and the vault's documents.

A file appears whole under its name or not at all. Beside it a hidden copy named after the effect's key is written
first and kept until a few more effects have begun; with it a restart after a kill can tell what happened:

- the file is there: it happened;
- neither is there: it did not begin;
- only the hidden copy is there, and it is linked elsewhere: it happened and the person moved the file away;
- only the hidden copy is there: nobody can know (the person may have deleted the file).
"""

from __future__ import annotations

import hashlib
from contextlib import suppress

from daemon.core import mailing, names
from daemon.core.errors import Outage, UnknownOutcome
from daemon.core.ports import (
    Absent,
    CannotTell,
    Entry,
    Finding,
    Found,
    NameTaken,
    Receipt,
    VaultProblem,
    VaultWriter,
)

OUTBOX = "Outbox"
_LARGEST = 64 * 1024 * 1024  # bytes; nothing of ours is larger
_EVIDENCE = ".effects"  # hidden folder beside the files; its files bear the effects' keys
_KEPT = 10  # of earlier effects: when the disk fails, the outcome of one may be asked for only after others began


class OutboxMail:
    """Finished messages as .eml files that a double click opens in a mail program."""

    name = mailing.OUTBOX

    def __init__(self, vault: VaultWriter) -> None:
        self._shelf = Shelf(vault, "saved")

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        return self._shelf.put(_message_path(title, key), message, key)

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        return self._shelf.find(_message_path(title, key), message, key)


class Documents:
    """Finished documents as files of the vault; those of one `name` are written one after another."""

    def __init__(self, vault: VaultWriter, name: str = "documents") -> None:
        self.name = name
        self._shelf = Shelf(vault, "saved")

    def save(self, path: str, data: bytes, *, key: str) -> Receipt:
        return self._shelf.put(path, data, key)

    def look_up(self, path: str, data: bytes, *, key: str) -> Finding:
        return self._shelf.find(path, data, key)


class Shelf:
    """Puts one file per effect into the vault and can say afterwards whether it did."""

    def __init__(self, vault: VaultWriter, outcome: str) -> None:
        self._vault = vault
        self._outcome = outcome
        self._blind = set[str]()  # effects at which the disk failed, and could not be read to see how far they came

    def put(self, path: str, data: bytes, key: str) -> Receipt:
        """Raises Transient when nothing was written, UnknownOutcome when nobody can say or others have its names."""
        self._blind.discard(key)
        self._forget_old(path, key)
        evidence = _evidence(path, key)
        if self._was_put(evidence, data):
            return self._receipt(path, data)
        for candidate in _candidates(path, key):
            if self._put(evidence, candidate, data):
                return self._receipt(candidate, data)
        raise UnknownOutcome(f"{path} is taken, also under the name with the id")

    def _was_put(self, evidence: str, data: bytes) -> bool:
        """Whether an earlier try had the file there already, and only then the disk failed. Else all is prepared."""
        try:
            self._vault.create(evidence, data)
        except NameTaken:
            if not self._holds(evidence, data):
                raise UnknownOutcome(f"{evidence} holds something else than this effect") from None
            return self._vault.stat(evidence).links > 1
        return False

    def _put(self, evidence: str, candidate: str, data: bytes) -> bool:
        """False when the name is taken."""
        try:
            self._vault.link(evidence, candidate)
        except NameTaken:
            return False
        except Outage:
            if not self._is_there(candidate, data, evidence.rpartition("/")[2]):
                with suppress(Outage, VaultProblem):  # without it, nobody has to be asked whether it was there
                    self._vault.remove(evidence, expected=data)
                raise
        return True

    def _is_there(self, candidate: str, data: bytes, key: str) -> bool:
        """After an error. Raises UnknownOutcome when the disk does not even say that."""
        try:
            return self._holds(candidate, data)
        except Outage as blind:
            self._blind.add(key)
            raise UnknownOutcome(str(blind)) from blind

    def find(self, path: str, data: bytes, key: str) -> Finding:
        for candidate in _candidates(path, key):
            if self._holds(candidate, data):
                return Found(self._receipt(candidate, data))
        evidence = [entry for entry in self._evidence(path) if entry.name == key]
        if not evidence:
            return Absent()
        if evidence[0].links > 1:
            return Found(self._receipt(path, data))
        if key in self._blind:  # it was never there: nobody could see it since, to delete it
            return Absent()
        return CannotTell(f"I was interrupted while writing {path}; it is not there now. Did you move or delete it?")

    def _holds(self, path: str, data: bytes) -> bool:
        try:
            return self._vault.read(path, len(data)) == data
        except VaultProblem:
            return False

    def _forget_old(self, path: str, key: str) -> None:
        others = [entry for entry in self._evidence(path) if entry.name != key and entry.regular]
        for entry in sorted(others, key=_age)[:-_KEPT]:
            if entry.size <= _LARGEST:
                self._vault.remove(entry.path, expected=self._vault.read(entry.path, entry.size + 1))

    def _evidence(self, path: str) -> list[Entry]:
        return self._vault.scan(_folder(_evidence(path, "")))

    def _receipt(self, path: str, data: bytes) -> Receipt:
        return Receipt(self._outcome, f"{path} sha256:{hashlib.sha256(data).hexdigest()}")


def _age(entry: Entry) -> float:
    return entry.mtime


def _message_path(title: str, key: str) -> str:
    return f"{OUTBOX}/{names.slug(title)}_{key.partition('.')[0]}.eml"


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _evidence(path: str, key: str) -> str:
    return f"{_folder(path)}/{_EVIDENCE}/{key}"


def _candidates(path: str, key: str) -> tuple[str, str]:
    """The name itself, and the one used when it is taken by something else."""
    stem, dot, suffix = path.rpartition(".")
    return path, f"{stem}_{key.partition('.')[0]}{dot}{suffix}"
