"""Reading and writing one note with twenty properties."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from daemon.core import frontmatter
from daemon.core.properties import Value
from daemon.vault import Vault
from tests.bench.bare import Bare
from tests.bench.measuring import Row, Scale, paired

PROPERTIES: dict[str, Value] = {f"own_{n}": f"the value of property {n}" for n in range(18)}
BODY = "One line of text.\n" * 40


def twenty_keys(folder: Path, scale: Scale) -> Iterator[Row]:
    """No two notes are alike: nothing is remembered from one to the next."""
    vault, bare = Vault(folder / "vault"), Bare(folder / "bare")
    vault.make_folders()
    paths = [vault.create(f"Inbox/{n}.md", note(n)) for n in range(scale.repeats)]
    read, plain = iter(paths), iter([folder / "vault" / path for path in paths])
    written, made = iter(range(scale.repeats)), iter(range(scale.repeats))
    here, floor = paired(
        lambda: frontmatter.read(vault.read(next(read))),
        lambda: next(plain).read_bytes(),
        scale.repeats,
    )
    yield Row("Read a note with 20 properties", here, floor, "read a file")
    here, floor = paired(
        lambda: vault.create(f"Needs_Action/{(n := next(written))}.md", note(n)),
        lambda: bare.create("Needs_Action", str(next(made))),
        scale.repeats,
    )
    yield Row("Write a note with 20 properties", here, floor, "create a file, with its fsyncs")
    bare.close()


def note(number: int) -> bytes:
    return frontmatter.render({"id": f"t{number:08d}", "type": "task"} | PROPERTIES, BODY)
