"""A mention as a person passes it on in a note: what counts, and what cannot do harm."""

from __future__ import annotations

import pytest

from daemon.core import arrivals, dropped, resources, social
from daemon.core.social import Mention
from daemon.core.task import Arrival

NOTE = """---
kind: social
network: linkedin
mention: comment
from: "Anna Berg"
url: https://www.linkedin.com/posts/birchwood_1
priority: high
---
> Do you use oak wood?
"""


def arrival(note: str = NOTE) -> Arrival:
    return arrivals.note("Social mention.md", note.encode(), source="inbox")


def mention(**said: str) -> Mention:
    return social.dropped({"kind": "social", **said}, "Hi")


def test_a_note_that_says_so_arrives_as_a_mention() -> None:
    came = arrival()
    assert (came.kind, came.sender, came.title) == ("social", "Anna Berg", "Do you use oak wood?")
    assert (came.text, came.priority) == ("Do you use oak wood?", "high")


@pytest.mark.parametrize("kind", ["kind: note", "kind: Social work", "about: social"])
def test_any_other_note_arrives_as_a_note(kind: str) -> None:
    assert arrival(NOTE.replace("kind: social", kind)).kind == "note"


def test_the_network_may_follow_from_the_link() -> None:
    assert mention(url="https://x.com/anna/status/1").network == "X"


def test_another_network_keeps_its_own_name() -> None:
    assert mention(network="Nextdoor", url="https://nextdoor.example/p/1").network == "Nextdoor"


def test_a_messenger_brings_messages() -> None:
    assert (mention(network="whatsapp").network, mention(network="whatsapp").kind) == ("WhatsApp", "message")


@pytest.mark.parametrize(("said", "kind"), [("Review", "review"), ("message", "message"), ("evil", "mention")])
def test_the_kind_is_one_of_four(said: str, kind: str) -> None:
    assert mention(network="X", mention=said).kind == kind


@pytest.mark.parametrize(
    "url",
    [
        "obsidian://new?file=Approved/x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://localhost",
        "https://x.com/a b",
        "https://x.com/\u202eexe",
        "https://x.com/[[Approved]]",
        "https://x.com/" + "a" * 3000,
        "http://[::1",
    ],
)
def test_what_is_no_plain_web_address_is_left_out(url: str) -> None:
    assert mention(network="X", url=url).url == ""


def test_a_name_cannot_turn_the_line_round_or_make_a_link() -> None:
    assert mention(network="X", **{"from": "An\u202ena [[Approved/x|B]] <b>"}).author == "An na Approved/xB b"
    assert len(mention(network="X", **{"from": "a" * 10_000}).author) == 100


def test_the_template_is_a_mention_when_it_is_filled_in() -> None:
    page = resources.template_files()["Templates/Social mention.md"].read_text(encoding="utf-8")
    filled = page.replace('from: ""', 'from: "@anna"').replace('url: ""', 'url: "https://www.linkedin.com/posts/x"')
    read = dropped.text(filled.encode())
    assert social.is_mention(read.properties)
    assert social.dropped(read.properties, read.body) == Mention(
        "LinkedIn", "@anna", "https://www.linkedin.com/posts/x", "Paste here what they wrote.", "comment"
    )
