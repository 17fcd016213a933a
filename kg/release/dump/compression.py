"""Packing: gzip for everybody, Zstandard for who has it; the same content gives the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BufferedWriter, RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# above, it takes twice or three times as long for less than a twelfth
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 9


@dataclass(frozen=True)
class Packing:
    """How a file is packed; ``around`` makes a file that packs what is written to it into another one."""

    ending: str
    name: str
    media_type: str
    around: Callable[[IO[bytes]], IO[bytes]]


def _gzip(file: IO[bytes]) -> IO[bytes]:
    """Without name and time in its header, which would differ from build to build (RFC 1952, section 2.3)."""
    return cast("IO[bytes]", gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0))


def _zstd(file: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", zstd.ZstdFile(file, "wb", level=_ZSTD_LEVEL))


PACKINGS: Mapping[str, Packing] = {
    one.ending: one
    for one in (
        Packing("gz", "gzip", "application/gzip", _gzip),
        Packing("zst", "Zstandard", "application/zstd", _zstd),
    )
}


class Sealed(RawIOBase):
    """A new file that counts and hashes what is written to it, and is on the disk when it is closed."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self._digest = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        """The hash so far, in hexadecimal digits."""
        return self._digest.hexdigest()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write, count and hash."""
        self._digest.update(data)
        written = self._file.write(data)
        self.bytes += written
        return written

    def close(self) -> None:
        """Bring it onto the disk."""
        if not self.closed:
            with self._file:
                self._file.flush()
                os.fsync(self._file.fileno())
        super().close()


class _Every(RawIOBase):
    """Writes the same to several files."""

    def __init__(self, files: Sequence[IO[bytes]]) -> None:
        self._files = files

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        for file in self._files:
            file.write(data)
        return memoryview(data).nbytes


@contextmanager
def packed(paths: Mapping[str, Path]) -> Iterator[tuple[IO[bytes], dict[str, Sealed]]]:
    """A file whose content goes to each path, packed as its key says, and those that count and hash the packed bytes.

    The counts are right when the block has ended.

    Raises:
        OSError: there is no room, or a path exists.
    """
    with ExitStack() as stack:
        sealed = {ending: stack.enter_context(Sealed(path)) for ending, path in paths.items()}
        around = [PACKINGS[ending].around(cast("IO[bytes]", one)) for ending, one in sealed.items()]
        packers = [stack.enter_context(one) for one in around]
        yield stack.enter_context(BufferedWriter(_Every(packers), 2**16)), sealed
