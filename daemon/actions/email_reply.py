"""Answer a mail in its thread."""

from __future__ import annotations

from daemon.core import mailing

Params = mailing.Params


class Action(mailing.MailAction):
    """See `mailing.MailAction`."""

    verb = "A reply"
