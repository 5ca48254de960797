"""Values for tests: complete, ordinary, and changed only in what the test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from daemon.core import layers, resources
from daemon.core.layers import Layer
from daemon.core.mail import Address, Outgoing
from daemon.core.policy import Blocked
from daemon.core.proposal import Decision, Hold, News, Proposal, State, Verdict
from daemon.core.settings import Settings, build
from daemon.core.steps import Place, Reading, Rules, Sighting
from daemon.core.view import View
from tests.fakes import NOON

PUBLISHED = "0" * 64
EDITED = "1" * 64


def proposal(**changes: Any) -> Proposal:
    plain = Proposal(
        id="taaaaaaaaaa",
        generation=1,
        action="email.reply",
        channel="outbox",
        title="Re: Opening hours",
        risk="low",
        name="EMAIL_REPLY_opening-hours_taaaaaaaaaa.md",
        state=State.PROPOSED,
        proposed_at=NOON - timedelta(hours=1),
        expires_at=NOON + timedelta(days=7),
        seen=True,
    )
    return replace(plain, **changes)


def outgoing(**changes: Any) -> Outgoing:
    """An answer that goes out as it is; its Message-ID follows its `key`."""
    key = changes.get("key", "taaaaaaaaaa-g1.i123")
    plain = Outgoing(
        sender=Address("Me", "me@company.example"),
        to=(Address("Anna Example", "anna@example.com"),),
        subject="Re: Opening hours",
        text="Hello Anna,\n\nwe open at 9 – every day.\n",
        message_id=f"<{key}@company.example>",
        key=key,
        date=NOON,
        unsent=False,
    )
    return replace(plain, **changes)


def held(**changes: Any) -> Proposal:
    hold = Hold(NOON + timedelta(seconds=60), PUBLISHED, "owner", "folder", twin=False)
    return proposal(**{"state": State.HELD, "hold": hold, **changes})


def sighting(place: Place, **changes: Any) -> Sighting:
    """A note as published, unless the reading is changed: `approve=True`, `text="…"`, `digest_kept=False` …"""
    at = {key: changes.pop(key) for key in ("settled_at", "patience_until") if key in changes}
    path = changes.pop("path", f"{place.value}/EMAIL_REPLY_opening-hours_taaaaaaaaaa.md")
    edited = bool(changes)
    reading = replace(Reading(EDITED if edited else PUBLISHED, not edited, digest_kept=True, text="Hello"), **changes)
    return Sighting(place, path, at.get("settled_at", NOON), at.get("patience_until", NOON), reading)


def decision(verdict: Verdict | News, **changes: Any) -> Decision:
    plain = Decision(1, "taaaaaaaaaa", 1, verdict, via="cli", by="owner", reason="", at=NOON)
    return replace(plain, **changes)


def view(subject: Proposal, *sightings: Sighting, now: datetime = NOON, **changes: Any) -> View:
    blocked: Blocked | None = changes.pop("blocked", None)
    rules = Rules(timedelta(seconds=60), timedelta(minutes=10), timedelta(days=7), blocked)
    return View(subject, sightings, changes.pop("decisions", ()), rules, now, **changes)


def settings(**tables: dict[str, object]) -> Settings:
    """The shipped settings, with these tables laid over them."""
    shipped = [
        layers.parse(name, resources.config_file(name).read_text(encoding="utf-8"))
        for name in ("default.toml", "policy.toml", "schedule.toml")
    ]
    return build(shipped, [Layer("test", dict(tables))])
