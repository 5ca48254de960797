from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal


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
