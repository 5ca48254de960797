"""Two hundred ordinary mails of a small business: hardly one of them is held up, or called dangerous for nothing."""

from __future__ import annotations

from pathlib import Path

from daemon.core import frontmatter
from tests.house import House
from tests.letters import ORDINARY, letters, written

ALLOWED = 2


def test_at_most_one_of_a_hundred_ordinary_mails_is_wrongly_suspected(tmp_path: Path) -> None:
    house = House(tmp_path)
    (house.root / "Company_Handbook.md").write_bytes((ORDINARY / "handbook.md").read_bytes())
    post = list(letters(ORDINARY))
    for number, letter in enumerate(post):
        house.drop(f"mail{number}.eml", written(letter, number))
    house.run()
    drafts = [frontmatter.read(note.read_bytes()).properties for note in house.notes("Pending_Approval")]
    suspected = [draft["title"] for draft in drafts if draft["risk"] == "high"]
    rightly = [letter for letter in post if "careful" in letter]
    assert len(post) == 200
    assert len(suspected) - len(rightly) <= ALLOWED, suspected
    assert sorted(house.counts()) == ["Done", "Pending_Approval"]
    house.stop()
