"""The secrets themselves: one file, encrypted and authenticated as a whole (Fernet), so that none can be exchanged.

The key file holds one key, and two only while they are exchanged: each of the three steps of a rotation leaves a key
file that opens the store as it is on the disk, whichever step was the last.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from daemon.adapters.credentials.private import MISCONFIGURED, PrivateFile
from daemon.adapters.locks import alone
from daemon.core.errors import UserError
from daemon.core.redaction import Redaction

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

NEEDS_LOGIN = 5
PATIENCE = timedelta(seconds=10)  # for another process that writes
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Secret:
    name: str
    value: str
    since: datetime  # when this value was stored

    def __repr__(self) -> str:
        return f"Secret({self.name})"


@dataclass(frozen=True, slots=True)
class Stored:
    """Names, by what became of them."""

    new: Sequence[str]
    replaced: Sequence[str]
    unchanged: Sequence[str]


class Store:
    """The secrets of one state directory. Every value that passes through is hidden in logs from then on."""

    def __init__(self, folder: Path, key: PrivateFile, vault: Path, redact: Redaction) -> None:
        """`folder` is made when the first secret is stored; `key` must lie elsewhere. Nothing is opened yet."""
        away = ((vault, "the vault", "set EMPLOYEE_HOME to a folder outside it"),)
        self._folder = folder
        self._file = PrivateFile(folder / "secrets.fernet", "the file of secrets", forbidden=away)
        self._key = key
        self._redact = redact

    # --- reading

    def check(self) -> None:
        """Whether both files may be used; nothing is decrypted. Raises UserError (78) with the remedy."""
        self._key.check()
        self._file.check()
        if os.name != "nt" and self._folder.exists() and self._folder.stat().st_mode & 0o077:
            raise UserError(
                f"Others may look into the folder of secrets {self._folder}; chmod 700 '{self._folder}'.",
                exit_code=MISCONFIGURED,
            )

    @property
    def key_path(self) -> Path:
        return self._key.path

    def exists(self) -> bool:
        """Whether anything was ever stored."""
        return self._file.path.exists()

    def rotating(self) -> bool:
        """Whether an exchange of the key was cut off; the next change of a secret ends it."""
        return len(self._keys()) > 1

    def all(self) -> list[Secret]:
        """By name. Raises UserError (78) when they cannot be read."""
        self.check()
        return sorted(self._read().values(), key=lambda secret: secret.name)

    def get(self, name: str) -> str:
        """The value. Raises UserError (5) when there is none: the person is not logged in."""
        value = self.find(name)
        if value is None:
            account = name.partition(".")[0]
            raise UserError(f"Not logged in to {account}: `employee connect {account}`", exit_code=NEEDS_LOGIN)
        return value

    def find(self, name: str) -> str | None:
        """The value, or None."""
        self.check()
        found = self._read().get(name)
        return found.value if found else None

    def mark(self) -> object:
        """Another value once the secrets are others. Opens nothing."""
        try:
            found = self._file.path.stat()
        except OSError as error:
            return error.errno
        return found.st_mtime_ns, found.st_size, found.st_ino

    # --- changing

    def put(self, values: Mapping[str, str], now: datetime) -> Stored:
        """Store all of them, or none."""
        self._redact.add(*values.values())
        with self._changing() as before:
            same = [name for name, value in values.items() if name in before and before[name].value == value]
            fresh = {name: Secret(name, value, now) for name, value in values.items() if name not in same}
            if fresh:
                self._save(before | fresh)
        replaced = [name for name in fresh if name in before]
        return Stored([name for name in fresh if name not in before], replaced, same)

    def make(self, name: str, maker: Callable[[], str], now: datetime) -> str:
        """The value; made and stored first when there is none. Of two processes both get the one that was stored."""
        known = self.find(name)
        if known is not None:
            return known
        with self._changing() as before:
            if name not in before:
                self._save(before | {name: Secret(name, maker(), now)})
        return self.get(name)

    def remove(self, name: str) -> bool:
        """False when there was none."""
        with self._changing() as before:
            if name in before:
                self._save({other: secret for other, secret in before.items() if other != name})
            return name in before

    def rotate(self) -> int:
        """Encrypt everything with a new key, and forget the old one. Returns how many secrets there are."""
        with self._changing() as secrets:
            self._write_keys([_new_key(), *self._keys()])
            self._settle(secrets)
            return len(secrets)

    # --- inside

    def _read(self) -> dict[str, Secret]:
        """Once more when the key was exchanged between the two looks."""
        keys = self._keys()
        try:
            return self._load(keys)
        except UserError:
            if self._keys() == keys:
                raise
        return self._read()

    @contextmanager
    def _changing(self) -> Generator[dict[str, Secret]]:
        """What there is, for one writer at a time in all processes."""
        with alone(self._folder / "secrets.lock", PATIENCE):
            yield self._begun()

    def _begun(self) -> dict[str, Secret]:
        """What there is, with a key; a rotation that was cut off is ended first."""
        self.check()
        keys = self._keys()
        if not keys:
            self._require_no_store()
            keys = [_new_key()]
            self._write_keys(keys)
        secrets = self._load(keys)
        if len(keys) > 1:
            self._settle(secrets)
        return secrets

    def _settle(self, secrets: Mapping[str, Secret]) -> None:
        """From two keys to the newest: the store first, then the key file."""
        if self.exists():
            self._save(secrets)
        newest = self._keys()[:1]
        if self._load(newest) != secrets:
            raise AssertionError("the new key does not open what it has just encrypted; the old key is kept")
        self._write_keys(newest)

    def _save(self, secrets: Mapping[str, Secret]) -> None:
        plain = {name: {"value": s.value, "since": s.since.astimezone(UTC).isoformat()} for name, s in secrets.items()}
        text = json.dumps({"version": 1, "secrets": plain})
        self._file.write(_cipher(self._keys()).encrypt(text.encode()))

    def _load(self, keys: Sequence[bytes]) -> dict[str, Secret]:
        token = self._file.read()
        if token is None:
            return {}
        if not keys:
            self._require_no_store()
        plain = json.loads(self._decrypted(keys, token))
        rows = cast("dict[str, dict[str, str]]", plain["secrets"])
        found = {n: Secret(n, row["value"], datetime.fromisoformat(row["since"])) for n, row in rows.items()}
        self._redact.add(*(secret.value for secret in found.values()))
        return found

    def _decrypted(self, keys: Sequence[bytes], token: bytes) -> bytes:
        from cryptography.fernet import InvalidToken

        try:
            return _cipher(keys).decrypt(token)
        except InvalidToken as error:
            raise UserError(
                f"The file of secrets {self._file.path} and the key {self.key_path} do not belong together, or one of "
                "them is damaged. Put both back from one backup, or remove both and store the secrets again.",
                exit_code=MISCONFIGURED,
            ) from error

    def _require_no_store(self) -> None:
        if self.exists():
            raise UserError(
                f"The key {self.key_path} is missing, so the secrets in {self._file.path} cannot be read. Put the key "
                "back, or remove that file and store the secrets again.",
                exit_code=MISCONFIGURED,
            )

    def _keys(self) -> list[bytes]:
        """The newest first; none before the first secret."""
        keys = (self._key.read() or b"").split()
        if not all(map(_is_key, keys)):
            raise UserError(f"The key {self.key_path} is damaged; put it back from a backup.", exit_code=MISCONFIGURED)
        return keys

    def _write_keys(self, keys: Sequence[bytes]) -> None:
        self._key.write(b"\n".join([*keys, b""]))


def _new_key() -> bytes:
    return base64.urlsafe_b64encode(os.urandom(_KEY_BYTES))


def _is_key(text: bytes) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text)) == _KEY_BYTES
    except binascii.Error:
        return False


def _cipher(keys: Sequence[bytes]) -> MultiFernet:
    """Also: from now on this process leaves no core dump, which would hold what is decrypted."""
    from cryptography.fernet import Fernet, MultiFernet

    _no_core_dumps()
    return MultiFernet([Fernet(key) for key in keys])


def _no_core_dumps() -> None:
    if os.name == "nt":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
