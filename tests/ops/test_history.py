"""The record in words."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import get_args

import pytest

from daemon.core.proposal import State
from daemon.ops import history
from daemon.runtime.ledger import audit
from tests.house import House


def told(house: House) -> str:
    return "\n".join(history.sentence(record) for record in house.app.ledger.audit.all())


def test_a_refused_effect_and_its_retry_read_as_a_story(house: House) -> None:
    house.provider.script = ["refuse"]
    house.arrive()
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    house.retry(house.note("Failed"))
    house.run()
    assert told(house).splitlines() == [
        "came in (email)",
        "a draft was put before you: answer by mail, medium risk",
        "approved: you moved the note to Approved/",
        "began to carry it out (answer by mail)",
        "refused by the provider: 550 no such user",
        "the first version was replaced and can never run",
        "a draft was put before you: answer by mail, medium risk (second version)",
        (
            "shown again as the second version: The provider refused it before (550 no such user). "
            "Approve it to try again."
        ),
    ]


@pytest.mark.parametrize("kind", get_args(audit.Kind))
def test_every_kind_of_record_has_words(kind: str) -> None:
    known = {"kind": "email", "action": "email.reply", "risk": "low", "via": "cli", "outcome": "sent", "receipt": "x"}
    data = known | {"generation": 1, "state": "done", "path": "x", "why": "because", "number": "7"}
    sentence = history.sentence(audit.Record(1, "2026-03-10T12:00:00Z", kind, "t", data, "", ""))
    assert kind not in sentence


def test_a_kind_of_a_later_version_is_shown_as_it_is() -> None:
    assert (
        history.sentence(audit.Record(1, "", "TELEPORTED", "t", {"to": "Mars"}, "", "")) == "TELEPORTED {'to': 'Mars'}"
    )


def test_where_a_task_stands(house: House) -> None:
    house.arrive()
    house.run()
    proposal = house.app.ledger.proposals.open()[0]
    assert proposal.state is State.PROPOSED
    assert history.standing(None, proposal, UTC).startswith("Waits for your decision since 10 Mar 2026 12:00:00")
    assert proposal.expires_at - proposal.proposed_at == timedelta(days=7)
    assert history.standing(None, None, UTC) == "Is being worked on; there is no draft yet."


def test_a_draft_that_nobody_wants_any_more_says_why(house: House) -> None:
    house.arrive()
    house.run()
    proposals = house.app.ledger.proposals
    waiting = proposals.open()[0]
    proposals.end(waiting, State.SUPERSEDED, "You answered it yourself.", house.clock.now())
    assert history.standing(None, proposals.get(waiting.key), UTC) == "Closed: You answered it yourself."
    assert told(house).splitlines()[-1] == "the first version is not wanted any more and can never run"


def test_a_reason_that_is_a_sentence_ends_once() -> None:
    record = audit.Record(1, "", "DEFERRED", "t", {"why": "Nobody is there."}, "", "")
    assert history.sentence(record) == "put off: Nobody is there; it surely had not happened"


HASH = "0123456789abcdef" * 4
INVOICE = f"Invoice 1 lies in Outbox/1.pdf: send it (Outbox/1.pdf sha256:{HASH}, Outbox/1.html sha256:{HASH})"


def test_receipts_are_told_without_digests() -> None:
    record = audit.Record(1, "", "RESULT", "t", {"outcome": "saved", "receipt": INVOICE}, "", "")
    told = "saved: Invoice 1 lies in Outbox/1.pdf: send it (Outbox/1.pdf, Outbox/1.html)"
    assert history.sentence(record) == told
    assert history.short(f"a.md sha256:{HASH}") == "a.md sha256:01234567…"
