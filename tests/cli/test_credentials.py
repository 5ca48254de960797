"""`secrets`: stored without being shown, listed without a value."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal

CANARY = "canary-5d81c0"
posix = pytest.mark.skipif(os.name == "nt", reason="terminals and modes are a matter of POSIX")


def names(terminal: Terminal) -> list[str]:
    return [secret["name"] for secret in terminal.json("secrets", "list")["secrets"]]


def test_a_piped_value_is_stored_and_never_printed(terminal: Terminal) -> None:
    done = terminal.say("secrets", "set", "Gmail.Token", typed=f"{CANARY}\n")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "Stored gmail.token, encrypted.\n")
    listed = terminal.ok("secrets", "list") + terminal.say("secrets", "list", "--json").output
    assert "gmail.token" in listed
    assert CANARY not in listed
    assert terminal.open().secrets.get("gmail.token") == CANARY


def test_a_value_on_the_command_line_is_refused_and_not_repeated(terminal: Terminal) -> None:
    for_everybody_to_see = terminal.say("secrets", "set", "gmail.token", CANARY, typed="")
    assert for_everybody_to_see.exit_code == 2
    assert "does not belong on the command line" in for_everybody_to_see.stderr
    assert CANARY not in for_everybody_to_see.output
    assert names(terminal) == []


@pytest.mark.parametrize(("name", "value"), [("1st", "value"), ("gmail.token", "\n"), ("audit.key", "value")])
def test_what_is_no_secret_of_yours_is_refused(terminal: Terminal, name: str, value: str) -> None:
    assert terminal.say("secrets", "set", name, typed=value).exit_code == 1
    assert names(terminal) == []


def test_a_removed_secret_is_gone_and_a_missing_one_is_said(terminal: Terminal) -> None:
    terminal.ok("secrets", "set", "gmail.token", typed=CANARY)
    terminal.ok("secrets", "rm", "gmail.token")
    assert names(terminal) == []
    assert "`employee secrets list`" in terminal.say("secrets", "rm", "gmail.token").stderr


def test_rotating_keeps_what_is_stored(terminal: Terminal) -> None:
    terminal.ok("secrets", "set", "gmail.token", typed=CANARY)
    assert "1 secret is encrypted with a new key" in terminal.say("secrets", "rotate").stderr
    assert terminal.open().secrets.get("gmail.token") == CANARY


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    made = tmp_path / ".env"
    made.write_text(f"GMAIL_TOKEN={CANARY}\n", encoding="utf-8")
    return made


def test_an_imported_file_is_named_by_its_names_and_kept_without_a_terminal(terminal: Terminal, env_file: Path) -> None:
    done = terminal.say("secrets", "import-env", str(env_file))
    assert done.stdout == "new       gmail_token\n"
    assert f"shred -u '{env_file}'" in done.stderr
    assert CANARY not in done.output
    assert env_file.exists()
    assert terminal.open().secrets.get("gmail_token") == CANARY
    assert terminal.ok("secrets", "import-env", str(env_file)) == "unchanged gmail_token\n"


def test_a_file_with_odd_lines_is_kept_and_they_are_named(terminal: Terminal, env_file: Path) -> None:
    env_file.write_text(f"A=value one\n{CANARY}\n", encoding="utf-8")
    done = terminal.say("secrets", "import-env", str(env_file))
    assert "Left out: line 2" in done.stderr
    assert "was kept" in done.stderr
    assert CANARY not in done.output


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe", b"audit.key=mine\n"])
def test_a_file_that_holds_none_stores_nothing(terminal: Terminal, env_file: Path, content: bytes) -> None:
    env_file.write_bytes(content)
    assert terminal.say("secrets", "import-env", str(env_file)).exit_code == 1
    assert names(terminal) == []


def test_a_file_in_the_vault_is_left_to_the_person(terminal: Terminal, env_file: Path) -> None:
    inside = env_file.rename(terminal.vault / ".env")
    assert "lies in your vault" in terminal.say("secrets", "import-env", str(inside)).stderr
    assert inside.exists()


def test_what_is_no_file_or_too_large_stores_nothing(terminal: Terminal, env_file: Path) -> None:
    assert "is not a file" in terminal.say("secrets", "import-env", str(terminal.vault)).stderr
    env_file.write_bytes(b"A=value one\n" * 100_000)
    assert "too large" in terminal.say("secrets", "import-env", str(env_file)).stderr
    assert terminal.say("secrets", "set", "a", typed="x" * 100_000).exit_code == 1
    assert names(terminal) == []


def test_a_missing_file_is_said(terminal: Terminal) -> None:
    assert "cannot be read" in terminal.say("secrets", "import-env", "nowhere.env").stderr


@posix
def test_the_daemon_does_not_start_with_a_key_that_others_may_read(terminal: Terminal) -> None:
    terminal.ok("secrets", "set", "gmail.token", typed=CANARY)
    key = terminal.home.parent / "secrets.key"
    key.chmod(0o644)
    done = terminal.say("run", "--once")
    assert done.exit_code == 78
    assert f"chmod 400 '{key}'" in done.stderr
    key.chmod(0o400)
    assert terminal.say("run", "--once").exit_code == 0


def test_the_daemon_does_not_start_with_a_key_in_the_vault(terminal: Terminal) -> None:
    terminal.env["EMPLOYEE_SECRETS__KEY_FILE"] = str(terminal.vault / "my.key")
    done = terminal.say("run", "--once")
    assert done.exit_code == 78
    assert "lies inside the vault" in done.stderr


# --- with a real terminal


def at_a_terminal(terminal: Terminal, *words: str, typed: str) -> str:
    """Everything that stands on the screen in the end."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "daemon", *words]
    root = Path(__file__).parents[2]
    running = subprocess.Popen(command, cwd=root, env=terminal.env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    screen = read_until(ours, b": ")
    os.write(ours, f"{typed}\n".encode())
    screen += read_until(ours, b"no such ending")
    os.close(ours)
    assert running.wait(30) == 0, screen
    return screen.decode()


def read_until(screen: int, ending: bytes) -> bytes:
    """What is shown, until it ends so, or the program does."""
    seen = b""
    with suppress(OSError):  # how Linux says that nobody is at the other end any more
        while not seen.endswith(ending) and select.select([screen], [], [], 30)[0]:
            seen += os.read(screen, 4096) or ending
    return seen


@posix
def test_a_typed_value_does_not_stand_on_the_screen(terminal: Terminal) -> None:
    screen = at_a_terminal(terminal, "secrets", "set", "gmail.token", typed=CANARY)
    assert "Value of gmail.token (not shown)" in screen
    assert CANARY not in screen
    assert terminal.open().secrets.get("gmail.token") == CANARY


@posix
def test_an_imported_file_goes_when_the_person_says_so(terminal: Terminal, env_file: Path) -> None:
    assert "Removed" in at_a_terminal(terminal, "secrets", "import-env", str(env_file), typed="y")
    assert not env_file.exists()


@posix
def test_an_imported_file_stays_when_the_person_says_so(terminal: Terminal, env_file: Path) -> None:
    at_a_terminal(terminal, "secrets", "import-env", str(env_file), typed="n")
    assert env_file.exists()
