"""What a connected mailbox is called."""

from __future__ import annotations

import pytest

from daemon.core.mailboxes import accounts


def test_an_account_is_called_by_its_kind_and_address() -> None:
    assert accounts.name("gmail", "Anna@example.com") == "gmail.anna-example-com"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hr.de@company.example", "hr@de.company.example"),
        ("a-b@c.example", "a.b@c.example"),
        ("a@b-c.example", "a@b.c.example"),
        ("a+b@c.example", "a@b.c.example"),
        (f"{'a' * 60}@x.example", f"{'a' * 61}@x.example"),
    ],
)
def test_two_mailboxes_are_never_called_the_same(one: str, other: str) -> None:
    assert accounts.name("imap", one) != accounts.name("imap", other)
    assert all(len(accounts.name("imap", each)) <= 64 for each in (one, other))
