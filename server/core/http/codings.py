"""Content codings: which one a client wants, and Flask-Compress, which applies it."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
from flask import Flask, request
from flask_compress import Compress

from kg.core.media_types import GRAPH_FORMS, RESULT_FORMS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

IDENTITY = "identity"
# in the order of our preference: at the levels of Flask-Compress they are about equally small, zstd being the fastest
CODINGS = ("zstd", "br", "gzip")

_SMALLEST_BYTES = 500
_LEVELS = {"zstd": 3, "br": 4, "gzip": 6}
_MEDIA_TYPES = [
    "text/html",
    "text/css",
    "text/plain",
    "text/javascript",
    "image/svg+xml",
    "application/json",
    "application/sparql-query",
    *{form.media_type for form in RESULT_FORMS + GRAPH_FORMS},
]


def choose_coding(accept_encoding: str) -> str:
    """The coding to send: what the client weighs most, then what we like most (RFC 9110, section 12.5.3)."""
    weights = dict(map(_weighed, accept_encoding.lower().split(",")))
    others = weights.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: weights.get(coding, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get(IDENTITY, 0.0) else IDENTITY


def is_worth_packing(body: bytes) -> bool:
    """Whether a body is so long that it is sent in the coding of the client."""
    return len(body) >= _SMALLEST_BYTES


def pack(body: bytes, coding: str) -> bytes:
    """A body in one of our codings, of the bytes that Flask-Compress makes of it but for the head of gzip."""
    level = _LEVELS[coding]
    if coding == "zstd":
        return zstd.compress(body, level)
    if coding == "br":
        return bytes(brotli.compress(body, quality=level))
    return gzip.compress(body, level, mtime=0)


def pack_chunks(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Yield a body in one of our codings, as its pieces come."""
    level = _LEVELS[coding]
    compress: Callable[[bytes], bytes]
    finish: Callable[[], bytes]
    if coding == "zstd":
        zstandard = zstd.ZstdCompressor(level)
        compress, finish = zstandard.compress, zstandard.flush
    elif coding == "br":
        compressor = brotli.Compressor(quality=level)
        compress, finish = compressor.process, compressor.finish
    else:
        zipper = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS + 16)  # 16: with the head of gzip
        compress, finish = zipper.compress, zipper.flush
    for chunk in chunks:
        yield compress(chunk)
    yield finish()


def _weighed(part: str) -> tuple[str, float]:
    """A coding and its weight from 0 to 1; one that cannot be read counts as a refusal."""
    coding, *parameters = (piece.strip() for piece in part.split(";"))
    written = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        weight = float(written)
    except ValueError:
        weight = 0.0
    return coding, weight if 0 <= weight <= 1 else 0.0


def register(app: Flask) -> None:
    """Compress what is worth it; Flask-Compress is shown one coding only, as it takes ``q=0`` for consent."""

    @app.before_request
    def choose() -> None:
        request.environ["HTTP_ACCEPT_ENCODING"] = choose_coding(request.headers.get("Accept-Encoding", ""))

    app.config.update(
        COMPRESS_MIMETYPES=_MEDIA_TYPES,
        COMPRESS_MIN_SIZE=_SMALLEST_BYTES,
        COMPRESS_ALGORITHM=list(CODINGS),
        COMPRESS_ALGORITHM_STREAMING=list(CODINGS),
        COMPRESS_ZSTD_LEVEL=_LEVELS["zstd"],
        COMPRESS_BR_LEVEL=_LEVELS["br"],
        COMPRESS_LEVEL=_LEVELS["gzip"],
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    Compress(app)
