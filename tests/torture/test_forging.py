"""What the rest of the torture builds on: forgers who keep off each other's files, a round that its seed decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.torture import forging, sight
from tests.torture.bureau import Bureau, Recorder
from tests.torture.forging import Scene, Sheet
from tests.torture.sight import Seen

KEY = ("tbhataktkz7", 1)
NAME = "CALL_draft-16_tbhataktkz7.md"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    bureau = Bureau(tmp_path)
    yield Scene(bureau, Random(1))
    bureau.leave()


def test_forger_puts_nothing_over_the_file_of_another_one(scene: Scene) -> None:
    first = scene.put("Approved", NAME, b"One")
    scene.put("Approved", scene.free(NAME).name, b"Mine")
    assert first.read_bytes() == b"One"


def test_swapped_ids_leave_both_copies_of_a_doubled_draft(scene: Scene) -> None:
    doubled = Sheet(KEY, NAME, b"---\nid: tbhataktkz7\n---\n## Draft\n\nHello\n")
    other = Sheet(
        ("tpkdmyan658", 1), NAME, b"---\nid: tpkdmyan658\n---\n## Draft\n\nHello\n"
    )  # the same name: the worst
    scene.waiting = {doubled.key: doubled, other.key: other}
    _act(forging.doubled, scene, doubled)
    before = _files(scene)
    _act(forging.swapped, scene, other)
    assert before.items() <= _files(scene).items()


def test_honest_yes_ticks_one_box_only(scene: Scene) -> None:
    sheet = Sheet(KEY, NAME, b"---\napprove: false\n---\n## Draft\n\napprove: false\n")
    _act(forging.ticked, scene, sheet)
    assert scene.pending(sheet).read_bytes() == b"---\napprove: true\n---\n## Draft\n\napprove: false\n"


def test_guessed_generation_is_forged_until_it_is_shown(scene: Scene) -> None:
    scene.bureau.ask("call.place")
    scene.bureau.rest(timedelta(minutes=1))
    [path] = scene.bureau.notes("Pending_Approval")
    asked = path.read_bytes()
    guessed = asked.replace(b"generation: 1\n", b"generation: 2\n")
    key = (_seen(guessed).key[0], 2)
    scene.put("Approved", "guessed.md", guessed)
    assert key not in scene.allowed
    scene.put("Approved", path.name, asked.replace(b"+49401234567", b"+49900123456"))
    scene.bureau.rest(timedelta(minutes=1))
    assert scene.shown_since(key)
    assert scene.bureau.effects == []
    scene.put("Approved", "again.md", guessed)
    assert scene.allowed[key] == [_seen(guessed)]


def test_act_in_the_middle_of_an_effect_waits_for_its_own_draft() -> None:
    acts: list[str] = []
    recorder = Recorder(meanwhile={KEY: lambda: acts.append("spoilt")})
    recorder.note("tpkdmyan658-g1.i1", "mail", "To: anna@example.com")
    assert not acts
    recorder.note("tbhataktkz7-g1.i1", "mail", "To: anna@example.com")
    assert acts == ["spoilt"]


def test_receipt_does_not_depend_on_which_channel_came_first() -> None:
    first, second = Recorder(), Recorder()
    first.note("tpkdmyan658-g1.i1", "file", "")
    assert first.note("tbhataktkz7-g1.i1", "mail", "") == second.note("tbhataktkz7-g1.i1", "mail", "")


def _act(kind: forging.Forgery, scene: Scene, sheet: Sheet) -> None:
    list(kind(scene, sheet))


def _seen(data: bytes) -> Seen:
    seen = sight.read(data)
    assert seen
    return seen


def _files(scene: Scene) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (scene.bureau.root / "Approved").iterdir()}
