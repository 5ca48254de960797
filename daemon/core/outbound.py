"""What a draft would carry out: everything in it that nobody in the thread wrote is named before a person approves.

Whatever an agent says about its own draft: an address, a number to call, an account, a link, a path or a code that
comes from nowhere makes it one of high risk. What stands only in the message itself is not from the person either, so
a draft that passes it on is never of low risk. A model that was talked into giving something away can write it down
in many ways; coded text (base64, hexadecimal, per cent) is a code that nobody wrote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlsplit

from daemon.core import fingerprints, neutral
from daemon.core import handbook as handbooks
from daemon.core.accounting import iban
from daemon.core.draft import Draft
from daemon.core.handbook import Handbook
from daemon.core.language import extract, phones
from daemon.core.ports import Desk
from daemon.core.task import Task

_KEPT = ("document.save",)  # it stays in the vault, where the message already is
_ADDRESSED = ("to", "cc", "bcc", "phone", "from_account", "in_reply_to", "references", "attachments")
_LONGEST = 100_000  # characters of a draft that are looked at; nobody reads a longer one either
_KNOWN = 500_000  # characters of what came in
_SHOWN = 20  # findings that are named one by one
_CUT = 100  # characters of one that is shown

_ENDINGS = (
    "com|net|org|info|biz|io|co|de|at|ch|eu|uk|fr|nl|it|es|pl|ru|cn|us|me|ly|gg|tv|cc|xyz|top|site|shop|online|app|dev|"
    "link|click|page|web|zip|mov|icu|live|world|club|example|test|invalid|onion"
)
_LINK = re.compile(
    rf"[a-z][a-z0-9+.-]{{1,20}}://[^\s<>\"'\])]{{1,2000}}|(?<![\w@.])(?:www\.[^\s<>\"'\])]{{1,2000}}"
    rf"|(?:[\w-]{{1,63}}\.){{1,8}}(?:{_ENDINGS})(?![\w.@-]|\.\w)(?:[/?#:][^\s<>\"'\])]{{0,2000}})?)",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)|<\s?img\b[^>]{0,2000}|url\(\s?[^)\s]{1,2000}", re.IGNORECASE
)
_PATH = re.compile(
    r"(?:[A-Za-z]:\\|\\\\[\w.-]|~/|(?:file|obsidian):|(?<![\w/.])/(?:home|Users|etc|root|var|tmp|mnt|opt|srv|proc)/)\S{0,300}"
    r"|\[\[[^\]\n]{1,300}\]\]"
    r"|(?<!\w)(?:Memory|Documents|Accounting|Attachments|Outbox|Done|Approved|Pending_Approval|Needs_Action|Inbox|"
    r"In_Progress|Briefings|Skills|Templates|Content|Audit|\.obsidian|\.ssh)/[^\s/]\S{0,300}"
    r"|(?<!\w)(?:Company_Handbook|Business_Goals|SKILL|AGENTS|Dashboard)(?:\.md)?(?!\w)"
)
_PERCENT = re.compile(r"(?:[\w.~-]{0,40}(?:%[0-9A-Fa-f]{2})+){3,}[\w.~-]{0,40}|(?:&#x?[0-9A-Fa-f]{1,6};){3,}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[ :-]){6,}[0-9A-Fa-f]{2}(?![0-9A-Za-z])")
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_RUN = re.compile(r"[A-Za-z0-9+/=_~-]{8,}")
_WORD = re.compile(r"[A-Za-z0-9]{8,}")
_LONG_NUMBER, _LONG_RUN, _TURNS = 10, 20, 3


@dataclass(frozen=True, slots=True)
class Sources:
    """What a draft may repeat: `own` is the person's, `came` is the message, its files and its invitations."""

    own: str
    came: str
    people: frozenset[str]  # the addresses of the thread
    thread: frozenset[str]  # the ids of its messages
    files: frozenset[str]  # the vault paths of what came with it
    handbook: Handbook
    told: str  # all of both that anybody may hear: without the private parts of the handbook


def sources(task: Task, desk: Desk, handbook: str) -> Sources:
    """`handbook`: its whole text. Feedback and trusted skills are the person's words; an earlier draft is nobody's."""
    note = f"{task.title}\n{task.text}" if task.kind == "note" and not task.mail else ""
    said = (*(each.feedback for each in desk.earlier), *(skill.body for skill in desk.skills if skill.own))
    mine = (address for each in desk.senders for address in each.addresses)
    asked = (note, *said, *mine, task.mention.url if task.mention else "")
    own = (handbook, *asked)
    mails = (*task.thread, *filter(None, [task.mail]))
    people = [each for mail in mails
              for each in (*filter(None, [mail.sender]), *mail.to, *mail.cc, *mail.reply_to)]  # fmt: skip
    invited = (text for file in task.attachments for each in file.invitations for text in (each.text, each.uid))
    texts = (text for mail in task.thread for text in (mail.subject, mail.text))
    came = (
        task.sender,
        task.title,
        task.text,
        *texts,
        *map(str, people),
        *(file.text for file in task.attachments),
        *invited,
    )
    emails = frozenset(each.email.lower() for each in people)
    thread = frozenset(each for mail in mails for each in (mail.message_id, mail.in_reply_to, *mail.references))
    files = frozenset(file.path for file in task.attachments)
    outside = _plain("\n".join(came)[:_KNOWN])
    told = _plain("\n".join((handbooks.tellable(handbook), *asked, outside)))
    return Sources(_plain("\n".join(own)), outside, emails, thread, files, desk.handbook, told)


def leaves(draft: Draft) -> bool:
    """Whether it is for anybody or anything outside the vault."""
    return draft.action not in _KEPT


def words(draft: Draft, params: Mapping[str, object]) -> str:
    """What an action would carry out, one piece a line."""
    return "\n".join([draft.text[:_LONGEST], *_strings(params)])[: 2 * _LONGEST]


def untold(draft: Draft, said: str, known: Sources, handbook: str) -> tuple[str, ...]:
    """The private parts of the handbook of which `said` has a passage. Rules may write bills from its Invoices."""
    outgoing, told = fingerprints.of_outgoing(said), fingerprints.squash(known.told)
    parts = handbooks.private(handbook).items()
    looked_at = ((heading, text) for heading, text in parts if draft.model or heading != "Invoices")
    found = (heading for heading, text in looked_at
             if fingerprints.repeats(outgoing, fingerprints.of_private(text, 1), told))  # fmt: skip
    return tuple(f"Company_Handbook.md ({heading})" for heading in found)


def gives_away(draft: Draft, notes: Collection[str]) -> Draft:
    """The draft, when it repeats these notes of the person."""
    said = [f"Careful: it repeats what stands in your note {_brief(note)}, which nobody in this thread has seen."
            for note in notes]  # fmt: skip
    return replace(draft, risk="high", found=(*_short(said), *draft.found)) if said else draft


def judged(draft: Draft, params: Mapping[str, object], known: Sources) -> Draft:
    """The draft, its risk raised and what is foreign in it named; `params` are the parameters of its action."""
    if not leaves(draft):
        return draft
    body = [draft.text, *_strings({name: value for name, value in params.items() if name not in _ADDRESSED})]
    names = "\n".join(text for name in _ADDRESSED[:3] for text in _strings(params.get(name)))
    strange, echoed = _looked_at(body, known)
    strange += [*_unread(_plain(names[:_LONGEST]), known), *_elsewhere(params, known), *_unseen(body)]
    echoed += _number_to_call(params, known)
    if strange:
        return replace(draft, risk="high", found=(*_short(strange), *_short(echoed), *draft.found))
    if not echoed or draft.risk == "medium":  # which says that the person has to look
        return draft
    return replace(draft, risk="medium" if draft.risk == "low" else "high", found=(*_short(echoed), *draft.found))


_UNREAD = "Careful: {} looks like a code, a password or coded text, and nobody in this thread wrote it."
_UNSEEN = "Careful: what nobody can see may be meant for somebody else."
_TOO_LONG = f"Careful: only the first {_LONGEST:,} characters of it were checked for anything foreign."
_NOWHERE = "Careful: {} {} comes neither from the thread nor from your contacts or your note."
_ONLY_THERE = "Careful: {} {} stands only in the message itself; nobody has checked it."


def _looked_at(texts: Iterable[str], known: Sources) -> tuple[list[str], list[str]]:
    """Sentences about what is from nowhere, and about what only the message says."""
    whole = "\n".join(texts)
    text = _plain(whole[:_LONGEST])
    strange, echoed = [_TOO_LONG] if len(whole) > _LONGEST else list[str](), list[str]()
    for kind in _FINDERS:
        foreign = _foreign(kind, text, known)
        came = frozenset(_FINDERS[kind](known.came)) if foreign else frozenset[str]()
        strange += [_NOWHERE.format(kind, _brief(value)) for value in foreign if not _among(kind, value, came)]
        echoed += [_ONLY_THERE.format(kind, _brief(value)) for value in foreign if _among(kind, value, came)]
    return [*strange, *_unread(text, known)], echoed


def _unread(text: str, known: Sources) -> Iterator[str]:
    yield from (_UNREAD.format(_brief(code)) for code in _codes(text) if not _stands(code, known))


def _unseen(texts: Iterable[str]) -> Iterator[str]:
    """Which characters these are, `provenance` says."""
    if any(neutral.visible(text) != text for text in texts):
        yield _UNSEEN


def _number_to_call(params: Mapping[str, object], known: Sources) -> list[str]:
    """Who says in a message which number to call may be anybody; one from nowhere is named as a stranger anyway."""
    number = " ".join(_strings(params.get("phone")))
    own, came = (phones.find(phones.in_figures(text)) for text in (known.own, known.came))
    if not number or any(phones.same(number, each.number) for each in own):
        return []
    there = any(phones.same(number, each.number) for each in came)
    return [_ONLY_THERE.format(_A_PHONE, _brief(number))] if there else []


def _foreign(kind: str, text: str, known: Sources) -> list[str]:
    """What is not the person's; of addresses, what is not the thread's or a contact's either."""
    found = list(dict.fromkeys(_FINDERS[kind](text)))
    own = frozenset(_FINDERS[kind](known.own)) if found else frozenset[str]()
    found = [value for value in found if not _among(kind, value, own)]
    if kind == _AN_ADDRESS:
        return [email for email in found if email not in known.people and not known.handbook.knows(email)]
    return [link for link in found if not _is_home(link, known.own)] if kind == _A_LINK else found


def _among(kind: str, value: str, others: frozenset[str]) -> bool:
    return value in others or (kind == _A_PHONE and any(phones.same(value, other) for other in others))


def _elsewhere(params: Mapping[str, object], known: Sources) -> list[str]:
    """The thread that an answer joins, the files that go along, and the account that it is sent from."""
    ids = {*_strings(params.get("in_reply_to")), *_strings(params.get("references"))}
    paths = [path for path in _files(params) if path not in known.files and path not in known.own]
    account = " ".join(_strings(params.get("from_account")))
    foreign = _foreign(_AN_ADDRESS, account, known)
    return [
        *[_NOWHERE.format("the thread", _brief(each)) for each in sorted(ids - known.thread - {""})],
        *[_NOWHERE.format("the file", _brief(path)) for path in paths],
        *[_NOWHERE.format("the sender's address", _brief(each)) for each in foreign],
    ]


def _files(params: Mapping[str, object]) -> Iterator[str]:
    files = params.get("attachments")
    for file in files if isinstance(files, list | tuple) else ():  # pyright: ignore[reportUnknownVariableType]
        if isinstance(file, Mapping):
            yield str(file.get("path"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def _plain(text: str) -> str:
    """Without what hides a word from a search: invisible characters, letters that only look different."""
    if text.isascii():
        return text
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")


def _numbers(text: str) -> Iterator[str]:
    yield from (
        phone.number for phone in phones.find(phones.in_figures(text)) if phone.written.startswith(("+", "0", "("))
    )


def _links(text: str) -> Iterator[str]:
    yield from (found[0].rstrip(".,;:!?").lower() for found in _LINK.finditer(_ADDRESS.sub(" ", text)))


def _found_by(pattern: re.Pattern[str]) -> Callable[[str], Iterator[str]]:
    return lambda text: (found[0] for found in pattern.finditer(text))


_AN_ADDRESS, _A_PHONE, _A_LINK = "the mail address", "the phone number", "the link"
_FINDERS: Mapping[str, Callable[[str], Iterable[str]]] = {
    _AN_ADDRESS: extract.addresses,
    _A_PHONE: _numbers,
    "the account": iban.find,
    _A_LINK: _links,
    "the picture": _found_by(_PICTURE),
    "the path": _found_by(_PATH),
}


def _is_home(link: str, own: str) -> bool:
    """A page without any data, at a host that the person wrote down: as a link, or behind an address."""
    parts = urlsplit(link if "://" in link else f"https://{link}")
    bare = not (parts.query or parts.fragment or parts.username) and parts.path.strip("/") == ""
    host = (parts.netloc or "").removeprefix("www.")
    return (
        bare
        and bool(host)
        and re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-]|\.\w)", own, re.IGNORECASE) is not None
    )


def _codes(text: str) -> Iterator[str]:
    """What no sentence holds: letters mixed with digits, long numbers, coded text. Not links and accounts."""
    yield from (found[0] for pattern in (_PERCENT, _HEX) for found in pattern.finditer(text))
    for taken in (_LINK, _ADDRESS):
        text = taken.sub(" ", text)
    accounts = iban.find(text)
    for run in _RUN.findall(text):
        if not any(run.upper() in account for account in accounts) and _is_code(run):
            yield run


def _is_code(run: str) -> bool:
    mixed = any(not word.isalpha() and not word.isdecimal() for word in _WORD.findall(run))
    numbers = any(word.isdecimal() and len(word) >= _LONG_NUMBER for word in _WORD.findall(run))
    turns = sum(a.islower() and b.isupper() for a, b in pairwise(run))
    return mixed or numbers or (len(run) >= _LONG_RUN and turns >= _TURNS)


def _stands(code: str, known: Sources) -> bool:
    bare = code.strip("-=_+/~").lower()
    return bare in known.own.lower() or bare in known.came.lower()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():  # pyright: ignore[reportUnknownVariableType]
            yield from _strings(each)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, Collection) and not isinstance(value, bytes):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _strings(each)  # pyright: ignore[reportUnknownArgumentType]


def _brief(value: str) -> str:
    shown = neutral.visible(value)
    return f"“{shown[:_CUT]}…”" if len(shown) > _CUT else f"“{shown}”"


def _short(sentences: list[str]) -> list[str]:
    rest = len(sentences) - _SHOWN
    return [*sentences[:_SHOWN], *([f"Careful: so it is with {rest} more."] if rest > 0 else [])]
