"""The browser that drives the pages: found on this machine, or fetched by `--install`."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from simulator.testing.installing import apt_get, as_root, run

COMMANDS = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable")
USUAL_PLACES = (
    Path("/usr/bin"),
    Path("/usr/local/bin"),
    Path("/opt/google/chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS"),
    Path("/Applications/Google Chrome.app/Contents/MacOS"),
    Path("C:/Program Files/Google/Chrome/Application"),
)
# Names of the executable inside Playwright's own downloads and on other systems.
EXECUTABLES = (
    "chrome-headless-shell",
    "headless_shell",
    "chrome",
    "Chromium",
    "Google Chrome",
    "Google Chrome for Testing",
)
DEBIAN_PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
PLAYWRIGHT_BROWSER = "chromium-headless-shell"
MISSING = (
    "No browser found. Install Chromium or Chrome (Debian: apt-get install"
    " chromium-headless-shell), or name one: SIM_BROWSER=/path/to/chromium."
)


class BrowserMissingError(RuntimeError):
    """Raised when a page is to be opened and the machine has no browser that would do."""


def find_browser() -> Path | None:
    """Return the browser named by SIM_BROWSER, else an installed one, else Playwright's own.

    A SIM_BROWSER that is no executable counts as none: a wish is not silently replaced.
    """
    configured_browser = os.environ.get("SIM_BROWSER")
    if configured_browser:
        found = shutil.which(configured_browser)
        return Path(found) if found else None
    return next(_candidates(), None)


def require_browser() -> Path:
    """Return the browser as `find_browser` does, and fail where there is none.

    Raises:
        BrowserMissingError: there is none; the message says what to install.
    """
    found = find_browser()
    if found:
        return found
    configured_browser = os.environ.get("SIM_BROWSER")
    raise BrowserMissingError(
        f"SIM_BROWSER={configured_browser} is no program that runs."
        if configured_browser
        else MISSING
    )


def launch_args() -> list[str]:
    """Return flags that keep a browser from calling home, so that a closed network stays quiet."""
    return [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-domain-reliability",
        "--disable-sync",
        "--no-default-browser-check",
        "--no-first-run",
        "--no-pings",
    ]


def launch_options() -> dict[str, Any]:
    """Return what `playwright.chromium.launch` takes, to find a browser of this machine.

    That is the one that SIM_BROWSER names, else an installed Chromium, else Playwright's own.

    Raises:
        BrowserMissingError: there is none; the message says what to install.
    """
    return {"executable_path": require_browser(), "args": launch_args()}


def install() -> Path:
    """Find a browser, or fetch one: the system's package first, then Playwright's download.

    Raises:
        BrowserMissingError: neither way led to a browser.
    """
    if find_browser() is None and not os.environ.get("SIM_BROWSER"):
        for commands in _ways_to_install():
            # One way is a row of commands; the first that fails ends it.
            if all(run(command) for command in commands) and find_browser():
                break
    return require_browser()


def _candidates() -> Iterator[Path]:
    for name in COMMANDS:
        found = shutil.which(name)
        if found:
            yield Path(found)
    for folder in USUAL_PLACES:
        for name in (*COMMANDS, *EXECUTABLES):
            found = shutil.which(name, path=str(folder))
            if found:
                yield Path(found)
    yield from _downloaded_by_playwright()


def _downloaded_by_playwright() -> Iterator[Path]:
    for build in sorted(_playwright_store().glob("chromium*-*"), key=_revision, reverse=True):
        for name in EXECUTABLES:
            for path in sorted(build.rglob(f"{name}{'.exe' if os.name == 'nt' else ''}")):
                if path.is_file() and os.access(path, os.X_OK):
                    yield path


def _playwright_store() -> Path:
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/ms-playwright"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"


def _revision(build: Path) -> int:
    number = build.name.rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def _ways_to_install() -> Iterator[list[list[str]]]:
    download = [sys.executable, "-m", "playwright", "install"]
    root = as_root()
    if shutil.which("apt-get") and root is not None:
        apt = apt_get(root)
        yield [[*apt, "update"], [*apt, "install", "--no-install-recommends", *DEBIAN_PACKAGES]]
        # The download comes bare: the libraries it leans on are the system's.
        yield [[*download, "--with-deps", PLAYWRIGHT_BROWSER]]
    yield [[*download, PLAYWRIGHT_BROWSER]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the browser's path; with `--install`, fetch one if there is none.

    Args:
        arguments: the arguments of the command; by default those of this process.

    Returns:
        The command's exit code.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        print(install() if "--install" in arguments else require_browser())  # noqa: T201
    except BrowserMissingError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
