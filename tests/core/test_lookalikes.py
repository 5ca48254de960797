"""Addresses that deceive the eye."""

from __future__ import annotations

import pytest

from daemon.core import lookalikes

APPLE = "xn--80ak6aa92e.com"  # "apple" in Cyrillic letters
KNOWN = ["anna@example.com", "me@company.example", "@partner.example"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("anna@example.com", "anna@example.com"),
        ("Anna Example <anna@example.com>", "Anna Example <anna@example.com>"),
        ("info@xn--bcher-kva.example", "info@b\u00fccher.example \u27e8xn--bcher-kva.example\u27e9"),
        ("B <info@b\u00fccher.example>", "B <info@b\u00fccher.example \u27e8xn--bcher-kva.example\u27e9>"),
        ("A\u202enna <anna@example.com>", "A\u27e8U+202E\u27e9nna <anna@example.com>"),
        ("@mira@social.example", "@mira@social.example"),
        ("", ""),
    ],
)
def test_address_is_shown_as_it_is_sent_and_as_it_reads(written: str, shown: str) -> None:
    assert lookalikes.shown(written) == shown


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (f"x@{APPLE}", "is written in Cyrillic letters that look like plain ones"),
        ("x@ex\u0430mple.com", "mixes letters of Cyrillic and Latin"),
        ("x@examp\u03bfe.com", "mixes letters of Greek and Latin"),
        ("boss@corp.example <eve@evil.example>", "is not the address; the mail goes to eve@evil.example"),
        ("\u0430nna@example.com", "no mail can go to"),
        ("anna\u200b@example.com", "no mail can go to anna\u27e8U+200B\u27e9@example.com"),
    ],
)
def test_what_is_not_as_it_looks_is_said(written: str, says: str) -> None:
    assert any(says in doubt for doubt in lookalikes.doubts(written))


@pytest.mark.parametrize(
    "written",
    [
        "anna@example.com", "Anna <anna@example.com>", "anna@example.com <anna@example.com>", "@mira@social.example",
        "info@b\u00fccher.example", "info@\u043f\u043e\u0447\u0442\u0430.example", "x@\u4f8b\u3048.example",
        "x@line\u30e9\u30a4\u30f3.example", "+49 40 1234567", "",
    ],
)  # fmt: skip
def test_ordinary_address_raises_no_doubt(written: str) -> None:
    assert list(lookalikes.doubts(written)) == []


@pytest.mark.parametrize(
    "written",
    [
        "anna@examp1e.com", "anna@exarnple.com", "Anna Example <anna@exampIe.com>", "ANNA@EXAMP1E.COM",
        "anna@ex\u0430mple.com", "anna@xn--exmple-4nf.com", "anna@ex\u00e4mple.com",
    ],
)  # fmt: skip
def test_address_that_only_looks_like_a_known_one_is_found(written: str) -> None:
    assert lookalikes.twin(written, KNOWN) == "anna@example.com"


@pytest.mark.parametrize("written", ["anna@example.com", "Anna@Example.com", "hanna@example.com", "nobody", ""])
def test_known_and_quite_other_addresses_are_no_twins(written: str) -> None:
    assert lookalikes.twin(written, KNOWN) == ""


def test_domain_that_only_looks_like_a_known_one_is_found() -> None:
    assert lookalikes.twin("x@partnen.example", KNOWN) == ""
    assert lookalikes.twin("x@pantner.example", [*KNOWN, "@pantner.example"]) == ""
    assert lookalikes.twin("x@partner.examp1e", KNOWN) == "@partner.example"


def test_links_are_looked_at_too() -> None:
    text = f"See https://{APPLE}/login and https://example.com, or obsidian://{APPLE}"
    (doubt,) = lookalikes.link_doubts(text)
    assert APPLE in doubt
