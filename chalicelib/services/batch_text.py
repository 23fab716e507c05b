"""The lines of a batch file that is text: decoded, decompressed, counted and of bounded length."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from chalicelib.domain.errors import InvalidRequestError

LONGEST_LINE = 65_536
GZIP = b"\x1f\x8b"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Lines:
    """The lines of a stream: UTF-8 or, with its mark at the beginning, UTF-16; either may be compressed by gzip.

    Raises InvalidRequestError where the file stops being text, has an endless line, or is broken off.
    """

    def __init__(self, stream: BinaryIO) -> None:
        buffered = _peekable(stream)
        if buffered.peek(2)[:2] == GZIP:
            buffered = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=buffered)))
        encoding = _encoding(buffered)
        self._encoding = "UTF-16" if encoding == "utf-16" else "UTF-8"
        self._text = io.TextIOWrapper(buffered, encoding=encoding, newline="")
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(LONGEST_LINE + 1)
        except UnicodeError as error:
            raise InvalidRequestError(
                f"line {self.number + 1 + _lines_before(error)} is not {self._encoding} text{_byte(error)}; "
                "save the file as CSV UTF-8 or JSON-lines"
            ) from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise InvalidRequestError(
                f"the compressed file is broken after line {self.number} ({error}); compress and send it again"
            ) from error
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > LONGEST_LINE:
            raise InvalidRequestError(f"line {self.number} has more than {LONGEST_LINE} characters")
        return line


def _lines_before(error: UnicodeError) -> int:
    """In the bytes at hand: all before them were handed out, or are the beginning of this line."""
    if not isinstance(error, UnicodeDecodeError):
        return 0
    return error.object[: error.start].decode(error.encoding, "replace").count("\n")


def _byte(error: UnicodeError) -> str:
    if not isinstance(error, UnicodeDecodeError) or error.encoding != "utf-8":
        return ""
    return f" (byte 0x{error.object[error.start]:02x}, as in Latin-1 or in a file that is no text)"


def _peekable(stream: BinaryIO) -> io.BufferedReader:
    if isinstance(stream, io.BufferedReader):
        return stream
    return io.BufferedReader(cast(io.RawIOBase, stream))


def _encoding(stream: io.BufferedReader) -> str:
    head = _peek(stream)
    if head[:2] in UTF_16:
        return "utf-16"
    if b"\0" in head[:4]:
        raise InvalidRequestError(
            "the file holds zero bytes at its beginning: it is no text, or UTF-16 without its mark; "
            "save it as CSV UTF-8 or JSON-lines"
        )
    return "utf-8-sig"


def _peek(stream: io.BufferedReader) -> bytes:
    try:
        return stream.peek(4)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidRequestError(f"the compressed file cannot be read: {error}; send it again") from error
