"""The reading process: one file after another, each within limits. Started as `python -m` by `process`.

A file that needs more than its share of computing time or memory ends this process, and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from daemon.adapters.conversion import office, pdf, wire
from daemon.core import mail
from daemon.core.errors import Permanent
from daemon.core.formats import kinds, mailboxes, readers
from daemon.core.ports import Converted

T = TypeVar("T")
CPU_SECONDS = 1.8  # with starting another process after it, less than two
MEMORY = 232 * 2**20  # bytes of data that reading one file may add; with libraries it loads, less than 256 MiB

_LARGEST = 2**31  # bytes that are taken in at once
_ODD_MAIL = "This mail is damaged, or unlike any other; open the original in a mail program."
_ODD = "It could not be read: it is damaged, or unlike any file of its kind. Open it yourself."
_FORBIDDEN = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.fork", "os.posix_spawn", "os.kill", "os.remove",
    "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.utime",
    "shutil.", "urllib.", "sqlite3.",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def main() -> None:
    """Answer until the other side closes the pipe, or memory ran out once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the program, which then ends this one
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes nowhere
    _no_files()
    sys.addaudithook(_refuse)
    with contextlib.suppress(wire.Broken):
        while _answer(source, target):
            pass


def _answer(source: BinaryIO, target: BinaryIO) -> bool:
    what, name, data = wire.receive(source, _LARGEST)
    try:
        said = _mail(data) if what == wire.MAIL else _file(name.decode("utf-8", "surrogatepass"), data)
        answer = wire.packed(said)
    except MemoryError:
        return False
    wire.send(target, *answer)
    return True


def _mail(data: bytes) -> wire.Answer:
    return _read(lambda: _message(data), wire.Answer(None, _ODD_MAIL))


def _message(data: bytes) -> wire.Answer:
    try:
        return wire.Answer(mail.read(mailboxes.message(data)), "")
    except Permanent as refusal:
        return wire.Answer(None, str(refusal))


def _file(name: str, data: bytes) -> Converted:
    kind = kinds.media_type(name, data)
    if kind == pdf.KIND:
        pdf.load()
    elif kind in office.KINDS:
        office.load()
    return _read(lambda: _text(name, data, kind), Converted("", kind, (_ODD,)))


def _text(name: str, data: bytes, kind: str) -> Converted:
    if kind == pdf.KIND:
        return pdf.read(data)
    return office.read(data, kind) if kind in office.KINDS and office.available() else readers.read(name, data)


def _read(reader: Callable[[], T], otherwise: T) -> T:
    """The boundary around every format: what its reader did not expect is damage in the file."""
    limit_next_file()
    try:
        return reader()
    except MemoryError:
        raise
    except Exception:
        return otherwise


def limit_next_file() -> None:
    """From here on: so much more computing time, so much more memory. On Windows only the other side's patience."""
    if sys.platform == "win32":
        return
    import resource

    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # its signal, which nobody here expects, ends the process
    if used := _data_used():
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, most))


def _no_files() -> None:
    """Nothing here writes to a disk, not even when it crashes."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _data_used() -> int:
    """Bytes of data of this process (proc(5), statm); 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _refuse(event: str, given: tuple[object, ...]) -> None:
    """A second fence, against libraries that follow a link in a document: no network, no programs, no writing."""
    writes = event == "open" and isinstance(given[2], int) and given[2] & _WRITES
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(event)


if __name__ == "__main__":
    main()
