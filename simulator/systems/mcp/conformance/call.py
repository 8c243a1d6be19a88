"""One call of a fixture, whichever kind it is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from simulator.crypto import Keys, Purpose, SealError
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.dialect import Dialect
from simulator.systems.mcp.errors import RpcError


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a client sent, and what it can do.

    Attributes:
        name: the name of the tool or prompt.
        arguments: the arguments as sent.
        capabilities: the capabilities as declared.
        log_level: None where no log message may be sent.
        progress_token: the progress token as sent.
        responses: what the client brings back, by the key it was asked under.
        state: what it was told to bring back, unsealed; empty in the first round.
        keys: seal the next state.
    """

    name: str
    arguments: Mapping[str, Any]
    capabilities: Mapping[str, Any]
    log_level: str | None
    progress_token: str | int | None
    responses: Mapping[str, Any]
    state: Mapping[str, Any]
    keys: Keys = field(repr=False)

    @classmethod
    def of(cls, params: Any, dialect: Dialect, keys: Keys) -> Self:
        """Return the call in the parameters of `tools/call` or `prompts/get`.

        Raises:
            RpcError: the state is not one that this server sealed.
        """
        responses = params.input_responses or {}
        return cls(
            name=params.name,
            arguments=params.arguments or {},
            capabilities=dialect.capabilities,
            log_level=dialect.log_level if dialect.modern else "debug",
            progress_token=(params.meta or {}).get("progress_token"),
            responses={key: _plain(value) for key, value in responses.items()},
            state=_unsealed(params.request_state, keys),
            keys=keys,
        )

    def seal(self, state: Mapping[str, Any]) -> str:
        """Return a `requestState` that cannot be changed on its way."""
        return self.keys.seal(Purpose.MCP_REQUEST_STATE, json.dumps(state))


def _plain(response: Any) -> Any:
    return response.model_dump(by_alias=True) if hasattr(response, "model_dump") else response


def _unsealed(sealed: str | None, keys: Keys) -> dict[str, Any]:
    if sealed is None:
        return {}
    try:
        state: dict[str, Any] = json.loads(keys.unseal(Purpose.MCP_REQUEST_STATE, sealed))
    except SealError:
        raise RpcError(Code.INVALID_REQUEST_STATE, "requestState was changed on its way.") from None
    return state
