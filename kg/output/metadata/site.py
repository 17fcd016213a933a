"""Where a release is to be had: the addresses of one server, and the files that it gives."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from pyoxigraph import NamedNode


@dataclass(frozen=True)
class Dump:
    """A file that holds a release whole.

    ``media_type`` is that of the file unpacked, ``compression`` the media type of its packing (empty for none),
    ``bytes`` the size as it is sent, ``sha256`` 64 hexadecimal digits of the same.
    """

    address: NamedNode
    media_type: str
    compression: str
    bytes: int
    sha256: str

    @property
    def file(self) -> str:
        """The name of the file, the last part of its address."""
        return self.address.value.rpartition("/")[2]


@dataclass(frozen=True)
class Edition:
    """A release that a server answers from, at its pinned address; ``built_on`` is its day, where it is known."""

    release_id: str
    address: NamedNode
    built_on: datetime.date | None = None


@dataclass(frozen=True)
class Access:
    """A way to ask a server: ``title`` for readers, where it is asked, where it is described, to what it conforms."""

    key: str
    title: str
    address: NamedNode
    description: NamedNode
    conforms_to: NamedNode | None = None


@dataclass(frozen=True)
class Site:
    """A server with a release.

    ``page`` tells people of the dataset, ``home`` is the front door, ``document`` the VoID description, ``union`` all
    statements in one graph, in Turtle; ``search`` is an OpenSearch description, if there is a search. ``editions`` are
    all releases, the newest first, of which ``current_id`` is the one that is served without a pin.
    """

    home: NamedNode
    page: NamedNode
    document: NamedNode
    endpoint: NamedNode
    union: NamedNode
    example: NamedNode
    built_on: datetime.date | None = None
    search: NamedNode | None = None
    dumps: tuple[Dump, ...] = ()
    editions: tuple[Edition, ...] = ()
    current_id: str = ""
    access: tuple[Access, ...] = ()
