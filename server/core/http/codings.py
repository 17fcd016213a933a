"""Content codings: the choice for a client, and the setup of Flask-Compress, which applies it."""

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
# by preference: at the levels of Flask-Compress their sizes are similar, and zstd is the fastest
CODINGS = ("zstd", "br", "gzip")

# the default of Flask-Compress
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
    """Return the coding to send, by the weights of the client, then by our preference (RFC 9110, section 12.5.3)."""
    weights = dict(map(_weighed, accept_encoding.lower().split(",")))
    others = weights.get("*", 0.0)
    # max returns the first of equal weights, so our order of preference decides
    best = max(CODINGS, key=lambda coding: weights.get(coding, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get(IDENTITY, 0.0) else IDENTITY


def is_worth_compressing(body: bytes) -> bool:
    """Return True if a body is long enough to compress."""
    return len(body) >= _SMALLEST_BYTES


def pack(body: bytes, coding: str) -> bytes:
    """Return a compressed body, with the same bytes as from Flask-Compress except for the gzip header."""
    level = _LEVELS[coding]
    if coding == "zstd":
        return zstd.compress(body, level)
    if coding == "br":
        return bytes(brotli.compress(body, quality=level))
    # the header has no time, so that equal bodies give equal bytes under one entity tag
    return gzip.compress(body, level, mtime=0)


def pack_chunks(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Yield a compressed body piece by piece."""
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
        zipper = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS + 16)  # 16: with a gzip header
        compress, finish = zipper.compress, zipper.flush
    for chunk in chunks:
        yield compress(chunk)
    yield finish()


def _weighed(part: str) -> tuple[str, float]:
    """Return a coding and its weight from 0 to 1. An invalid weight counts as 0."""
    coding, *parameters = (piece.strip() for piece in part.split(";"))
    written = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        # float also reads ``nan`` and ``inf``, which the range below turns into 0
        weight = float(written)
    except ValueError:
        weight = 0.0
    return coding, weight if 0 <= weight <= 1 else 0.0


def register(app: Flask) -> None:
    """Set up compression. Flask-Compress gets only the chosen coding, because it ignores ``q=0``."""

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
        # the gateway compares tags itself, and without it _compare in freshness.py does
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    Compress(app)
