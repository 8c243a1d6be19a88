"""Code of recipes: what it can do, what it cannot reach, and how it is stopped."""

import socket
from pathlib import Path
from typing import Any

import pytest

from simulator.code_execution import CodeFailed, CodeRefused, Language, Limits, run_code, running
from simulator.code_execution.isolation import CannotIsolate, isolate

QUICK = Limits(seconds=1)
SMALL = Limits(memory=64 * 1024 * 1024)
#: What a machine says that cannot isolate: then no Python and no Ruby runs at all.
REFUSED = "runs only where the system isolates it"

CODE = {
    Language.PYTHON: "def main(input):\n    return {'total': sum(input['prices'])}",
    Language.JAVASCRIPT: "exports.main = async (i) => ({total: i.prices.reduce((a, b) => a + b)})",
    Language.RUBY: 'total = input[:prices].sum\n{ "total" => total }',
}


def run(language: Language, source: str, limits: Limits | None = None, **inputs: Any) -> Any:
    """Return what a piece of code returned, or the sentence of its failure."""
    try:
        return run_code(language, source, inputs, limits)
    except (CodeFailed, CodeRefused) as error:
        return str(error)


def is_refused(outcome: Any) -> bool:
    """Whether this machine runs no such code: it cannot isolate it, or has no Ruby."""
    return isinstance(outcome, str) and (REFUSED in outcome or "needs Ruby" in outcome)


@pytest.mark.requirement("CODE-1")
@pytest.mark.parametrize("language", Language)
def test_code_gets_the_input_and_returns(language: Language) -> None:
    outcome = run(language, CODE[language], prices=[2, 3])

    assert outcome == {"total": 5} or (language is not Language.JAVASCRIPT and is_refused(outcome))


#: Each attempt is a line of Python; the outcome is its value, or the name of its error.
ATTEMPTS = {
    "open(secret).read()": "FileNotFoundError",
    "open('/etc/passwd').read()": "FileNotFoundError",
    "open('/proc/1/environ').read()": "FileNotFoundError",
    "open('/usr/lib/x', 'w')": "OSError",
    "open('/x', 'w')": "OSError",
    "open('/dev/shm/x', 'w')": "FileNotFoundError",
    "socket.create_connection(('127.0.0.1', port))": "PermissionError",
    "socket.create_connection(('192.0.2.1', 80))": "PermissionError",
    "socket.socket(socket.AF_VSOCK)": "PermissionError",
    "os.fork()": "PermissionError",
    "subprocess.run(['/usr/bin/id'])": "PermissionError",
    "libc.unshare(0x10000000)": -1,
    "libc.mount(b'none', b'/', b'tmpfs', 0, None)": -1,
    "libc.ptrace(16, 1, 0, 0)": -1,
    "os.setuid(0)": "OSError",
    "os.environ.get('SIM_SECRET_KEY')": None,
    "sorted(os.listdir('/dev'))": ["null", "urandom"],
    "os.getpid()": 1,
}
TRIES = """
import ctypes, os, socket, subprocess
def main(input):
    libc = ctypes.CDLL(None)
    names = {"secret": input["secret"], "port": input["port"], "libc": libc, **globals()}
    outcomes = {}
    for attempt in input["attempts"]:
        try:
            outcomes[attempt] = eval(attempt, names)
        except Exception as error:
            outcomes[attempt] = type(error).__name__
    return outcomes
"""


@pytest.mark.requirement("CODE-2")
def test_code_reaches_nothing_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a file, not a port that listens here, not a process, not the environment."""
    monkeypatch.setenv("SIM_SECRET_KEY", "of the simulator")
    (tmp_path / "secret").write_text("mine", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        outcome = run(
            Language.PYTHON,
            TRIES,
            attempts=list(ATTEMPTS),
            secret=str(tmp_path / "secret"),
            port=server.getsockname()[1],
        )

    assert outcome == ATTEMPTS or is_refused(outcome)


#: Each is a line of Ruby and its value, as Rails has it.
RAILS = {
    "[input['none'].present?, ' '.present?, [].blank?, 0.blank?, false.blank?]": (
        [False, False, True, False, True]
    ),
    "input['none'].presence || 'other'": "other",
    "input[:mail].find { |h| h[:name] == 'To' }&.dig(:value)": "Ada",
    "[input.key?(:mail), input.key?('none'), input.fetch(:none, 1)]": [True, False, 1],
    "input[:new] = 2; input.slice(:new)": {"new": 2},
}


@pytest.mark.requirement("CODE-1")
@pytest.mark.parametrize("line", RAILS)
def test_ruby_has_what_recipes_use_of_rails(line: str) -> None:
    outcome = run(Language.RUBY, line, mail=[{"name": "To", "value": "Ada"}])

    assert is_refused(outcome) or outcome == RAILS[line]


@pytest.mark.requirement("CODE-2")
def test_ruby_reaches_nothing_either() -> None:
    tries = """
    attempts = {
      "file" => -> { File.read("/etc/passwd") },
      "network" => -> { require "socket"; TCPSocket.new("1.1.1.1", 80) },
      "process" => -> { fork },
    }
    attempts.to_h { |name, attempt| [name, begin attempt.call; rescue => e; e.class.name; end] }
    """

    outcome = run(Language.RUBY, tries)

    assert is_refused(outcome) or outcome == {
        "file": "Errno::ENOENT",
        "network": "Errno::EACCES",
        "process": "Errno::EPERM",
    }


@pytest.mark.requirement("CODE-2")
def test_javascript_knows_no_way_out() -> None:
    names = ["require", "process", "fetch", "std", "os", "XMLHttpRequest", "Deno", "WebSocket"]
    kinds = ", ".join(f"typeof {name}" for name in names)

    assert run(Language.JAVASCRIPT, f"exports.main = () => [{kinds}]") == ["undefined"] * len(names)
    assert "could not load module" in run(Language.JAVASCRIPT, "exports.main = () => import('std')")


THREADS = """
import threading, time
def main(input):
    try:
        for count in range(10_000):
            threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
    except RuntimeError:
        return "no more"
"""


@pytest.mark.requirement("CODE-3")
@pytest.mark.parametrize(
    "language, source, sentence",
    [
        (Language.PYTHON, "def main(input): import time; time.sleep(60)", "than 1 seconds."),
        (Language.JAVASCRIPT, "exports.main = () => { for (;;) {} }", "than 1 seconds."),
        (
            Language.PYTHON,
            "def main(input): return len(bytes(10**9))",
            "more than 256 MB of memory",
        ),
        (
            Language.JAVASCRIPT,
            "exports.main = () => { const all = []; for (;;) all.push(new Array(1e6).fill(1)) }",
            "more than 64 MB of memory",
        ),
        (Language.PYTHON, "def main(input): return 'x' * 2_000_000", "longer than 1,048,576 bytes"),
        (Language.PYTHON, THREADS, "no more"),
        (Language.PYTHON, "#" * 1_048_577, "The code is longer than 1,048,576 bytes."),
    ],
    ids=["sleeps", "loops", "memory", "js-memory", "result", "threads", "script"],
)
def test_code_is_stopped(language: Language, source: str, sentence: str) -> None:
    limits = QUICK if "seconds" in sentence else SMALL if "64 MB" in sentence else None

    outcome = run(language, source, limits)

    assert sentence in outcome or is_refused(outcome)


@pytest.mark.requirement("CODE-1")
@pytest.mark.parametrize(
    "language, source, sentence",
    [
        (Language.PYTHON, "x = 1", "The code failed: the code defines no function main(input)"),
        (Language.PYTHON, "def main(input): 1 / 0", "ZeroDivisionError: division by zero"),
        (Language.PYTHON, "def main(input): return {1}", "set is not JSON serializable"),
        (Language.PYTHON, "def main(input)", "SyntaxError: expected ':'"),
        (Language.PYTHON, "import os\nos._exit(0)", "The code ended without a result"),
        (Language.JAVASCRIPT, "1", "the code exports no function main"),
        (Language.JAVASCRIPT, "exports.main = () => null.x", "TypeError: cannot read property"),
        (Language.JAVASCRIPT, "exports.main = () => new Promise(() => {})", "nothing settles"),
        (Language.RUBY, "raise ArgumentError, 'no such rate'", "ArgumentError: no such rate"),
    ],
)
def test_code_that_fails_says_how(language: Language, source: str, sentence: str) -> None:
    outcome = run(language, source)

    assert sentence in outcome or is_refused(outcome)


@pytest.mark.requirement("CODE-4")
def test_a_system_that_cannot_isolate_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.code_execution.isolation.sys.platform", "darwin")
    with pytest.raises(CannotIsolate, match="only Linux on x86-64 or ARM 64"):
        isolate([])

    reply = b'{"refused": "containers forbid it"}'
    monkeypatch.setattr(running, "_run_child", lambda *_: (0, reply))

    assert run(Language.PYTHON, "def main(input): return 1") == (
        "Python code runs only where the system isolates it: containers forbid it. "
        "Write a stub for the step."
    )


@pytest.mark.requirement("CODE-4")
def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "which", lambda _: None)
    monkeypatch.setattr(running, "find_spec", lambda _: None)

    assert run(Language.RUBY, "1") == (
        "Ruby code needs Ruby, which is not installed (no `ruby` on PATH)."
    )
    assert run(Language.JAVASCRIPT, "1") == (
        "JavaScript code needs QuickJS: pip install 'workato-vua-simulator[code]'."
    )
