"""A filter of system calls: no new process, no network, nothing that namespaces could be left by.

It imports nothing but the standard library: it runs in the child, before the code does.
"""

import ctypes
import errno
import platform
import socket
import struct

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
#: Classic BPF: load a word, compare, return (linux/bpf_common.h).
_LOAD, _EQUALS, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
#: Where `struct seccomp_data` has the number, the architecture, and the first argument.
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_CLONE_THREAD = 0x00010000
#: From here on, calls of x86-64 are those of another architecture (x32).
_X32 = 0x40000000

#: Machine → (its AUDIT_ARCH, numbers of `clone` and `socket`, those that are refused altogether):
#: fork, vfork, ptrace, mount, umount2, pivot_root, unshare, setns, bpf, userfaultfd,
#: perf_event_open, keyctl, add_key, request_key, shmget, process_vm_readv, process_vm_writev,
#: kexec_load, init_module, finit_module, name_to_handle_at, open_by_handle_at.
_MACHINES: dict[str, tuple[int, int, int, tuple[int, ...]]] = {
    "x86_64": (
        0xC000003E, 56, 41,
        (57, 58, 101, 165, 166, 155, 272, 308, 321, 323, 298, 250, 248, 249, 29, 310, 311, 246,
         175, 313, 303, 304),
    ),
    "aarch64": (
        0xC00000B7, 220, 198,
        (117, 40, 39, 41, 97, 268, 280, 282, 241, 219, 217, 218, 194, 270, 271, 104, 105, 273,
         264, 265),
    ),
}  # fmt: skip
#: The same numbers on every machine: io_uring (three), open_tree to fspick, mount_setattr.
_SHARED = (425, 426, 427, 428, 429, 430, 431, 432, 433, 442)
_CLONE3 = 435


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def is_known() -> bool:
    """Return whether the calls of this machine are known."""
    return platform.machine() in _MACHINES


def apply(libc: ctypes.CDLL) -> None:
    """Refuse these system calls from now on, to this process and whatever it becomes.

    A thread may be started, a process may not; of sockets there are those within the process.

    Args:
        libc: the C library.

    Raises:
        OSError: the system refuses a filter.
    """
    program = _assemble(*_MACHINES[platform.machine()])
    described = _Program(len(program) // 8, program)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS")
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(described), 0, 0):
        raise OSError(ctypes.get_errno(), "PR_SET_SECCOMP")


def _assemble(architecture: int, clone: int, sockets: int, refused: tuple[int, ...]) -> bytes:
    def instruct(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("HBBI", code, if_true, if_false, value)

    def refuse_if(number: int, error: int) -> bytes:
        return instruct(_EQUALS, number, 0, 1) + instruct(_RETURN, _ERRNO | error)

    def allow_only(number: int, test: int, value: int, error: int) -> bytes:
        return b"".join(
            (
                instruct(_EQUALS, number, 0, 4),
                instruct(_LOAD, _FIRST_ARGUMENT),
                instruct(test, value, 0, 1),
                instruct(_RETURN, _ALLOW),
                instruct(_RETURN, _ERRNO | error),
            )
        )

    return b"".join(
        (
            instruct(_LOAD, _ARCHITECTURE),
            instruct(_EQUALS, architecture, 1, 0),
            instruct(_RETURN, _KILL),
            instruct(_LOAD, _NUMBER),
            instruct(_AT_LEAST, _X32, 0, 1),
            instruct(_RETURN, _KILL),
            *(refuse_if(number, errno.EPERM) for number in (*refused, *_SHARED)),
            # Its flags are in memory, where a filter cannot look; libraries then take `clone`.
            refuse_if(_CLONE3, errno.ENOSYS),
            allow_only(clone, _HAS_BITS, _CLONE_THREAD, errno.EPERM),
            allow_only(sockets, _EQUALS, socket.AF_UNIX, errno.EACCES),
            instruct(_RETURN, _ALLOW),
        )
    )
