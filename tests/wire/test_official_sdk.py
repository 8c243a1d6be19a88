"""The official Python SDK as the client of a sandbox in a process of its own, over sockets."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from simulator.testing.actors import Actor, Stage
from simulator.testing.process import SandboxProcess


@pytest.fixture
def stage(tmp_path: Path, portal: BlockingPortal) -> Iterator[Stage]:
    """Actors of a sandbox that was started on the command line."""
    process = SandboxProcess(tmp_path)
    process.start()
    with ExitStack() as closing:
        yield Stage(process.description, portal, None, closing)
    process.kill()


@pytest.mark.requirement("VUA-17")
def test_discovery_registration_sign_in_prompt_consent_and_own_data(stage: Stage) -> None:
    """The whole story on the wire.

    1. POST without a token: 401, then protected-resource and authorization-server metadata.
    2. Dynamic registration, authorization in a browser, token.
    3. tools/list, tools/call: the prompt; the link in the browser: Coupa's login and consent.
    4. The same tools/call: Ada's own requisitions.
    """
    ada = Actor("Ada", stage)
    client = ada.connect("Procurement assistant")

    assert [tool.name for tool in client.list_tools()] == [
        "List_my_requisitions",
        "Get_requisition",
        "Create_requisition",
        "Get_procurement_policy",
    ]
    assert "Connected" in ada.connect_account(ada.call("List_my_requisitions"))
    answer = ada.call("List_my_requisitions", {"status": "draft"})
    assert not answer.is_error
    assert {row["requested-by"]["login"] for row in answer.structured_content["requisitions"]} == {
        "ada"
    }
    wire_exchanges = [
        (method, url.rsplit(":", 1)[1].split("/", 1)[1], status)
        for method, url, status in client.exchanges
    ]
    assert wire_exchanges[:5] == [
        ("POST", "2107", 401),
        ("GET", ".well-known/oauth-protected-resource/2107", 200),
        ("GET", ".well-known/oauth-authorization-server", 200),
        ("POST", "oauth/register", 201),
        ("POST", "oauth/token", 200),
    ]
