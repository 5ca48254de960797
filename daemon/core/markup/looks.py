"""How the text of an element looks, as far as it decides whether a person would see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

_NUMBER = re.compile(r"-?\d{0,6}(?:\.\d{1,6})?")
_CHANNELS = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b")
_NAMES = {"white": "ffffff", "black": "000000", "transparent": ""}
_TINY = 1.0  # in whatever unit: nobody reads letters of one pixel, and nobody writes 1em or 1% fonts in mail
_FAR = -500.0  # pixels
_TELLING = frozenset({"style", "hidden", "color", "bgcolor", "background"})  # attributes
_IMPORTANT = re.compile(r"\s*!\s*important")


@dataclass(frozen=True, slots=True)
class Look:
    """`ink` and `paper` are six hex digits; "" when unknown."""

    gone: bool = False  # display:none and the like: nothing inside can be seen
    tiny: bool = False
    ink: str = "000000"
    paper: str = "ffffff"
    preformatted: bool = False

    @property
    def is_hidden(self) -> bool:
        return self.gone or self.tiny or (self.ink == self.paper != "")


PLAIN = Look()


def of(outer: Look, name: str, attributes: Mapping[str, str]) -> Look:
    """The look of an element inside `outer`."""
    if name == "pre":
        outer = replace(outer, preformatted=True)
    if _TELLING.isdisjoint(attributes):
        return outer
    style = _declarations(attributes.get("style", ""))
    return replace(
        outer,
        gone=outer.gone or "hidden" in attributes or _is_gone(style),
        tiny=_is_tiny(style["font-size"]) if "font-size" in style else outer.tiny,
        ink=_colour(style.get("color") or attributes.get("color", "")) or outer.ink,
        paper=_paper(outer, style, attributes),
    )


def _declarations(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.lower().split(";"))
    return {name.strip(): _IMPORTANT.sub("", value).strip() for name, _, value in pairs}


def _is_gone(style: Mapping[str, str]) -> bool:
    clipped = style.get("overflow", "") in {"hidden", "clip"}
    no_room = any(_number(style.get(side, "")) == 0 for side in ("max-height", "height", "max-width", "width"))
    return (
        style.get("display") == "none"
        or style.get("visibility") in {"hidden", "collapse"}
        or style.get("mso-hide") == "all"
        or _number(style.get("opacity", "")) == 0
        or (clipped and no_room)
        or any((_number(style.get(side, "")) or 0) <= _FAR for side in ("text-indent", "left", "top"))
    )


def _is_tiny(size: str) -> bool:
    number = _number(size)
    return number is not None and number <= _TINY and not size.endswith(("em", "%"))


def _paper(outer: Look, style: Mapping[str, str], attributes: Mapping[str, str]) -> str:
    """The background; "" where an image lies over the colour."""
    background = style.get("background", "")
    image = style.get("background-image", "") or background
    if "url(" in image or "gradient(" in image or "background" in attributes:
        return ""
    given = style.get("background-color") or background or attributes.get("bgcolor", "")
    return _colour(given) or outer.paper


def _number(value: str) -> float | None:
    match = _NUMBER.match(value)
    return float(match[0]) if match and any(character.isdigit() for character in match[0]) else None


def _colour(value: str) -> str:
    """Six hex digits, "" for a colour that we cannot name."""
    value = value.strip().lower()
    if match := _HEX.search(value):
        return match[1] if len(match[1]) == len("rrggbb") else "".join(digit * 2 for digit in match[1])
    if match := _CHANNELS.search(value):
        return "".join(f"{min(int(channel), 255):02x}" for channel in match.groups())
    return _NAMES.get(value.partition(" ")[0], "")
