"""Messages arrive whole or not at all."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import KgError, ParameterInvalid, QueryInvalid, QueryTooDeep
from kg.engine.pool.ipc import ConnectionClosed, error_from_head, error_head, receive, send, size_of_next


@given(st.dictionaries(st.text(), st.integers() | st.text()), st.binary(max_size=300_000))
def test_a_message_arrives_as_it_was_sent(head: dict[str, int | str], body: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=send, args=(ours, head, body))
        sender.start()
        assert receive(theirs) == (head, body, [])
        sender.join()


def test_the_size_of_a_message_is_known_before_it_is_received() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            send(ours, {}, b"x" * 1000)
            assert size_of_next(theirs) == size_of_next(theirs) == len("{}") + 1000
            assert receive(theirs)[1] == b"x" * 1000
        assert size_of_next(theirs) == 0  # the other side has gone, which receive() tells


def test_a_message_that_breaks_off_is_no_message() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(b"\0\0\0\2\0\0\0\5{}ab")
        with pytest.raises(ConnectionClosed):
            receive(theirs)


def test_who_has_gone_says_nothing() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    with theirs:
        with pytest.raises(ConnectionClosed):
            receive(theirs)
        with pytest.raises(ConnectionClosed):
            send(theirs, {})


@pytest.mark.parametrize("error", [QueryInvalid("no dot", 3, 7), QueryInvalid("odd"), QueryTooDeep("too deep")])
def test_an_error_is_restored_with_its_class_words_and_place(error: KgError) -> None:
    again = error_from_head(error_head(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    if isinstance(error, QueryInvalid) and isinstance(again, QueryInvalid):
        assert (again.line, again.column) == (error.line, error.column)


def test_an_error_with_further_fields_keeps_its_words() -> None:
    assert str(error_from_head(error_head(ParameterInvalid("year", "is no number")))) == "year: is no number"
