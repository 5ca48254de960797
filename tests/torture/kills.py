"""A day of a person and a moody provider, in which the daemon is killed again and again at random durable acts."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random

from tests.acceptance.mortal import Killed
from tests.torture import models
from tests.torture.owner import Owner
from tests.torture.shop import Shop, new_folder
from tests.torture.tally import Tally

LIVES = 60


def round(seed: int) -> Tally:  # noqa: A001 - what a kind of torture is called
    """One day in a shop of its own."""
    tally, chance = Tally(), Random(seed)
    with new_folder() as folder:
        hold, outbox, fine = chance.choice([0, 0, 60]), chance.random() < 0.3, chance.random() < 0.5
        shop = Shop(folder, hold=hold, outbox=outbox, fine=fine, model=models.of(seed))
        owner = Owner(shop, chance, tally)
        for _ in range(LIVES):
            _live(owner, chance)
        owner.settle()
        owner.judge()
        shop.close()
    return tally


def _live(owner: Owner, chance: Random) -> None:
    """From a start to a kill, most of them while there is something to do. Some die again before they are awake."""
    if owner.shop.alive:
        for _ in range(chance.randint(1, 5)):
            owner.act()
    rest_until_killed(owner, chance)


def rest_until_killed(owner: Owner, chance: Random) -> None:
    """At a random durable act, before or after it, or when all is done. The next daemon stands there afterwards."""
    shop = owner.shop
    shop.die(1 + int(chance.expovariate(1 / 15)), after=chance.random() < 0.5)
    with suppress(Killed):
        shop.rest(timedelta(minutes=chance.choice([0, 2, 30])))
    if not shop.alive:
        owner.tally.counts["kills"] += 1
        if chance.random() < 0.3:
            owner.act()  # while nothing runs
        shop.reborn()
    shop.fate.at = 0
