"""Front matter: what is read, what is refused and in which words, what an edit leaves alone."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import frontmatter as python_frontmatter
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.frontmatter import Broken, Strict, edit, read, render, same
from daemon.core.properties import TYPES, Value

AWKWARD = r"no|On|0123456|12:30:45|1e3|~|null|2026-11-21|a: b|a #b|- x|[[x]]|<% x %>|=|<<|| x|x |\|...|!x|&x|*x|---"
TEXTS = st.text() | st.sampled_from([*AWKWARD.split("|"), "'", '"', "a\u2028b: c", "\ufeff", "Größe: 3"])
OF_TYPE: dict[str, st.SearchStrategy[Value]] = {
    "text": TEXTS,
    "number": st.integers(-(10**39), 10**39) | st.decimals(-(10**9), 10**9, places=4),
    "checkbox": st.booleans(),
    "date": st.dates(),
    "datetime": st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    "list": st.lists(TEXTS).map(tuple),
}
KNOWN: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {}, optional={name: st.none() | OF_TYPE[kind] for name, kind in TYPES.items()}
)
OWN_NAMES = st.sampled_from(["on", "y", "Größe", "my thing", "1st", "a.b", "[[x]]", "key:", "#x", "true", "X-Y"])
OWN: st.SearchStrategy[dict[str, Value]] = st.dictionaries(
    OWN_NAMES, st.none() | TEXTS | st.lists(TEXTS).map(tuple), max_size=4
)
PROPERTIES = st.tuples(KNOWN, OWN).map(lambda both: {**both[0], **both[1]})

WRITTEN = b"""---
# the person's own words
Approve: false # tick me
"on": 'x'
to: [a@example.com,
  b@example.com] # both
tags:
  - one
  - two

note: |
  first

  last

# almost the end
due:
---
# Body
"""


def note(*lines: str) -> bytes:
    return "\n".join(["---", *lines, "---", "body"]).encode()


# --- reading


def test_a_note_without_front_matter_is_all_body() -> None:
    assert read(b"Hello\n---\na: 1\n---\n").body == "Hello\n---\na: 1\n---\n"


def test_blank_lines_before_the_first_rule_make_it_text() -> None:
    assert read(b"\n---\napprove: true\n---\n").properties == {}


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf---\nid: a\n---\nx", b"---\r\nid: a\r\n---\r\nx", b"--- \nid: a\n---\t\nx"]
)
def test_byte_order_marks_and_line_endings_do_not_matter(data: bytes) -> None:
    assert (read(data).properties, read(data).body) == ({"id": "a"}, "x")


@pytest.mark.parametrize("data", [b"---\n---\nx", b"---\n\n# a comment\n---\nx"])
def test_empty_front_matter_is_no_properties(data: bytes) -> None:
    assert (read(data).properties, read(data).body) == ({}, "x")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("title: no", "no"),
        ("title: 0123456", "0123456"),
        ("title: 12:30:45", "12:30:45"),
        ("phone: +4930123456", "+4930123456"),
        ("title: 'it''s'", "it's"),
        ("title:", None),
        ("title: ~", None),
        ("title: 'null'", "null"),
        ('title: ""', ""),
        ("amount: 1250", 1250),
        ("amount: 1250.50", Decimal("1250.50")),
        ('amount: "1250.50"', Decimal("1250.50")),
        ("generation: 010", 10),
        ("approve: true", True),
        ("Approve: TRUE", True),
        ("approve:", None),
        ("due: 2026-11-21", date(2026, 11, 21)),
        ("created: 2026-11-21T07:00", datetime(2026, 11, 21, 7)),  # noqa: DTZ001 - notes hold local time
        ("created: 2026-11-21 07:00:30", datetime(2026, 11, 21, 7, 0, 30)),  # noqa: DTZ001 - the same
        ("created: 2026-11-21", datetime(2026, 11, 21)),  # noqa: DTZ001 - the same
        ("to: anna@example.com", ("anna@example.com",)),
        ("to: [a, 7, true]", ("a", "7", "true")),
        ("to: []", ()),
        ("to:", None),
        ('tags: [a, ~, ""]', ("a", "")),
        ("tags:\n  -\n  - a", ("a",)),
        ("on: yes", "yes"),
        ("mine: false", "false"),
        ("mine: null", None),
        ("mine: [a, b]", ("a", "b")),
        ("mine: 1_000", "1_000"),
    ],
)
def test_a_value_is_what_its_name_says(line: str, value: Value) -> None:
    found = list(read(note(line)).properties.values())
    assert (found, [type(each) for each in found]) == ([value], [type(value)])


def test_spans_are_lines_of_the_file() -> None:
    assert read(WRITTEN).spans == {
        "approve": (3, 3),
        "on": (4, 4),
        "to": (5, 6),
        "tags": (7, 9),
        "note": (11, 14),
        "due": (17, 17),
    }


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (note("id: a", "approve: yes"), 3, "true or false"),
        (note("approve: 'true'"), 2, "without quotes"),
        (note("approve: 1"), 2, "true or false"),
        (note("amount: 1.250,00"), 2, "like 1250"),
        (note("amount: 1e9"), 2, "like 1250"),
        (note("amount: .inf"), 2, "like 1250"),
        (note("due: 2026-06-31"), 2, "like 2026-11-21"),
        (note("due: tomorrow"), 2, "like 2026-11-21"),
        (note("created: 2026-11-21T07:00:00Z"), 2, "like 2026-11-21T07:00"),
        (note("created: 2026-11-21T25:00"), 2, "like 2026-11-21T07:00"),
        (note("approve: false", "approve: true"), 3, "twice"),
        (note("approve: false", "x: 1", "Approve: true"), 4, "twice"),
        (note("a: &x 1"), 2, "begins with &"),
        (note("a: 1", "b: *x"), 3, "begins with *"),
        (note("a: !!python/object:os.system x"), 2, "begins with !"),
        (note("<<: {a: 1}"), 2, "no name"),
        (note("'<<': x"), 2, "no name"),
        (note("a: {b: c}"), 2, "properties of its own"),
        (note("a:", "  b: c"), 3, "properties of its own"),
        (note("a: [[b]]"), 2, "double quotes"),
        (note("title: [a]"), 2, "one value"),
        (note("[[a]]: b"), 2, "no name"),
        (note("? a", ": b"), 2, "start of its line"),
        (note("  a: 1", "  b: 2"), 2, "start of its line"),
        (note("{a: 1}"), 2, "no properties"),
        (note("Hello,", "how are you?"), 2, "no properties"),
        (note("- a", "- b"), 2, "no properties"),
        (note("--- a: b"), 2, "remove this line"),
        (note("a: 1", "...", "b: 2"), 3, "remove this line"),
        (note("%YAML 1.1", "--- a"), 2, "remove this line"),
        (note("title: Re: hello"), 2, "colon"),
        (note("a: 1", "title: @anna"), 3, "special character"),
        (note("a:", "\tb"), 3, "no tabs"),
        (note('a: "x', "b: c"), 2, "never closed"),
        (note("a: [x", "b: c"), 2, "never closed"),
        (note("a: 1", "hello", "b: c"), 3, "no property"),
        (note("a: x\u2028approve: true"), 2, "U+2028"),
        (note("a: 1", "b: \x00"), 3, "U+0000"),
        (note("a: 1", "b: x\ry"), 3, "U+000D"),
        (note(*(f"a{i}: x" for i in range(201))), 202, "more than 200"),
        (note("a: " + "x" * 70_000), 1, "64 KB"),
        (b"---\nHello\n", 1, "second “---”"),
        (b"---", 1, "second “---”"),
        (b"a\nb\xff", 2, "UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(data: bytes, line: int, says: str) -> None:
    with pytest.raises(Broken, match=re.escape(says)) as caught:
        read(data)
    assert (caught.value.line, str(caught.value).startswith(f"Line {line}: ")) == (line, True)


def test_a_huge_note_is_refused() -> None:
    with pytest.raises(Broken, match="5 MB"):
        read(b"x" * 5_000_001)


@pytest.mark.parametrize(
    "bomb", ["[" * 30_000, "a: " * 9_000, "{" * 30_000, "? " * 20_000, "- " * 20_000, "a: |\n" * 99]
)
def test_a_yaml_bomb_is_only_broken(bomb: str) -> None:
    with pytest.raises(Broken):
        read(note(bomb))


@given(st.binary(max_size=300).map(lambda noise: b"---\n" + noise + b"\n---\n"))
def test_noise_is_read_or_broken_and_nothing_else(data: bytes) -> None:
    with suppress(Broken):
        found = read(data)
        assert read(render(found.properties, found.body)).properties == found.properties


def test_python_frontmatter_reads_and_writes_through_the_handler() -> None:
    post = python_frontmatter.loads("---\ntitle: no\namount: 012\n---\nHello", handler=Strict())
    assert (post.metadata, post.content) == ({"title": "no", "amount": 12}, "Hello")
    assert python_frontmatter.dumps(post) == '---\ntitle: "no"\namount: 12\n---\n\nHello'


# --- writing


def test_a_new_note_looks_as_obsidian_writes_it() -> None:
    properties: dict[str, Value] = {
        "title": "Re: your offer",
        "subject": "Offer",
        "to": ("anna@example.com", "[[Bob]]"),
        "cc": (),
        "due": None,
        "approve": False,
        "amount": Decimal("1250.50"),
        "created": datetime(2026, 11, 21, 7),  # noqa: DTZ001 - notes hold local time
    }
    assert render(properties, "\nHello\n").decode() == (
        '---\ntitle: "Re: your offer"\nsubject: Offer\nto:\n  - anna@example.com\n  - "[[Bob]]"\ncc: []\n'
        "due:\napprove: false\namount: 1250.50\ncreated: 2026-11-21T07:00:00\n---\n\nHello\n"
    )


@given(PROPERTIES, st.text())
def test_what_is_rendered_is_read_back(properties: dict[str, Value], body: str) -> None:
    found = read(render(properties, body))
    assert (found.properties, found.body) == (properties, body)


@given(st.dictionaries(OWN_NAMES, TEXTS, min_size=1))
def test_other_yaml_readers_see_the_same_texts(properties: dict[str, str]) -> None:
    front = render(properties, "").decode().removesuffix("---\n")
    assert yaml.safe_load(front) == properties


@given(st.text())
def test_the_source_of_a_property_never_holds_a_templater_command(text: str) -> None:
    assert b"<%" not in render({"title": f"<%{text}<%<<%%"}, "")


@pytest.mark.parametrize("body", ["---\nid: forged\n---\n", "\ufeff---\nid: forged\n---\n", "---", "\ufeff"])
def test_a_body_never_becomes_front_matter(body: str) -> None:
    assert (read(render({}, body)).properties, read(render({}, body)).body) == ({}, body)


@pytest.mark.parametrize(
    "properties",
    [
        {"": "x"},
        {"<<": "x"},
        {"a\nb": "x"},
        {"x" * 101: "x"},
        {"amount": Decimal("1E+999999")},
        {"amount": Decimal("NaN")},
        {"amount": 10**41},
        {"created": datetime(2026, 11, 21, 7, tzinfo=UTC)},
        {"created": datetime(2026, 11, 21, 7, 0, 0, 1)},  # noqa: DTZ001 - notes hold local time
    ],
)
def test_what_a_note_cannot_hold_is_refused(properties: dict[str, Value]) -> None:
    with pytest.raises(ValueError, match=r"property|number"):
        render(properties, "")


# --- editing


def test_an_edit_changes_its_properties_and_nothing_else() -> None:
    changes: dict[str, Value] = {
        "approve": True,
        "to": "anna@example.com",
        "note": "short",
        "due": None,
        "new": ("x",),
    }
    assert edit(WRITTEN, changes) == (
        WRITTEN.replace(b"Approve: false # tick me", b"Approve: true # tick me")
        .replace(b"to: [a@example.com,\n  b@example.com] # both", b"to: anna@example.com # both")
        .replace(b"note: |\n  first\n\n  last\n", b"note: short\n")
        .replace(b"due:\n", b"due:\nnew:\n  - x\n")
    )


def test_an_edit_keeps_the_line_endings_and_the_byte_order_mark() -> None:
    data = b"\xef\xbb\xbf---\r\nid: a\r\n---\r\nbody\r\n"
    assert edit(data, {"to": ("x", "z"), "id": "b"}) == (
        b"\xef\xbb\xbf---\r\nid: b\r\nto:\r\n  - x\r\n  - z\r\n---\r\nbody\r\n"
    )


def test_a_note_without_front_matter_gets_one() -> None:
    assert edit(b"Hello\r\n", {"id": "a"}) == b"---\r\nid: a\r\n---\r\nHello\r\n"


def test_a_value_that_is_there_already_keeps_its_spelling() -> None:
    assert edit(note("amount: '12.50'", "created: 2026-11-21"), {"amount": Decimal("12.5")}) == note(
        "amount: '12.50'", "created: 2026-11-21"
    )


def test_a_property_cannot_be_set_to_what_its_name_does_not_hold() -> None:
    with pytest.raises(ValueError, match="mine"):
        edit(note("id: a"), {"mine": True})


@given(
    PROPERTIES,
    PROPERTIES,
    st.sampled_from(["\n", "\r\n"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n")),
)
def test_an_edited_note_has_exactly_the_new_values(
    before: dict[str, Value], changes: dict[str, Value], newline: str, body: str
) -> None:
    data = render(before or {"id": "a"}, "").decode().replace("\n", newline).encode() + body.encode()
    edited = edit(data, changes)
    assert (read(edited).properties, read(edited).body) == ({**read(data).properties, **changes}, body)
    assert edit(edited, changes) == edited


# --- comparing


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (None, ""),
        (None, ()),
        ("", ()),
        (("x",), "x"),
        (Decimal("1.50"), Decimal("1.5")),
        (Decimal(2), 2),
        (True, True),
    ],
)
def test_spellings_of_the_same_value_are_the_same(a: Value, b: Value) -> None:
    assert same(a, b)
    assert same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [(True, 1), (False, 0), (False, None), (0, None), ("a", "A"), (("a", "b"), ("b", "a")), ("1", 1)],
)
def test_different_values_are_different(a: Value, b: Value) -> None:
    assert not same(a, b)
    assert not same(b, a)
