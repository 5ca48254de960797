"""What is asked of Google, and what is believed of what comes back."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from daemon.core.errors import UserError
from daemon.core.mailboxes import consent
from daemon.core.mailboxes.consent import MODIFY, READ_ONLY, App, NotOurs, Question

APP = App("made-up.apps.googleusercontent.com", "GOCSPX-canary")
QUESTION = Question(APP, MODIFY, "http://127.0.0.1:4711/", "state-1", "verifier-1")
FILE = {"installed": {"client_id": APP.id, "client_secret": APP.secret, "redirect_uris": ["http://localhost"]}}


def test_the_question_carries_a_challenge_and_never_the_verifier_or_the_secret() -> None:
    address = QUESTION.address("https://accounts.example/auth")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    digest = hashlib.sha256(b"verifier-1").digest()
    assert asked == {
        "response_type": "code",
        "client_id": APP.id,
        "redirect_uri": "http://127.0.0.1:4711/",
        "scope": MODIFY,
        "state": "state-1",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
    }


@pytest.mark.parametrize("start", ["http://127.0.0.1:4711/", "https://localhost:4711/", "", "  http://127.0.0.1:4711/"])
def test_the_code_is_taken_from_whatever_stands_before_it(start: str) -> None:
    assert QUESTION.code(f"{start}?state=state-1&code=4/0abc&scope={MODIFY}\n") == "4/0abc"


@pytest.mark.parametrize(
    "came_back",
    [
        "",
        "http://127.0.0.1:4711/",
        "http://127.0.0.1:4711/favicon.ico",
        "4/0abc",
        "?code=4/0abc",
        "?state=other&code=4/0abc",
        "?state=state-1",
        "?state=state-1&state=state-1&code=4/0abc",
        "?state=state-1&code=a&code=b",
        "?state=st\u00e4te&code=a",
        "?" + "state=state-1&" * 10_000 + "code=a",
    ],
)
def test_what_is_no_answer_to_this_question_is_told_apart(came_back: str) -> None:
    with pytest.raises(NotOurs, match="Copy the whole address"):
        QUESTION.code(came_back)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("access_denied", "test users named under Audience"),
        ("admin_policy_enforced", "administrator of your Google Workspace"),
        ("server_error", r"\(server_error\)"),
        ("<script>alert(1)</script>", r"\(an error\)"),
    ],
)
def test_a_no_says_what_to_do(error: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        QUESTION.code(f"?state=state-1&error={error}")
    assert (refused.value.exit_code, isinstance(refused.value, NotOurs)) == (5, False)


def test_a_no_of_somebody_else_is_none() -> None:
    with pytest.raises(NotOurs):
        QUESTION.code("?state=guessed&error=access_denied")


def test_the_file_of_a_desktop_app_is_understood() -> None:
    assert consent.app_of(json.dumps(FILE)) == APP


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps({"web": FILE["installed"]}), "of another type"),
        ("", "not the file"),
        ("[]", "not the file"),
        ('"GOCSPX-canary"', "not the file"),
        ("{}", "not the file"),
        ('{"installed": []}', "not the file"),
        ('{"installed": {"client_id": 1, "client_secret": "GOCSPX-canary"}}', "not the file"),
        ('{"installed": {"client_id": "a\\nb", "client_secret": "GOCSPX-canary"}}', "not the file"),
        ("[" * 100_000, "not the file"),
    ],
)
def test_another_file_is_refused_without_a_word_of_it(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        consent.app_of(text)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("typed", ["", "12345", "GOCSPX-canary", "a b.apps.googleusercontent.com"])
def test_what_is_no_client_id_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match="type Desktop app"):
        consent.app_typed(typed, "secret")


def test_a_typed_app_loses_its_spaces() -> None:
    assert consent.app_typed(f" {APP.id}\n", " GOCSPX-canary ") == APP


def test_a_right_that_was_not_ticked_is_missing() -> None:
    assert consent.scopes(f"openid {READ_ONLY}", READ_ONLY) == (READ_ONLY, "openid")
    with pytest.raises(UserError, match="tick the box"):
        consent.scopes("openid", MODIFY)


def test_secrets_do_not_stand_in_what_python_shows() -> None:
    shown = repr(QUESTION)
    assert ("canary" in shown, "verifier-1" in shown, "state-1" in shown) == (False, False, False)
