from pathlib import Path

import pytest

from daemon.core.language import nature, phrasebook
from daemon.core.task import Attached, Kind
from tests.agents.factories import email, note

BOOKS = tuple(phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts").values())


def of(text: str, title: str = "A note", kind: Kind = "note", media: str = "") -> str:
    files = (Attached(title, f"Attachments/t1/{title}", media, 1, ""),) if media else ()
    return nature.of(note(text, title, kind, attachments=files), text, BOOKS)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Mietvertrag_2026.pdf", "kind_contract"), ("Contrat de bail.pdf", "kind_contract"),
        ("Protokoll 3.11.", "kind_meeting"),
        ("notulen maandag", "kind_meeting"), ("Preisliste-2027.ods", "kind_prices"), ("listino 2027", "kind_prices"),
        ("CV Tim Faber", "kind_cv"), ("Candidature Léa", "kind_cv"), ("Informe anual", "kind_report"),
        ("Orçamento 12", "kind_quote"), ("Handbuch_CNC_V3", "kind_guide"), ("holiday", ""),
    ],
)  # fmt: skip
def test_the_name_tells_in_any_language(title: str, kind: str) -> None:
    assert of("Some text about it.", title, "file") == kind


def test_further_down_one_word_is_not_enough() -> None:
    body = "Hello Anna,\nsee below.\n"
    assert of(f"{body}I read a report.") == ""
    assert of(f"{body}The parties agree. The notice period is a month.") == "kind_contract"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a | b\n1 | 2\n3 | 4", "kind_table"),
        ("https://example.com/oak nice one", "kind_link"),
        ("- [ ] milk\n- [ ] eggs", "kind_todo"),
        ("00:00:03.120 --> 00:00:06.480\nA: Hi\n\n00:00:06.900 --> 00:00:09.050\nB: Hi", "kind_talk"),
        ("An idea.", ""),
    ],
)
def test_the_shape_tells(text: str, kind: str) -> None:
    assert of(text) == kind


def test_files_without_text_are_told_by_their_type() -> None:
    assert of("", "a.png", "file", "image/png") == "kind_picture"
    assert of("", "a.dat", "file", "application/octet-stream") == "kind_unread"
    assert of("Name: Bob", "bob.vcf", "file", "text/vcard") == "kind_contacts"


def test_a_mail_that_is_nothing_else_is_a_mail() -> None:
    task = email("Hello, see you.")
    assert nature.of(task, task.text, BOOKS) == "kind_mail"
