"""Signed heads: nobody makes one without the key, and the note in the vault survives what editors do to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import heads
from daemon.core.heads import Head

KEY = b"k" * 32
HEAD = Head(100, "2026-03-10T12:00:00.000000Z", "i0a1b2c3d4e", "ab" * 32).signed(KEY)
LATER = replace(HEAD, seq=200).signed(KEY)


def test_a_head_is_genuine_with_its_key_only() -> None:
    assert HEAD.genuine(KEY)
    assert not HEAD.genuine(b"x" * 32)


@pytest.mark.parametrize("change", [{"seq": 101}, {"at": "2027"}, {"instance": "iother"}, {"hash": "cd" * 32}])
def test_whatever_is_changed_in_a_head_shows(change: dict[str, str]) -> None:
    assert not replace(HEAD, **change).genuine(KEY)


def test_the_note_gives_back_what_was_written() -> None:
    assert heads.read(heads.page([HEAD, LATER])).heads == (HEAD, LATER)
    assert heads.read(heads.extended(heads.page([HEAD]), [LATER])).of(HEAD.instance) == [HEAD, LATER]


def test_what_stands_there_stays_byte_for_byte() -> None:
    noted = heads.page([HEAD]) + b"\nA remark of mine | without a line's end"
    extended = heads.extended(noted, [LATER])
    assert extended.startswith(noted)
    assert heads.read(extended) == heads.Copy((HEAD, LATER))


def test_a_table_that_an_editor_lined_up_is_still_read() -> None:
    lined_up = heads.page([HEAD]).decode().replace("| 100 |", "|   100  |").replace("---:", "-----------:")
    assert heads.read(lined_up.replace("\n", "\r\n").encode()).heads == (HEAD,)


def test_a_damaged_line_is_told_by_its_number() -> None:
    note = heads.page([HEAD, LATER]).replace(b"| 100 |", b"| 100x |")
    assert heads.read(note) == heads.Copy((LATER,), (9,))


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(data: bytes) -> None:
    heads.read(heads.page([HEAD]) + data)


def test_a_table_of_somebody_else_is_no_copy() -> None:
    assert heads.read(b"").heads == ()
    assert heads.read(b"no table | at all |\n") == heads.Copy()
