"""Social networks and messengers as values: their limits, what came from them, what a person wants to say there.

Pure; nothing here knows an account, opens a page or writes a file. The rules of the networks change: each carries
its source.
"""

from daemon.core.social.asking import Message, Post, asked
from daemon.core.social.counting import length, problems
from daemon.core.social.mention import Mention, dropped, is_mention, safe_url
from daemon.core.social.networks import NETWORKS, SERVICES, Form, Network, known, named, service
from daemon.core.social.shaping import Shaped, shape, tidy

__all__ = [
    "NETWORKS",
    "SERVICES",
    "Form",
    "Mention",
    "Message",
    "Network",
    "Post",
    "Shaped",
    "asked",
    "dropped",
    "is_mention",
    "known",
    "length",
    "named",
    "problems",
    "safe_url",
    "service",
    "shape",
    "tidy",
]
