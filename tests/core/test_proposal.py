"""What an approval stands for, as one value."""

from __future__ import annotations

import pytest

from daemon.core.proposal import digest, is_digest

MAIL = ("email.reply", {"to": ["anna@example.com"]}, "Hello")


@pytest.mark.parametrize("salt", ["5a17", ""])
def test_digest_is_known_again(salt: str) -> None:
    assert is_digest(digest(*MAIL, salt=salt), *MAIL)


def test_same_draft_has_another_digest_each_time_it_is_shown() -> None:
    assert digest(*MAIL, salt="5a17") != digest(*MAIL, salt="5a18")


@pytest.mark.parametrize(
    "other",
    [("email.send", MAIL[1], "Hello"), ("email.reply", {"to": ["eve@example.com"]}, "Hello"), (*MAIL[:2], "Hello Eve")],
)
def test_digest_stands_for_what_would_happen(other: tuple[str, dict[str, list[str]], str]) -> None:
    assert not is_digest(digest(*MAIL, salt="5a17"), *other)


@pytest.mark.parametrize("value", ["", "sha256", "sha256-", "sha256-5a17-", "sha256-5a17-0", "md5-5a17-0"])
def test_what_is_no_digest_is_none(value: str) -> None:
    assert not is_digest(value, *MAIL)
