"""The reading process: one file after another, each within limits. Started as `python -m` by `process`.

A file that needs more than its share of computing time or memory ends this process, and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import BinaryIO

from daemon.adapters.conversion import office, pdf, wire
from daemon.core.formats import kinds, readers
from daemon.core.ports import Converted

CPU_SECONDS = 2
MEMORY = 256 * 2**20  # bytes of data that reading one file may add

_ODD = "It could not be read: it is damaged, or unlike any file of its kind. Open it yourself."
_FORBIDDEN = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.fork", "os.posix_spawn", "os.kill", "os.remove",
    "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.utime",
    "shutil.", "urllib.", "sqlite3.",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def main() -> None:
    """Answer until the other side closes the pipe, or memory ran out once."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes nowhere
    _no_files()
    sys.addaudithook(_refuse)
    with contextlib.suppress(wire.Broken):
        while _answer(source, target):
            pass


def _answer(source: BinaryIO, target: BinaryIO) -> bool:
    name, data = wire.receive(source).decode("utf-8", "surrogatepass"), wire.receive(source)
    kind = kinds.media_type(name, data)
    if kind == pdf.KIND:
        pdf.load()
    elif kind in office.KINDS:
        office.load()
    limit_next_file()
    try:
        found = _read(name, data, kind)
    except MemoryError:
        return False
    wire.send(target, wire.packed(_letters(found)))
    return True


def _read(name: str, data: bytes, kind: str) -> Converted:
    """The boundary around every format: what its reader did not expect is damage in the file."""
    try:
        if kind == pdf.KIND:
            return pdf.read(data)
        return office.read(data, kind) if kind in office.KINDS and office.available() else readers.read(name, data)
    except MemoryError:
        raise
    except Exception:
        return Converted("", kind, (_ODD,))


def _letters(found: Converted) -> Converted:
    """Without halves of letters, which formats can write and no file can hold."""
    said = (text.encode("utf-16", "surrogatepass") for text in (found.text, *found.notices))
    text, *notices = (each.decode("utf-16", "replace") for each in said)
    return Converted(text, found.media_type, tuple(notices))


def limit_next_file() -> None:
    """From here on: so much more computing time, so much more memory. On Windows only the other side's patience."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + CPU_SECONDS, most))
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
