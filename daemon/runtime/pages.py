"""From an agent's draft to what is proposed: parameters checked, text made safe, the note written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from typing import Any

from pydantic import BaseModel, ValidationError

from daemon.core import approval, document, names
from daemon.core.approval import Cover, Page
from daemon.core.draft import Draft
from daemon.core.errors import Permanent
from daemon.core.ports import Action
from daemon.core.proposal import Content, Key, digest

Actions = Mapping[str, Action[Any]]


class Pages:
    """Makes the content of proposals."""

    def __init__(self, actions: Actions, *, expires: timedelta, zone: tzinfo) -> None:
        self._actions = actions
        self._expires = expires
        self._zone = zone

    def action(self, name: str) -> Action[Any]:
        """Raises Permanent for an action that is not there."""
        found = self._actions.get(name)
        if found is None:
            raise Permanent(f"there is no action {name!r}; `employee doctor` lists what is installed")
        return found

    def expires_at(self, now: datetime) -> datetime:
        return now + self._expires

    def params(self, action: str, table: Mapping[str, object] | str) -> BaseModel:
        """The parameters of an action, checked. Raises Permanent when they do not fit."""
        model = self.action(action).Params
        try:
            return model.model_validate_json(table) if isinstance(table, str) else model.model_validate(dict(table))
        except ValidationError as error:
            raise Permanent(f"the draft does not fit the action {action}: {error}") from error

    def first(self, key: Key, draft: Draft, cover: Cover, now: datetime) -> Content:
        """What an agent's draft proposes. Raises Permanent when it cannot be proposed."""
        params = self.params(draft.action, draft.params)
        text = document.draft_text(draft.text)
        return self._content(key, draft.action, params, text, draft.title, cover, "", now)

    def again(self, key: Key, old: Content, params: BaseModel, text: str, question: str, now: datetime) -> Content:
        """The same action shown back, with the question why."""
        return self._content(key, old.action, params, text, old.title, cover_of(old), question, now)

    def _content(  # noqa: PLR0913 - everything a note shows
        self, key: Key, action: str, params: BaseModel, text: str, title: str, cover: Cover, question: str,
        now: datetime,
    ) -> Content:  # fmt: skip
        plugin = self.action(action)
        stands_for = digest(action, params.model_dump(mode="json"), text)
        page = Page(
            key=key,
            action=action,
            channel=plugin.channel,
            title=title,
            shown=plugin.describe(params),
            text=text,
            cover=cover,
            digest=stands_for,
            created=now.astimezone(self._zone),
            expires=self.expires_at(now).astimezone(self._zone),
            question=question,
        )
        return Content(
            action=action,
            channel=plugin.channel,
            agent=cover.agent,
            title=title,
            risk=cover.risk,
            cover=json.dumps(asdict(cover), ensure_ascii=False),
            params=params.model_dump_json(),
            text=text,
            note=approval.write(page),
            name=names.draft_name(action, title, *key),
            digest=stands_for,
        )


def cover_of(content: Content) -> Cover:
    table = json.loads(content.cover)
    return Cover(**{**table, "found": tuple(table["found"])})
