"""One hostile file costs its own text, at most some seconds and a bounded amount of memory; the next one is read."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.adapters.conversion.converter import Conversion
from tests.attacks.hostile_files import FILES, MEGA, packed
from tests.house import House

STARTING = 0.6  # seconds of computing before the first file, on a slow machine
LIMIT = 2.0  # seconds of computing; how long that takes depends on what else the machine does
resource = pytest.importorskip("resource", reason="this system has no limits for processes")


@pytest.fixture(scope="module")
def converter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversion]:
    found = Conversion(tmp_path_factory.mktemp("texts"), largest=25 * MEGA)
    yield found
    found.close()


@pytest.mark.parametrize("name", FILES)
def test_hostile_file_costs_no_more_than_itself(converter: Conversion, name: str) -> None:
    data = FILES[name]()
    converter.close()
    start = spent()
    found = converter.read(name, data)
    converter.close()
    assert spent() - start < LIMIT + STARTING
    assert len(found.text) <= 200_000
    assert converter.read("next.txt", name.encode()).text == name


def spent() -> float:
    """Seconds of computing here and of all readers that ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


@pytest.mark.parametrize("name", ["bomb.pdf", "swollen.odt", "deep.odt", "groups.rtf", "strings.xlsx", "string.xlsx"])
def test_memory_stays_bounded(tmp_path: Path, name: str) -> None:
    """Asked in a process of its own: a child counts what its parent had when it was made."""
    bomb = tmp_path / name
    bomb.write_bytes(FILES[name]())
    command = [sys.executable, "-c", READ_ONE, str(bomb), str(tmp_path / "cache")]
    largest = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # KB
    assert largest < 700 * 1024


READ_ONE = """
import resource, sys
from pathlib import Path
from daemon.adapters.conversion.converter import Conversion
bomb, cache = map(Path, sys.argv[1:])
converter = Conversion(cache, largest=2**26)
converter.read(bomb.name, bomb.read_bytes())
converter.close()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_daemon_goes_on_with_the_rest_of_a_mail(house: House) -> None:
    bomb = FILES["operators.pdf"]()
    house.drop("bomb.pdf", bomb)
    house.drop("list.csv", b"Item;Price\nPaper;3,50\n")
    house.run()
    assert house.counts() == {"Pending_Approval": 2}
    notes = "".join(path.read_text(encoding="utf-8") for path in (house.root / "Attachments").rglob("*.md"))
    assert "It took too long or too much memory to read" in notes
    assert "Item | Price" in notes


def test_archive_is_named_and_never_unpacked(converter: Conversion) -> None:
    found = converter.read("photos.zip", packed({"../../evil.sh": b"rm -rf /", "a.txt": b"secret"}))
    assert (found.text, found.media_type) == ("In this archive:\n- ../../evil.sh\n- a.txt", "application/zip")
    assert "never unpacked" in found.notices[0]


def test_no_secret_reaches_the_reading_process(converter: Conversion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary-of-the-environment")
    converter.close()
    converter.read("a.txt", b"start it")
    assert converter.process_id
    environment = Path(f"/proc/{converter.process_id}/environ")
    assert not environment.exists() or b"canary" not in environment.read_bytes()
