"""
Asks a model behind an OpenAI-compatible endpoint, and remembers what it answered.

Spec: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kg.endpoint.http import Client, Message, Retries
from kg.model.errors import EnvironmentFault, UsageError

KEY: Final = "KG_LLM_KEY"
"""The environment variable with the key; a model on one's own machine needs none."""
_TRIES: Final = 2
_RETRIES: Final = Retries(4, 0.5, 20)
_CUT_OFF: Final = "length"


@dataclass(frozen=True)
class Model:
    """
    A model: where it answers, what it is called there, the key, the seconds to wait, and where answers are kept.

    Without a `cache` nothing is kept.
    """

    base_url: str
    name: str
    bearer: str = ""
    timeout: float = 120.0
    cache: Path | None = None
    retries: Retries = field(default=_RETRIES)

    def __post_init__(self) -> None:
        if not self.base_url.startswith(("http://", "https://")):
            raise UsageError(f"'{self.base_url}' is no address of a model", "such as http://localhost:11434/v1")

    def answer(self, prompt: str, text: str, schema: dict[str, Any]) -> Any:
        """
        What the model makes of a text: JSON that it was asked to keep to a schema, and may not have.

        The same model, prompt, schema and text are asked once, where there is a cache.

        Raises:
            EnvironmentFault: It does not answer, or not with JSON, even when asked again.
        """
        request = self._request(prompt, text, schema)
        kept = self._kept(request)
        if kept is not None and kept.is_file():
            try:
                return json.loads(kept.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                kept.unlink(missing_ok=True)  # cut off when it was written
        answer = self._asked(request)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(answer, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
        return answer

    def _request(self, prompt: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "model": self.name,
            "temperature": 0,
            "messages": [{"role": "system", "content": prompt}, {"role": "user", "content": text}],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema},
            },
        }

    def _kept(self, request: dict[str, Any]) -> Path | None:
        if self.cache is None:
            return None
        digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
        return self.cache / f"{digest[:32]}.json"

    def _asked(self, request: dict[str, Any]) -> Any:
        client = Client(self.base_url, self.timeout, self.retries, bearer=self.bearer)
        address = f"{client.address.rstrip('/')}/chat/completions"
        body = json.dumps(request, ensure_ascii=False).encode()
        why = ""
        for _ in range(_TRIES):
            try:
                answered = client.read(Message(address, body, "application/json", "application/json"))
            except EnvironmentFault as error:
                hint = f"is the model running, its name right, and its key in {KEY}?"
                raise EnvironmentFault(f"the model does not answer: {error.message}", hint) from error
            try:
                return _content(answered)
            except ValueError as error:
                why = str(error)
        raise EnvironmentFault(f"{address}: the model's answer cannot be used: {why}", "try a larger model")


def _content(answered: bytes) -> Any:
    """The JSON that the first choice holds; a `ValueError` says what it holds instead."""
    try:
        choice = json.loads(answered)["choices"][0]
        content = choice["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ValueError("it is no chat completion") from error
    if not isinstance(content, str):
        raise ValueError("it has no content")  # noqa: TRY004 (caught as that)
    try:
        return json.loads(content)
    except ValueError as error:
        cut = choice.get("finish_reason") == _CUT_OFF
        raise ValueError("it is cut off" if cut else "it is no JSON") from error
