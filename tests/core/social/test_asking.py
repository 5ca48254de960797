"""A person's own note: is it an order for a post, an answer or a message, and in which words?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.core import social
from daemon.core.social import Mention, Message, Post
from tests.agents.factories import HANDBOOK
from tests.core.language.test_phrasebook import BOOKS


def asked(text: str) -> Post | Mention | Message | None:
    return social.asked(text, BOOKS.values(), HANDBOOK)


def post(text: str) -> tuple[list[str], str]:
    found = asked(text)
    assert isinstance(found, Post), found
    return [network.name for network in found.networks], found.text


@pytest.mark.parametrize(
    ("note", "networks", "text"),
    [
        ("Post on LinkedIn: we are hiring a carpenter", ["LinkedIn"], "We are hiring a carpenter"),
        ("- [ ] please post this on linkedin: Hi all", ["LinkedIn"], "Hi all"),
        ("Post on LinkedIn and Mastodon: Done!", ["LinkedIn", "Mastodon"], "Done!"),
        ("Post on X/Twitter and on Bluesky:\n\nDone.\n\nReally.", ["X", "Bluesky"], "Done.\n\nReally."),
        ("LinkedIn post: Done!", ["LinkedIn"], "Done!"),
        ("Tweet: “Oak is back”", ["X"], "Oak is back"),
        ("tweet we are open on Sunday", ["X"], "We are open on Sunday"),
        ("Toot that the oak is back", ["Mastodon"], "The oak is back"),
        ("Please post on our LinkedIn page that we are closed.", ["LinkedIn"], "We are closed."),
        ("Post on LinkedIn - a new table is ready", ["LinkedIn"], "A new table is ready"),
        ("Poste auf Mastodon: Wir haben offen.", ["Mastodon"], "Wir haben offen."),
        ("Bitte auf LinkedIn und Instagram posten: Neu!", ["LinkedIn", "Instagram"], "Neu!"),
        ("Schreib einen LinkedIn-Post: Wir suchen Leute.", ["LinkedIn"], "Wir suchen Leute."),
        ("Poste auf LinkedIn, dass wir umziehen.", ["LinkedIn"], "Wir umziehen."),
        ("Publie sur LinkedIn : nous déménageons", ["LinkedIn"], "Nous déménageons"),
        ("Publica en Instagram: nuevas sillas", ["Instagram"], "Nuevas sillas"),
        ("Pubblica su Facebook: siamo aperti", ["Facebook"], "Siamo aperti"),
        ("Publica no LinkedIn: estamos a contratar", ["LinkedIn"], "Estamos a contratar"),
        ("Plaats op LinkedIn: wij verhuizen", ["LinkedIn"], "Wij verhuizen"),
        ("Post on Instagram: eBay is where we sell", ["Instagram"], "eBay is where we sell"),
        ("Post on X: https://birchwood.example is new", ["X"], "https://birchwood.example is new"),
    ],
)
def test_an_order_for_a_post_is_understood(note: str, networks: list[str], text: str) -> None:
    assert post(note) == (networks, text)


@pytest.mark.parametrize(
    "note", ["Tweet about our new opening hours", "Write a LinkedIn post about our new opening hours"]
)
def test_an_order_that_only_says_what_about_is_one_too(note: str) -> None:
    found = asked(note)
    assert isinstance(found, Post)
    assert (found.text, found.about) == ("Our new opening hours", True)


@pytest.mark.parametrize(
    ("note", "text", "about"),
    [
        (
            "Write a LinkedIn post about our new paper: thick, made in Lund",
            "Our new paper: thick, made in Lund",
            True,
        ),
        ("Schreib einen LinkedIn-Post über unser Papier: dick, aus Lund", "Unser Papier: dick, aus Lund", True),
        ("Post on LinkedIn about our new paper:", "Our new paper", True),
        ("Post on LinkedIn about our new paper: “Our paper is thick.”", "Our paper is thick.", False),
        ("Post on LinkedIn about our new paper:\n\nOur paper is thick.", "Our paper is thick.", False),
    ],
)
def test_what_follows_a_topic_adds_to_it_unless_it_stands_by_itself(note: str, text: str, about: bool) -> None:  # noqa: FBT001
    found = asked(note)
    assert isinstance(found, Post)
    assert (found.text, found.about) == (text, about)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Post on LinkedIn",
        "Post on LinkedIn:",
        "Post the parcel on Monday to Anna: 12 Main Street",
        "Post office: buy stamps",
        "Remind me to post on LinkedIn",
        "Post on LinkedIn got three comments today",
        "LinkedIn posts are great for us",
        "Facebook ads: check the budget",
        "Facebook post idea: a short video of the workshop",
        "Tweet from Anna: she says hello to all",
        "X: the unknown",
        "Buy threads: blue, red",
        "Share the budget with Anna: 12,000 EUR",
        "Write to bob@mail.example about Facebook: yes",
        "Text of the contract: we agree",
        "WhatsApp: update the app",
    ],
)
def test_any_other_note_stays_a_note(note: str) -> None:
    assert asked(note) is None


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ("WhatsApp to Anna: running late", Message("WhatsApp", "Anna", "Running late")),
        ("Text Jonas Brandt: bring oak", Message("SMS", "Jonas Brandt", "Bring oak")),
        ("SMS an +49 170 1234567: Fertig.", Message("SMS", "+49 170 1234567", "Fertig.")),
        ("Send a message to @anna.b on Telegram: hi", Message("Telegram", "@anna.b", "Hi")),
        ("Schreib Maria Lopez per WhatsApp: Bis gleich", Message("WhatsApp", "Maria Lopez", "Bis gleich")),
        ("Manda un messaggio a Carla su WhatsApp: arrivo", Message("WhatsApp", "Carla", "Arrivo")),
    ],
)
def test_an_order_for_a_message_is_understood(note: str, message: Message) -> None:
    assert asked(note) == message


SHARED = "https://x.com/anna_b/status/123?s=20 “Do you use oak wood?”"


@pytest.mark.parametrize(
    ("note", "network", "author"),
    [
        (f"Answer this please: {SHARED}", "X", "@anna_b"),
        (f"Bitte antworten\n\n{SHARED}", "X", "@anna_b"),
        ("Réponds: https://bsky.app/profile/anna.example/post/3k « Que du chêne ? »", "Bluesky", "@anna.example"),
        ("Reply please\nhttps://norden.social/@anna/11512\n> Do you use oak?", "Mastodon", "@anna"),
        ("Answer this: Check out this post by Anna Berg: “So nice” https://lnkd.in/p/x1", "LinkedIn", "Anna Berg"),
        ('please answer https://www.threads.net/@anna/post/C1 "Nice chair you made"', "Threads", "@anna"),
    ],
)  # fmt: skip
def test_a_shared_post_beside_the_wish_for_an_answer_is_a_mention(note: str, network: str, author: str) -> None:
    found = asked(note)
    assert isinstance(found, Mention)
    assert (found.network, found.author, found.kind) == (network, author, "comment")
    assert found.text
    assert found.url.startswith("https://")


@pytest.mark.parametrize(
    "note",
    [
        f"Check out this post: {SHARED}",
        "Answer this: https://blog.example/post/1 “Do you use oak wood?”",
        "Answer this: https://x.com/anna/status/123",
        "https://x.com/anna/status/123 “please answer this”",
        "Answer this: obsidian://new?file=Approved/x “Do you use oak wood?”",
        "Answer this: https://linkedin.com.evil.example/posts/1 “Do you use oak wood?”",
    ],
)
def test_a_shared_post_without_a_wish_a_text_or_a_network_stays_a_note(note: str) -> None:
    assert asked(note) is None


PIECES = (
    "post", "on", "LinkedIn", "and", ":", "\n", "that", "tweet", "x", "“", "”", "an", "to", ",", ">", "answer this",
    "https://x.com/a/status/1", "WhatsApp", "Anna", "about", "is",
)  # fmt: skip
ODD = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)


@settings(deadline=timedelta(seconds=2))
@given(ODD)
def test_no_note_is_too_odd_to_read(note: str) -> None:
    found = asked(note)
    assert found is None or found.text


@pytest.mark.parametrize(
    "part", ["post on linkedin ", "“", "> ", "https://x.com/a/status/1 ", "by A", "@", ": ", "a@b:"]
)
def test_a_megabyte_of_anything_is_read_at_once(part: str) -> None:
    asked("Answer this: " + part * (1_000_000 // len(part)))


@pytest.mark.parametrize(
    ("note", "when"),
    [
        ("Post on LinkedIn tomorrow at 9: the bike is in", "tomorrow at 9"),
        ("Post on LinkedIn at 10:30: the bike is in", "at 10:30"),
        ("Post on LinkedIn tonight: the bike is in", "tonight"),
        ("Post tomorrow on LinkedIn: the bike is in", "tomorrow"),
        ("Zet morgen om 9 uur op LinkedIn: the bike is in", "morgen om 9 uur"),
        ("Poste morgen um 9 Uhr auf LinkedIn: the bike is in", "morgen um 9 Uhr"),
        ("Poste demain à 9 h sur LinkedIn : the bike is in", "demain à 9 h"),
        ("Publica mañana a las 9 en LinkedIn: the bike is in", "mañana a las 9"),
        ("Pubblica domani su LinkedIn: the bike is in", "domani"),
        ("Publica amanhã às 9h no LinkedIn: the bike is in", "amanhã às 9h"),
        ("Post today on LinkedIn: the bike is in", ""),
    ],
)
def test_the_time_of_a_post_is_no_part_of_its_text(note: str, when: str) -> None:
    found = asked(note)
    assert isinstance(found, Post)
    assert (found.text, found.when) == ("The bike is in", when)


def test_a_time_behind_the_colon_is_part_of_the_post() -> None:
    assert post("Tweet: 9:00 we open") == (["X"], "9:00 we open")


def test_words_before_a_colon_may_still_be_the_order() -> None:
    found = asked("Post on LinkedIn for our customers: the bike is in")
    assert isinstance(found, Post)
    assert (found.text, found.aside) == ("For our customers: the bike is in", "for our customers")
