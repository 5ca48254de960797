"""Where settings come from, before anything checks them: files, environment, command line, one over the other.

Apart from `settings` because checking costs a tenth of a second: a command that only looks need not do it again.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast

from daemon.core.errors import UserError

Table = dict[str, Any]  # TOML is untyped until `settings.build` has validated it


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of settings: `name` is what a message calls it ("config.toml", "environment")."""

    name: str
    table: Table
    text: str = ""  # of a file

    def line(self, path: str) -> int:
        """Where in the file this setting is made, or the list or table around it; 0 when that cannot be told."""
        prefix, best = "", (0, 0)
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := _HEADER.match(line):
                prefix = _bare(header[1]) + "."
                best = max(best, _near(prefix, path, number))
            elif key := _KEY.match(line):
                best = max(best, _near(f"{prefix}{_bare(key[0])}.", path, number))
        return best[1]


_HEADER = re.compile(r"\s{0,99}\[([^\[\]\n]{1,200})\]")
_KEY = re.compile(r"[\w\s\"'.-]{1,200}(?==)")


def _bare(name: str) -> str:
    """A key as `paths` writes it."""
    return re.sub(r"[\s\"']", "", name)


def _near(key: str, path: str, line: int) -> tuple[int, int]:
    """How much of the path this key is, and its line; of two the last one counts."""
    whole = f"{path}."
    return (min(len(key), len(whole)), line) if whole.startswith(key) or key.startswith(whole) else (0, 0)


def parse(name: str, text: str) -> Layer:
    """One TOML text. Raises UserError with the line where it is broken."""
    try:
        return Layer(name, tomllib.loads(text), text)
    except (ValueError, RecursionError) as error:  # beside TOML's own: a number of thousands of digits, deep nesting
        raise UserError(f"{name} is not valid TOML: {error}", exit_code=78) from error


def from_environment(environ: Mapping[str, str]) -> Layer:
    """EMPLOYEE_<TABLE>__<KEY>=value, deeper tables by more `__`. Names without `__` are not settings.

    A value is read as TOML (5, true, ["a"]) and, where that fails, taken as text.
    """
    table: Table = {}
    for name, value in sorted(environ.items()):
        path = name.removeprefix("EMPLOYEE_").lower().split("__")
        if name.startswith("EMPLOYEE_") and len(path) > 1:
            _put(table, path, _literal(value))
    return Layer("environment", table)


def flag(path: str, value: object) -> Layer:
    """One setting given on the command line: `flag("vault.path", "/x")`."""
    table: Table = {}
    _put(table, path.split("."), value)
    return Layer("command line", table)


def merged(layers: Iterable[Layer]) -> Table:
    """All layers in one table, the later ones over the earlier ones."""
    table: Table = {}
    for layer in layers:
        _merge(table, layer.table)
    return table


def digest(table: Table) -> str:
    """The same settings have the same digest."""
    return hashlib.sha256(json.dumps(table, sort_keys=True, default=str).encode()).hexdigest()


def paths(table: Table, prefix: str = "") -> Iterator[str]:
    """Every key of a table as a dotted path, tables too."""
    for key, value in table.items():
        yield f"{prefix}{key}"
        if isinstance(value, dict):
            yield from paths(cast("Table", value), f"{prefix}{key}.")


def origins(layers: Iterable[Layer]) -> dict[str, str]:
    """Each setting that somebody made, as `key = value`, and the source it comes from; the last one counts."""
    last = {path: (value, layer.name) for layer in layers for path, value in _leaves(layer.table)}
    return {f"{path} = {json.dumps(value, default=str)}": name for path, (value, name) in last.items()}


def _put(table: Table, path: list[str], value: object) -> None:
    for step in path[:-1]:
        table = _table_in(table, step)
    table[path[-1]] = value


def _literal(value: str) -> object:
    try:
        return tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        return value


def _merge(into: Table, table: Table) -> None:
    for key, value in table.items():
        if isinstance(value, dict):
            _merge(_table_in(into, key), cast("Table", value))
        else:
            into[key] = deepcopy(value)


def _table_in(table: Table, key: str) -> Table:
    """The table under this key; anything else there makes room for it."""
    if not isinstance(table.get(key), dict):
        table[key] = Table()
    return table[key]


def _leaves(table: Table, prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(cast("Table", value), f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
