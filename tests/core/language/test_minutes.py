from pathlib import Path

import pytest

from daemon.core.language import minutes, phrasebook

BOOKS = tuple(phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts").values())


def test_headings_say_what_was_decided_and_what_is_open() -> None:
    found = minutes.read(
        "# Decisions\n- We take ash\n\n## Action items\n- Photos\n\n## Other\n- Coffee was good", BOOKS
    )
    assert (found.decided, found.open_points) == (("We take ash",), ("Photos",))


def test_without_headings_words_boxes_and_names_tell() -> None:
    text = (
        "It was agreed to start in May\nCables until Friday (Maiwald)\n- [ ] Pack\n- [x] Pay\nThere: Nora, Paulo\nSun"
    )
    found = minutes.read(text, BOOKS)
    assert found.decided == ("It was agreed to start in May",)
    assert found.open_points == ("Cables until Friday (Maiwald)", "Pack")


@pytest.mark.parametrize(
    ("decided", "undecided"),
    [
        ("Beschlüsse:", "Offene Punkte:"), ("Décisions :", "Points ouverts :"), ("Decisiones:", "Pendientes:"),
        ("Decisioni:", "Punti aperti:"), ("Decisões:", "Pendentes:"), ("Besluiten:", "Actiepunten:"),
    ],
)  # fmt: skip
def test_headings_may_be_in_any_of_our_languages(decided: str, undecided: str) -> None:
    found = minutes.read(f"{decided}\n- A\n{undecided}\n- B", BOOKS)
    assert (found.decided, found.open_points) == (("A",), ("B",))
