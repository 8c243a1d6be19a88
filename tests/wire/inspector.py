"""The MCP Inspector: what its modes share on disk, and the window of its interactive mode."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page

#: Any address that is not on this machine, such as the font that the window would like to have.
_ELSEWHERE = re.compile(r"^(?!http://(127\.0\.0\.1|localhost)[:/])")


def storing(store: Path) -> dict[str, str]:
    """The environment in which it keeps everything in a folder, and asks no keychain."""
    return {"MCP_STORAGE_DIR": str(store), "MCP_INSPECTOR_SECRET_STORE": "file"}


def stored(store: Path) -> tuple[str, str]:
    """The access token in such a folder, and the id of its client."""
    (tokens,) = json.loads((store / "secrets.json").read_text(encoding="utf-8"))["secrets"].values()
    known = json.loads((store / "oauth.json").read_text(encoding="utf-8"))["servers"]
    ((issuer, slot),) = [one for server in known.values() for one in server["byIssuer"].items()]
    assert json.loads(tokens)["issuer"] == issuer
    return json.loads(tokens)["access_token"], slot["clientInformation"]["client_id"]


class InspectorWindow:
    """Its web page: one server, its tools, and the dialog of an elicitation."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.context.route(_ELSEWHERE, lambda route: route.abort())
        self.connection = page.get_by_role("switch", name="Connect or disconnect")
        self.connected = page.get_by_role("button", name="Disconnect from server")
        self.tools = page.get_by_role("radio", name="Tools")
        self.execute = page.get_by_role("button", name="Execute Tool")
        self.results = page.get_by_role("main")
        self.close_results = page.get_by_role("button", name="Close results")
        self.elicitation = page.get_by_role("dialog", name="Elicitation Request")

    def connect(self, address: str) -> None:
        """Open the window and connect to the server that it was started for."""
        self._page.goto(address)
        self.connection.press(" ")

    def open_tool(self, title: str) -> None:
        """Choose a tool from the list."""
        self.tools.press(" ")
        self._page.get_by_role("button", name=title).click()

    def call_again(self) -> None:
        """Execute the tool whose results are shown."""
        self.close_results.click()
        self.execute.click()

    def open_elicitation(self) -> Page:
        """Follow the address in the dialog; the window that it opens in."""
        with self._page.expect_popup() as opened:
            self.elicitation.get_by_role("button", name="Open in Browser").click()
        return opened.value

    def complete_elicitation(self) -> None:
        """Say that what was asked there is done."""
        self.elicitation.get_by_role("button", name="I've completed it").click()
