"""How long a text is for each network: their own rules, on texts with known lengths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import social
from daemon.core.social import Network
from daemon.core.social.counting import graphemes

FAMILY = "👨‍👩‍👧‍👦"
LONG_LINK = "https://birchwood.example/" + "a" * 100


def network(name: str) -> Network:
    found = social.named(name)
    assert found, name
    return found


@pytest.mark.parametrize(
    ("name", "text", "length"),
    [
        ("X", "Hello", 5),
        ("X", "café", 4),
        ("X", "cafe\u0301", 4),  # composed before it is counted
        ("X", "日本", 4),
        ("X", "👾", 2),
        ("X", "🙋🏽", 2),
        ("X", FAMILY, 2),
        ("X", "❤️", 2),
        ("X", "🇩🇪", 2),
        ("X", "1️⃣", 2),
        ("X", f"See {LONG_LINK}.", 4 + 23 + 1),
        ("X", "See birchwood.de now", 8 + 23),
        ("X", "mail anna@birchwood.de", 22),
        ("X", "It is done.Really", 17),
        ("Bluesky", FAMILY, 1),
        ("Bluesky", "🇩🇪🇫🇷", 2),
        ("Bluesky", LONG_LINK, len(LONG_LINK)),
        ("Mastodon", LONG_LINK, 23),
        ("Mastodon", "@anna@mastodon.example hi", 8),
        ("Threads", "👾", 4),
        ("Threads", "é", 1),
        ("LinkedIn", "👾", 2),
        ("Instagram", "abc\n", 4),
    ],
)
def test_a_text_is_as_long_as_the_network_says(name: str, text: str, length: int) -> None:
    assert social.length(network(name), text) == length


@pytest.mark.parametrize(
    ("name", "form", "limit"),
    [
        ("X", "post", 280),
        ("Bluesky", "post", 300),
        ("Mastodon", "post", 500),
        ("LinkedIn", "post", 3000),
        ("LinkedIn", "comment", 1250),
        ("Instagram", "post", 2200),
        ("Facebook", "post", 63_206),
        ("Threads", "post", 500),
    ],
)
def test_the_last_character_fits_and_the_next_does_not(name: str, form: social.Form, limit: int) -> None:
    assert social.problems(network(name), "a" * limit, form) == ()
    [problem] = social.problems(network(name), "a" * (limit + 2), form)
    assert problem.startswith(f"the text is 2 characters too long for {name}: it has {limit + 2:,}")


def test_too_many_hashtags_are_named() -> None:
    tags = " ".join(f"#tag{n}" for n in range(31))
    assert social.problems(network("Instagram"), tags) == ("it has 31 hashtags, and Instagram takes 30",)


def test_an_empty_text_cannot_be_posted() -> None:
    assert social.problems(network("X"), " \n") == ("there is no text",)


@pytest.mark.parametrize("name", ["LinkedIn", "linkedin", "X", "twitter", "X/Twitter", "Insta", "fb", "threads"])
def test_networks_are_known_by_what_people_call_them(name: str) -> None:
    assert social.named(name)


@pytest.mark.parametrize("name", ["", "MySpace", "X/LinkedIn", "linkedin.evil.example", "/"])
def test_what_is_no_network_is_none(name: str) -> None:
    assert social.named(name) is None


@given(st.text(max_size=200))
def test_nothing_is_lost_or_doubled_by_counting(text: str) -> None:
    clusters = list(graphemes(text))
    assert "".join(clusters) == text
    assert len(clusters) <= len(text)


@given(st.text(max_size=100), st.text(max_size=100), st.sampled_from(social.NETWORKS))
def test_two_lines_are_not_shorter_than_one(one: str, other: str, where: Network) -> None:
    assert social.length(where, f"{one}\n{other}") >= social.length(where, one)


@pytest.mark.parametrize(
    "text", ["a." * 250_000, "https://" * 60_000, "\u0301" * 100_000, "🇩" * 100_000, "@a" * 250_000]
)
@pytest.mark.parametrize("name", ["X", "Mastodon"])
def test_half_a_megabyte_of_anything_is_counted_at_once(name: str, text: str) -> None:
    assert social.length(network(name), text) > 0
