"""What one yes for many may mean."""

from __future__ import annotations

import pytest

from daemon.app import parts as composition
from daemon.core.draft import Draft
from daemon.core.ports import Desk
from daemon.core.task import Task
from daemon.ops import decide
from daemon.ops.approving import Approving
from tests.house import House


class Harmless:
    """Drafts one thing, and calls it of low risk."""

    def __init__(self, action: str, **params: object) -> None:
        self._draft = Draft(action, params, "Hello", "A draft", "because", 0.9, "low")

    def draft(self, task: Task, desk: Desk) -> Draft:
        del task, desk
        return self._draft


def together(house: House) -> list[str]:
    app, now = house.app, house.clock.now()
    look = Approving(app.ledger, composition.pages(app, composition.channels(app)), composition.looking(app), now)
    return [proposal.action for proposal in look.together(decide.low_risk(app.ledger, now))]


@pytest.mark.parametrize(
    ("agent", "meant"),
    [
        (Harmless("document.save", name="A.md"), ["document.save"]),
        (Harmless("social.post", networks=["linkedin"]), []),
    ],
    ids=["a document", "a post"],
)
def test_nothing_public_is_approved_with_the_others(house: House, agent: Harmless, meant: list[str]) -> None:
    house.with_agent("mail", agent)
    house.arrive()
    house.run()
    assert [p.risk for p in house.app.ledger.proposals.open()] == ["low"]
    assert together(house) == meant
