"""Mail as a value: read from bytes, built into bytes. Pure; nothing here opens a file or a socket.

`read` takes a message apart with our own bounded MIME splitter, because the standard library's parser needs 22 s
for 25 MB of empty lines, 940 MB for 25 MB of headers and as much recursion as a sender likes. `build` uses the
standard library's `EmailMessage`, and `read` then proves what it wrote.
"""

from daemon.core.mail.reading import read
from daemon.core.mail.values import Address, Mail, Outgoing, Part, content_hash, source_key

__all__ = ["Address", "Mail", "Outgoing", "Part", "content_hash", "read", "source_key"]
