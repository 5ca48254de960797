"""A store in a temporary folder, and a process that dies before the n-th thing it does to the disk."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.adapters.credentials.private import PrivateFile
from daemon.adapters.credentials.store import Store
from daemon.core.redaction import Redaction
from tests.fakes import NOON

CANARY = "canary-9f2e77"

_WATCHED = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.truncate"})


@dataclass
class Desk:
    """The folders of one person's computer."""

    root: Path
    redact: Redaction = field(default_factory=Redaction)

    @property
    def key(self) -> Path:
        return self.root / "config" / "secrets.key"

    @property
    def folder(self) -> Path:
        return self.root / "home" / "secrets"

    @property
    def file(self) -> Path:
        return self.folder / "secrets.fernet"

    @property
    def vault(self) -> Path:
        return self.root / "vault"

    def store(self, key: Path | None = None) -> Store:
        """As a process finds it that starts now."""
        away = ((self.vault, "the vault", "set key_file"), (self.root / "home", "the state directory", "set key_file"))
        private = PrivateFile(key or self.key, "the key of your secrets", 0o400, away)
        return Store(self.folder, private, self.vault, self.redact)

    def texts(self) -> bytes:
        """Everything on this computer."""
        return b"".join(path.read_bytes() for path in sorted(self.root.rglob("*")) if path.is_file())


class Killed(BaseException):
    """kill -9: what is tidied up on the way out is not done either."""


@dataclass
class Death:
    """Comes before the `at`-th act in `folder` while it is armed; the dead do nothing more."""

    folder: str = ""
    at: int = 0
    acts: int = 0
    armed: bool = False

    def hook(self, event: str, args: tuple[object, ...]) -> None:
        if self.armed and event in _WATCHED and str(args[0]).startswith(self.folder):
            self.acts += 1
            if self.acts >= self.at:
                raise Killed

    @contextmanager
    def before(self, at: int, folder: Path) -> Generator[None]:
        self.folder, self.at, self.acts, self.armed = str(folder), at, 0, True
        try:
            yield
        finally:
            self.armed = False


DEATH = Death()
sys.addaudithook(DEATH.hook)


class Rotation:
    """The exchange of the key, ended in the middle."""

    def __init__(self, root: Path) -> None:
        self._desk = Desk(root)
        self._desk.store().put({"gmail.token": CANARY, "odoo.key": "second"}, NOON)
        self._old = self._desk.key.read_bytes().strip()

    def acts(self) -> int:
        """How many things a whole one does to the disk."""
        self._try(sys.maxsize)
        return DEATH.acts

    def dies_at(self, *acts: int) -> bool:
        """One try for each; whether every one of them died. What must hold is looked at after each, and at the end."""
        died = [self._try(at) for at in acts]
        self._desk.store().rotate()
        self._require_secrets()
        assert not self._desk.store().rotating()
        assert self._old not in self._desk.texts()
        return all(died)

    def _try(self, at: int) -> bool:
        with suppress(Killed), DEATH.before(at, self._desk.root):
            self._desk.store().rotate()
        self._require_secrets()
        return DEATH.acts >= at

    def _require_secrets(self) -> None:
        found = {secret.name: secret.value for secret in self._desk.store().all()}
        assert found == {"gmail.token": CANARY, "odoo.key": "second"}


@contextmanager
def fast_folder() -> Generator[Path]:
    """In memory where that is possible: what a power cut loses is not looked at here."""
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        yield Path(folder)
