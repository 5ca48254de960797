"""Where things are on this machine, and where the settings come from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from daemon.core import layers, resources
from daemon.core.errors import UserError
from daemon.core.layers import Layer

if TYPE_CHECKING:
    from daemon.core.settings import Settings

SHIPPED = ("default.toml", "policy.toml", "schedule.toml")


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are on this machine."""

    vault: Path
    home: Path  # EMPLOYEE_HOME: ledger, locks, heartbeats, logs
    config: Path  # the person's config.toml; need not exist

    @property
    def ledger(self) -> Path:
        return ledger_file(self.home)

    @property
    def beats(self) -> Path:
        return self.home / "run"

    @property
    def locks(self) -> Path:
        return self.home / "locks"

    def key(self, named: str) -> Path:
        """The file that opens the secrets: where the person says, or beside their settings.

        Settings that lie in the vault or the state directory are copied with it; then it is a folder beside the latter.
        """
        folder = self.config.parent
        if named:
            return folder / Path(named).expanduser()
        if any(folder.is_relative_to(place) for place in (self.home, self.vault)):
            folder = self.home.with_name(f"{self.home.name}-key")
        return folder / "secrets.key"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the settings come from, the weakest first."""

    shipped: Sequence[Layer]
    own: Sequence[Layer]  # config.toml, the environment, the command line
    table: layers.Table  # all of them together, not yet checked

    def settings(self) -> Settings:
        """Checked. Raises UserError (exit code 78) that lists every problem."""
        from daemon.core import settings

        return settings.build(self.shipped, self.own)


class Rulebook:
    """The settings as they stand in their files. Looking again costs nothing while no file has changed."""

    def __init__(self, found: Sources, again: Callable[[], Sources], config: Path) -> None:
        self.sources = found  # as they were at the start
        self._again = again
        self._files = [config, *(resources.config_file(name) for name in SHIPPED)]
        self._marks = _marks(self._files)
        self._standing: Settings | UserError | None = None
        self._lock = Lock()

    def standing(self) -> Settings:
        """What the files say now. Raises UserError (78) that lists every problem."""
        with self._lock:
            marks = _marks(self._files)
            if self._standing is None or marks != self._marks:
                self._standing, self._marks = self._read(), marks
            if isinstance(self._standing, UserError):
                raise UserError(*self._standing.problems, exit_code=self._standing.exit_code)
            return self._standing

    def _read(self) -> Settings | UserError:
        try:
            return self._again().settings()
        except UserError as problem:
            return problem


def _marks(files: Iterable[Path]) -> list[object]:
    """What changes when a file is written, replaced, made or removed."""
    return [_mark(path) for path in files]


def _mark(path: Path) -> object:
    try:
        found = path.stat()
    except OSError as error:
        return error.errno
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def sources(environ: Mapping[str, str], flags: Iterable[Layer] = ()) -> Sources:
    """Read what the person and the program say. Raises UserError (78) for a file that cannot be read."""
    shipped = [_layer(resources.config_file(name)) for name in SHIPPED]
    config = config_file(environ)
    own = _own(config)
    own.append(layers.from_environment(environ))
    if environ.get("EMPLOYEE_VAULT"):
        own.append(Layer("EMPLOYEE_VAULT", {"vault": {"path": environ["EMPLOYEE_VAULT"]}}))
    own += flags
    return Sources(shipped, own, layers.merged([*shipped, *own]))


def configure(environ: Mapping[str, str], found: Sources) -> Places:
    """Check the settings, unless exactly these were checked before; then say where everything is.

    Raises UserError (exit code 78) that lists every problem.
    """
    home = state_folder(environ)
    checked, mark = home / "settings.checked", layers.digest(found.table)
    known = checked.exists() and checked.read_text(encoding="ascii", errors="replace") == mark
    if not known:
        found.settings()
    vault = Path(found.table["vault"]["path"]).expanduser().absolute()
    if home.resolve().is_relative_to(vault.resolve()):  # also through a link, or by a path with `..`
        raise UserError(
            f"the state directory {home} lies inside the vault {vault}; set EMPLOYEE_HOME to a folder outside it",
            exit_code=78,
        )
    if not known:
        make_private(home)
        checked.write_text(mark, encoding="ascii")
    return Places(vault, home, config_file(environ))


def ledger_file(home: Path) -> Path:
    """In a state directory."""
    return home / "ledger.sqlite3"


def config_file(environ: Mapping[str, str]) -> Path:
    """The person's own configuration, whether or not it exists."""
    if environ.get("EMPLOYEE_CONFIG"):
        return Path(environ["EMPLOYEE_CONFIG"]).expanduser().absolute()
    if environ.get("XDG_CONFIG_HOME"):
        return Path(environ["XDG_CONFIG_HOME"]) / "ai-employee" / "config.toml"
    import platformdirs

    return platformdirs.user_config_path("ai-employee", appauthor=False) / "config.toml"


def state_folder(environ: Mapping[str, str]) -> Path:
    """EMPLOYEE_HOME, or the platform's folder for user state."""
    if environ.get("EMPLOYEE_HOME"):
        return Path(environ["EMPLOYEE_HOME"]).expanduser().absolute()
    import platformdirs

    return platformdirs.user_state_path("ai-employee", appauthor=False)


def _own(config: Path) -> list[Layer]:
    """The person's settings, when there are any; a file that is there and cannot be looked at is no missing one."""
    try:
        config.stat()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        pass  # reading it says why
    return [_layer(config)]


def _layer(path: Path) -> Layer:
    try:
        return layers.parse(str(path), path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the configuration {path}: {error}", exit_code=78) from error


def make_private(folder: Path) -> None:
    """Make the state directory; only its owner may look inside."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name != "nt" and folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise UserError(f"the state directory {folder} cannot be used: {error}; set EMPLOYEE_HOME") from error
