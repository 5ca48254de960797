"""Where settings come from, before anything checks them: files, environment, command line, one over the other.

Apart from `settings` because checking costs a tenth of a second: a command that only looks need not do it again.
"""

from __future__ import annotations

import hashlib
import json
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


def parse(name: str, text: str) -> Layer:
    """One TOML text. Raises UserError with the line where it is broken."""
    try:
        return Layer(name, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
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
