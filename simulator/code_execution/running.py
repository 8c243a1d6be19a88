"""Start the child that runs a piece of code, and read what became of it."""

import json
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

from simulator import extras
from simulator.code_execution.limits import Limits
from simulator.errors import SimulatorError

#: How the child begins: with the standard library, this package, and nothing of the environment.
_BEGIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from simulator.code_execution.child import main; sys.path.pop(0); main()"
)
#: Children at a time: each may take as much memory as a limit says.
_SLOTS = threading.BoundedSemaphore(4)
#: What Ruby says of where it lies: its program, its libraries.
_ASK_RUBY = "puts RbConfig.ruby, RbConfig::CONFIG['libdir'], $LOAD_PATH"


class Language(StrEnum):
    """A language that steps can have code in."""

    PYTHON = "python"
    RUBY = "ruby"
    JAVASCRIPT = "javascript"

    @property
    def label(self) -> str:
        """What people call it."""
        return "JavaScript" if self is Language.JAVASCRIPT else self.value.capitalize()


class CodeRefused(SimulatorError):
    """The code was not started: this machine lacks what it needs; the message says what."""

    status = 502


class CodeFailed(SimulatorError):
    """The code was started, and failed; the message says how."""

    status = 502


def run_code(
    language: Language, source: str, inputs: Mapping[str, Any], limits: Limits | None = None
) -> Any:
    """Run a piece of code as Workato does: `main(input)`, or, in Ruby, all of it with `input`.

    It runs in a process of its own without network, files, other processes or the simulator's
    environment. Python and Ruby run only where the system isolates that process; JavaScript is run
    by an engine that has no way out, isolated besides where that is possible.

    Args:
        language: the language of the code.
        source: the code.
        inputs: what it is given; JSON.
        limits: the limits of time, memory and size.

    Returns:
        What it returned; JSON.

    Raises:
        CodeRefused: this machine cannot run it safely, or has no interpreter for it.
        CodeFailed: it failed, returned what is no JSON, or used more than it may.
    """
    limits = limits or Limits()
    if len(source.encode()) > limits.script:
        raise CodeFailed(f"The code is longer than {limits.script:,} bytes.")
    job = {
        "language": language.value,
        "source": source,
        "input": inputs,
        "seconds": limits.seconds,
        "memory": limits.memory,
        "output": limits.output,
        **_find_engine(language),
    }
    with _SLOTS:
        code, text = _run_child(json.dumps(job), limits)
    return _read(language, code, text, limits)


def _find_engine(language: Language) -> dict[str, Any]:
    if language is Language.JAVASCRIPT:
        found = find_spec("quickjs")
        if found is None or found.origin is None:
            raise CodeRefused(extras.lacking("JavaScript code", "quickjs") + ".")
        return {"engine": str(Path(found.origin).parent.parent)}
    if language is Language.RUBY:
        program = which("ruby")
        if program is None:
            raise CodeRefused("Ruby code needs Ruby, which is not installed (no `ruby` on PATH).")
        engine, *readable = _locate_ruby(program)
        return {"engine": engine, "readable": [engine, *readable]}
    paths = sysconfig.get_paths()
    return {"libraries": list(dict.fromkeys((paths["purelib"], paths["platlib"])))}


@cache
def _locate_ruby(program: str) -> list[str]:
    done = subprocess.run(
        [program, "--disable-gems", "-rrbconfig", "-e", _ASK_RUBY],
        capture_output=True, check=False, text=True, timeout=30,
    )  # fmt: skip
    if done.returncode:
        raise CodeRefused(f"Ruby code needs Ruby, and {program} does not start.")
    return done.stdout.split("\n")[:-1]


def _run_child(job: str, limits: Limits) -> tuple[int | None, bytes]:
    """Return how the child ended (None: it had to be killed), and what it wrote."""
    root = str(Path(__file__).parent.parent.parent)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
        given.write(job.encode())
        given.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BEGIN, root],
            stdin=given, stdout=written, stderr=subprocess.DEVNULL, env={}, cwd=root,
        )  # fmt: skip
        try:
            code: int | None = child.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            child.kill()
            child.wait()
        written.seek(0)
        return code, written.read(limits.output)


def _read(language: Language, code: int | None, text: bytes, limits: Limits) -> Any:
    if code is None or code in (128 + signal.SIGXCPU, 128 + signal.SIGKILL):
        raise CodeFailed(f"The code took longer than {limits.seconds} seconds.")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        raise CodeFailed(
            "The code ended without a result: it crashed its process, or the result is longer than "
            f"{limits.output:,} bytes."
        ) from None
    if isinstance(answer, dict) and "output" in answer:
        return answer["output"]
    if isinstance(answer, dict) and "refused" in answer:
        raise CodeRefused(
            f"{language.label} code runs only where the system isolates it: {answer['refused']}. "
            "Write a stub for the step."
        )
    reason = str(answer.get("error")) if isinstance(answer, dict) else "no result"
    if reason == "out of memory":
        reason = f"it used more than {limits.memory // (1024 * 1024)} MB of memory"
    raise CodeFailed(f"The code failed: {reason}")
