"""What is examined, and what a check says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from daemon.adapters.credentials.store import Store
from daemon.runtime.context import Context

Level = Literal["fine", "hint", "wrong"]


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found, as a sentence; `remedy` is "" when nothing is to be done."""

    name: str
    level: Level
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is examined."""

    context: Context
    vault: Path
    home: Path  # EMPLOYEE_HOME
    config: Path  # the person's config.toml; need not exist
    own_settings: Mapping[str, str]  # what differs from the shipped values: `key = value` -> where it is set
    secrets: Store
    plugins: Mapping[str, str]  # "agents.mail" -> why it cannot be loaded, "" when it can
    now: datetime


Check = Callable[[Subject], list[Result]]
