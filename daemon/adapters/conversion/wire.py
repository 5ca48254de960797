"""What goes through the pipes between the program and its reading process: a length, then that many bytes."""

from __future__ import annotations

import json
import struct
from typing import BinaryIO, cast

from daemon.core.ports import Converted

_LENGTH = struct.Struct("!I")
_LARGEST = 2**31


class Broken(Exception):
    """The other side is gone, or does not speak like ours."""


def send(pipe: BinaryIO, *blocks: bytes) -> None:
    """Raises Broken when nobody listens any more."""
    try:
        for block in blocks:
            pipe.write(_LENGTH.pack(len(block)))
            pipe.write(block)
        pipe.flush()
    except (OSError, ValueError) as gone:
        raise Broken from gone


def receive(pipe: BinaryIO) -> bytes:
    """One block. Raises Broken at the end of the pipe."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size or (length := int(_LENGTH.unpack(head)[0])) > _LARGEST:
        raise Broken
    block = pipe.read(length)
    if len(block) < length:
        raise Broken
    return block


def packed(found: Converted) -> bytes:
    """As one block, for a pipe or a file."""
    said = {"text": found.text, "media_type": found.media_type, "notices": found.notices}
    return json.dumps(said).encode("ascii")


def unpacked(block: bytes) -> Converted:
    """Raises Broken for anything that `packed` does not write."""
    try:
        said = cast("dict[str, object]", json.loads(block))
        text, kind, notices = said["text"], said["media_type"], said["notices"]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise Broken from fault
    if not (isinstance(text, str) and isinstance(kind, str) and isinstance(notices, list)):
        raise Broken
    return Converted(text, kind, tuple(str(notice) for notice in cast("list[object]", notices)))
