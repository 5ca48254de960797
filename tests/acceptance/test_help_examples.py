"""Every example note in the help and every template, dropped as a beginner would, gives the draft that it promises."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.core import frontmatter, handbook, mail
from daemon.core.mailboxes import filing
from daemon.core.mailboxes.filing import Filed
from tests import house
from tests.fakes import FakeClock
from tests.house import House
from tests.mailboxes import letter

VAULT = Path(__file__).parents[2] / "vault"
MINE = frozenset({"me@company.example"})
PROMISED = {
    "Idea: a small catalogue of our best work for the spring fair.": "document.save",
    "To: anna@example.com\nSubject: Our offer\n\nWe can deliver on Friday.": "email.send",
    "Write to anna@example.com about the offer: We can deliver on Friday.": "email.send",
    "Post on LinkedIn: We are looking for a carpenter.": "social.post",
    "Post on LinkedIn and Mastodon: The new chairs are here.": "social.post",
    "Tweet: We are closed on Monday.": "social.post",
    "WhatsApp to Anna: I am ten minutes late.": "message.send",
    "SMS to +49 170 1234567: Your table is ready.": "message.send",
    "Invoice to Harbour Run: 3 workshop days at 800 EUR, 19 % VAT, due in 14 days.": "invoice.create",
    "Paid 24.90 EUR by card for lunch with Anna.": "expense.create",
}
FILED = {  # a rule of the page on mailboxes: a mail that it is for, and whether that leaves the inbox
    '- Receipts: @shop.example.com, receipt, "your order"': (letter(subject="About your order"), False),
    "- Lists: mailing lists": (letter(to="choir@lists.example", list_id="<choir.lists.example>"), False),
    "- Newsletters: newsletters, news@example.com -> move": (letter(list_unsubscribe="<https://shop.example/u>"), True),
}
TEMPLATES = {
    "Call or appointment": "call.place",
    "Invoice to write": "invoice.create",
    "Mail to send": "email.send",
    "Social mention": "social.reply",
    "Task": "document.save",
}
_EXAMPLE = re.compile(r"\*([A-Z][^*\n]*: [^*\n]+\.|Paid [^*\n]+\.)\*|^> `([^`\n]+)`$|^((?:> ?.*\n)+)", re.MULTILINE)


def examples() -> set[str]:
    """What the pages show as a note to drop: in italics with a colon, or as a quotation."""
    pages = (page for page in VAULT.glob("Help/*.md") if page.stem != "Writing the handbook")  # shows no notes
    found = (match for page in pages for match in _EXAMPLE.finditer(page.read_text(encoding="utf-8")))
    return {note for match in found for note in _notes(next(part for part in match.groups() if part))}


def _notes(quoted: str) -> list[str]:
    """One note a line where each stands in backticks, else one note."""
    lines = [line.removeprefix(">").strip() for line in quoted.strip().splitlines()]
    each = all(line.startswith("`") for line in lines)
    return [line.strip("`") for line in lines] if each else ["\n".join(lines)]


def dropped(folder: Path, name: str, note: str) -> tuple[str, str]:
    """The action of the draft that a note gives, and its text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house, "FakeClock", lambda: FakeClock(datetime(2026, 11, 19, 9, tzinfo=UTC)))
        made = House(folder)
    made.drop(name, note.encode())
    made.run()
    draft = frontmatter.read(made.note("Pending_Approval").read_bytes())
    made.stop()
    return str(draft.properties["action"]), draft.body


def test_every_example_of_the_help_is_tried_here() -> None:
    assert examples() == PROMISED.keys() | FILED.keys()


@pytest.mark.parametrize("rule", FILED)
def test_a_rule_of_the_help_files_the_mail_that_it_is_for_and_no_other(rule: str) -> None:
    book = handbook.parse(f"## Filing\n\n{rule}\n")
    meant, moves = FILED[rule]
    assert book.problems == ()
    assert filing.filed(mail.read(meant), book.filing, MINE) == Filed((rule[2:].partition(":")[0],), move=moves)
    others = [each for named, (each, _) in FILED.items() if named != rule]
    assert {filing.filed(mail.read(other), book.filing, MINE) for other in [*others, letter()]} == {Filed()}


@pytest.mark.parametrize("note", PROMISED)
def test_an_example_of_the_help_gives_the_draft_that_it_promises(tmp_path: Path, note: str) -> None:
    assert dropped(tmp_path, "Untitled.md", note)[0] == PROMISED[note]


def test_every_template_is_tried_here() -> None:
    assert {page.stem for page in VAULT.glob("Templates/*.md")} == TEMPLATES.keys()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_gives_the_draft_that_it_is_named_for(tmp_path: Path, name: str) -> None:
    page = VAULT / "Templates" / f"{name}.md"
    assert dropped(tmp_path, "Untitled.md", page.read_text(encoding="utf-8"))[0] == TEMPLATES[name]


def test_the_first_example_ends_in_documents_when_it_is_approved(tmp_path: Path) -> None:
    made = House(tmp_path)
    made.drop("Untitled.md", b"Idea: a small catalogue of our best work for the spring fair.")
    made.run()
    made.move("Pending_Approval", "Approved")
    made.run()
    assert "small catalogue" in made.note("Documents").read_text(encoding="utf-8")
    assert made.counts() == {"Done": 1}
    made.stop()
