"""What was typed, as texts and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.core.errors import UserError
from daemon.ops import drop
from daemon.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path / "vault")
    made.make_folders()
    return made


@pytest.mark.parametrize("said", ["letter.pdf", "notes/letter", "/tmp/none.eml", "~/none.md"])
def test_what_looks_like_a_file_and_is_none_is_refused(said: str) -> None:
    with pytest.raises(UserError, match="There is no file"):
        drop.sort([said])


@pytest.mark.parametrize(
    "said",
    [
        ["Call Pieter about this", "wrong/path.eml"],
        ["Call Pieter", "mail.eml"],
        ["Call", "Pieter", "wrong/path.eml"],
        ["Call", "Pieter", "~/none"],
        ["./none", "please"],
    ],
)
def test_a_path_among_words_that_leads_nowhere_is_no_word(said: list[str]) -> None:
    with pytest.raises(UserError, match=r"There is no file .* If you mean these words"):
        drop.sort(said)


@pytest.mark.parametrize(
    "said",
    [
        "https://example.com/a.html",
        "Read https://example.com/a.html",
        "Call Anna.",
        "Read report.pdf by Friday",
        "Urgent",
        "50/50 deal with Bob",
    ],
)
def test_words_are_a_text(said: str) -> None:
    assert drop.sort(said.split()) == ([said], [])


def test_a_folder_is_refused(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Name the files inside it"):
        drop.file(vault, tmp_path)


def test_a_name_that_would_lead_out_of_the_vault_is_made_harmless(vault: Vault, tmp_path: Path) -> None:
    strange = tmp_path / "a:b?[[c]].md"
    strange.write_text("x")
    assert drop.file(vault, strange) == "Inbox/a_b_c_.md"


def test_a_text_of_signs_only_has_a_name_too(vault: Vault) -> None:
    assert drop.text(vault, "???") == "Inbox/untitled.md"
