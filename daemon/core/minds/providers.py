"""Who offers language models, and under which name the key for each is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """One company, or the person's own server. A model is called "name:model", and `[llm.name]` says where it is."""

    name: str
    title: str
    keyless: bool = False

    @property
    def secret(self) -> str:
        """The name of its key among the secrets."""
        return f"{self.name}_api_key"


ANTHROPIC = Provider("anthropic", "Anthropic")
LOCAL = Provider("local", "Your own server", keyless=True)
PROVIDERS = {
    each.name: each
    for each in (ANTHROPIC, Provider("openai", "OpenAI"), Provider("google", "Google"), Provider("groq", "Groq"), LOCAL)
}
ANY = "any"  # "local:any": whatever your own server offers first


def of(model: str) -> Provider | None:
    """Who offers this model; None when nobody we know does."""
    return PROVIDERS.get(model.partition(":")[0])


def own_name(model: str) -> str:
    """What its provider calls it: "claude-haiku-5-5" of "anthropic:claude-haiku-5-5"."""
    return model.partition(":")[2]
