"""The vault as a person first sees it: the files of `vault/` that config/vault-template.txt lists."""

import json
import re
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from daemon.core import handbook, resources
from daemon.core.language import dictation, feedback, phrasebook
from daemon.core.properties import TYPES
from daemon.vault import FOLDERS, STATE_FOLDERS

FILES = resources.template_files()
PAGES = {name: FILES[name].read_text(encoding="utf-8") for name in FILES if name.endswith(".md")}
MADE_LATER = {"Dashboard.md"}
ROLES = ("urgent", "high", "low", "ignore", "assistant", "mail")


def settings(name: str) -> Any:
    return json.loads(FILES[f".obsidian/{name}"].read_text(encoding="utf-8"))


def test_the_list_is_sorted_and_every_file_is_there() -> None:
    assert list(FILES) == sorted(FILES)
    assert [name for name, path in FILES.items() if not path.is_file()] == []


def test_the_folders_of_a_vault_start_empty() -> None:
    assert [name for name in FILES if name.partition("/")[0] in FOLDERS] == []


def test_every_page_is_short_enough_for_a_phone() -> None:
    assert {name: text.count("\n") for name, text in PAGES.items() if text.count("\n") > 70} == {}
    assert {name for name, text in PAGES.items() if not text.endswith("\n") or "\r" in text} == set()


def test_every_link_leads_to_a_page_that_is_there() -> None:
    known = {PurePosixPath(name).stem for name in {*PAGES, *MADE_LATER}} | set(FILES)
    linked = {target for text in PAGES.values() for target in re.findall(r"\[\[([^\]|]+)", text)}
    assert linked >= {"Deciding", "Approvals.base"}
    assert linked - known == set()


def test_the_first_page_leads_to_all_help() -> None:
    help_pages = {PurePosixPath(name).stem for name in PAGES if name.startswith("Help/")}
    linked = set(re.findall(r"\[\[([^\]|]+)", PAGES["Help/Start here.md"]))
    assert help_pages - {"Start here"} <= linked


def test_folders_that_are_named_exist() -> None:
    named = {word for text in PAGES.values() for word in re.findall(r"`([A-Z]\w+)/?`", text)}
    assert named >= {"Inbox", "Pending_Approval"}
    assert named - {*FOLDERS, *(name.partition("/")[0] for name in FILES)} == set()


@pytest.mark.parametrize("name", ["Help/How a task lives.md", "AGENTS.md"])
def test_the_folders_are_explained(name: str) -> None:
    unsaid = {folder for folder in STATE_FOLDERS if f"`{folder}" not in PAGES[name]}
    assert unsaid <= {"Briefings", "Attachments", "Inbox"}


def test_an_untouched_handbook_says_nothing() -> None:
    assert handbook.parse(PAGES["Company_Handbook.md"]) == handbook.Handbook()


def test_the_examples_of_the_handbook_are_right() -> None:
    read = handbook.parse(PAGES["Company_Handbook.md"].replace("Example: ", ""))
    assert read.problems == ()
    assert read.company == "Lindgren Print Studio"
    assert [fact.answer for fact in read.answers("What are your opening hours?")] == [
        "We are open Monday to Friday, 9 to 17."
    ]
    assert read.knows("anna@example.com")
    assert read.is_me("you@example.com")
    assert tuple(read.rules) == ROLES
    assert read.signature.endswith("Maria Lindgren, Lindgren Print Studio")
    assert read.forbidden("This is the lowest price in town.") == ("lowest price in town",)


def test_the_examples_on_the_handbook_page_are_right() -> None:
    shown = re.findall(r"^(## .*)|^> `(.*)`$", PAGES["Help/Writing the handbook.md"], re.MULTILINE)
    text = "\n".join(heading or line for heading, line in shown)
    read = handbook.parse(text)
    assert read.problems == ()
    assert (len(read.facts), len(read.contacts), len(read.rules), len(read.never)) == (1, 2, 4, 1)
    assert (read.invoices.tax, read.invoices.currency, len(read.invoices.prices)) == (25, "SEK", 1)


def feedback_examples() -> list[str]:
    said = PAGES["Help/Deciding.md"].partition("Without a language model")[2]
    return re.findall(r"^- `(.*)`$", said, re.MULTILINE)


@pytest.mark.parametrize("said", feedback_examples())
def test_the_examples_of_feedback_are_understood(said: str) -> None:
    text = "Hello,\n\nWe do this.\n\na sentence from the draft\n\nKind regards"
    assert feedback.revise(text, said, optional=["We do this."], closing="Kind regards").done


def test_there_are_examples_of_feedback() -> None:
    assert len(feedback_examples()) == 4


def test_properties_have_in_obsidian_the_type_they_have_here() -> None:
    in_obsidian = {"list": "multitext"}
    own_types = {"tags": "tags", "aliases": "aliases"}
    expected = {name: own_types.get(name, in_obsidian.get(kind, kind)) for name, kind in TYPES.items()}
    assert settings("types.json") == {"types": expected}


def test_obsidian_has_the_parts_that_the_vault_uses() -> None:
    switched = settings("core-plugins.json")
    used = ("bases", "bookmarks", "daily-notes", "file-explorer", "file-recovery", "properties", "templates")
    assert [name for name in used if switched[name] is not True] == []
    assert settings("templates.json")["folder"] == "Templates"
    assert settings("daily-notes.json") == {"folder": "Briefings", "format": "YYYY-MM-DD"}


def test_no_foreign_plug_in_and_no_open_windows_are_shipped() -> None:
    shipped = {name for name in FILES if name.startswith(".obsidian/")}
    assert not shipped & {".obsidian/workspace.json", ".obsidian/community-plugins.json"}


def test_bookmarks_lead_somewhere() -> None:
    paths = {item["path"] for item in settings("bookmarks.json")["items"]}
    assert paths - {*FILES, *FOLDERS, *MADE_LATER} == set()


def test_the_table_shows_properties_and_folders_that_exist() -> None:
    base = yaml.safe_load(FILES["Approvals.base"].read_text(encoding="utf-8"))
    columns = {column for view in base["views"] for column in view["order"]}
    own = {column for column in columns if not column.startswith(("file.", "formula."))}
    assert own - set(TYPES) == set()
    assert {f"formula.{name}" for name in base["formulas"]} <= columns
    kinds = {view["name"]: view["type"] for view in base["views"]}
    assert [name for name, kind in kinds.items() if kind != "table"] == ["Waiting, as cards"]  # boxes need a table
    folders = set(re.findall(r'inFolder\("(.*?)"\)', str(base)))
    assert folders == {"Pending_Approval", "Approved", "Needs_Review", "Failed", "Done"}


def test_the_boxes_to_tick_stand_next_to_the_draft() -> None:
    base = yaml.safe_load(FILES["Approvals.base"].read_text(encoding="utf-8"))
    waiting = base["views"][0]
    assert waiting["name"] == "Waiting"
    assert waiting["order"][:3] == ["formula.draft", "approve", "reject"]


def test_the_template_for_a_mail_is_understood() -> None:
    books = phrasebook.shipped(files("agents") / "prompts").values()
    said = dictation.read(PAGES["Templates/Mail to send.md"], handbook.Handbook(), books)
    assert said is not None
    assert (said.to, said.subject) == (("name@example.com",), "What it is about")
    assert said.body == "Write here what the mail should say."
