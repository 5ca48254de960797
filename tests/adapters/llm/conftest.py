from __future__ import annotations

from collections.abc import Iterator

import pytest

from daemon.adapters.llm.models import Models
from tests.providers import Company, models_of

KEY = "sk-canary-7f21c9"


@pytest.fixture
def company() -> Iterator[Company]:
    opened = Company(KEY)
    yield opened
    opened.close()


@pytest.fixture
def models(company: Company) -> Iterator[Models]:
    """Every provider at this one company, with the right key."""
    opened = models_of(company, KEY)
    yield opened
    opened.close()
