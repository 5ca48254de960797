"""Posts, answers and messages: everything shown, edits checked, and a file that holds exactly the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from daemon.actions import message_send, social_post, social_reply
from daemon.adapters.outbox import Documents
from daemon.core.errors import Permanent, UserError
from daemon.core.plugins import Channels
from daemon.core.ports import Absent, Action, Effect, Found
from daemon.core.properties import Value
from daemon.vault import Vault
from tests.fakes import NOON

PUT = "The text below is put into Outbox/ for you to"
EFFECT = Effect("taaaaaaaaaa-g1.i1", NOON)
POST = {"networks": ["LinkedIn", "X"]}
REPLY = {"network": "X", "to": "@anna", "url": "https://x.com/anna/status/1", "form": "comment"}
MESSAGE = {"to": "Anna Berg", "service": "whatsapp"}
Kind = tuple[Callable[[Channels], Action[Any]], Mapping[str, object]]  # an action, and parameters of it
POSTING: Kind = (social_post.Action, POST)
REPLYING: Kind = (social_reply.Action, REPLY)
SENDING: Kind = (message_send.Action, MESSAGE)


@pytest.fixture
def outbox(tmp_path: Path) -> Channels:
    vault = Vault(tmp_path)
    vault.make_folders()
    shelf = Documents(vault, "outbox")
    return Channels(mail=None, documents=shelf, outbox=shelf, files=vault, accounting=None)  # pyright: ignore[reportArgumentType]  # these two are not used


def files(root: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (root / "Outbox").glob("*.txt")}


def made(kind: Kind, outbox: Channels) -> tuple[Action[Any], BaseModel]:
    action = kind[0](outbox)
    return action, action.Params.model_validate(kind[1])


@pytest.mark.parametrize("kind", [POSTING, REPLYING, SENDING])
def test_the_file_holds_exactly_the_text(kind: Kind, outbox: Channels, tmp_path: Path) -> None:
    action, checked = made(kind, outbox)
    receipt = action.perform(checked, "The oak is back.\n\nReally.", EFFECT)
    [(name, text)] = files(tmp_path).items()
    assert text == "The oak is back.\n\nReally.\n"
    assert receipt.outcome == "saved"
    assert receipt.id.startswith(f"Outbox/{name} sha256:")


@pytest.mark.parametrize("kind", [POSTING, REPLYING, SENDING])
def test_what_happened_is_found_again(kind: Kind, outbox: Channels) -> None:
    action, checked = made(kind, outbox)
    assert action.look_up(checked, "Hello", EFFECT) == Absent()
    receipt = action.perform(checked, "Hello", EFFECT)
    assert action.look_up(checked, "Hello", EFFECT) == Found(receipt)


@pytest.mark.parametrize("kind", [POSTING, REPLYING, SENDING])
def test_an_unchanged_note_amends_nothing(kind: Kind, outbox: Channels) -> None:
    action, checked = made(kind, outbox)
    assert action.amend(checked, action.describe(checked).properties, "Hello") == (
        checked,
        "Hello",
    )


@pytest.mark.parametrize("kind", [POSTING, REPLYING, SENDING])
@pytest.mark.parametrize(("text", "sentence"), [(" \n", "there is no text"), ("a" * 30_000, "characters too long for")])
def test_a_text_that_cannot_go_out_is_asked_back_and_never_cut(
    kind: Kind, text: str, sentence: str, outbox: Channels
) -> None:
    action, checked = made(kind, outbox)
    with pytest.raises(UserError, match=sentence):
        action.amend(checked, action.describe(checked).properties, text)
    with pytest.raises(Permanent, match=sentence):
        action.perform(checked, text, EFFECT)
    assert action.look_up(checked, text, EFFECT) == Absent()


def test_the_file_is_named_after_what_it_is(outbox: Channels, tmp_path: Path) -> None:
    action = social_post.Action(outbox)
    action.perform(social_post.Params(networks=("LinkedIn", "X")), "The oak is back. Really.", EFFECT)
    assert list(files(tmp_path)) == ["LinkedIn and X post the-oak-is-back-really_taaaaaaaaaa-g1.txt"]


@pytest.mark.parametrize("network", ["../../x", "Nextdoor/..", "con", "a" * 300])
def test_no_network_leads_out_of_the_outbox(network: str, outbox: Channels, tmp_path: Path) -> None:
    social_reply.Action(outbox).perform(social_reply.Params(network=network), "Hello", EFFECT)
    assert len(files(tmp_path)) == 1


def test_each_limit_counts_for_a_text_on_several_networks(outbox: Channels) -> None:
    action, params = made(POSTING, outbox)
    with pytest.raises(UserError, match="20 characters too long for X: it has 300, and a post takes 280"):
        action.amend(params, action.describe(params).properties, "a" * 300)


def test_a_network_may_be_taken_out_by_hand(outbox: Channels) -> None:
    action, params = made(POSTING, outbox)
    said = {**action.describe(params).properties, "network": "linkedin"}
    assert action.amend(params, said, "a" * 300)[0] == social_post.Params(networks=("LinkedIn",))


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        (POSTING, {"network": "MySpace"}, "MySpace is not known; write one of LinkedIn, X"),
        (POSTING, {"network": None}, "“network” is empty"),
        (POSTING, {"from_account": "a\u202eb"}, "cannot be seen"),
        (REPLYING, {"url": "obsidian://new?file=Approved/x"}, "“url” is no web address"),
        (REPLYING, {"network": ""}, "“network” is empty"),
        (REPLYING, {"to": ("@an\u200bna",)}, "cannot be seen"),
        (SENDING, {"to": ()}, "“to” is empty"),
        (SENDING, {"network": "carrier pigeon"}, "write one of WhatsApp, SMS"),
    ],
)
def test_an_impossible_edit_is_explained(kind: Kind, said: dict[str, Value], sentence: str, outbox: Channels) -> None:
    action, checked = made(kind, outbox)
    with pytest.raises(UserError, match=sentence):
        action.amend(checked, {**action.describe(checked).properties, **said}, "Hello")


@pytest.mark.parametrize(
    ("model", "params"),
    [
        (social_post.Params, {"networks": []}),
        (social_post.Params, {"networks": ["MySpace"]}),
        (social_reply.Params, {**REPLY, "url": "javascript:alert(1)"}),
        (social_reply.Params, {**REPLY, "form": "shout"}),
        (message_send.Params, {**MESSAGE, "service": "pigeon"}),
        (message_send.Params, {**MESSAGE, "to": ""}),
        (message_send.Params, {**MESSAGE, "bcc": "x"}),
    ],
)
def test_parameters_that_cannot_be_are_refused(
    model: type[social_post.Params | social_reply.Params | message_send.Params], params: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(params)


def test_everything_is_said_in_words(outbox: Channels) -> None:
    post = social_post.Action(outbox).describe(social_post.Params(networks=("LinkedIn",)))
    assert post.properties == {"network": "LinkedIn"}
    assert post.effect == (
        f"{PUT} post on LinkedIn (at most 3,000 characters)",
        "To post it on LinkedIn: open https://www.linkedin.com/feed/ and paste it",
    )
    reply = social_reply.Action(outbox).describe(social_reply.Params.model_validate(REPLY))
    assert reply.properties == {"network": "X", "to": ("@anna",), "url": "https://x.com/anna/status/1"}
    assert reply.effect == (
        f"{PUT} answer @anna on X, at most 280 characters. Everybody can read it there",
        "To answer: open https://x.com/anna/status/1 and paste it",
    )
    message = message_send.Action(outbox).describe(message_send.Params.model_validate(MESSAGE))
    assert message.properties == {"to": ("Anna Berg",), "network": "WhatsApp"}
    assert message.effect == (f"{PUT} send to Anna Berg by WhatsApp",)
