"""Feedback that wants no other draft."""

from __future__ import annotations

import pytest

from daemon.core.language import dismissal


@pytest.mark.parametrize(
    "said",
    [
        "ignore, phishing", "This is spam.", "Phishing! Please ignore it.", "Don\u2019t answer", "no reply needed",
        "Betrug, bitte ignorieren", "Das ist Spam", "nicht antworten", "C'est une arnaque, ne pas répondre",
        "estafa, no responder", "È una truffa, non rispondere", "É uma burla, não responder", "nepmail, negeren",
        "Dit is oplichting, niet beantwoorden",
    ],
)  # fmt: skip
def test_such_words_end_it(said: str) -> None:
    assert dismissal.ends(said)


@pytest.mark.parametrize(
    "said",
    [
        "", "shorter", "ignore the second question", "this is not spam", "do not ignore his question", "no",
        "say: this is a scam, we call the police", "kein Spam, bitte freundlich antworten",
        "don't reply to all, only to Anna", "ignore, phishing " * 20, "add: We do not answer such mails.",
    ],
)  # fmt: skip
def test_other_words_ask_for_another_draft(said: str) -> None:
    assert not dismissal.ends(said)
