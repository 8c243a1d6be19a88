"""The pictures in docs/look.md, of the demo's own pages; `python -m tests.tools.pictures`."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.browser import launch_args, require_browser
from simulator.testing.pages.sign_in import AppPages, WorkatoSignIn

_IMAGES = Path("docs/images")
_QUALITY = 70
_WIDE, _NARROW, _SMALL = (1120, 700), (390, 700), (720, 450)
#: The first page of the systems beside it.
_OTHER_SYSTEMS = {"identity": "/login", "idp": "/"}
#: Pages of the web app: name, address, width.
_PAGES = (
    ("cards", "/ai_hub/mcp", _WIDE),
    ("dialog", "/ai_hub/mcp/{handle}/end_user_access?dialog=add-groups", _WIDE),
    ("form", "/recipes/6/edit?step=1&connection=end_user", _WIDE),
    ("table", "/workspace_admin/groups", _WIDE),
    ("empty", "/ai_hub/mcp?q=nothing-like-this", _WIDE),
    ("narrow", "/ai_hub/mcp/{handle}/overview", _NARROW),
)


def main() -> None:
    """Write each picture, as its page is now."""
    with running(Settings(database="memory", port_base=0)) as simulator, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=require_browser(), args=launch_args())
        page = browser.new_page(reduced_motion="reduce")
        description = simulator.describe()
        address = description["systems"]["aihub"]
        marc = next(one for one in description["people"] if one["name"] == "Marc Adler")
        page.goto(f"{address}/users/sign_in")
        _take(page, "sign-in", _WIDE)
        WorkatoSignIn(page, address).sign_in(marc["email"], marc["password"])
        handle = _handle(description, "Procurement assistant")
        for name, path, size in _PAGES:
            page.goto(address + path.format(handle=handle))
            if name == "form":
                page.get_by_role("button", name="Connect", exact=True).click()
            _take(page, name, size)
        for system, path in _OTHER_SYSTEMS.items():
            page = browser.new_page(reduced_motion="reduce")
            page.goto(description["systems"][system] + path)
            _take(page, system, _SMALL)
        for app in description["apps"]:
            page = browser.new_page(reduced_motion="reduce")
            account = next(one for one in app["people"] if one["email"] == marc["email"])
            page.goto(app["address"])
            AppPages(page, app["kind"]).sign_in(account["login"], account["password"])
            _take(page, app["kind"], _SMALL)
        browser.close()


def _handle(description: dict[str, Any], name: str) -> str:
    return next(str(one["handle"]) for one in description["servers"] if one["name"] == name)


def _take(page: Page, name: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_load_state()
    path = _IMAGES / f"look-{name}.jpg"
    page.screenshot(path=path, type="jpeg", quality=_QUALITY)
    print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
