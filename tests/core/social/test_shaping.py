"""The person's words in the shape of a network: cut between sentences, nothing added, what is left out is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.core import social
from daemon.core.social import Network, Shaped, posting, shaping
from daemon.core.social.counting import links

X, BLUESKY, LINKEDIN, MASTODON = (
    next(n for n in social.NETWORKS if n.name == name) for name in ("X", "Bluesky", "LinkedIn", "Mastodon")
)
SENTENCE = "We built a long oak table for the town library."
LINK = "https://birchwood.example/library"


def test_what_fits_stays_as_it_is() -> None:
    assert social.shape("Line one.\n\nLine two #oak", X) == Shaped("Line one.\n\nLine two #oak")


def test_a_long_text_ends_after_a_sentence_and_the_rest_is_named() -> None:
    shaped = social.shape(f"{' '.join([SENTENCE] * 5)} This last sentence is the one that is too much.", X)
    assert shaped.text == " ".join([SENTENCE] * 5)
    assert shaped.left == ("This last sentence is the one that is too much.",)


def test_links_and_hashtags_at_the_end_stay() -> None:
    shaped = social.shape(f"{' '.join([SENTENCE] * 8)} {LINK} #oak #library", X)
    assert shaped.text.endswith(f"library.\n\n{LINK} #oak #library")
    assert len(shaped.left) == 3


def test_a_link_inside_what_is_left_out_stays() -> None:
    shaped = social.shape(f"{' '.join([SENTENCE] * 5)} All of it is on {LINK} to see. Bye now.", X)
    assert shaped.text.endswith(LINK)
    assert social.problems(X, shaped.text) == ()


def test_a_sentence_that_is_too_long_ends_after_a_word() -> None:
    shaped = social.shape("wood " * 100, BLUESKY)
    assert shaped.text.endswith("wood…")
    assert shaped.text.removesuffix("…").split() == ["wood"] * len(shaped.text.split())


def test_a_text_without_spaces_ends_after_a_letter() -> None:
    shaped = social.shape("木" * 300, X)
    assert shaped.text == "木" * 139 + "…"


def test_a_long_paragraph_for_linkedin_begins_with_a_line_that_stands_alone() -> None:
    shaped = social.shape(" ".join([SENTENCE] * 6), LINKEDIN)
    assert [len(part.split(". ")) for part in shaped.text.split("\n\n")] == [1, 2, 2, 1]


def test_own_paragraphs_are_kept() -> None:
    text = f"{SENTENCE * 5}\n{SENTENCE}"
    assert social.shape(text, LINKEDIN).text == text


def test_what_nobody_sees_is_left_out() -> None:
    assert social.tidy("a\u202eb\u2066c\u200b\x00d\r\n\n\n\ne ") == "abcd\n\ne"


def test_one_text_is_for_all_networks_that_take_it() -> None:
    assert posting.together(SENTENCE, (X, MASTODON)) == ((X, MASTODON), Shaped(SENTENCE))


def test_a_network_that_does_not_take_it_is_named_with_a_text_that_fits() -> None:
    text = " ".join([SENTENCE] * 7)
    networks, shaped = posting.together(text, (X, MASTODON))
    [note] = posting.others(text, (X, MASTODON), networks)
    assert (networks, shaped.text) == ((MASTODON,), text)
    assert note.startswith("Not for X: the text is 55 characters too long for X")
    assert f"“Post on X: {SENTENCE} " in note


WORDS = st.lists(
    st.sampled_from(
        [
            "oak",
            "table.",
            "Is",
            "it?",
            "木の",
            "👨‍👩‍👧‍👦",
            LINK,
            "#oak",
            "a.b",
            "Yes!",
            "x" * 90,
            "\n",
            "\n\n",
            "e\u0301",
        ]
    ),
    max_size=150,
).map(" ".join)


@settings(deadline=timedelta(seconds=2))
@given(st.one_of(WORDS, st.text(max_size=700)), st.sampled_from(social.NETWORKS))
def test_whatever_it_is_it_fits_or_there_is_nothing(text: str, network: Network) -> None:
    shaped = social.shape(text, network)
    assert set(social.problems(network, shaped.text)) <= {"there is no text"}


@given(WORDS, st.sampled_from(social.NETWORKS))
def test_no_word_is_invented_or_broken(text: str, network: Network) -> None:
    shaped = social.shape(text, network)
    assert {word.rstrip("…") for word in shaped.text.split()} - {""} <= {w.rstrip("…,;:-") for w in text.split()} | set(
        text.split()
    )


@given(WORDS)
def test_no_link_is_lost(text: str) -> None:
    assert set(links(text)) <= set(links(social.shape(text, MASTODON).text))


@pytest.mark.parametrize(
    "text", ["https://a#b" * 40_000, "#a" * 100_000, "a. " * 6_000, "\n a" * 100_000, "x" * 400_000]
)
def test_half_a_megabyte_of_anything_is_shaped_at_once(text: str) -> None:
    assert shaping.shape(text, X).text
