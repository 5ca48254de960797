"""From an agent's draft to what is proposed: parameters checked, text made safe, the note written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, tzinfo
from secrets import token_hex
from typing import Any

from pydantic import BaseModel

from daemon.core import approval, document, frontmatter, names, neutral
from daemon.core.approval import Cover, Page
from daemon.core.draft import Draft
from daemon.core.errors import Permanent, UserError, WordsError
from daemon.core.ports import Action
from daemon.core.properties import Value, same
from daemon.core.proposal import Content, Key, digest
from daemon.core.steps import Reading

LONGEST = 500_000  # characters of a draft that a person could still be expected to read
_EDITED = "You changed more than the words. Nobody has checked the new version but you."
_BEFORE = "Before your change: "
_ONCE_MORE = "Please check that it is right now and approve once more."
Actions = Mapping[str, Action[Any]]


@dataclass(frozen=True, slots=True)
class Revision:
    """What one generation would do. `question`: why it is shown again, "" for the first."""

    params: BaseModel
    text: str  # a safe draft section
    question: str = ""
    edited: bool = False  # the person changed the parameters: what was found for the earlier ones no longer counts


@dataclass(frozen=True, slots=True)
class _Subject:
    """What stays the same from one generation to the next."""

    action: str
    title: str
    cover: Cover


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
            if isinstance(table, str):
                return model.model_validate_json(table)
            made = model.model_validate(dict(table))
            made.model_dump_json()  # half a letter, which no note can hold, is found out here
        except ValueError as error:
            raise Permanent(f"the draft does not fit the action {action}: {error}") from error
        return made

    def shown(self, draft: Draft) -> Mapping[str, Value]:
        """The properties that a draft's action shows. Raises Permanent when its parameters do not fit."""
        return self.action(draft.action).describe(self.params(draft.action, draft.params)).properties

    def understood(self, content: Content, reading: Reading) -> Reading:
        """The reading, with what an edited text changes beside the words, or what still stands in the way."""
        if reading.fault or reading.changed:
            return reading
        try:
            revision = self.revised(content, reading, reading.text)
        except UserError as error:
            if reading.partial:  # what is there cannot stand alone, so all of it is shown again
                return replace(reading, fault="the end of its draft is missing")
            return replace(reading, restated=f"It cannot be done as it stands: {error}")
        was = self.params(content.action, content.params)
        if revision.params == was:
            return reading
        before, after = (self.action(content.action).describe(params).properties for params in (was, revision.params))
        news = [f"{name} {value} instead of {before.get(name)}" for name, value in after.items()
                if not same(value, before.get(name))]  # fmt: skip
        said = f"Your changes make {', '.join(news)}." if news else "Your changes are more than words."
        return replace(reading, restated=f"{said} {_ONCE_MORE}")

    def revised(self, content: Content, reading: Reading, text: str) -> Revision:
        """What a note stands for as it was read, with this `text`. Raises UserError."""
        return self.amended(content, self._properties(content) if reading.identical else reading.properties, text)

    def amended(self, content: Content, properties: Mapping[str, Value], text: str) -> Revision:
        """What an edited note stands for. Raises UserError."""
        params = self.params(content.action, content.params)
        params, text = self.action(content.action).amend(params, properties, text)
        return Revision(params, document.draft_text(text), edited=True)

    def own_words(self, content: Content, text: str) -> str:
        """An edited text that goes with the old parameters; the old text when it states other ones."""
        params = self.params(content.action, content.params)
        try:
            amended, same_text = self.action(content.action).amend(params, self._properties(content), text)
        except WordsError:
            return text
        except UserError:
            return text if self._is_incomplete(content) else content.text
        return same_text if amended == params else content.text

    def _is_incomplete(self, content: Content) -> bool:
        """Whether it lacked something from the start, so that nothing in an edited text can be to blame."""
        try:
            self.amended(content, self._properties(content), content.text)
        except UserError:
            return True
        return False

    def _properties(self, content: Content) -> Mapping[str, Value]:
        return frontmatter.read(content.note).properties

    def first(self, key: Key, draft: Draft, cover: Cover, now: datetime) -> Content:
        """What an agent's draft proposes. Raises Permanent when it cannot be proposed."""
        params = self.params(draft.action, draft.params)
        if len(draft.text) > LONGEST:
            raise Permanent(f"the draft has {len(draft.text):,} characters; more than {LONGEST:,} cannot be shown")
        revision = Revision(params, document.draft_text(draft.text))
        return self._content(key, _Subject(draft.action, neutral.label(draft.title), cover), revision, now)

    def again(self, key: Key, old: Content, revision: Revision, now: datetime) -> Content:
        """The same action shown back, with the question why."""
        cover = cover_of(old)
        if revision.edited:
            risk = "medium" if cover.risk == "low" else cover.risk
            cover = replace(cover, risk=risk, found=(_EDITED, *_earlier(cover.found)))
        return self._content(key, _Subject(old.action, old.title, cover), revision, now)

    def _content(self, key: Key, subject: _Subject, revision: Revision, now: datetime) -> Content:
        plugin, params, text = self.action(subject.action), revision.params, revision.text
        stands_for = digest(subject.action, params.model_dump(mode="json"), text, salt=token_hex(8))
        shown = plugin.describe(params)
        page = Page(
            key=key,
            action=subject.action,
            channel=shown.channel or plugin.channel,
            title=subject.title,
            shown=shown,
            text=text,
            cover=subject.cover,
            digest=stands_for,
            created=now.astimezone(self._zone),
            expires=self.expires_at(now).astimezone(self._zone),
            question=revision.question,
        )
        note = approval.write(page)
        if len(note) > frontmatter.MAX_NOTE // 2:
            raise Permanent("the note for this draft would be too large to open; shorten it")
        frontmatter.read(note)  # Broken: a note that cannot be read back could never be approved
        return Content(
            action=subject.action,
            channel=shown.channel or plugin.channel,
            agent=subject.cover.agent,
            title=subject.title,
            risk=subject.cover.risk,
            cover=json.dumps(asdict(subject.cover), ensure_ascii=False),
            params=params.model_dump_json(),
            text=text,
            note=note,
            name=names.draft_name(subject.action, subject.title, *key),
            digest=stands_for,
        )


def _earlier(found: tuple[str, ...]) -> tuple[str, ...]:
    """What was found for the draft before a person edited it: it may still hold, and nobody looked again."""
    kept = (sentence.removeprefix(_BEFORE) for sentence in found if sentence != _EDITED)
    return tuple(f"{_BEFORE}{sentence}" for sentence in kept)


def cover_of(content: Content) -> Cover:
    """What the reader was told around this content."""
    table: dict[str, Any] = json.loads(content.cover)
    table |= {name: tuple(table[name]) for name in ("found", "files") if name in table}
    return Cover(**table)
