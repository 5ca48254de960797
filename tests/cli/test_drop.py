"""`add`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.terminal import Terminal


def test_words_become_one_note(terminal: Terminal) -> None:
    path = terminal.ok("add", "Call", "the", "printer").strip()
    assert path == "Inbox/call-the-printer.md"
    assert (terminal.vault / path).read_text() == "Call the printer\n"


def test_files_are_copied_under_their_own_names(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "Brief 1.pdf").write_bytes(b"%PDF-1.4")
    assert terminal.ok("add", str(tmp_path / "Brief 1.pdf")).strip() == "Inbox/Brief 1.pdf"
    assert (tmp_path / "Brief 1.pdf").exists()


def test_the_same_name_twice_is_kept_twice(terminal: Terminal) -> None:
    assert terminal.ok("add", "Call him").split() + terminal.ok("add", "Call him").split() == [
        "Inbox/call-him.md",
        "Inbox/call-him-2.md",
    ]


def test_a_dash_reads_standard_input(terminal: Terminal) -> None:
    path = terminal.ok("add", "-", typed="Two\nlines\n").strip()
    assert (terminal.vault / path).read_text() == "Two\nlines\n"


def test_a_mistyped_file_is_not_taken_for_a_text(terminal: Terminal) -> None:
    done = terminal.say("add", "letter.pdf")
    assert done.exit_code == 2
    assert "There is no file letter.pdf" in done.stderr
    assert not list((terminal.vault / "Inbox").iterdir())


def test_one_missing_file_adds_none(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text("x")
    assert terminal.say("add", str(tmp_path / "there.txt"), "gone.txt").exit_code == 2
    assert not list((terminal.vault / "Inbox").iterdir())


def test_an_empty_text_is_refused(terminal: Terminal) -> None:
    assert terminal.say("add", "-", typed=" \n").exit_code == 2
    done = terminal.say("add", "")
    assert done.exit_code == 2
    assert "There is nothing to add" in done.stderr


def test_without_a_vault_nothing_is_made(bare: Terminal) -> None:
    done = bare.say("add", "Call the printer")
    assert done.exit_code == 4
    assert not bare.vault.exists()
