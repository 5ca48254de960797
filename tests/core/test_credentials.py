"""Names of secrets, and `.env` files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import credentials
from daemon.core.errors import UserError

FILE = """\ufeff# accounts
OPENAI_API_KEY=sk-123 # the old one
export GMAIL_PASSWORD='it is # secret'
QUOTED="two\\nlines and \\"quotes\\""

EMPTY=
not a pair
1BAD=canary-of-the-line
OPEN="canary-without-end
"""


def test_an_env_file_is_read_as_shells_read_it() -> None:
    assert credentials.parse_env(FILE).values == {
        "openai_api_key": "sk-123",
        "gmail_password": "it is # secret",
        "quoted": 'two\nlines and "quotes"',
    }


def test_problems_name_the_line_and_never_what_stands_there() -> None:
    problems = credentials.parse_env(FILE).problems
    assert [problem.partition(":")[0] for problem in problems] == ["line 6", "line 7", "line 8", "line 9"]
    assert "canary" not in str(problems)


@given(st.text(max_size=200))
def test_any_text_is_an_env_file_or_has_problems(text: str) -> None:
    found = credentials.parse_env(text)
    assert all(credentials.name_of(name) == name for name in found.values)


@pytest.mark.parametrize("name", ["", "1key", "a b", "ü", "../key", "a" * 65, "a\nb"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="begins with a letter"):
        credentials.name_of(name)


@pytest.mark.parametrize("value", ["", "\n", " \n", "a\0b", "x" * 70_000])
def test_what_is_no_value_is_refused(value: str) -> None:
    with pytest.raises(UserError):
        credentials.value_of(value)


def test_only_the_end_of_the_line_is_cut_from_a_value() -> None:
    assert credentials.value_of(" pass word \r\n") == " pass word "
