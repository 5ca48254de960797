"""The process that reads files from outside: what it knows, what it may do, and what it can cost."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.adapters.conversion import wire
from daemon.adapters.conversion.converter import Conversion
from daemon.adapters.conversion.process import Process
from daemon.core import arrivals, mail, task_note
from daemon.core.errors import Transient
from daemon.core.ports import Converted
from daemon.core.task import Arrival, Original
from daemon.runtime import originals
from daemon.runtime.intake import Intake
from daemon.runtime.originals import PATIENCE, Sitting
from tests.house import House

CORPUS = Path(__file__).parent.parent / "corpus" / "mail"
LINUX = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks Linux about its processes")


@pytest.fixture
def converter(tmp_path: Path) -> Iterator[Conversion]:
    found = Conversion(tmp_path / "texts", largest=1_000_000, patience=timedelta(seconds=30))
    yield found
    found.close()


# --- what it knows


@LINUX
def test_no_secret_of_ours_goes_along(converter: Conversion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "CANARY")
    monkeypatch.setenv("EMPLOYEE_HOME", "CANARY")
    converter.read("a.txt", b"x")
    assert b"CANARY" not in Path(f"/proc/{converter.process_id}/environ").read_bytes()


@LINUX
def test_no_open_file_of_ours_goes_along(converter: Conversion, tmp_path: Path) -> None:
    with (tmp_path / "private.txt").open("w") as ours:
        os.dup2(ours.fileno(), 200, inheritable=True)
        converter.read("a.txt", b"x")
        os.close(200)
        held = {str(fd.readlink()) for fd in Path(f"/proc/{converter.process_id}/fd").iterdir()}
    assert str(tmp_path / "private.txt") not in held


# --- what it may do

ACTS = [
    "import socket; socket.getaddrinfo('evil.example', 80)",
    "import socket; socket.create_connection(('127.0.0.1', 9))",
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')", "import os; os.system('true')",
    "import subprocess; subprocess.run(['true'])", "import os; os.fork()", "open(P, 'w')", "open(P, 'ab')",
    "import os; os.open(P, os.O_RDWR | os.O_CREAT)", "import os; os.symlink('/etc/passwd', P)",
    "import os; os.link('/etc/hostname', P)", "import os; os.truncate(Q, 0)", "import os; os.chmod(Q, 0o777)",
    "import os; os.utime(Q)", "import os; os.remove(Q)", "import os; os.rename(Q, P)", "import os; os.mkdir(P)",
    "import os; os.kill(os.getppid(), 0)", "import sqlite3; sqlite3.connect(P)", "import shutil; shutil.copy(Q, P)",
]  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_nothing_but_reading(tmp_path: Path, act: str) -> None:
    (tmp_path / "q").write_text("precious")
    (tmp_path / "q").chmod(0o600)
    fence = "from daemon.adapters.conversion import worker; import sys; sys.addaudithook(worker._refuse)"
    code = f"P = {str(tmp_path / 'p')!r}; Q = {str(tmp_path / 'q')!r}\n{act.partition(';')[0]}\n{fence}\n{act}"
    if not act.startswith("import"):
        code = f"P = {str(tmp_path / 'p')!r}\n{fence}\n{act}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["q"]
    assert (tmp_path / "q").read_text() == "precious"
    assert (tmp_path / "q").stat().st_mode & 0o777 == 0o600


# --- what it can cost


@LINUX
def test_bombs_leave_neither_processes_nor_open_files(tmp_path: Path) -> None:
    hasty = Conversion(tmp_path / "texts", largest=1_000_000, patience=timedelta(0))
    before, others = len(list(Path("/proc/self/fd").iterdir())), children()
    for number in range(10):
        assert hasty.read("a.txt", b"%d" % number * 100_000).notices
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert children() == others


def test_mail_that_breaks_its_reader_costs_one_task(house: House, tmp_path: Path) -> None:
    hasty = Conversion(tmp_path / "texts", largest=1_000_000, patience=timedelta(0))
    intake = Intake(house.app.vault, house.app.ledger, house.app.zone, hasty)
    intake.keep(arrivals.mail("bomb.eml", MAIL + b"x" * 500_000, source="inbox"), house.clock.now())
    house.drop("note.md", b"Ideas for the shelf")
    house.run()
    assert house.counts() == {"Pending_Approval": 1, "Failed": 1}
    assert "took too long or too much memory" in house.note("Failed").read_text()
    assert len([*house.root.glob("Attachments/*/bomb.eml")]) == 1


def test_reader_that_somebody_ends_says_so() -> None:
    process = Process()
    os.kill(process.id, signal.SIGKILL)
    with pytest.raises(wire.Ended):
        process.ask(wire.MAIL, "", MAIL, kind=wire.Answer, patience=timedelta(seconds=30))
    process.close()


def test_mail_is_read_again_when_somebody_ends_its_reader(converter: Conversion) -> None:
    converter.read("a.txt", b"x")
    os.kill(converter.process_id, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(converter.mail, MAIL + b"x" * 500_000)
        os.kill(converter.process_id, signal.SIGKILL)
        assert reading.result().subject == "Hello"


def test_reader_does_not_hear_what_stops_the_program(converter: Conversion) -> None:
    converter.read("a.txt", b"x")
    first = converter.process_id
    os.kill(first, signal.SIGINT)
    assert converter.mail(MAIL).subject == "Hello"
    assert converter.process_id == first


def test_mail_waits_where_no_process_starts(converter: Conversion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.adapters.conversion.process._COMMAND", ("/nowhere/python",))
    with pytest.raises(Transient, match="starts no further programs"):
        converter.mail(MAIL)


FORGED = [
    b"[]", b"{}", b"1", b"\xff", b"[" * 100_000, b'{"mail": 1, "refusal": ""}', b'{"mail": null, "refusal": 1}',
    b'{"mail": {}, "refusal": ""}', b'{"mail": null, "refusal": "", "more": 1}',
    b'{"mail": null, "refusal": "\\ud800"}',
]  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_reader_that_was_taken_over_can_say_nothing_else(forged: bytes) -> None:
    with pytest.raises(wire.Broken):
        wire.unpacked(wire.Answer, (forged,))


@pytest.mark.parametrize("sent", [(b"x" * 101,), (b"x" * 60, b"x" * 60), (b"",) * 2000])
def test_reader_that_was_taken_over_cannot_fill_the_memory(sent: tuple[bytes, ...]) -> None:
    pipe = io.BytesIO()
    wire.send(pipe, *sent)
    pipe.seek(0)
    with pytest.raises(wire.Broken):
        wire.receive(pipe, 100)


def test_mail_comes_through_as_it_was_read() -> None:
    for path in sorted(CORPUS.glob("*.eml")):
        answer = wire.Answer(mail.read(path.read_bytes()), "")
        assert wire.unpacked(wire.Answer, wire.packed(answer)) == answer


def children() -> list[str]:
    return Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()


def test_cache_that_somebody_else_made_is_no_way_in(tmp_path: Path, converter: Conversion) -> None:
    converter.read("a.txt", b"x")
    (entry,) = (tmp_path / "texts").iterdir()
    for forged in (
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"text": 1}',
        b"\xff",
        b'{"text": "a", "media_type": [], "notices": 1}',
    ):
        entry.write_bytes(forged)
        assert converter.read("a.txt", b"x").text == "x"


class Slow:
    """A converter for which each file takes seven seconds."""

    largest = 1_000_000

    def __init__(self) -> None:
        self.passed = 0.0
        self.names: list[str] = []

    def read(self, name: str, data: bytes) -> Converted:
        del data
        self.passed += 7
        self.names.append(name)
        return Converted("text", "text/plain")

    def mail(self, data: bytes) -> mail.Mail:
        return mail.read(data)


def test_files_of_one_mail_take_no_more_than_their_time_together() -> None:
    slow = Slow()
    sitting = Sitting(slow, lambda: slow.passed)
    found = [sitting.read(f"{number}.pdf", b"") for number in range(300)]
    assert len(slow.names) == PATIENCE.total_seconds() // 7 + 1
    assert all("came before it took too long" in each.notices[0] for each in found[len(slow.names) :])


def test_file_is_read_again_by_the_name_it_was_first_read_by(house: House) -> None:
    slow, now = Slow(), house.clock.now()
    intake = Intake(house.app.vault, house.app.ledger, house.app.zone, slow)
    (house.root / "Inbox" / "\x7f.html").write_bytes(b"a bomb")
    intake.keep(Arrival("file", "inbox", "1", "", "Dropped", "", (), taken="Inbox/\x7f.html"), now)
    files = tuple(Original(name, b"a bomb") for name in ("\u200b.pdf", "two\n.csv"))
    intake.keep(Arrival("file", "gmail", "2", "", "Sent", "", files), now)
    for note in house.notes("Needs_Action"):
        originals.load(replace(house.app.context, converter=slow), task_note.read(note.read_bytes()), note.name)
    assert sorted(slow.names) == sorted(2 * ["html", "pdf", "two.csv"])


def test_half_a_letter_in_a_file_does_not_stop_its_task(house: House) -> None:
    arrival = arrivals.mail("m.eml", MAIL, source="inbox")
    Intake(house.app.vault, house.app.ledger, house.app.zone, house.app.converter).keep(arrival, house.clock.now())
    house.drop("data.json", b'{"customer": "\\ud83d", "\\udc00": ["\\udfff"]}')
    for _ in range(3):
        house.inbox.step(house.clock.now())
        house.run()
        house.pass_time(timedelta(minutes=5))
    assert house.counts() == {"Pending_Approval": 2}


MAIL = b"""From: Eve <eve@evil.example>
To: me@company.example
Subject: Hello
Message-ID: <1@x>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/plain

When are you open?
--B
Content-Type: application/json; name=a.json
Content-Disposition: attachment; filename=a.json

{"a": "\\ud800"}
--B--
"""
