"""A model behind an endpoint that speaks OpenAI's chat completions, through their own client.

Whatever goes wrong becomes a Fault within the time given. One attempt more is made, and only where
it can help soon: no connection, a server's fault, or too many requests with a time to come back.
"""

import asyncio
import logging
import math
from dataclasses import dataclass

import httpx
import openai
from opentelemetry.trace import Span, SpanKind
from pydantic import BaseModel, ConfigDict

from caveat.chassis import metrics, tracing
from services.generator.ports import Fault, Prompt
from services.generator.transport import BoundedTransport

log = logging.getLogger(__name__)

MOST_CONTENT = 32 * 1024  # code points of a reply
_CONNECT = 3.0  # seconds; a port that does not answer by then will not
_SOON = 0.25  # seconds before the second attempt, unless the server names a time


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    """What we read of a completion; the client's own classes check nothing."""

    choices: tuple[_Choice, ...]
    usage: object = None


@dataclass(frozen=True, slots=True)
class _Failure:
    """An attempt that gave nothing; `again` is in how many seconds another may help, if ever."""

    fault: Fault
    again: float | None = None


class OpenAIModel:
    """Asks one model for JSON. Close it with stop()."""

    def __init__(self, url: str, name: str, *, key: str = "", tokens: int) -> None:
        self.name = name
        self._tokens = tokens
        self._address = httpx.URL(url)
        self._client = openai.AsyncOpenAI(
            base_url=url,
            api_key="set by the transport",
            max_retries=0,  # its own retries know nothing of our budget
            timeout=httpx.Timeout(None, connect=_CONNECT),
            http_client=httpx.AsyncClient(transport=BoundedTransport(key), follow_redirects=False),
        )
        # With OPENAI_LOG=debug it would write prompts to the log.
        for library in ("openai", "httpx", "httpcore"):
            logging.getLogger(library).setLevel(logging.WARNING)

    async def start(self) -> None:
        """Do nothing: a model that is away is no reason to be not ready."""

    async def stop(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def ask(self, prompt: Prompt, *, within: float) -> str | Fault:
        """See Model."""
        with tracing.span(f"chat {self.name}", SpanKind.CLIENT) as span:
            self._describe(span)
            with metrics.model_seconds.labels(prompt.operation).time():
                try:
                    async with asyncio.timeout(within):
                        told = await self._ask_twice(prompt, span, within)
                except TimeoutError:
                    _count(Fault.TIMEOUT)
                    told = Fault.TIMEOUT
            if isinstance(told, Fault):
                span.set_attribute("error.type", told.value)
            return told

    async def _ask_twice(self, prompt: Prompt, span: Span, within: float) -> str | Fault:
        loop = asyncio.get_running_loop()
        began = loop.time()
        told = await self._attempt(prompt, span)
        if isinstance(told, _Failure) and told.again is not None:
            left = within - (loop.time() - began)
            if told.again <= left / 2:  # else there is no time for what comes after the wait
                await asyncio.sleep(told.again)
                told = await self._attempt(prompt, span)
        return told.fault if isinstance(told, _Failure) else told

    async def _attempt(self, prompt: Prompt, span: Span) -> str | _Failure:
        sent = await self._send(prompt)
        told = sent if isinstance(sent, _Failure) else _read(sent, span)
        _count(told.fault if isinstance(told, _Failure) else None)
        return told

    async def _send(self, prompt: Prompt) -> bytes | _Failure:
        try:
            answer = await self._client.chat.completions.with_raw_response.create(
                model=self.name,
                messages=[
                    {"role": "system", "content": prompt.instructions},
                    {"role": "user", "content": prompt.material},
                ],
                response_format={
                    "type": "json_schema",
                    "json_schema": {
                        "name": f"caveat_{prompt.operation}",
                        "strict": True,
                        "schema": dict(prompt.schema),
                    },
                },
                max_completion_tokens=self._tokens,
            )
            return bytes(answer.content)
        except openai.APIStatusError as error:
            return _of_status(error.response)
        except openai.APIConnectionError:  # refused, reset, cut off, or no HTTP at all
            return _Failure(Fault.UNREACHABLE, _SOON)
        except Exception as error:
            # Whatever else a client makes of an endpoint is the endpoint's fault, not the
            # message's: it must not end in a dead letter.
            log.error("the model's client raised", extra={"error": type(error).__name__})
            return _Failure(Fault.UNUSABLE)

    def _describe(self, span: Span) -> None:
        """Name the call after OpenTelemetry's conventions for generative AI. Never its content."""
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.provider.name", "openai")  # the protocol, whoever speaks it
        span.set_attribute("gen_ai.request.model", self.name)
        span.set_attribute("gen_ai.request.max_tokens", self._tokens)
        span.set_attribute("gen_ai.output.type", "json")
        span.set_attribute("server.address", self._address.host)
        if self._address.port is not None:
            span.set_attribute("server.port", self._address.port)


def _of_status(answer: httpx.Response) -> _Failure:
    """Sort a status that is no success. 429 is a refusal that may pass; redirects are not taken."""
    status = answer.status_code
    if status == httpx.codes.REQUEST_TIMEOUT:
        return _Failure(Fault.TIMEOUT)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return _Failure(Fault.REFUSED, _retry_after(answer))
    if answer.is_client_error:
        return _Failure(Fault.REFUSED)
    if answer.is_server_error:
        named = _retry_after(answer)
        return _Failure(Fault.UNREACHABLE, _SOON if named is None else named)
    return _Failure(Fault.UNREACHABLE)


def _retry_after(answer: httpx.Response) -> float | None:
    """Read the seconds of Retry-After; a date is further away than we would wait."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _read(body: bytes, span: Span) -> str | _Failure:
    """Find the reply in a completion that came whole, is no refusal, and is not too long."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValueError:
        return _Failure(Fault.UNUSABLE)
    _count_tokens(completion.usage, span)
    if not completion.choices:
        return _Failure(Fault.UNUSABLE)
    choice = completion.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        return _Failure(Fault.REFUSED)
    content = choice.message.content or ""
    if choice.finish_reason == "length" or not 0 < len(content) <= MOST_CONTENT:
        return _Failure(Fault.UNUSABLE)
    return content


def _count_tokens(usage: object, span: Span) -> None:
    """Count what the endpoint says it used; it may say nothing, or nonsense."""
    told = usage if isinstance(usage, dict) else {}
    sent, received = _number(told.get("prompt_tokens")), _number(told.get("completion_tokens"))
    metrics.model_tokens.labels("input").inc(sent)
    metrics.model_tokens.labels("output").inc(received)
    span.set_attribute("gen_ai.usage.input_tokens", sent)
    span.set_attribute("gen_ai.usage.output_tokens", received)


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value <= 10_000_000 else 0


def _count(fault: Fault | None) -> None:
    metrics.model_requests.labels(fault.value if fault else "answered").inc()
