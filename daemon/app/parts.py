"""What the runtime is made of: one function a part, each from an opened `App`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

from daemon.core.errors import UserError

if TYPE_CHECKING:
    from daemon.adapters.llm.answers import AnswerFiles
    from daemon.adapters.llm.batches import MessageBatches
    from daemon.adapters.llm.models import Models
    from daemon.adapters.llm.prices import PriceList
    from daemon.app import App
    from daemon.core.plugins import Accounting, Channels
    from daemon.runtime.claims import Staff
    from daemon.runtime.lookout import Lookout
    from daemon.runtime.manager import Manager
    from daemon.runtime.minds.batching import Batching
    from daemon.runtime.minds.calls import Doors
    from daemon.runtime.minds.mind import Mind
    from daemon.runtime.notary import Seal
    from daemon.runtime.pages import Pages
    from daemon.runtime.scheduler import Job


def channels(app: App) -> Channels:
    """Where effects leave: the connected accounts, and files for everything else."""
    from daemon.adapters.outbox import Documents, OutboxMail
    from daemon.core.plugins import Channels

    return Channels(
        mail=OutboxMail(app.vault),
        documents=Documents(app.vault),
        outbox=Documents(app.vault, "outbox"),
        files=app.vault,
        accounting=accounting(app),
        accounts=app.accounts,
    )


def accounting(app: App) -> Accounting:
    """Where money is written down: a file of the vault, with numbers from the ledger."""
    from daemon.adapters.books import Books
    from daemon.adapters.printer import Printer
    from daemon.core.accounting import booking
    from daemon.core.accounting.numbering import Numbering
    from daemon.core.plugins import Accounting

    wanted = app.settings.accounting
    numbers = app.ledger.numbers(Numbering(wanted.invoice_number, wanted.first_invoice))
    books = Books(app.vault, wanted.ledger_separator or booking.separator(app.zone))
    return Accounting(books, numbers, Printer(), app.zone)


def staff(app: App, woken: Callable[[], None]) -> Staff:
    """Who routes and who drafts."""
    from daemon import registry
    from daemon.runtime.claims import Staff
    from daemon.runtime.drafting import Threads
    from daemon.runtime.sorting import Sorting

    agents = {p.name: p.made for p in registry.agents(app.settings.agents) if p.made}
    router = registry.router(app.settings.agents)
    drafting = Threads(agents, app.settings.work.workers, woken, app.mind.ask)
    return Staff(router, drafting, Sorting(router, app.mind.ask, woken, there=app.mind.there))


def mind(app: App) -> Mind:
    """Who answers the questions of agents. Nothing heavy is loaded before the first of them."""
    from daemon.runtime.minds.mind import Mind

    return Mind(app.doors, app.context, changed=app.secrets.mark, night=app.night, tells=app.redact.finds)


def night(app: App) -> Batching | None:
    """Where questions wait for the night's batch; None when nobody takes batches."""
    from daemon.runtime.minds.batching import Batching

    taken = app.doors.batches
    return Batching(app.doors, taken, app.context, app.redact.finds) if taken else None


def doors(app: App) -> Doors:
    """Language models, what they cost, and what they said before."""
    from daemon.runtime.minds.calls import Doors

    asked = models(app)
    return Doors(asked, prices(app), answers(app), asked.close, batches(asked))


def models(app: App) -> Models:
    """Language models; their clients are loaded with the first question. To be closed by who asked for it."""
    from daemon.adapters.llm.models import Models

    settings = app.settings.llm.model_copy(update={"offline": False})  # it may be switched on again

    def offline() -> bool:
        try:
            return app.rulebook.standing().llm.offline
        except UserError:
            return True

    return Models(settings, app.secrets.find, offline)


def batches(asked: Models) -> MessageBatches:
    """Questions that wait for half the price, through the same connections."""
    from daemon.adapters.llm.batches import MessageBatches

    return MessageBatches(asked)


def prices(app: App) -> PriceList:
    """What models cost; the list is loaded with the first price."""
    from daemon.adapters.llm.prices import PriceList

    return PriceList(app.settings.llm.prices)


def answers(app: App) -> AnswerFiles:
    """What models said before."""
    from daemon.adapters.llm.answers import AnswerFiles

    wanted = app.settings.llm
    life, largest = timedelta(days=wanted.cache_days), wanted.cache_mb * 2**20
    return AnswerFiles(app.places.home / "cache" / "answers", life, largest, app.clock.now)


def briefing_job(app: App) -> Job:
    """The morning's briefing, as the scheduler runs it."""
    from daemon.core.schedule import Rules, Trigger
    from daemon.ops import briefing
    from daemon.runtime.scheduler import Job

    planned = app.settings.schedule
    trigger = Trigger(planned.briefing, app.zone) if planned.briefing else None

    def run(planned_at: datetime, now: datetime) -> str:
        app.require_own_vault()
        return briefing.make(app.context, app.status(), now, planned_at=planned_at).path

    return Job(briefing.JOB, trigger, Rules(planned.briefing_late), run)


def seal(app: App) -> Seal:
    """How the record of what was done is signed."""
    from daemon.core.credentials import AUDIT_KEY
    from daemon.runtime.notary import Seal

    def key(first: bool) -> bytes:  # noqa: FBT001 - named by `Seal`
        made = app.secrets.make(AUDIT_KEY, token_hex, app.clock.now()) if first else app.secrets.find(AUDIT_KEY)
        if made is None:
            raise UserError(f"the secret {AUDIT_KEY} is missing; put secrets/ and its key back from a backup")
        return bytes.fromhex(made)

    return Seal(key, app.settings.audit.sign_every, app.require_own_vault)


def manager(app: App, outward: Channels, workers: Staff, woken: Callable[[], None]) -> Manager:
    """The manager role from its parts."""
    from daemon.runtime.claims import Claims
    from daemon.runtime.dashboard import Dashboard
    from daemon.runtime.deeds import Deeds
    from daemon.runtime.executor import Executor
    from daemon.runtime.manager import Manager

    config, context = app.settings, app.context
    lookout, made = looking(app), pages(app, outward)
    deeds = Deeds(context, made, Executor(context, made, woken))
    claims = Claims(context, lookout, made, workers)
    every = timedelta(seconds=config.schedule.dashboard_seconds)
    board = Dashboard(app.vault, app.ledger.instance, app.status, every=every, zone=app.zone)
    return Manager(context, lookout, deeds, claims, board=board)


def pages(app: App, outward: Channels) -> Pages:
    """What makes the notes of drafts, and understands those that the person edited."""
    from daemon import registry
    from daemon.runtime.pages import Pages

    actions = {registry.action_name(p.name): p.made for p in registry.actions(outward) if p.made}
    return Pages(actions, expires=timedelta(hours=app.settings.approval.expires_hours), zone=app.zone)


def looking(app: App) -> Lookout:
    """What finds the notes of drafts and tasks."""
    from daemon.runtime.lookout import Lookout

    inbox = app.settings.inbox
    return Lookout(app.vault, app.ledger, settle=inbox.settle, typing=inbox.typing)
