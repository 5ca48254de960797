from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.google import GoogleServer
from tests.house import House

# The same examples every time, on however busy a machine; EMPLOYEE_HYPOTHESIS=large looks for new ones.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("large", deadline=None, max_examples=2000)
settings.load_profile("large" if os.environ.get("EMPLOYEE_HYPOTHESIS") == "large" else "steady")


def pytest_configure() -> None:
    """What the tests start can be interrupted, also when a shell started the tests in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what a test logged in a form that can be handed to another process: hostile names are no valid text."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


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


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    """A Google on this computer, with one empty mailbox."""
    opened = GoogleServer()
    yield opened
    opened.close()
