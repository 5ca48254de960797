"""The help page about skills says what is true."""

from __future__ import annotations

import re

from daemon.core import resources
from daemon.core.skills import choosing, reading

PAGE = resources.template_files()["Help/Writing skills.md"].read_text(encoding="utf-8")


def example() -> str:
    found = re.search(r"```markdown\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_its_example_is_a_skill_and_fits_what_it_is_for() -> None:
    read = reading.read(example().encode(), "discounts", own=True)
    assert read.problems == ()
    assert read.skill
    assert choosing.fits("Could you give us discounts on ten posters?", [read.skill]) == [read.skill]


def test_its_limits_are_ours() -> None:
    assert "at most 1,024 characters" in PAGE
    assert (choosing.MOST, "At most three skills" in PAGE) == (3, True)
