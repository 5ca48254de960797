"""The README says what is true."""

from __future__ import annotations

import inspect
import re
from collections import ChainMap
from pathlib import Path
from urllib.parse import unquote

import pytest
from typer.models import CommandInfo

from daemon import places
from daemon.cli import audit, connect, credentials, skills
from daemon.cli.app import app
from daemon.core import layers, settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    return README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def help_of(commands: list[CommandInfo], group: str = "") -> dict[str, str]:
    """Every command with the text of its help; those of a group as `audit verify`."""
    return {
        f"{group}{each.name or getattr(each.callback, '__name__', '')}": inspect.getdoc(each.callback) or ""
        for each in commands
    }


def test_the_table_of_commands_is_what_help_says() -> None:
    rows = re.findall(r"^\| `([a-z]+(?: [a-z-]+)?)[^`]*` \| (.+) \|$", section("Commands"), re.MULTILINE)
    grouped = {"audit ": audit.app, "connect ": connect.app, "secrets ": credentials.app, "skills ": skills.app}
    inside = [help_of(each.registered_commands, group) for group, each in grouped.items()]
    assert dict(rows) == help_of(app.registered_commands) | dict(ChainMap(*inside))


def test_the_examples_of_settings_are_accepted() -> None:
    example = re.search(r"```toml\n(.*?)```", section("Configuration"), re.DOTALL)
    assert example
    found = places.sources({"EMPLOYEE_CONFIG": "/nonexistent"})
    built = settings.build(found.shipped, [layers.parse("README", example[1])])
    assert built.approval.hold_seconds == 120


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!http|#)[^)]+)\)", README))
def test_links_lead_somewhere(path: str) -> None:
    assert (ROOT / unquote(path)).exists()


def test_links_inside_lead_to_a_heading() -> None:
    headings = {title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    named = set(re.findall(r"\]\(#([^)]+)\)", README))
    assert "connect-your-mail" in named
    assert named - headings == set()


def test_every_option_for_connecting_mail_exists() -> None:
    page = (ROOT / "vault/Help/Connecting your mail.md").read_text(encoding="utf-8")
    named = set(re.findall(r"--[a-z][a-z-]+", section("Connect your mail") + page))
    known = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "daemon/cli/connect").glob("*.py"))
    assert {"--client", "--imap", "--read-only"} <= named
    assert {option for option in named if f'"{option}"' not in known} == set()


def test_every_make_target_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE))
    assert {target for target in named if f"\n{target}:" not in makefile} == set()
    assert {"demo", "test", "run", "check"} <= named
