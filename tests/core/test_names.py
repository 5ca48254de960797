"""File names: ours, ignored ones, copies, and names from outside."""

from __future__ import annotations

import re
import unicodedata

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.names import (
    conflict_copy,
    draft_name,
    identity,
    ignored,
    numbered_twin,
    safe_file_name,
    slug,
    task_id,
    task_name,
)

ID = task_id("gmail:<1@example.com>")
NAME = draft_name("email.reply", "Your offer", ID)
LATER = draft_name("email.reply", "Your offer", ID, 3)
OUTSIDE = st.text() | st.lists(
    st.sampled_from(
        ["../", "..\\", ".", "~$", "CON", "nul.txt", "ä", "x" * 200, "😀", ".pdf", ".tmp", ":", "\u202e", " "]
    )
).map("".join)


# --- ids and slugs


def test_the_same_source_has_the_same_id() -> None:
    assert (task_id("a"), task_id("a")) == (task_id("a"), "ttenjhavdfv")


@given(st.text(st.characters()))
def test_an_id_is_a_word_and_never_a_number(key: str) -> None:
    assert re.fullmatch("t[2-9a-hjkmnp-z]{10}", task_id(key))
    assert yaml.safe_load(task_id(key)) == task_id(key)


@given(st.sets(st.text(), min_size=2))
def test_different_sources_have_different_ids(keys: set[str]) -> None:
    assert len({*map(task_id, keys)}) == len(keys)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Re: Your offer!", "re-your-offer"),
        ("Größe über 5 m² – geht's?", "grosse-uber-5-m2-gehts"),
        ("Łódź/ØRE\\ﬁx™", "lodz-ore-fixtm"),
        ("../../etc/passwd", "etc-passwd"),
        ("日本語", "untitled"),
        ("", "untitled"),
        ("CON", "con-note"),
        ("com1", "com1-note"),
        ("word " * 30, "word-" * 11 + "word"),
        ("x" * 99, "x" * 60),
    ],
)
def test_a_slug_is_readable(text: str, name: str) -> None:
    assert slug(text) == name


@given(st.text())
def test_a_slug_is_short_plain_and_stays_itself(text: str) -> None:
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug(text))
    assert len(slug(text)) <= 65
    assert slug(slug(text)) == slug(text)


# --- our own names


def test_names_say_what_a_note_is() -> None:
    assert task_name("email", "Your offer", "tabcdefghjk") == "EMAIL_your-offer_tabcdefghjk.md"
    assert draft_name("email.send", "Your offer", "tabcdefghjk") == "EMAIL_NEW_your-offer_tabcdefghjk.md"
    assert draft_name("call.place", "Your offer", "tabcdefghjk", 2) == "CALL_your-offer_tabcdefghjk-g2.md"
    assert draft_name("fax.send", "Your offer", "tabcdefghjk") == "FAX_SEND_your-offer_tabcdefghjk.md"


@given(st.text(), st.text(), st.integers(1, 9999), st.sampled_from(["email.reply", "document.save", "x.y"]))
def test_every_name_of_ours_says_its_id_and_generation(key: str, title: str, generation: int, action: str) -> None:
    name = draft_name(action, title, task_id(key), generation)
    assert identity(name) == (task_id(key), generation)
    assert safe_file_name(name) == name
    assert (ignored(name), conflict_copy(name), numbered_twin(name)) == (False, False, False)


@given(st.text(), st.sampled_from(["email", "file", "note"]))
def test_the_name_of_a_task_says_its_id(title: str, kind: str) -> None:
    assert identity(task_name(kind, title, ID)) == (ID, 1)


@pytest.mark.parametrize(
    "name",
    [
        "Notes.md",
        "EMAIL_REPLY_x_t123.md",
        f"{ID}.md",
        NAME.removesuffix(".md"),
        NAME.replace(".md", ".txt"),
        NAME.replace(".md", "x.md"),
        NAME.replace(".md", "-g1.md"),
        NAME.replace(".md", "-g02.md"),
        f"my {NAME}",
    ],
)
def test_other_names_say_nothing(name: str) -> None:
    assert identity(name) is None


# --- copies

TWINS = [" 2", " 13", " (1)", "(1)", " copy", " copy 2", " - Copy", " - Copy (2)", " - Kopie", " Kopie 2", " (copy)"]
MORE_TWINS = [" (another copy)", " (3rd copy)", " (Kopie)", " - Copie", " copia", " 2 2"]


@pytest.mark.parametrize("suffix", TWINS + MORE_TWINS)
def test_a_copy_made_by_hand_is_known(suffix: str) -> None:
    name = LATER.replace(".md", f"{suffix}.md")
    assert (identity(name), numbered_twin(name), conflict_copy(name)) == ((ID, 3), True, False)


def test_a_copy_made_by_hand_may_begin_with_its_word() -> None:
    assert (identity(f"Copy of {NAME}"), numbered_twin(f"Copy of {NAME}")) == ((ID, 1), True)


@pytest.mark.parametrize(
    "suffix",
    [
        ".sync-conflict-20261121-070000-ABCDEFG",
        " (Conflicted copy Phone 202611210700)",
        " (Anna's conflicted copy 2026-11-21)",
        " (conflicted copy 2026-11-21 070000)",
        "-DESKTOP-4QK7",
        " [conflicted]",
        ".Conflict",
    ],
)
def test_a_conflict_copy_is_known(suffix: str) -> None:
    name = LATER.replace(".md", f"{suffix}.md")
    assert (numbered_twin(name), conflict_copy(name)) == (False, True)


@pytest.mark.parametrize("name", ["Chapter 2.md", "photo (1).jpg", "Plan - Copy.txt", "Brief Kopie.md"])
def test_a_number_in_any_name_may_be_a_copy(name: str) -> None:
    assert numbered_twin(name)


@pytest.mark.parametrize("name", ["Plan.md", "2.md", "Plan 2026.md", "v2.md", "copy.md", "Conflicted copies.md"])
def test_ordinary_names_are_no_copies(name: str) -> None:
    assert not numbered_twin(name)
    assert not conflict_copy(name)


# --- ignored


@pytest.mark.parametrize(
    "name",
    [
        ".obsidian",
        ".trash",
        ".git",
        ".stfolder",
        ".stversions",
        "a.tmp",
        "a.part",
        "a.crdownload",
        "~$a.docx",
        "._a.md",
        ".goutputstream-X",
        ".syncthing.a.md.tmp",
        "~syncthing~a.md.tmp",
        ".a.md.icloud",
        "b.icloud",
        ".DS_Store",
        "desktop.ini",
        "Desktop.ini",
        "Thumbs.db",
        "A.TMP",
        ".hidden.md",
    ],
)
def test_what_is_never_looked_at(name: str) -> None:
    assert ignored(name)


@pytest.mark.parametrize("name", ["a.md", "tmp", "part.md", "~a.md", "a.tmp.md", "desktop.ini.md", "a~"])
def test_everything_else_is_looked_at(name: str) -> None:
    assert not ignored(name)


# --- names from outside


@pytest.mark.parametrize(
    "name", ["Angebot Müller (final) & co.pdf", "a.md", "résumé.tar.gz", "😀.png", "no extension", "-x"]
)
def test_a_harmless_name_stays_as_it_is(name: str) -> None:
    assert safe_file_name(name) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\evil.exe", "evil.exe"),
        ("a/..", "a"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("~$a.docx", "$a.docx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\nc\u200b.pdf", "abc.pdf"),
        ("a:b|c?.pdf", "a_b_c_.pdf"),
        ("a#b^[[c]]%%.md", "a_b_c_.md"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("report.pdf. . ", "report.pdf"),
        ("download.part", "download.part.bin"),
        ("desktop.ini", "desktop.ini.bin"),
        ("a\u00a0b\u2003c.pdf", "a b c.pdf"),
        ("u\u0308.pdf", "ü.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("ü" * 300 + ".pdf", "ü" * 58 + ".pdf"),
        ("a." + "x" * 300, "a." + "x" * 118),
    ],
)
def test_a_name_from_outside_is_made_safe(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


def test_two_names_never_meet() -> None:
    assert safe_file_name("A.pdf", ["a.PDF", "a-2.pdf"]) == "A-3.pdf"
    assert safe_file_name("ü.pdf", ["u\u0308.pdf"]) == "ü-2.pdf"
    assert safe_file_name("x" * 300 + ".pdf", ["x" * 116 + ".pdf"]) == "x" * 114 + "-2.pdf"


@given(OUTSIDE, st.lists(OUTSIDE.map(safe_file_name)))
def test_any_name_becomes_a_safe_one(name: str, taken: list[str]) -> None:
    safe = safe_file_name(name, taken)
    assert 0 < len(safe.encode()) <= 120
    assert not re.search(r'[\x00-\x1f/\\<>:"|?*#^\[\]%]', safe)
    assert safe == safe.strip(" ").rstrip(".") == unicodedata.normalize("NFC", safe)
    assert not ignored(safe)
    assert safe.casefold() not in {each.casefold() for each in taken}
    assert safe_file_name(safe) == safe
