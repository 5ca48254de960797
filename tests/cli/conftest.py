from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """`run` says for its whole process where log lines go; here the process goes on with other tests."""
    root, hook = logging.root, threading.excepthook
    before, level = root.handlers[:], root.level
    yield
    for handler in set(root.handlers) - set(before):
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)
    threading.excepthook = hook


@pytest.fixture
def bare(tmp_path: Path) -> Terminal:
    """A terminal on a computer where nothing was set up yet."""
    return Terminal(tmp_path)


@pytest.fixture
def terminal(bare: Terminal) -> Terminal:
    """A terminal with a vault."""
    bare.ok("init")
    return bare


@pytest.fixture
def slow(tmp_path: Path) -> Terminal:
    """A terminal with a vault in which every yes can be undone for an hour."""
    made = Terminal(tmp_path, EMPLOYEE_APPROVAL__HOLD_SECONDS="3600")
    made.ok("init")
    return made
