"""Messages between the pool and its processes, over Unix sockets."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterable
from typing import Any

from pyoxigraph import NamedNode

from kg.core import errors
from kg.core.errors import KgError, Message, decoded
from kg.core.media_types import FORMS
from kg.engine import Question

# A stream has no borders between messages. So each begins with the sizes of its head and its body, in bytes.
_SIZES = struct.Struct(">II")
# a new worker gets three; the kernel closes those for which a message has no room (unix(7))
_MOST_DESCRIPTORS = 4
# most messages come in one piece; each call of the system gives the interpreter to another thread
AT_ONCE_BYTES = 64 * 1024

# JSON holds these types; an attribute of another one, such as an exception, stays behind
_SENT = (str, int, float, list, tuple, dict, type(None))

Head = dict[str, Any]


class ConnectionClosed(Exception):
    """The other side has gone."""


def send(peer: socket.socket, head: Head, body: bytes = b"", descriptors: tuple[int, ...] = ()) -> None:
    """Send one message whole.

    Raises:
        ConnectionClosed: the other side has gone.
    """
    packed = json.dumps(head).encode("utf-8")
    start = _SIZES.pack(len(packed), len(body)) + packed
    try:
        # the descriptors belong to the first bytes, because the receiver expects them in its first read
        if descriptors:
            socket.send_fds(peer, [start], list(descriptors))
            peer.sendall(body)
        else:
            peer.sendall(start + body)
    except OSError as error:
        raise ConnectionClosed from error


def receive(peer: socket.socket) -> tuple[Head, bytes, list[int]]:
    """Receive one message whole, with the descriptors that came along.

    Raises:
        ConnectionClosed: the other side has gone, perhaps in the middle.
        TimeoutError: the socket's own time limit passed.
    """
    try:
        # One read usually brings the whole message. It must not reach into the next one: either both sides take turns,
        # or each message has descriptors, behind which a read ends (unix(7)).
        start, descriptors, _, _ = socket.recv_fds(peer, AT_ONCE_BYTES, _MOST_DESCRIPTORS)
        if not start:
            raise ConnectionClosed
        start += _exactly(peer, _SIZES.size - len(start))
        head_size, body_size = _SIZES.unpack_from(start)
        message = start[_SIZES.size :]
        message += _exactly(peer, head_size + body_size - len(message))
        return json.loads(message[:head_size]), message[head_size:], descriptors
    # it is an OSError, but the other side may still be there
    except TimeoutError:
        raise
    except OSError as error:
        raise ConnectionClosed from error


def size_of_next(peer: socket.socket) -> int:
    """Return the size in bytes of the next message, without receiving it; 0 if the other side has gone."""
    try:
        start = peer.recv(_SIZES.size, socket.MSG_PEEK)
    except OSError as error:
        raise ConnectionClosed from error
    # an incomplete header counts as a small message, and ``receive`` waits for its rest
    return sum(_SIZES.unpack(start)) if len(start) == _SIZES.size else len(start)


def _exactly(peer: socket.socket, size: int) -> bytes:
    if size <= 0:
        return b""
    buffer = bytearray(size)
    view, got = memoryview(buffer), 0
    while got < size:
        count = peer.recv_into(view[got:])
        if not count:
            raise ConnectionClosed
        got += count
    return bytes(buffer)


def error_head(error: KgError) -> Head:
    """Return an error as the head of a message, with those of its attributes that JSON can hold."""
    attributes = {key: value for key, value in vars(error).items() if key != "message" and isinstance(value, _SENT)}
    message = error.message.encoded() if isinstance(error.message, Message) else error.message
    return {"error": type(error).__name__, "message": message, "attributes": attributes}


def error_from_head(head: Head) -> KgError:
    """Return the error in a head: same class, message and attributes, but tuples come as lists."""
    # without the constructor of the class, because each class has other parameters
    cls = getattr(errors, str(head["error"]))
    error: KgError = cls.__new__(cls)
    message = head["message"]
    KgError.__init__(error, decoded(message) if isinstance(message, dict) else message)
    vars(error).update(head["attributes"])
    return error


def question_head(question: Question) -> Head:
    """Return the head of the message that asks a question; its text is the body, as UTF-8."""
    return {
        "form": question.form.ending,
        "default": [node.value for node in question.default_graphs],
        "named": [node.value for node in question.named_graphs],
    }


def question_in(head: Head, body: bytes) -> Question:
    """Return the question of a message."""
    return Question(body.decode("utf-8"), FORMS[head["form"]], _nodes(head["default"]), _nodes(head["named"]))


def _nodes(iris: Iterable[str]) -> tuple[NamedNode, ...]:
    return tuple(map(NamedNode, iris))
