"""What runs in the child: it isolates itself, runs the code, and writes what became of it as JSON.

`{"output": …}`, `{"error": sentence}` or `{"refused": sentence}`. It imports nothing but the
standard library, and the JavaScript engine for JavaScript.
"""

import json
import os
import sys
from contextlib import suppress
from typing import Any

from simulator.code_execution import isolation, ruby

if sys.platform != "win32":
    import resource

#: Libraries map more than they use: so many times the memory may be addressed.
_ADDRESSES = 4
#: Beside what JavaScript may use, the process has the interpreter that embeds the engine.
_EMBEDDING = 128 * 1024 * 1024


class _Failed(Exception):
    """The code failed, in the words of its own language."""


def main() -> None:
    """Read a job from standard input, do it, and write the answer to standard output."""
    job = json.load(sys.stdin)
    answers = os.dup(1)
    run = {"python": _run_python, "javascript": _run_javascript, "ruby": _become_ruby}
    try:
        answer = {"output": run[job["language"]](job)}
        text = json.dumps(answer)
    except isolation.CannotIsolate as error:
        text = json.dumps({"refused": str(error)})
    except MemoryError:
        text = json.dumps({"error": "out of memory"})
    except _Failed as error:
        text = json.dumps({"error": str(error)})
    except BaseException as error:  # SystemExit of the code, too, is an answer
        text = json.dumps({"error": _describe(error)})
    with os.fdopen(answers, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os._exit(0)


def _describe(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except BaseException:  # the code's own class may fail at that
        return type(error).__name__


def _limit(job: dict[str, Any], memory: int) -> None:
    """Set the limits that the system keeps."""
    for limit, value in (
        (resource.RLIMIT_CPU, job["seconds"]),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, _ADDRESSES * memory),
        (resource.RLIMIT_FSIZE, job["output"]),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _silence() -> None:
    """Have what the code prints go nowhere."""
    nowhere = os.open("/dev/null", os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _run_python(job: dict[str, Any]) -> Any:
    isolation.isolate([*sys.path, os.path.join(sys.base_prefix, "lib"), *job["libraries"]])
    sys.path += job["libraries"]
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each thread of it would take memory
    _silence()
    _limit(job, job["memory"])
    names: dict[str, Any] = {"__name__": "code"}
    exec(compile(job["source"], "code", "exec"), names)  # noqa: S102  that is what it is for
    if not callable(names.get("main")):
        raise _Failed("the code defines no function main(input)")
    return names["main"](job["input"])


def _run_javascript(job: dict[str, Any]) -> Any:
    """Run it in QuickJS, which knows neither files nor network; isolated where that is possible."""
    sys.path.append(job["engine"])
    import quickjs

    sys.path.remove(job["engine"])
    with suppress(isolation.CannotIsolate):  # the engine itself lets nothing out
        isolation.isolate(sys.path)
    if sys.platform == "linux":
        _silence()
        _limit(job, job["memory"] + _EMBEDDING)
    context = quickjs.Context()
    context.set_memory_limit(job["memory"])
    context.set_time_limit(job["seconds"])
    context.eval(
        "var module = {exports: {}}, exports = module.exports, answer = {};"
        "var console = {log() {}, info() {}, warn() {}, error() {}, debug() {}};"
    )
    try:
        context.eval(job["source"])
        context.set("job", json.dumps(job["input"]))
        context.eval(_CALL_MAIN)
        while context.execute_pending_job():
            pass
        text = context.eval("JSON.stringify(answer)")
    except quickjs.JSException as error:
        if "out of memory" in str(error):
            raise MemoryError from None
        raise _Failed(str(error).partition("\n")[0]) from None
    answer = json.loads(text)
    if "out of memory" in answer.get("error", ""):
        raise MemoryError
    if "error" in answer:
        raise _Failed(answer["error"])
    if "output" not in answer:
        raise _Failed("main returned a promise that nothing settles, or no value")
    return answer["output"]


#: `exports.main`, or a function of that name; it may be asynchronous.
_CALL_MAIN = """
(function () {
  const called = module.exports.main || exports.main || (typeof main === "function" && main);
  if (!called) throw new ReferenceError("the code exports no function main");
  Promise.resolve().then(() => called(JSON.parse(job))).then(
    (value) => { answer.output = value === undefined ? null : value; },
    (error) => { answer.error = String(error); }
  );
})()
"""


def _become_ruby(job: dict[str, Any]) -> Any:
    isolation.isolate(job["readable"])
    _limit(job, job["memory"])
    os.lseek(0, 0, os.SEEK_SET)
    command = [job["engine"], "--disable-gems", "-e", ruby.PROGRAM]
    os.execve(job["engine"], command, {"LANG": "C.UTF-8"})  # noqa: S606  in this one's place
