"""A SKILL.md is understood as the standard says, or all that is wrong with it is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.skills import Skill, reading
from daemon.core.skills.choosing import LARGEST

GOOD = """---
name: discounts
description: Answers who asks for a discount. Use for mails about rebates.
license: MIT
compatibility: any model
allowed-tools: Read Grep
metadata:
  agents: mail, social
  words: discount*, rabatt
  author: Anna
---

# Discounts

Never more than 5 %.
"""


def problems(text: str | bytes, folder: str = "discounts") -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [str(problem) for problem in reading.read(data, folder).problems]


def front(lines: str, body: str = "Do it well.\n") -> str:
    return f"---\n{lines}\n---\n{body}"


PLAIN = "name: discounts\ndescription: Answers."


def test_everything_that_the_standard_allows_is_understood() -> None:
    assert reading.read(GOOD.encode(), "discounts", own=True).skill == Skill(
        name="discounts",
        description="Answers who asks for a discount. Use for mails about rebates.",
        body="# Discounts\n\nNever more than 5 %.",
        own=True,
        agents=("mail", "social"),
        words=("discount*", "rabatt"),
    )


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        front("name: discounts\ndescription: >\n  Answers who asks\n  for a discount.\nlicense: MIT"),
        front("# mine\nname: discounts\n\ndescription: 'Answers: always.' # a note"),
        front(f"{PLAIN}\nmetadata:\n    created: 2026-11-21\n\n    # more\n    version: 1.0\nlicense: MIT"),
        front(f'{PLAIN}\nmetadata:\n  "quoted": "[text]"'),
    ],
)
def test_every_spelling_of_a_good_skill_is_fine(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("name: discounts", "Line 1: `description` is missing"),
        ("description: Answers.", "Line 1: `name` is missing"),
        ("name: Discounts\ndescription: x", "Line 2: `name` may have small letters a-z, digits and single hyphens"),
        ("name: dis--counts\ndescription: x", "Line 2: `name` may have small letters"),
        ("name: -discounts\ndescription: x", "Line 2: `name` may have small letters"),
        ("name: rebates\ndescription: x", "Line 2: `name` must be the same as its folder, which is called 'discounts'"),
        ("name:\ndescription: x", "Line 2: `name` must be a text, and not empty"),
        ("name: discounts\ndescription: Answers <b>", "Line 3: `description` must have no < and no >"),
        (f"name: discounts\ndescription: {'x' * 1025}", "Line 3: `description` has 1,025 characters; at most 1,024"),
        ("name: discounts\ndescription:\n  - a\n  - b", "Line 3: `description` must be a text, and not empty"),
        ("name: discounts\ndescription: ' '", "Line 3: `description` must be a text, and not empty"),
        (f"{PLAIN}\ncompatibility: {'x' * 501}", "Line 4: `compatibility` has 501 characters; at most 500 are allowed"),
        (f"{PLAIN}\nlicence: MIT", "Line 4: a skill has no property `licence`; did you mean `license`?"),
        (f"{PLAIN}\ntools: Read", "Line 4: a skill has no property `tools`; there are only name, description,"),
        (f"{PLAIN}\nallowed-tools: [Read, Grep]", "Line 4: write no brackets here, only text"),
        (f"{PLAIN}\nmetadata: {{a: b}}", "Line 4: 'metadata' holds properties of its own"),
        (f"{PLAIN}\nmetadata:", "Line 4: below `metadata:` stand lines like"),
        (f"{PLAIN}\nmetadata: none", "Line 4: below `metadata:` stand lines like"),
        (f"{PLAIN}\nmetadata:\n  tags: [a, b]", "Line 5: write no brackets here, only text"),
        (f"{PLAIN}\nmetadata:\n  words:\n    - a", "Line 5: `words` in the metadata must be one text"),
        (f"{PLAIN}\nmetadata:\n  words:", "Line 5: `words` in the metadata must be one text"),
        (f"{PLAIN}\nmetadata:\n  words: {', '.join(map(str, range(201)))}", "Line 5: `words` has more than 200"),
        (f"{PLAIN}\nmetadata:\n  a:\n    b: c", "Line 6: 'a' holds properties of its own"),
        (f"{PLAIN}\nmetadata:\n  a: b\n a: c", "Line 6: the property 'a' is there twice"),
        ("name: discounts\nname: discounts", "Line 3: the property 'name' is there twice; keep one"),
        ("name: discounts\ndescription: use: always", "Line 3: a value with a colon and a space inside"),
        ("name: &a discounts\ndescription: *a", "Line 2: a value that begins with & needs double quotes"),
        ("- name", "Line 2: these are no properties"),
        ("name: dis\u2028counts\ndescription: x", "Line 2: an invisible character (U+2028) stands in the properties"),
    ],
)
def test_what_is_wrong_in_the_properties_is_named_with_its_line(lines: str, said: str) -> None:
    found = problems(front(lines))
    assert any(each.startswith(said) for each in found), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1: a skill begins with a line “---”"),
        ("# Discounts\n", "Line 1: a skill begins with a line “---”"),
        ("\n---\nname: discounts\n---\n", "Line 1: a skill begins with a line “---”"),
        ("---\nname: discounts\n", "Line 1: the properties begin with “---” here, but no second “---” line ends them"),
        (b"---\nname: dis\xff\n---\n", "Line 2: the text is not UTF-8"),
        (front(PLAIN, " \n\n"), "Line 5: below the second `---` nothing is said"),
        (front(PLAIN, "x\n" * 500), "Line 5: the text has 500 lines; fewer than 500 are allowed"),
        (front(PLAIN, "x" * (LARGEST + 1)), "Line 5: the text has 20,001 characters; at most 20,000 are allowed"),
        (front(PLAIN, "x" * 65_536), "the file has more than 64 KB"),
    ],
)
def test_what_is_wrong_with_the_file_is_named(text: str | bytes, said: str) -> None:
    found = problems(text)
    assert any(each.startswith(said) for each in found), found


def test_all_problems_are_said_at_once_in_their_order() -> None:
    found = problems(front("name: Bad_Name\ndescription: <x>\nfoo: 1", ""))
    assert [each.partition(":")[0] for each in found] == ["Line 2", "Line 2", "Line 3", "Line 4", "Line 6"]


@pytest.mark.parametrize("name", ["x" * 65, "", "a-", "Ä", "a b", "a/b", "..", "a\n"])
def test_what_no_skill_can_be_called(name: str) -> None:
    assert not reading.is_name(name)


def test_metadata_in_a_text_is_no_metadata() -> None:
    found = reading.read(front("name: discounts\ndescription: |\n  metadata:\n    words: all").encode(), "discounts")
    assert found.skill
    assert found.skill.words == ()


_LINES = st.sampled_from(
    ["name: discounts", "description: x", "metadata:", "  words: a, b", " odd: x", "license: MIT", "x: [", "---", ""]
)
_FRONTS = st.lists(_LINES, max_size=12).map(lambda lines: "\n".join(lines).encode())


@given(st.sampled_from([b"", b"---\n"]), st.binary(max_size=300) | _FRONTS)
def test_nothing_makes_it_fail_and_a_skill_has_no_problems(start: bytes, rest: bytes) -> None:
    found = reading.read(start + rest, "discounts")
    assert (found.skill is None) == bool(found.problems)
    assert all(problem.line is None or problem.line >= 1 for problem in found.problems)


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=100))
def test_a_description_comes_back_as_it_was_written(words: str) -> None:
    found = reading.read(front(f'name: discounts\ndescription: "{words}"').encode(), "discounts")
    assert found.skill
    assert found.skill.description == words
