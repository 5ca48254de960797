from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    yield opened
    opened.stop()


@pytest.fixture
def slow_house(tmp_path: Path) -> Iterator[House]:
    """A house in which an approval can be undone for a minute."""
    opened = House(tmp_path, hold=60)
    yield opened
    opened.stop()
