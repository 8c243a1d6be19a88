"""Cut this process off: no network, no files but the interpreter's, no other process.

Linux does it: namespaces (user, network, mounts, processes, IPC, host name), a root of its own,
limits (`setrlimit`) and a filter of system calls. It imports nothing but the standard library.

Ours: bubblewrap does most of it, and is a program that few machines have.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from simulator.code_execution import seccomp

_NEW_NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV = 1, 2, 4
_MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 32, 4096, 16384, 1 << 18
_MNT_DETACH = 2
#: Flags of a mount that whoever mounts it again has to repeat: `statvfs` → `mount`.
_REPEATED = {1: 1, 2: 2, 4: 4, 8: 8, 1024: 1024, 2048: 2048, 4096: 1 << 21}
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
_CAPABILITY_VERSION_3 = 0x20080522
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
#: Inside, the process is nobody.
_NOBODY = 65534
#: What every interpreter needs, where it is there.
SYSTEM_PATHS = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo",
    "/dev/null", "/dev/urandom",
)  # fmt: skip


class CannotIsolate(Exception):
    """This system cannot cut a process off; the message says why."""


def isolate(readable: Iterable[str]) -> None:
    """Cut this process off; what runs on is a child of it, in which this returns.

    The process itself waits for that child and ends as it does. If the process is killed, the child
    is, and with it everything inside.

    Args:
        readable: paths that can still be read, and executed, beside the system's libraries.

    Raises:
        CannotIsolate: the system refuses, or has no means.
    """
    if sys.platform != "linux" or not seccomp.is_known():
        raise CannotIsolate("only Linux on x86-64 or ARM 64 can isolate a process")
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    try:
        _check(libc.unshare(_NEW_NAMESPACES))
    except OSError as error:
        raise CannotIsolate(
            f"this system lets nobody make a user namespace of their own ({error.strerror}); "
            "containers and AppArmor often forbid it"
        ) from None
    try:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{_NOBODY} {group} 1", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{_NOBODY} {user} 1", encoding="ascii")
        _change_root(libc, [*SYSTEM_PATHS, *readable])
        _continue_in_child(libc)
        _drop_capabilities(libc)
        seccomp.apply(libc)
    except OSError as error:
        raise CannotIsolate(f"this system refuses to isolate a process: {error}") from None


def _check(outcome: int) -> None:
    if outcome:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _mount(libc: ctypes.CDLL, source: str, target: str, kind: str | None, flags: int) -> None:
    _check(
        libc.mount(
            source.encode(), target.encode(), kind.encode() if kind else None,
            ctypes.c_ulong(flags), None,
        )
    )  # fmt: skip


def _change_root(libc: ctypes.CDLL, readable: Iterable[str]) -> None:
    """Have a root that holds these paths alone, none of which can be written to."""
    _mount(libc, "none", "/", None, _MS_REC | _MS_PRIVATE)
    # In this namespace alone, this folder is the new root; outside it stays what it is.
    root = str(Path(__file__).parent)
    _mount(libc, "none", root, "tmpfs", _MS_NOSUID | _MS_NODEV)
    for path in _without_inner(readable):
        target = Path(root + path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.islink(path):
            target.symlink_to(os.readlink(path))
            continue
        if os.path.isdir(path):
            target.mkdir(exist_ok=True)
        else:
            target.touch()
        _mount(libc, path, str(target), None, _MS_BIND | _MS_REC)
        if not path.startswith("/dev/"):
            _make_read_only(libc, str(target))
    os.chdir(root)
    _check(libc.syscall(_SYS_PIVOT_ROOT[os.uname().machine], b".", b"."))
    _check(libc.umount2(b".", _MNT_DETACH))
    os.chdir("/")
    _make_read_only(libc, "/")


def _make_read_only(libc: ctypes.CDLL, target: str) -> None:
    there = os.statvfs(target).f_flag
    repeated = sum(flag for seen, flag in _REPEATED.items() if there & seen)
    flags = _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV | repeated
    _mount(libc, "none", target, None, flags)


def _without_inner(paths: Iterable[str]) -> list[str]:
    """Return the paths that are there, with what links lead to, without those within another."""
    found: list[str] = []
    there = {each for each in paths if os.path.exists(each)}
    there |= {os.path.realpath(each) for each in there}
    for path in sorted(there):
        parents = [str(each) for each in Path(path).parents]
        if path != "/" and not any(each in parents for each in found):
            found.append(path)
    return found


def _continue_in_child(libc: ctypes.CDLL) -> None:
    """Fork, since only a child is in the new namespace of processes; the parent waits for it."""
    child = os.fork()
    if child == 0:
        _check(libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0))
        return
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    for capability in range(64):
        if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            break
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _check(libc.capset(header, (ctypes.c_uint32 * 6)()))
