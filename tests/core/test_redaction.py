"""Known secrets do not stand in a text, however a program writes them down."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.redaction import HIDDEN, Redaction

VALUE = "s3cr3t/+\"ü'\\ pass%word"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def redact() -> Redaction:
    made = Redaction()
    made.add(VALUE)
    return made


SPELLINGS = [
    VALUE,
    json.dumps(VALUE)[1:-1],
    json.dumps(VALUE, ensure_ascii=False)[1:-1],
    repr(VALUE)[1:-1],
    repr(VALUE.encode())[2:-1],
    quote_plus(VALUE),
    urlencode({"": VALUE})[1:],
    VALUE.encode().hex(),
    VALUE.encode().hex().upper(),
    base64.b64encode(VALUE.encode()).decode().rstrip("="),
    base64.urlsafe_b64encode(VALUE.encode()).decode().rstrip("="),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_hidden(redact: Redaction, spelling: str) -> None:
    shown = redact(f"before {spelling} after")
    assert spelling[3:-3] not in shown
    assert shown.startswith(f"before {HIDDEN}")


@given(st.text(min_size=6, max_size=80), st.binary(max_size=7), st.binary(max_size=7))
def test_hidden_inside_longer_base64_as_in_a_basic_login(value: str, before: bytes, after: bytes) -> None:
    redact = Redaction()
    redact.add(value)
    data = value.encode("utf-8", "surrogatepass")
    assert HIDDEN in redact(base64.b64encode(before + data + after).decode())
    assert HIDDEN in redact(base64.urlsafe_b64encode(before + data + after).decode())


def test_lines_of_a_longer_key_are_hidden_too(redact: Redaction) -> None:
    redact.add(PEM)
    assert redact("loaded MIIEvQIBADANBgkq") == f"loaded {HIDDEN}"
    assert redact("-----BEGIN PRIVATE KEY-----") == "-----BEGIN PRIVATE KEY-----"


def test_short_values_would_hide_ordinary_words(redact: Redaction) -> None:
    redact.add("abcde", "")
    assert redact("abcde") == "abcde"


def test_longer_value_goes_before_one_that_it_contains(redact: Redaction) -> None:
    redact.add("password", "password-2")
    assert redact("is password-2.") == f"is {HIDDEN}."


def test_nothing_is_hidden_before_anything_is_known() -> None:
    assert Redaction()("any text") == "any text"
