"""Who works on a mail in whose thread others wait for an answer. Pure."""

from __future__ import annotations

from dataclasses import replace

from daemon.core.draft import Closed
from daemon.core.ports import Route
from daemon.core.task import FollowUp, Task

ANSWERING = "mail"  # the agent whose drafts answer a mail
_WAITS = "An earlier mail of this thread waits for an answer."


def with_answer(route: Route | Closed, task: Task) -> Route | Closed:
    """The route, and somebody to answer the earlier mails, whatever is done with the newest one."""
    if not task.thread:
        return route
    if isinstance(route, Closed):
        return Route(ANSWERING, task.priority, task.due, _WAITS)
    if ANSWERING in (route.agent, *(second.agent for second in route.also)):
        return route
    return replace(route, also=(*route.also, FollowUp(ANSWERING, _WAITS)))


def without_answer(route: Route) -> Route:
    """What else is to be done when nobody wants the answer any more. It is sure: no model need be asked."""
    return replace(route, also=tuple(each for each in route.also if each.agent != ANSWERING), sure=True)
