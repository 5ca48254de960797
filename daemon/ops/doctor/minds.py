"""Language models. None of them is asked."""

from __future__ import annotations

from daemon.adapters.llm.models import Models
from daemon.adapters.llm.prices import PriceList
from daemon.core.minds import outages, providers
from daemon.core.minds.usage import Usage
from daemon.ops import connecting
from daemon.ops.doctor.values import Result, Subject


def models(subject: Subject) -> list[Result]:
    """Whether each language model that is in use has a key or an address. None of them is asked."""
    llm = subject.context.settings.llm
    if llm.offline:
        return [Result("Models", "fine", "switched off ([llm] offline): everything is drafted by rules")]
    named, door = connecting.all_in_use(llm), Models(llm, subject.secrets.find)
    if strange := [model for model in named if providers.of(model) is None]:
        return [Result("Models", "wrong", door.ready(model), "correct it in [llm.models]") for model in strange]
    closed = {model.partition(":")[0]: door.ready(model) for model in named}
    if all(closed.values()):
        remedy = "`employee connect anthropic`, or a server of your own: `employee connect local`"
        return [Result("Models", "hint", "none is connected, so everything is drafted by rules", remedy)]
    told = {name: why for name, why in closed.items() if not (why and _as_shipped(subject, name))}
    found = [_provider(subject, name, why) for name, why in told.items()]
    prices = PriceList(llm.prices)
    priceless = [m for m in named if not closed[m.partition(":")[0]] and prices.cost(m, Usage(1, 1)) is None]
    said, remedy = "nobody knows what {} costs, so it is never asked", "give it a price: [llm.prices]"
    return [*found, *(Result("Models", "wrong", said.format(model), remedy) for model in priceless)]


def _as_shipped(subject: Subject, name: str) -> bool:
    """Whether the person never named a model of this provider: that it cannot be asked is no fault then."""
    own = any(setting.startswith("llm.models.") and f"{name}:" in setting for setting in subject.own_settings)
    return name in (providers.LOCAL.name, providers.ANTHROPIC.name) and not own


def _provider(subject: Subject, name: str, why: str) -> Result:
    """From what is known, and from how its last calls went."""
    context, now = subject.context, subject.now
    failing = [each for each in context.ledger.spending.failing(now - outages.LOOKED_AT) if each.provider == name]
    for worry in outages.worries(failing, outages.Reach.read(context.settings.llm.model_dump()), now, context.zone):
        return Result("Models", "wrong", worry.what, worry.remedy)
    if why:
        return Result("Models", "hint", why, f"`employee connect {name}`, or take its models out of [llm.models]")
    return Result("Models", "fine", f"{name} can be asked; `employee connect {name} --test` does")
