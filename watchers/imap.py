"""Watches one IMAP mailbox: what came since the cursor, and what the person sent themselves."""

from __future__ import annotations

from daemon.core.mailboxes import watching

Config = watching.Config


class Watcher(watching.Watcher):
    """See `watching.Watcher`."""
