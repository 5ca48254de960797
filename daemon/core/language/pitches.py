"""Adverts and tricks that look like a person's mail: what gives them away, taken together.

Closing a customer's mail is the worst mistake, sending an advert to the mail agent a small one. So one sign is never
enough, and signs that a customer may give as well (a found website, a short talk) are none without a clear one.
"""

from __future__ import annotations

from collections.abc import Sequence

from daemon.core.language.topics import Hit

_ENOUGH = 2


def verdict(signs: Sequence[Hit]) -> str:
    """A sentence for the person that names two signs, a clear one first; "" when they are too few."""
    said = {hit.topic.say: hit.topic.weak for hit in sorted(signs, key=lambda hit: hit.topic.weak)}
    first, *rest = said or ("",)
    if said.get(first, True) or len(said) < _ENOUGH:
        return ""
    return f"Looks like an advert or a trick, and is not answered: {first}, and {rest[0]}."
