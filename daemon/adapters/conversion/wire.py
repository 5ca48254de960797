"""What goes through the pipes between the program and its reading process: values as JSON, their bytes apart.

Only frozen dataclasses of text, times, lists and other such dataclasses can be made of it, each field of the type
that it says: whatever a broken reader writes, nothing else comes out here.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, BinaryIO, TypeVar, cast, get_args, get_origin, get_type_hints

from daemon.core.formats.invitations import Invitation
from daemon.core.mail import Mail

FILE, MAIL = b"file", b"mail"  # what is asked for; then come a name and the bytes

T = TypeVar("T")
_LENGTH = struct.Struct("!I")
_MOST_BLOCKS = 1000
_OF_A_DAY = 10  # characters; a longer time has hours


class Broken(Exception):
    """The other side is gone, or does not speak like ours."""


class Ended(Broken):
    """The other side was ended by somebody: a shutdown, a person, a system without memory."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The message, or why there is none: a sentence."""

    mail: Mail | None
    refusal: str


def send(pipe: BinaryIO, *blocks: bytes) -> None:
    """Raises Broken when nobody listens any more."""
    try:
        pipe.write(_LENGTH.pack(len(blocks)))
        for block in blocks:
            pipe.write(_LENGTH.pack(len(block)))
            pipe.write(block)
        pipe.flush()
    except (OSError, ValueError) as gone:
        raise Broken from gone


def receive(pipe: BinaryIO, most: int) -> tuple[bytes, ...]:
    """What was sent at once. Raises Broken at the end of the pipe, and before reading more than `most` bytes."""
    if (count := _number(pipe)) > _MOST_BLOCKS:
        raise Broken
    return tuple(_blocks(pipe, count, most))


def _blocks(pipe: BinaryIO, count: int, most: int) -> Iterator[bytes]:
    for _ in range(count):
        length = _number(pipe)
        most -= length
        block = pipe.read(length) if most >= 0 else b""
        if len(block) < length:
            raise Broken
        yield block


def _number(pipe: BinaryIO) -> int:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise Broken
    return int(_LENGTH.unpack(head)[0])


def packed(value: object) -> tuple[bytes, ...]:
    """One block of JSON, and one for each field that is bytes. Halves of letters, which no file can hold, are lost."""
    apart: list[bytes] = []
    said = json.dumps(_plain(value, apart), ensure_ascii=False)
    try:
        return said.encode(), *apart
    except UnicodeEncodeError:
        return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode(), *apart


def unpacked(kind: type[T], blocks: tuple[bytes, ...]) -> T:
    """Raises Broken for anything that `packed` does not write of a `kind`."""
    try:
        apart = iter(blocks[1:])
        made = _made(kind, json.loads(blocks[0].decode()), apart)
        whole = next(apart, None) is None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as fault:
        raise Broken from fault
    if not whole or not isinstance(made, kind):
        raise Broken
    return made


def _plain(value: object, apart: list[bytes]) -> object:
    if isinstance(value, bytes):
        apart.append(value)
        return len(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each, apart) for each in cast("tuple[object, ...]", value)]
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name), apart) for each in fields(value)}
    return value


def _made(kind: Any, said: object, apart: Iterator[bytes]) -> object:  # noqa: ANN401 - any annotation of a field
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], each, apart) for each in _a(list[object], said))
    if isinstance(kind, UnionType):
        return None if said is None and NoneType in get_args(kind) else _made(get_args(kind)[0], said, apart)
    if is_dataclass(kind):
        found = _a(dict[str, object], said)
        types = _types(cast("type[object]", kind))
        return cast("type[object]", kind)(**{name: _made(types[name], each, apart) for name, each in found.items()})
    return _one(kind, said, apart)


def _one(kind: object, said: object, apart: Iterator[bytes]) -> object:
    if kind is bytes:
        return _whole(next(apart, b""), _a(int, said))
    if kind is datetime or kind is date:
        text = _a(str, said)
        return date.fromisoformat(text) if len(text) == _OF_A_DAY else datetime.fromisoformat(text)
    if kind is str:
        _a(str, said).encode()
        return said
    raise TypeError(kind)


def _a(kind: type[T], said: object) -> T:
    """`said`, which is such a thing."""
    if not isinstance(said, get_origin(kind) or kind):
        raise TypeError(said)
    return cast("T", said)


def _whole(block: bytes, length: int) -> bytes:
    if len(block) != length:
        raise ValueError(length)
    return block


@cache
def _types(kind: type[object]) -> Mapping[str, Any]:
    return get_type_hints(kind, localns={"Invitation": Invitation})
