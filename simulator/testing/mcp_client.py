"""An end user's MCP client: the official SDK with its own OAuth provider, driven synchronously."""

import asyncio
import queue
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import anyio
import httpx2
from anyio.from_thread import BlockingPortal
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from mcp_types import CallToolResult, ElicitRequestParams, ElicitResult, Tool

from simulator.testing.callback import CallbackListener
from simulator.testing.tracebacks import says_enough
from simulator.visits.network import Network, goes_its_own_way, is_loopback

T = TypeVar("T")

_SECONDS = 30
#: How long a server may take to end a session, in seconds; the client goes then all the same.
_PARTING = 2


@dataclass
class Storage:
    """What a client remembers between sessions."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        """Return the tokens, or None."""
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        """Store the tokens.

        Args:
            tokens: the tokens as the authorization server issued them.
        """
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        """Return the registration, or None."""
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        """Store the registration.

        Args:
            client_info: the client info as the authorization server registered the client.
        """
        self.client = client_info


@dataclass(repr=False)
class McpClient:
    """One connected client.

    Attributes:
        url: the Remote MCP URL.
        sign_in: opens the authorization URL in the person's browser, on the calling thread, and
            stays until the browser was sent back to the client.
        headers: sent with every request, for token-based access.
        mode: `auto` speaks the newest MCP it can, `legacy` the handshake era.
        open_url: makes the client declare URL elicitation; opens an elicited URL for the person.
        storage: registration and tokens.
        http_options: the HTTP options of the HTTP client, such as `transport`, or `proxy` and
            `verify`.
        check: raises for a URL that the client may not open, such as one of a foreign host.
        on_answer: called with tool, arguments and result of each call that was answered.
        exchanges: `(method, URL, status)` of every HTTP exchange, in order.
    """

    url: str
    sign_in: Callable[[str], None] | None
    headers: dict[str, str] = field(default_factory=dict)
    mode: str = "auto"
    open_url: Callable[[str], None] | None = None
    storage: Storage = field(default_factory=Storage)
    http_options: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[[str], None] | None = None
    on_answer: Callable[[str, Mapping[str, Any], CallToolResult], None] | None = None
    exchanges: list[tuple[str, str, int]] = field(default_factory=list)
    _portal: BlockingPortal = field(init=False)
    _life: "Future[None]" = field(init=False)
    _stop: anyio.Event = field(init=False)
    _client: Client | None = field(init=False, default=None)
    _callback: CallbackListener = field(init=False)
    _redirects: "asyncio.Queue[dict[str, str]]" = field(init=False)
    _interrupted: bool = field(init=False, default=False)
    _jobs: "queue.Queue[tuple[str, Future[None]] | None]" = field(
        init=False, default_factory=queue.Queue
    )

    def __repr__(self) -> str:
        return f"<MCP client of {self.url.partition('?')[0]}>"  # a token may stand behind it

    @property
    def negotiated(self) -> str:
        """Return the protocol revision that client and server agreed on."""
        return self._connected.protocol_version

    @property
    def access_token(self) -> str | None:
        """Return the access token that it has from Workato Identity; None without one."""
        return self.storage.tokens.access_token if self.storage.tokens else None

    @property
    def _connected(self) -> Client:
        if self._client is None:
            raise LookupError(f"{self!r} is not connected: its sign-in failed, or never was.")
        return self._client

    def list_tools(self) -> list[Tool]:
        """List the server's tools (`tools/list`)."""
        return self._run(self._connected.list_tools).tools

    def call_tool(self, name: str, arguments: dict[str, Any] | None = None) -> CallToolResult:
        """Call a tool (`tools/call`).

        Args:
            name: the name of the tool.
            arguments: the arguments of the call; none by default.

        Raises:
            MCPError: the server refused it.
        """
        client = self._connected
        result = self._run(lambda: client.call_tool(name, arguments or {}))
        if self.on_answer:
            self.on_answer(name, arguments or {}, result)
        return result

    def connected(self, portal: BlockingPortal) -> Self:
        """Connect, sign-in included; whoever leaves the client, as a `with` block does, ends it.

        Args:
            portal: runs the event loop.

        Returns:
            This client: what an `ExitStack` can be handed.

        Raises:
            Exception: whatever the SDK raises.
        """
        self._portal = portal
        ready: Future[None] = Future()
        self._stop = portal.call(anyio.Event)
        self._life = life = portal.start_task_soon(self._live, ready, self._stop)

        def give_up(_: object) -> None:
            if not ready.done():
                ready.set_exception(_failure(life))

        life.add_done_callback(give_up)
        try:
            self._wait(ready)
        except BaseException as error:
            self._part(error)
            raise
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._part(error)

    def _part(self, error: BaseException | None) -> None:
        """End the session; one that does not end in time is cancelled."""
        life = self._life
        # Ctrl-C, or a test that took too long: nothing is waited for. With a request under way,
        # no goodbye would be said in order.
        if self._interrupted or not isinstance(error, Exception | None):
            life.cancel()
        if life.done():
            return
        self._portal.call(self._stop.set)
        try:
            ended, _ = wait_for([life], _PARTING)
        finally:
            life.cancel()  # nothing happens to one that has ended
        if ended:
            life.result()

    async def _live(self, ready: "Future[None]", stop: anyio.Event) -> None:
        loop, self._redirects = asyncio.get_running_loop(), asyncio.Queue()

        def deliver(query: dict[str, str]) -> None:
            with suppress(RuntimeError):  # nobody waits any more
                loop.call_soon_threadsafe(self._redirects.put_nowait, query)

        with CallbackListener(deliver) as self._callback:
            await self._session(ready, stop)

    async def _session(self, ready: "Future[None]", stop: anyio.Event) -> None:
        async with httpx2.AsyncClient(**self._options()) as http:
            transport = streamable_http_client(self.url, http_client=http)
            async with Client(
                transport,
                cache=None,
                mode=self.mode,
                elicitation_callback=self._elicit if self.open_url else None,
            ) as client:
                self._client = client
                ready.set_result(None)
                await stop.wait()

    def _options(self) -> dict[str, Any]:
        """What the HTTP client is made with: ours, and what the caller says besides."""
        given = dict(self.http_options)
        hooks = dict(given.pop("event_hooks", {}))
        headers = {**self.headers, **given.pop("headers", {})}
        return {
            "auth": self._provider() if self.sign_in else None,
            "headers": headers,
            "timeout": _SECONDS,
            "trust_env": False,
            "event_hooks": {
                "request": [self._allow, *hooks.get("request", ())],
                "response": [self._note, *hooks.get("response", ())],
            },
            **given,
        }

    def _provider(self) -> OAuthClientProvider:
        redirect_uri = self._callback.redirect_uri
        return OAuthClientProvider(
            server_url=self.url,
            client_metadata=OAuthClientMetadata.model_validate(
                {"client_name": "Acceptance test client", "redirect_uris": [redirect_uri]}
            ),
            storage=self.storage,
            redirect_handler=self._send_to_browser,
            callback_handler=self._read_callback,
        )

    async def _send_to_browser(self, url: str) -> None:
        job: Future[None] = Future()
        self._jobs.put((url, job))
        # No thread waits for it: none could be stopped.
        await asyncio.wait_for(asyncio.wrap_future(job), _SECONDS)

    async def _read_callback(self) -> AuthorizationCodeResult:
        query = await asyncio.wait_for(self._redirects.get(), _SECONDS)
        if "code" not in query:
            raise ConnectionRefusedError(f"The sign-in failed: {query}")
        return AuthorizationCodeResult(
            code=query["code"], state=query.get("state"), iss=query.get("iss")
        )

    async def _elicit(self, context: Any, params: ElicitRequestParams) -> ElicitResult:
        assert self.open_url is not None
        assert params.mode == "url"
        await anyio.to_thread.run_sync(self.open_url, params.url, abandon_on_cancel=True)
        return ElicitResult(action="accept")

    async def _allow(self, request: httpx2.Request) -> None:
        url = str(request.url)
        if self.check is not None:
            self.check(url)
        elif is_loopback(self.url) and not goes_its_own_way(self.http_options):
            Network().check(url)  # a sandbox on this machine sends nobody elsewhere

    async def _note(self, response: httpx2.Response) -> None:
        request = response.request
        self.exchanges.append((request.method, str(request.url), response.status_code))

    def _run(self, action: Callable[[], Awaitable[T]]) -> T:
        return self._wait(self._portal.start_task_soon(action))

    def _wait(self, future: "Future[T]") -> T:
        """Wait for the client, and open URLs that it sends to the browser, on this thread."""
        future.add_done_callback(lambda _: self._jobs.put(None))
        try:
            while not future.done():
                job = self._jobs.get(timeout=_SECONDS)
                if job is not None:
                    self._open_in_browser(*job)
        except BaseException as error:
            self._interrupted = not isinstance(error, Exception)
            future.cancel()
            raise
        failure = future.exception()
        if failure is not None and says_enough(failure):  # its way through the SDK tells nothing
            raise failure.with_traceback(None) from failure.__cause__
        return future.result()

    def _open_in_browser(self, url: str, answer: "Future[None]") -> None:
        assert self.sign_in is not None
        try:
            self.sign_in(url)
        except Exception as error:
            _answer(answer, error)
        except BaseException:
            answer.cancel()
            raise
        else:
            _answer(answer)


def _answer(answer: "Future[None]", error: Exception | None = None) -> None:
    """Tell how an errand went, unless nobody wants to know it any more."""
    if answer.set_running_or_notify_cancel():
        if error:
            answer.set_exception(error)
        else:
            answer.set_result(None)


def _failure(life: "Future[None]") -> BaseException:
    if life.cancelled():
        return ConnectionError("the client was stopped")
    error = life.exception()
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error or ConnectionError("the client stopped")
