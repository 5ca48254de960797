"""What is kept: the database, the record of what was done, secrets."""

from __future__ import annotations

from daemon.core.errors import UserError
from daemon.ops import proof
from daemon.ops.doctor.values import Result, Subject
from daemon.runtime import belonging
from daemon.runtime.ledger.database import Damaged


def ledger(subject: Subject) -> list[Result]:
    """Whether the database is whole, and no old copy."""
    try:
        belonging.require_current(subject.context.vault, subject.context.ledger)
    except Damaged as damaged:
        remedy = "stop AI Employee; put a copy of the state directory back, or type `employee adopt`"
        return [Result("Ledger", "wrong", str(damaged), remedy)]
    return [Result("Ledger", "fine", "whole, and the newest one")]


def audit(subject: Subject) -> list[Result]:
    """Whether the record of what happened is as it was written."""
    verdict = proof.verify(subject.context.ledger, subject.context.vault, subject.secrets)
    found = f"{verdict.records} records, all in place"
    if verdict.kind == "lost":
        remedy = "`employee run` puts back what the vault lacks; if you did not remove it, somebody else did"
        return [Result("Audit", "hint", f"{found}, but {verdict.wrong}", remedy)]
    if verdict.wrong:
        return [Result("Audit", "wrong", verdict.wrong, "keep a copy of the state directory and restore a backup")]
    if not verdict.signed:
        return [Result("Audit", "fine", f"{found}, not signed yet")]
    signed = f"{found}, signed up to {verdict.signed[-1].seq}"
    if verdict.copies:
        return [Result("Audit", "fine", signed)]
    remedy = "`employee run` puts them there; without them an older database in its place is not noticed"
    return [Result("Audit", "hint", f"{signed}, but the vault has no copy of the signatures", remedy)]


def secrets(subject: Subject) -> list[Result]:
    """Whether passwords and keys can be read by you alone, and whether they can be read."""
    store = subject.secrets
    try:
        names, unfinished = [secret.name for secret in store.all()], store.rotating()
    except UserError as error:
        return [Result("Secrets", "wrong", str(error), "do as it says; nothing starts before")]
    if unfinished:
        return [Result("Secrets", "hint", "exchanging their key was cut off", "`employee secrets rotate` ends it")]
    if not store.key_path.exists():
        return [Result("Secrets", "fine", "none are stored; the first one makes the key that encrypts them")]
    kept = f"{len(names)} stored, encrypted" if names else "none are stored"
    return [Result("Secrets", "fine", f"{kept}; their key is {store.key_path}, back it up apart from the rest")]
