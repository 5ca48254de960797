"""What can be made of a text that was sent to the social agent without a clear order: rather less than too much."""

from __future__ import annotations

import re
from collections.abc import Sequence

from daemon.core import mail, names, neutral
from daemon.core.draft import Closed, Draft
from daemon.core.language import extract, words
from daemon.core.mail import Mail
from daemon.core.social.asking import Post, said_when, standing_alone
from daemon.core.social.counting import links
from daemon.core.social.mention import Kind, Mention, quoted
from daemon.core.social.networks import NETWORKS, Network
from daemon.core.social.shaping import tidy
from daemon.core.task import Task

_SENDERS = {"facebookmail.com": "Facebook", "notify.bsky.app": "Bluesky", "e.linkedin.com": "LinkedIn"}
_AMBIGUOUS = ("x", "threads", "ig")  # too short or too ordinary to mean a network by themselves
_HEAD = 300  # characters
_KEPT = 5000  # characters of what others send
_AUTHOR = re.compile(
    r"([^\W\d_][\w .'’-]{1,60}?) (?:commented|mentioned|tagged|replied|left|sent|reviewed|wrote|quoted)\b"
)
_MESSAGE = ("message", "nachricht", "mensaje", "messaggio", "mensagem", "bericht")
_REVIEW = ("review", "bewertung", "rezension", "avis", "reseña", "opinión", "recensione", "avaliação", "recensie")
_FURNITURE = re.compile(
    r"unsubscribe|view (?:comment|message|post|profile)|©|help center|privacy|settings", re.IGNORECASE
)


_NO_ANSWER = re.compile(
    r"\b(?:new invitation|invitations?\b|wants? to connect|connection request|accepted your|"
    r"new followers?|followed you|is following|started following|liked|likes your|reacted|viewed|appeared in|endorsed|"
    r"people you may know|"
    r"suggest\w*|trending|digest|highlights|weekly|anniversary|birthday|einladung|vernetzen|"
    r"kontaktanfrage|folgt (?:ihnen|dir)|"
    r"neue[r]? follower|gefällt|haben ihr profil|se connecter|vous suit|a aimé|te sigue|le gusta|quiere conectar|"
    r"ti segue|piace|collegamento|segue-te|gostou|conectar|volgt je|vindt|connectieverzoek|uitnodiging)",
    re.IGNORECASE,
)


def loosely(text: str, usual: Sequence[Network]) -> Post:
    """A person's note that asks for a post somehow: for the networks it names, else the usual ones.

    Its words are those after a colon in the first line; without one they only say what about.
    """
    first, _, rest = tidy(text[: extract.LIMIT]).partition("\n")
    head, colon, said = first.partition(": ")
    where = tuple(n for n in NETWORKS if words.mentioned(text[:_HEAD], set(n.words) - set(_AMBIGUOUS))) or tuple(usual)
    if colon and said.strip():
        return Post(where, standing_alone(f"{said}\n{rest}"), when=said_when(head[:_HEAD]))
    if links(text[:_HEAD]) and (thought := _thought(text)):
        shared = "\n".join(line for line in tidy(text).split("\n") if line.strip() and line.strip() != thought)
        return Post(where, shared, about=True, thought=thought)
    return Post(where, standing_alone(rest or head), about=True)


def _thought(text: str) -> str:
    """The line of a shared page that speaks of the post, not of the page."""
    lines = (line.strip() for line in text[: extract.LIMIT].split("\n") if not links(line))
    about_it = {*(word for n in NETWORKS for word in n.words if word not in _AMBIGUOUS), "post", "posten", "posts"}
    return next((line for line in lines if words.mentioned(line, about_it)), "")


def _of_machine(message: Mail) -> str:
    """Why nobody answers a machine's mail that passes on nothing to answer, in a sentence."""
    if (network := _sender(message)) and _NO_ANSWER.search(message.subject[:_HEAD]):
        return f"{network} tells of something that needs no text from you (“{neutral.visible(message.subject)[:80]}”)."
    return f"An automated message ({message.automated}) that passes on nothing to answer on a social network."


def notified(message: Mail) -> Mention | None:
    """The mention that a network's own mail tells of. None for any other mail, and for likes, followers and requests.

    Who wrote it and where is only what the mail claims, so there is no link in it: the person looks it up.
    """
    network = _sender(message)
    if not network or not message.automated or _NO_ANSWER.search(message.subject[:_HEAD]):
        return None
    body = mail.newest(message.text)[: extract.LIMIT]
    said = quoted(body) or _longest_paragraph(body)
    claimed = _AUTHOR.search(message.subject[:_HEAD])
    return Mention(network, claimed[1] if claimed else "", "", said, _kind(message.subject)) if said else None


def _sender(message: Mail) -> str:
    host = message.sender.email.rpartition("@")[2].lower() if message.sender else ""
    own = {**_SENDERS, **{host: network.name for network in NETWORKS for host in network.hosts}}
    return next((name for known, name in own.items() if host == known or host.endswith(f".{known}")), "")


def _kind(subject: str) -> Kind:
    if words.mentioned(subject, _MESSAGE):
        return "message"
    return "review" if words.mentioned(subject, _REVIEW) else "comment"


def _longest_paragraph(body: str) -> str:
    plain = (part.strip() for part in body.split("\n\n") if not links(part) and not _FURNITURE.search(part))
    return max(plain, key=len, default="")


def unasked(task: Task) -> Draft | Closed:
    """What others send is never posted: a machine's is closed, a person's is kept as a thing to decide."""
    message = task.mail
    if message and message.automated:
        return Closed(_of_machine(message))
    who = neutral.visible(str(message.sender)) if message and message.sender else task.title
    todo = f"- [ ] Decide whether to post what {who} sent. To post, drop a note: “Post on LinkedIn: your text”."
    return Draft(
        action="document.save",
        params={"folder": "Content", "name": f"Asked to post {names.slug(task.title)}.md"},
        text=f"{todo}\n\n{tidy(mail.newest(message.text) if message else task.text)[:_KEPT]}".rstrip(),
        title=neutral.visible(f"To post? {task.title}")[:120],
        reason="The words of others are not posted for you, so they are kept for you to decide.",
        confidence=0.5,
        risk="low",
        found=message.warnings if message else (),
    )
