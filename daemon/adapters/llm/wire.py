"""How a prompt is laid out for a provider and how its answer is read, by pydantic-ai. Importing this takes a second.

Answers are streamed: a call that is given up then stops costing, and nobody between us and the provider takes the
silence of a long answer for a lost connection.
"""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from pydantic_ai import messages as parts
from pydantic_ai.direct import model_request_stream
from pydantic_ai.exceptions import UsageExtractionFailedWarning
from pydantic_ai.models import Model as Client
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.batch import BatchRequest
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles.openai import OpenAIModelProfile

from daemon.adapters.llm import bounded
from daemon.core.minds import providers
from daemon.core.minds.model import ModelError, Prompt, Reply, Stop
from daemon.core.minds.question import Schema, Usage

if TYPE_CHECKING:
    from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
    from pydantic_ai.providers.anthropic import AnthropicProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
    from pydantic_ai.settings import ModelSettings

    Door = AnthropicProvider | OpenAICompatibleProvider

_BY_WORD_ONLY = {"groq"}  # most of its models refuse a schema
_BY_WORD_TOO = {"local"}  # some servers ignore one
_TELL = "Answer with one JSON object that fits this JSON Schema, and with nothing before or after it:\n"
_FENCE = "```"
_HALF = re.compile("[\ud800-\udfff]")
_LONGEST = 4_000_000  # letters, of which the end of a part counts again; no `max_tokens` allows for so many
_LETTERS_A_TOKEN = 3  # four in English
_SAYING = ("content_delta", "content", "args_delta", "args")  # the last two of tools, which no model was given
_STOPS: dict[parts.FinishReason | None, Stop] = {"length": "length", "content_filter": "refusal"}
_PLAIN = OpenAIModelProfile(  # what every server that is only compatible understands
    openai_chat_supports_max_completion_tokens=False, supports_thinking=False, openai_supports_reasoning=False
)


def load(provider: str) -> None:
    """Import its client, which takes a second: in the thread that asks, not while others wait for the loop.

    What it warns programmers of is kept from the person: odd counts of tokens, and fields that it does not know.
    """
    warnings.filterwarnings("ignore", category=UsageExtractionFailedWarning)
    warnings.filterwarnings("ignore", message="Pydantic serializer warnings", category=UserWarning)
    if provider == providers.ANTHROPIC.name:
        import pydantic_ai.models.anthropic as client
    else:
        import pydantic_ai.models.openai as client
    del client


def door(provider: str, base_url: str, key: str | None) -> Door:
    """The connection to a provider. It tries nothing twice by itself: each request is written down by who asks."""
    if provider == providers.ANTHROPIC.name:
        return _anthropic_door(base_url, key)
    return _compatible_door(provider, base_url, key)


def _anthropic_door(base_url: str, key: str | None) -> AnthropicProvider:
    from pydantic_ai.providers.anthropic import AnthropicProvider

    made = AnthropicProvider(api_key=key, base_url=base_url, http_client=bounded.client(providers.ANTHROPIC.title))
    made.client.max_retries = 0
    return made


def _compatible_door(provider: str, base_url: str, key: str | None) -> OpenAICompatibleProvider:
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    profile = OpenAIProvider.model_profile if provider == "openai" else _PLAIN
    line = bounded.client(providers.PROVIDERS[provider].title)
    made = OpenAICompatibleProvider(provider, base_url=base_url, api_key=key, profile=profile, http_client=line)
    client = made.client
    client.max_retries = 0
    client.organization = client.project = client.admin_api_key = None  # it looked for them in the environment
    return made


def client(through: Door, name: str) -> Client:
    """One model of a provider."""
    if through.name == providers.ANTHROPIC.name:
        return anthropic(cast("AnthropicProvider", through), name)
    from pydantic_ai.models.openai import OpenAIChatModel

    return OpenAIChatModel(name, provider=cast("OpenAICompatibleProvider", through))


def anthropic(through: AnthropicProvider, name: str) -> AnthropicModel:
    """One model of Anthropic, which also takes batches."""
    from pydantic_ai.models.anthropic import AnthropicModel

    return AnthropicModel(name, provider=through)


async def answered(model: Client, prompt: Prompt, max_tokens: int, seconds: float) -> Reply:
    """One request."""
    asked = request("", prompt, model, max_tokens)
    settings = cast("ModelSettings", {**(asked.model_settings or {}), "timeout": seconds})
    made = model_request_stream(
        model, asked.messages, model_settings=settings, model_request_parameters=asked.model_request_parameters
    )
    async with made as stream:
        said = 0
        async for event in stream:
            said += _length(event)
            if said > _LONGEST:
                raise ModelError("down", f"{model.model_name} does not stop answering", charged=True)
        found = reply(stream.get())
        return found if found.usage.input else replace(found, usage=_guessed(prompt, found.text))


def _length(event: object) -> int:
    """How many letters this event brings, of the answer or of thoughts about it."""
    part = getattr(event, "delta", None) or getattr(event, "part", None)
    said = (getattr(part, name, None) for name in _SAYING)
    return next((len(each) for each in said if isinstance(each, str)), 0)


def request(name: str, prompt: Prompt, model: Client, max_tokens: int) -> BatchRequest:
    """A prompt as it is sent, alone or in a batch: the same words in both, so both share the provider's cache."""
    native = bool(model.profile.get("supports_json_schema_output")) and model.system not in _BY_WORD_ONLY
    by_word = f"\n\n{_TELL}{_schema(prompt.schema)}" if not native or model.system in _BY_WORD_TOO else ""
    system = prompt.system + by_word
    said: list[parts.ModelMessage] = [parts.ModelRequest.user_text_prompt(prompt.user, instructions=system)]
    if turn := prompt.repair:
        said.append(parts.ModelResponse([parts.TextPart(_whole(turn.said) or "(nothing)")]))
        said.append(parts.ModelRequest.user_text_prompt(_whole(turn.problem), instructions=system))
    settings: AnthropicModelSettings = {"max_tokens": max_tokens, "thinking": False}
    if model.system == providers.ANTHROPIC.name:
        settings["anthropic_cache_instructions"] = True
    return BatchRequest(
        custom_id=name,
        messages=said,
        model_settings=settings,
        model_request_parameters=_parameters(prompt.schema, native=native, system=system),
    )


def _parameters(schema: type[Schema], *, native: bool, system: str) -> ModelRequestParameters:
    instructions = [parts.InstructionPart(content=system)]
    if not native:
        return ModelRequestParameters(instruction_parts=instructions)
    wanted = OutputObjectDefinition(json_schema=schema.model_json_schema(), name=schema.__name__)
    return ModelRequestParameters(
        output_mode="native", output_object=wanted, prompted_output_template=False, instruction_parts=instructions
    )


def _schema(schema: type[Schema]) -> str:
    return json.dumps(schema.model_json_schema(), ensure_ascii=False, separators=(",", ":"))


def reply(response: parts.ModelResponse) -> Reply:
    """What came back."""
    text = "".join(part.content for part in response.parts if isinstance(part, parts.TextPart))
    refused = "refusal" in (response.provider_details or {})
    stop: Stop = "refusal" if refused else _STOPS.get(response.finish_reason, "end")
    return Reply(unfenced(_whole(text)), _usage(response), stop)


def _whole(text: str) -> str:
    """With a sign in place of halves of letters: nobody takes those, and they may be nothing but a slip of a model."""
    return _HALF.sub("\ufffd", text)


def unfenced(text: str) -> str:
    """Without the code fence that many models put round what they were asked for."""
    plain = text.strip()
    head, line, rest = plain.partition("\n")
    if line and head.startswith(_FENCE) and rest.endswith(_FENCE):
        return rest.removesuffix(_FENCE).strip()
    return plain


def _guessed(prompt: Prompt, text: str) -> Usage:
    """When the provider counts nothing: rather too many, because a budget hangs on it."""
    turn = prompt.repair
    sent = len(prompt.system) + len(prompt.user) + (len(turn.said) + len(turn.problem) if turn else 0)
    return Usage(sent // _LETTERS_A_TOKEN + 1, len(text) // _LETTERS_A_TOKEN + 1)


def _usage(response: parts.ModelResponse) -> Usage:
    """`input_tokens` counts all of them, also those from and to the cache, for every provider."""
    used = response.usage
    counts = (used.input_tokens, used.output_tokens, used.cache_read_tokens, used.cache_write_tokens)
    return Usage(*(max(0, count) for count in counts))
