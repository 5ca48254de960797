"""Whether the vault that lies there and the ledger belong together, as far as each can vouch for the other.

An empty mount point, another vault in the place of this one, an old copy of the ledger: nothing may be concluded from
any of them.
"""

from __future__ import annotations

from daemon.core import frontmatter, heads
from daemon.core.errors import Outage
from daemon.core.ports import Missing, VaultProblem, VaultReader
from daemon.core.properties import Broken
from daemon.runtime import dashboard
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.database import Damaged

_ANY = "Audit"  # a folder with little in it
_ASKED = 50  # newest tasks whose folders are looked for


def require(vault: VaultReader, ledger: Ledger) -> None:
    """Raises Outage when the vault is away, is another's, or has nothing in it of what this ledger knows.

    A vault says whose it is on its dashboard. Without one, its signed record or the files of any task will do.
    """
    vault.scan(_ANY)  # raises Outage for an empty mount point
    owner = dashboard.instance_of(vault)
    if owner == ledger.instance:
        return
    if owner:
        raise Outage(
            f"The vault there belongs to the state directory with instance {owner}. Nothing is done until the "
            "right vault is back, or until `employee adopt` takes this one over."
        )
    tasks = ledger.tasks.newest(_ASKED)
    left = any(_there(vault, f"Attachments/{task}") for task in tasks)
    if tasks and not left and not _heads(vault, ledger.instance):
        raise Outage(
            "The folder of the vault holds nothing of what was in it: it is another vault, or a new one. Nothing is "
            "done and nothing is taken for deleted. Put the right one back, or begin with this one: `employee adopt`."
        )


def require_current(vault: VaultReader, ledger: Ledger) -> None:
    """Raises Damaged when the ledger is broken, or older than what the vault or the mark beside it has seen of it."""
    if fault := ledger.fault():
        raise Damaged(f"the ledger {ledger.path} is damaged ({fault})")
    newest = ledger.audit.newest()
    known = newest.seq if newest else 0
    signed = _heads(vault, ledger.instance)
    seen = max([ledger.mark.read(), _recorded(vault, ledger.instance), *(head.seq for head in signed)])
    changed = [head for head in signed if head.seq <= known and ledger.audit.hash_of(head.seq) != head.hash]
    if seen > known or changed:
        why = f"it ends at entry {known}, and entry {seen} was written once" if seen > known else "it was changed"
        raise Damaged(f"the ledger {ledger.path} is not the newest one: {why}. An old copy lies in its place")


def _recorded(vault: VaultReader, instance: str) -> int:
    """The entry that the dashboard was written at; 0 when it says nothing of this ledger."""
    try:
        said = frontmatter.read(vault.read(dashboard.NAME)).properties
    except (VaultProblem, Broken, Outage):
        return 0
    entry = str(said.get("entry"))
    return int(entry) if said.get("instance") == instance and entry.isdecimal() else 0


def _heads(vault: VaultReader, instance: str) -> list[heads.Head]:
    try:
        return heads.read(vault.read(heads.PATH, heads.LARGEST)).of(instance)
    except (VaultProblem, Outage):
        return []


def _there(vault: VaultReader, path: str) -> bool:
    try:
        vault.stat(path)
    except Missing:
        return False
    return True
