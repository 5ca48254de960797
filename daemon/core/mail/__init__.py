"""Mail as a value: read from bytes, built into bytes. Pure; nothing here opens a file or a socket.

`read` takes a message apart with our own bounded MIME splitter, because the standard library's parser needs 22 s
for 25 MB of empty lines, 940 MB for 25 MB of headers and as much recursion as a sender likes. `build` reads what it
wrote with that splitter and compares. Nothing here knows a mail account, a task or the vault.
"""

from daemon.core.mail.building import build
from daemon.core.mail.comparing import differing
from daemon.core.mail.headers import decoded
from daemon.core.mail.quoting import newest
from daemon.core.mail.reading import read
from daemon.core.mail.replying import answered, reply_recipients, reply_references, reply_subject, to_oneself
from daemon.core.mail.sendable import address, subject
from daemon.core.mail.values import KEY_HEADER, Address, Mail, Outgoing, Part, content_hash, source_key

__all__ = [
    "KEY_HEADER",
    "Address",
    "Mail",
    "Outgoing",
    "Part",
    "address",
    "answered",
    "build",
    "content_hash",
    "decoded",
    "differing",
    "newest",
    "read",
    "reply_recipients",
    "reply_references",
    "reply_subject",
    "source_key",
    "subject",
    "to_oneself",
]
