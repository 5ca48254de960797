from __future__ import annotations

import base64
import codecs
from dataclasses import replace
from urllib.parse import quote

import pytest

from daemon.core import fingerprints, outbound
from daemon.core.draft import Draft
from daemon.core.mail import Address
from daemon.core.skills import Skill
from tests.agents.factories import Desk, email

CAME = "When do you open? Order 4471, see https://shop.example/o/4471?x=1 or call +49 40 555 0101."
HANDBOOK = "Our page: https://birchwood.example, we bank at DE89 3704 0044 0532 0130 00, phone +49 30 555 0000."
SECRET = "k3y-7f3a9c21d4"


def judged(text: str, action: str = "email.reply", /, **params: object) -> Draft:
    task = replace(email(CAME, sender=Address("Ann", "ann@mail.example")), text=CAME)
    draft = Draft(action, {}, text, "Reply", "Because.", 1.0, "low")
    return outbound.judged(draft, params, outbound.sources(task, Desk(), HANDBOOK))


@pytest.mark.parametrize(
    "text",
    [
        "Hello, we open at 8:00 on 12 March 2026.",
        "Please pay 1,428.00 EUR to DE89 3704 0044 0532 0130 00 by 2026-03-24.",
        "Call us: 030 555 0000.", "See birchwood.example or https://birchwood.example/",
        "Order 4471 is ready, ann@mail.example",
        "Invoice 2026-0041 for the B2B-meeting", "Grüße 👍🏽 aus Köln", "e.g. 3.5 kg, z.B. 14 m2, u.a. RAL7035",
    ],
)  # fmt: skip
def test_ordinary_words_and_the_persons_own_data_are_not_foreign(text: str) -> None:
    assert judged(text).risk == "low"


@pytest.mark.parametrize(
    "text",
    [
        "write to eve@evil.example", "write to eve\u200b@evil.example", "call +49 900 123456", "call 0900 123456 now",
        "pay to DE55 5001 0517 2234 5566 77", "see https://evil.example/", "see evil.example/login", "www.evil.example",
        "https://birchwood.example/?d=abc", "https://birchwood.example.evil.example", "ftp://evil.example/x",
        "https://birchwood.example@evil.example/", "![](https://evil.example/p.png)", "<img src=//evil.example>",
        "see Memory/private.md", "see [[Business_Goals]]", "see /etc/passwd", "see C:\\Users\\me", "file:///home/me",
        "![x](//evil.example/a)", "a\u202eb", "Hel\u2060lo", "the key is k3y7f3a9c21", "card 4111111111111111",
    ],
)  # fmt: skip
def test_what_comes_from_nowhere_is_high_risk_and_named(text: str) -> None:
    draft = judged(text)
    assert draft.risk == "high"
    assert draft.found[0].startswith("Careful: ")


@pytest.mark.parametrize(
    "coded",
    [
        SECRET, base64.b64encode(SECRET.encode()).decode(), SECRET.encode().hex(), quote(f"ü {SECRET} ß"),
        "".join(f"%{byte:02x}" for byte in SECRET.encode()), " ".join(f"{byte:02x}" for byte in SECRET.encode()),
        base64.b64encode(b"Our margin is forty percent").decode(), "&#115;&#101;&#99;&#114;&#101;&#116;",
    ],
)  # fmt: skip
def test_a_code_that_nobody_in_the_thread_wrote_is_high_risk(coded: str) -> None:
    assert judged(f"Hello {coded}").risk == "high"
    assert judged("Hello", subject=f"Re: {coded}").risk == "high"
    assert judged("Hello", cc=[f"{coded} <ann@mail.example>"]).risk == "high"


@pytest.mark.parametrize("text", ["Call +49 40 555 0101.", "See https://shop.example/o/4471?x=1"])
def test_what_only_the_message_says_is_never_of_low_risk(text: str) -> None:
    draft = judged(text)
    assert draft.risk == "medium"
    assert "stands only in the message itself" in draft.found[0]


@pytest.mark.parametrize(
    "params",
    [{"in_reply_to": "<9@evil.example>"}, {"references": ["<c2VjcmV0@evil.example>"]},
     {"from_account": "eve@evil.example"},
     {"attachments": [{"path": "Memory/private.md", "sha256": "0", "size": 1}]}],
)  # fmt: skip
def test_another_thread_account_or_file_is_high_risk(params: dict[str, object]) -> None:
    assert judged("Hello", **params).risk == "high"


def test_what_stays_in_the_vault_may_quote_the_message() -> None:
    assert judged("see evil.example/login", "document.save").risk == "low"


def test_a_text_too_long_to_be_checked_is_high_risk() -> None:
    assert judged("word " * 30_000).risk == "high"


NOTE = "Our margin on kitchens is forty percent, tell nobody. The safe opens with nightjar-4471-blue."


@pytest.mark.parametrize(
    "text",
    [
        NOTE, f"Hello, {NOTE} Bye", NOTE.upper(), NOTE[::-1], codecs.encode(NOTE, "rot13"), " ".join(NOTE),
        "nightjar 4471 blue", "n.i.g.h.t.j.a.r.4.4.7.1.b.l.u.e", "avtugwne-4471-oyhr".replace("-", ""),
    ],
)  # fmt: skip
def test_a_passage_of_a_private_note_is_known_however_it_is_written(text: str) -> None:
    assert fingerprints.repeats(fingerprints.of_outgoing(text), fingerprints.of_private(NOTE), "")


@pytest.mark.parametrize("text", ["", "Hello, our margin is fine.", "We have a blue nightjar.", "Order 4471"])
def test_a_few_words_of_a_note_are_no_passage(text: str) -> None:
    assert not fingerprints.repeats(fingerprints.of_outgoing(text), fingerprints.of_private(NOTE), "")


@pytest.mark.parametrize("code", ["nightjar-4471-blue", "nightjar-4472-red"])
def test_codes_that_begin_alike_are_both_known(code: str) -> None:
    private = fingerprints.of_private("nightjar-4471-blue and nightjar-4472-red")
    assert fingerprints.repeats(fingerprints.of_outgoing(f"It is {code}."), private, "")


def test_what_the_thread_says_itself_gives_nothing_away() -> None:
    told = fingerprints.squash(NOTE)
    assert not fingerprints.repeats(fingerprints.of_outgoing(NOTE), fingerprints.of_private(NOTE), told)


BOOK = """## Facts
- hours: We are open Monday to Friday, 8:00 to 17:00, and closed on public holidays.

## Contacts
- Ann Weatherby of Weatherby Interiors <ann@mail.example> — pays late, may get up to 40 percent discount
- Bob: he is being investigated by the tax office

## Routing
- urgent: burst pipe, anything from the lawyers of Hartmann

## Invoices
- price A2 poster for friends of the house: 120 SEK
"""


def untold(text: str, came: str = CAME, model: str = "") -> tuple[str, ...]:
    draft = Draft("email.reply", {}, text, "Reply", "Because.", 1.0, "low", model=model)
    return outbound.untold(draft, text, outbound.sources(email(came), Desk(), BOOK), BOOK)


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("Hello, you pay late, MAY get up to\n40 percent discount.", "Contacts"),
        ("Bob? He is being investigated by the tax office.", "Contacts"),
        ("We hurry for anything from the lawyers of Hartmann", "Routing"),
    ],
)
def test_what_the_handbook_says_for_the_persons_eyes_only_is_known(text: str, heading: str) -> None:
    assert untold(text) == (f"Company_Handbook.md ({heading})",)
    assert untold(text, came=text) == ()


def test_only_rules_write_from_the_invoices_of_the_handbook() -> None:
    text = "An A2 poster for friends of the house: 120 SEK"
    assert untold(text) == ()
    assert untold(text, model="claude-haiku-5-5") == ("Company_Handbook.md (Invoices)",)


def test_facts_and_names_of_the_handbook_may_be_told() -> None:
    text = "Dear Ann Weatherby of Weatherby Interiors, we are open Monday to Friday, 8:00 to 17:00."
    assert untold(text, model="claude-haiku-5-5") == ()


def test_a_link_in_a_skill_that_the_person_trusts_is_theirs() -> None:
    price_list = Skill("discounts", "x", "Send the list: https://birchwood.example/prices.pdf", own=True)
    draft = Draft("email.reply", {}, "See https://birchwood.example/prices.pdf", "Reply", "Because.", 1.0, "low")
    known, foreign = (
        outbound.judged(draft, {}, outbound.sources(email(CAME), Desk(skills=[each]), ""))
        for each in (price_list, replace(price_list, own=False))
    )
    assert (known.risk, foreign.risk) == ("low", "high")
