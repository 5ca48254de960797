"""What the mail that tells of drafts says, to whom it may go, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.errors import UserError
from daemon.core.mailboxes import notices
from daemon.core.mailboxes.notices import Line
from tests.fakes import NOON

EXPIRES = (NOON + timedelta(days=7, minutes=5)).replace(tzinfo=None)
LINE = Line("Reply to Anna: Hours", ["anna@example.com"], "low", EXPIRES, "Pending_Approval/A b_t1.md")
MINUTE = timedelta(minutes=1)


def test_a_line_says_what_to_whom_how_risky_until_when_and_opens_the_note() -> None:
    assert notices.text([LINE], "My notes").splitlines()[:7] == [
        "A draft waits for your yes or no.",
        "",
        "1. Reply to Anna: Hours",
        "   to anna@example.com, low risk, expires Tuesday, 17 March 2026, 12:05",
        "   Pending_Approval/A b_t1.md",
        "   obsidian://open?vault=My%20notes&file=Pending_Approval%2FA%20b_t1",
        "",
    ]


def test_what_goes_to_nobody_names_nobody() -> None:
    line = Line("Keep: Notes", [], "low", EXPIRES, "Pending_Approval/D_t1.md")
    assert "\n   low risk, expires" in notices.text([line], "v")


@pytest.mark.parametrize("vault", ["a&file=Approved/x", "a#b", "ä/b", "a b%20"])
def test_no_name_of_a_vault_makes_another_link(vault: str) -> None:
    link = notices.link(vault, "Pending_Approval/x&vault=evil.md")
    assert link.startswith("obsidian://open?vault=")
    assert (link.count("&"), link.count("#"), link.count("=")) == (1, 0, 2)


@given(st.text(max_size=200))
def test_no_title_makes_a_line_or_a_link_of_its_own(title: str) -> None:
    plain, odd = (notices.text([Line(each, [], "low", EXPIRES, "p.md")], "v") for each in ("x", title))
    assert odd.count("\n") == plain.count("\n")
    assert odd.count("://") == 1


def test_an_address_in_a_title_is_no_link() -> None:
    title = "Approve at https://evil.example/yes, www.evil.example, obsidian://new?file=Approved/x"
    told = notices.text([Line(title, ["www.evil.example <eve@evil.example>"], "low", EXPIRES, "p.md")], "v")
    assert told.splitlines()[2:4] == [
        "1. Approve at https: //evil[.]example/yes, www[.]evil[.]example, obsidian: //new?file=Approved/x",
        "   to eve@evil.example, low risk, expires Tuesday, 17 March 2026, 12:05",
    ]


def test_many_drafts_are_counted_and_the_first_named() -> None:
    told = notices.text([LINE] * 60, "v")
    assert notices.subject(60) == "60 drafts wait for you"
    assert told.startswith("60 drafts wait")
    assert "50. Reply" in told
    assert "51. Reply" not in told
    assert "And 10 more in Pending_Approval/." in told


def test_it_goes_to_the_first_mailbox_unless_another_own_address_is_wanted() -> None:
    own = ["me@company.example", "shop@company.example", "private@home.example"]
    assert notices.recipient("", own[0], own) == "me@company.example"
    assert notices.recipient("Shop@Company.example", own[0], own) == "shop@company.example"
    assert notices.recipient("private@home.example", own[0], own) == "private@home.example"


@pytest.mark.parametrize(
    "wanted",
    [
        "eve@evil.example",
        "me@company.example, eve@evil.example",
        "eve",
        "x@home.example",
        "me@company.example\nBcc: e@x",
    ],
)
def test_it_never_goes_to_anybody_else(wanted: str) -> None:
    with pytest.raises(UserError, match="otice is sent"):
        notices.recipient(wanted, "me@company.example", ["me@company.example", "@home.example"])


def test_drafts_that_are_made_together_are_told_together() -> None:
    assert not notices.settled([NOON], NOON)
    assert notices.settled([NOON], NOON + MINUTE)
    assert not notices.settled([NOON, NOON + MINUTE], NOON + 1.5 * MINUTE)
    assert notices.settled([NOON, NOON + 5 * MINUTE], NOON + 5 * MINUTE)


def test_a_clock_that_was_set_back_does_not_silence_it() -> None:
    assert notices.elapsed(None, MINUTE, NOON)
    assert not notices.elapsed(NOON, 30 * MINUTE, NOON + 29 * MINUTE)
    assert notices.elapsed(NOON, 30 * MINUTE, NOON + 30 * MINUTE)
    assert notices.elapsed(NOON, 30 * MINUTE, NOON - MINUTE)
