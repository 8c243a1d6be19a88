"""The files of a zip, read within bounds: a package may come from anywhere."""

import io
import stat
import unicodedata
import zipfile
from collections.abc import Mapping
from contextlib import suppress

from simulator.domain.packages.model import KINDS
from simulator.domain.packages.refusals import PackageError

#: Our choice; the largest public export has some hundred files and a few megabytes.
MOST_FILES = 5_000
LARGEST_FILE = 20 * 2**20
LARGEST_PACKAGE = 100 * 2**20
#: JSON shrinks to a tenth, the most repetitive to a fiftieth; a bomb to a thousandth.
HIGHEST_RATIO = 200
#: Below this size nothing is a bomb, whatever the ratio.
_SMALL = 2**20
_LONGEST_NAME = 500
#: Categories of characters that are no text: controls, and halves of others.
_NO_TEXT = ("Cc", "Cs")
_UTF_8 = 0x800

#: What other programs leave in archives, and nobody exported.
_LITTER = frozenset(("__MACOSX", ".git", ".DS_Store", "Thumbs.db", ".workato-ignore"))


def read_archive(content: bytes) -> Mapping[str, bytes]:
    """Return the files of a zip by their names.

    Args:
        content: the content of the zip.

    Raises:
        PackageError: it is no zip, damaged, encrypted or too large, or has a file whose name leads
            elsewhere, that is a symbolic link, or that is there twice.
    """
    if len(content) > LARGEST_PACKAGE:
        raise PackageError("", f"The zip is larger than {_megabytes(LARGEST_PACKAGE)}.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as error:
        reason = str(error) or "its end is missing"
        raise PackageError(
            "", f"The zip is damaged ({reason}). Export it again, or copy it once more."
        ) from None


def check_name(name: str) -> None:
    """Check that a file's name stays within the package.

    Args:
        name: with folders, as the package has it.

    Raises:
        PackageError: it is absolute, leads out with `..`, or no system could store it.
    """
    if name.startswith(("/", "~")) or "\\" in name or name[1:2] == ":":
        raise PackageError(
            name, "a file's name must be relative, with '/' between folders; this one is not."
        )
    if any(part in ("", ".", "..") for part in name.split("/")):
        raise PackageError(name, "a file's name must not leave the package ('..', '.', '//').")
    if len(name) > _LONGEST_NAME or any(unicodedata.category(each) in _NO_TEXT for each in name):
        raise PackageError(
            name, f"a file's name has at most {_LONGEST_NAME} characters, none a control character."
        )


def check_size(name: str, size: int, total: int) -> None:
    """Check that a file, and all up to it, are not too large.

    Args:
        name: the name of the file.
        size: in bytes.
        total: in bytes, of all files so far.

    Raises:
        PackageError: they are.
    """
    if size > LARGEST_FILE:
        raise PackageError(name, f"a file has at most {_megabytes(LARGEST_FILE)}.")
    if total > LARGEST_PACKAGE:
        raise PackageError(
            name, f"the package has more than {_megabytes(LARGEST_PACKAGE)} up to this file."
        )


def is_litter(name: str) -> bool:
    """Return whether a file was left by some program and belongs to no export.

    Args:
        name: with folders.
    """
    # Workato's command line packs the zip that it is writing into itself; an app's page is a zip.
    is_zip = name.endswith(".zip") and set(name.split(".")[1:-1]).isdisjoint(KINDS)
    return is_zip or not _LITTER.isdisjoint(name.split("/"))


def _read(archive: zipfile.ZipFile) -> Mapping[str, bytes]:
    entries = [each for each in archive.infolist() if not each.is_dir()]
    if len(entries) > MOST_FILES:
        raise PackageError("", f"The zip has {len(entries):,} files; at most {MOST_FILES:,}.")
    files: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        name = _name_of(entry)
        check_name(name)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise PackageError(name, "is a symbolic link; a package has files alone.")
        if name in files:
            raise PackageError(name, "is in the package twice.")
        if entry.flag_bits & 1:
            raise PackageError(name, "is encrypted; export the package without a password.")
        if entry.file_size > _SMALL and entry.file_size > HIGHEST_RATIO * entry.compress_size:
            raise PackageError(
                name, f"unpacks to more than {HIGHEST_RATIO} times its size: this is no export."
            )
        total += entry.file_size
        check_size(name, entry.file_size, total)
        if not is_litter(name):
            files[name] = _unpack(archive, entry)
    return files


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return a file's name as it was written; `filename` has it made safe.

    Many programs write UTF-8 and do not say so, and Python takes it for a code page of DOS.
    """
    name = entry.orig_filename
    if not entry.flag_bits & _UTF_8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read a file, no further than it says it is long."""
    try:
        with archive.open(entry) as file:
            return file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise PackageError(entry.orig_filename, f"cannot be unpacked ({error}).") from None
    except Exception as error:
        if type(error).__module__ in ("zlib", "lzma", "_lzma", "bz2"):
            raise PackageError(entry.orig_filename, f"cannot be unpacked ({error}).") from None
        raise


def _megabytes(size: int) -> str:
    return f"{size // 2**20} MB"
