"""Gmail's API on this computer, one function an endpoint; each may raise Refusal. `tests.google` serves them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests import gmailbox
from tests.gmailbox import Box, Message, Refusal


@dataclass(frozen=True)
class Call:
    """One request, taken apart."""

    box: Box
    id: str
    query: Mapping[str, list[str]]
    body: Any

    def first(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]


def _profile(call: Call) -> object:
    box = call.box
    counts = {"messagesTotal": len(box.messages), "threadsTotal": len({m.thread for m in box.messages.values()})}
    return {"emailAddress": box.address, **counts, "historyId": str(box.history_id)}


def _senders(call: Call) -> object:
    box = call.box
    main = {"sendAsEmail": box.address, "displayName": "", "isPrimary": True, "isDefault": True}
    others = [{"sendAsEmail": each, "verificationStatus": "accepted"} for each in box.aliases]
    return {"sendAs": [main, *others]}


def _labels(call: Call) -> object:
    return {"labels": [_label(each, name) for each, name in call.box.labels.items()]}


def _new_label(call: Call) -> object:
    name = call.body["name"]
    if name.casefold() in {each.casefold() for each in call.box.labels.values()}:
        raise Refusal(409, "aborted", "Label name exists or conflicts")
    return _label(call.box.label_id(name), name)


def _label(known: str, name: str) -> dict[str, str]:
    return {"id": known, "name": name, "type": "system" if known in gmailbox.SYSTEM else "user"}


def _list(call: Call) -> object:
    hidden = call.first("includeSpamTrash") == "true"
    found = call.box.found(call.first("q"), call.query.get("labelIds", []), hidden=hidden)
    return _paged("messages", [_stub(each) for each in found], call, 100)


def _stub(message: Message) -> dict[str, str]:
    return {"id": message.id, "threadId": message.thread}


def _paged(name: str, found: Sequence[object], call: Call, usual: int) -> dict[str, Any]:
    start, most = int(call.first("pageToken", "0")), min(int(call.first("maxResults", str(usual))), 500)
    said: dict[str, Any] = {name: found[start : start + most]} if found[start:] else {}
    if start + most < len(found):
        said["nextPageToken"] = str(start + most)
    return said | ({"resultSizeEstimate": len(found)} if name != "history" else {})


def _get(call: Call) -> object:
    form = call.first("format", "full")
    return gmailbox.shown(call.box.message(call.id), form, call.query.get("metadataHeaders", []))


def _modify(call: Call) -> object:
    body = call.body
    return gmailbox.shown(call.box.modify(call.id, body.get("addLabelIds", []), body.get("removeLabelIds", [])))


def _batch_modify(call: Call) -> object:
    """Messages that are gone are left out."""
    body = call.body
    if len(body["ids"]) > 1000:
        raise Refusal(400, "invalidArgument", "Too many ids")
    for each in body["ids"]:
        if each in call.box.messages:
            call.box.modify(each, body.get("addLabelIds", []), body.get("removeLabelIds", []))
    return None


def _trash(call: Call) -> object:
    return gmailbox.shown(call.box.modify(call.id, ["TRASH"], ["INBOX"]))


def _insert(call: Call) -> object:
    raw, thread = _given(call.body)
    return gmailbox.shown(call.box.put(raw, set(call.body.get("labelIds", [])), thread))


def _given(message: Any) -> tuple[bytes, str | None]:
    return gmailbox.plain(message["raw"]), message.get("threadId")


def _send(call: Call) -> object:
    return _after_sending(call.box.send(*_given(call.body)))


def _after_sending(message: Message) -> dict[str, Any]:
    return _stub(message) | {"labelIds": sorted(message.labels)}


def _thread(call: Call) -> object:
    found = call.box.in_thread(call.id)
    form, only = call.first("format", "full"), call.query.get("metadataHeaders", [])
    return {"id": call.id, "messages": [gmailbox.shown(each, form, only) for each in found]}


def _drafts(call: Call) -> object:
    by_message = {message: draft for draft, message in call.box.drafts.items()}
    found = [each for each in call.box.found(call.first("q"), ["DRAFT"]) if each.id in by_message]
    said = [{"id": by_message[each.id], "message": _stub(each)} for each in found]
    return _paged("drafts", said, call, 100)


def _draft(call: Call, draft: str = "", form: str = "minimal") -> dict[str, Any]:
    draft = draft or call.id
    message = call.box.draft(draft)
    if form == "minimal":
        return {"id": draft, "message": _stub(message) | {"labelIds": ["DRAFT"]}}
    return {"id": draft, "message": gmailbox.shown(message, form, ())}


def _get_draft(call: Call) -> object:
    return _draft(call, form=call.first("format", "full"))


def _new_draft(call: Call) -> object:
    return _draft(call, call.box.create_draft(*_given(call.body["message"])))


def _change_draft(call: Call) -> object:
    call.box.update_draft(call.id, *_given(call.body["message"]))
    return _draft(call)


def _delete_draft(call: Call) -> object:
    call.box.delete_draft(call.id)


def _send_draft(call: Call) -> object:
    return _after_sending(call.box.send_draft(call.body["id"]))


def _history(call: Call) -> object:
    cursor = call.first("startHistoryId")
    if not cursor.isdigit():
        raise Refusal(400, "invalidArgument", "Invalid value for startHistoryId")
    found = call.box.since(int(cursor), call.query.get("historyTypes", []), call.first("labelId"))
    said = _paged("history", [gmailbox.event(each) for each in found], call, 100)
    return {**said, "historyId": str(call.box.history_id)}


_ENDPOINTS: Sequence[tuple[str, str, str, Callable[[Call], object]]] = [
    ("GET", "profile", "profile", _profile),
    ("GET", "settings/sendAs", "sendAs.list", _senders),
    ("GET", "labels", "labels.list", _labels),
    ("POST", "labels", "labels.create", _new_label),
    ("GET", "messages", "messages.list", _list),
    ("POST", "messages/batchModify", "messages.batchModify", _batch_modify),
    ("POST", "messages/send", "messages.send", _send),
    ("POST", "messages", "messages.insert", _insert),
    ("GET", "messages/ID", "messages.get", _get),
    ("POST", "messages/ID/modify", "messages.modify", _modify),
    ("POST", "messages/ID/trash", "messages.trash", _trash),
    ("GET", "threads/ID", "threads.get", _thread),
    ("GET", "drafts", "drafts.list", _drafts),
    ("POST", "drafts/send", "drafts.send", _send_draft),
    ("POST", "drafts", "drafts.create", _new_draft),
    ("GET", "drafts/ID", "drafts.get", _get_draft),
    ("PUT", "drafts/ID", "drafts.update", _change_draft),
    ("DELETE", "drafts/ID", "drafts.delete", _delete_draft),
    ("GET", "history", "history.list", _history),
]


def endpoint(method: str, path: str) -> tuple[str, str, Callable[[Call], object]]:
    """Its name, the id in the path, and what it does. Raises Refusal for one that there is not."""
    rest = re.sub(r"^/gmail/v1/users/[^/]+/", "", path)
    for verb, shape, name, function in _ENDPOINTS:
        found = re.fullmatch(shape.replace("ID", "([^/]+)"), rest)
        if verb == method and found:
            return name, unquote(found[1]) if found.groups() else "", function
    raise Refusal(404, "notFound", f"this Gmail has no {method} {path}")
