"""All links of the service, and addresses that pin a release. Canonical IRIs become addresses of this server here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from flask import Flask, Response, redirect, request, url_for
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response as BaseResponse

from kg.core.errors import KgError, Message, RequestInvalid
from kg.core.names import ENDPOINT, LANGUAGES, PREFIXES, ROOT, question_slug_of, slug_of
from kg.engine import Engine
from server.core.context import PIN, REFUSAL, AppState, Pin, pin, request_context, waiting_in
from server.core.http.paths import RELEASES, STATIC, split_pin
from server.core.question_params import QuestionParams
from server.core.search_params import SearchParams
from server.core.wsgi import Wsgi

# url_for would escape the braces of the template, so it gets this text, which is replaced afterwards
_SLOT = "the-id-stands-here"

# functions and not texts, because url_for needs a request
_ANCHORS: dict[str, Callable[[], str]] = {
    "fyp": lambda: ontology() + "#",
    "module": lambda: ontology() + "#part-",
    "shape": lambda: shapes() + "#",
}
"""The address before the anchor, for each namespace whose names are anchors."""


def page_of(iri: NamedNode) -> str:
    """Return the address of the page about a resource, term, shape or question of this project.

    Our graphs have no page: the result is empty. Any other IRI is its own address.
    """
    slug = slug_of(iri)
    if slug is not None:
        return url_for("things.page", slug=slug)
    asked = question_slug_of(iri)
    if asked is not None:
        return question(asked)
    if iri.value.startswith(ROOT):
        return _page_of_part(iri)
    return iri.value if iri.value.startswith(("http://", "https://")) else ""


def _page_of_part(iri: NamedNode) -> str:
    """Return the address of the page about a term, a shape, the dataset or its endpoint; empty if there is none."""
    if iri == ENDPOINT:
        return sparql()
    if iri.value.startswith((PREFIXES["dataset"], PREFIXES["catalog"])):
        return dataset()
    for prefix, place in _ANCHORS.items():
        local = iri.value.removeprefix(PREFIXES[prefix])
        if local != iri.value:
            return place() + quote(local)
    for document, address in (("ontology", ontology), ("shapes", shapes)):
        rest = iri.value.removeprefix(ROOT + document)
        if rest != iri.value and rest[:1] in ("", "/"):
            return address(rest[1:])
    return ""


def ontology(rest: str = "", ending: str = "", **fields: str) -> str:
    """Return the address of the ontology or a version of it, as a page or in the form of the ending."""
    address = url_for("ontology.version", version=rest) if rest else url_for("ontology.current")
    return _extended(address, ending, fields)


def shapes(version: str = "", ending: str = "", **fields: str) -> str:
    """Return the address of the shapes or a version of them, as a page or in the form of the ending."""
    address = url_for("ontology.shapes_version", version=version) if version else url_for("ontology.shapes_current")
    return _extended(address, ending, fields)


def diagram(module: str, language: str, theme: str) -> str:
    """Return the address of the diagram of an ontology module."""
    return url_for("diagrams.svg", module=module, lang=language, theme=theme)


def _extended(address: str, ending: str, fields: dict[str, str]) -> str:
    query = urlencode({key: value for key, value in fields.items() if value})
    return address + (f".{ending}" if ending else "") + (f"?{query}" if query else "")


def data_of(slug: str, ending: str = "ttl") -> str:
    """Return the address of the statements about a resource; without an ending, the one with content negotiation."""
    return url_for("things.data", slug=slug, ending=ending) if ending else url_for("things.negotiated", slug=slug)


def thing(slug: str, ending: str = "", **fields: str) -> str:
    """Return the address of the page of a resource, or of its file with this ending. Empty fields are left out."""
    address = url_for("things.page", slug=slug) + (f".{ending}" if ending else "")
    fields_set = {key: value for key, value in fields.items() if value}
    return f"{address}?{urlencode(fields_set, safe=':')}" if fields_set else address


def statements(iri: NamedNode, curie: str, *, inverse: bool, page: int = 1) -> str:
    """Return the address of the page with the statements of a resource that have one property."""
    slug = slug_of(iri)
    assert slug is not None  # noqa: S101 - only resources of this project have pages
    fields = {"inverse" if inverse else "property": curie, "page": str(page) if page > 1 else ""}
    return thing(slug, **fields)


def question(slug: str, params: QuestionParams | None = None, ending: str = "") -> str:
    """Return the address of a canned question: its page, or its answer in the form of the ending.

    The address of a page names no language, so that its reader's language applies.
    ``server/core/i18n/language_links.py`` adds a chosen one.
    """
    return question_in(slug, params if params is None or ending else params.in_language(LANGUAGES[0]), ending)


def question_in(slug: str, params: QuestionParams | None, ending: str = "") -> str:
    """Return the same address with the language of the parameters, to copy it or to read it elsewhere."""
    address = url_for("canned.page", slug=slug) + (f".{ending}" if ending else "")
    fields = params.fields() if params is not None else []
    return f"{address}?{urlencode(fields, safe=':')}" if fields else address


def embed(slug: str, params: QuestionParams) -> str:
    """Return the address of an answer for a frame of another site."""
    address, _, fields = question_in(slug, params).partition("?")
    return f"{address}/embed" + (f"?{fields}" if fields else "")


def search(search_params: SearchParams | None = None, ending: str = "") -> str:
    """Return the address of a search page, or with the ending ``json`` of its data in the language of the search."""
    address = url_for("find.data" if ending == "json" else "find.page")
    if search_params is not None and not ending:  # as with ``question``
        search_params = search_params.in_language(LANGUAGES[0])
    fields = search_params.fields() if search_params is not None else []
    return f"{address}?{urlencode(fields, safe=':')}" if fields else address


def explore(fields: Sequence[tuple[str, str]] = ()) -> str:
    """Return the address of the explorer with these fields."""
    address = url_for("explore.page")
    return f"{address}?{urlencode(fields, safe=':/~')}" if fields else address


def explore_from(slug: str) -> str:
    """Return the address of the explorer picture that starts from a resource and its most relevant neighbours."""
    return url_for("explore.entry", slug=slug)


def neighbours(slug: str, language: str = "") -> str:
    """Return the address of the neighbours of a resource as data."""
    chosen: dict[str, Any] = {"lang": language} if language else {}
    return url_for("explore.neighbours", thing=slug, **chosen)


def sparql(text: str | None = None) -> str:
    """Return the address of the endpoint, or of its form with a query."""
    return url_for("sparql.endpoint") if text is None else url_for("sparql.form", query=text)


def labels() -> str:
    """Return the address of the labels of many resources."""
    return url_for("labels.data")


def explain_empty(text: str) -> str:
    """Return the address of the empty-result explanation of a query."""
    return url_for("sparql.endpoint", query=text, explain="empty")


def reconcile(view: str, language: str = "en", **fields: str) -> str:
    """Return the address of a view of the reconciliation service, such as ``preview``, for names in one language."""
    chosen: dict[str, Any] = {**fields} if language == "en" else {"language": language, **fields}
    return url_for(f"reconcile.{view}", **chosen)


def id_template(address_of: Callable[[str], str]) -> str:
    """Return an absolute address with ``{{id}}`` where a client of the reconciliation service inserts an id."""
    return absolute(address_of(_SLOT)).replace(_SLOT, "{{id}}")


def formatted(address: str, ending: str) -> str:
    """Return an address with a ``format`` field."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'format': ending})}"


def dataset() -> str:
    """Return the address of the page about the dataset."""
    return url_for("datasets.page")


def linkset(about: str = "", ending: str = ".json") -> str:
    """Return the address of the links of a page, given its path; of the dataset by default."""
    address = url_for("linksets.json" if ending else "linksets.text")
    return f"{address}?{urlencode({'about': about}, safe='/')}" if about else address


def same(root: str, fields: Sequence[tuple[str, str]]) -> str:
    """Return the absolute address of the current path below this root, with only these fields.

    Raises:
        RequestInvalid: the request names no host.
    """
    path = quote("/" + request.path.lstrip("/"), safe="/:@!$&()*+,;=~")
    return absolute(root + path + (f"?{urlencode(fields, safe=':')}" if fields else ""))


def absolute(address: str) -> str:
    """Return an address of this server with the scheme and host of the request.

    Raises:
        RequestInvalid: the request names no host.
    """
    if not request.host:
        raise RequestInvalid(Message("The Host header names no host."))
    return urljoin(request.host_url, address)


def register(app: Flask) -> None:
    """Give the templates these functions under the name ``urls``."""
    app.jinja_env.globals["urls"] = {
        "page_of": page_of,
        "data_of": data_of,
        "thing": thing,
        "ontology": ontology,
        "shapes": shapes,
        "diagram": diagram,
        "question": question,
        "embed": embed,
        "search": search,
        "explore": explore,
        "explore_from": explore_from,
        "neighbours": neighbours,
        "sparql": sparql,
        "labels": labels,
        "explain_empty": explain_empty,
        "formatted": formatted,
        "dataset": dataset,
    }


_WAY = "fyp-kg.way"
# files below it need no engine
_FILES = "/dumps/"
# blueprints about the service, not about a release
_OF_THE_SERVICE = frozenset(["memento", "releases", "state", "status", "sitemap"])
_UNQUOTED = "/:@!$&()*+,;=~"


@dataclass(frozen=True)
class PinnedAddress:
    """The parts of a pinned address, to build the same one for another release.

    ``root`` is the path of the service, ``rest`` the path below it with the query. ``current_id`` is the release that
    was current when the request came.
    """

    root: str
    rest: str
    current_id: str

    @property
    def latest(self) -> str:
        """The address of the same page in the current release."""
        return self.root + self.rest

    def within(self, release_id: str) -> str:
        """Return the address of the same page in another release."""
        return f"{self.root}{RELEASES}{release_id}{self.rest}"


def pinned_address() -> PinnedAddress | None:
    """Return the parts of this pinned address, even if there is no such release; None if it pins none."""
    current = request.environ.get(_WAY)
    assert current is None or isinstance(current, PinnedAddress)  # noqa: S101 - _Pinning is the only writer
    return current


def pinned_address_here() -> PinnedAddress:
    """Return the parts of the address of this request, pinned or not."""
    current = pinned_address()
    if current is not None:
        return current
    address = _quoted(request.environ["PATH_INFO"], request.environ.get("QUERY_STRING", ""))
    return PinnedAddress(request.script_root, address, request_context().engine.release_id)


def register_versions(app: Flask, holding: AppState) -> None:
    """Answer requests below ``/release/<id>`` from that release, and name the current release in each response."""
    # Flask documents the replacement of wsgi_app by a wrapper; mypy sees an assignment to a method
    app.wsgi_app = _Pinning(app.wsgi_app, holding)  # type: ignore[method-assign]
    app.before_request(_leave)
    app.after_request(_add_release_links)
    app.context_processor(lambda: {"pin": pin(), "way": pinned_address()})


class _Pinning:
    """Moves ``/release/<id>`` from the path to ``SCRIPT_NAME``, so that routes and links work below it unchanged."""

    def __init__(self, application: Wsgi, holding: AppState) -> None:
        self._application, self._holding = application, holding

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(RELEASES) or REFUSAL in environ:
            return self._application(environ, start_response)
        root = environ.get("SCRIPT_NAME", "")
        release_id, rest = split_pin(path)
        address = _quoted(rest, environ.get("QUERY_STRING", ""))
        # set before the engine is acquired, so that the page about an unknown release can link to the other ones
        environ[_WAY] = PinnedAddress(root, address, self._holding.engine.release_id)
        if rest.startswith(STATIC):  # static files are the same in all releases
            environ["PATH_INFO"] = rest
            return self._application(environ, start_response)
        with ExitStack() as loans:
            try:
                with waiting_in(environ):  # opening an older release takes seconds
                    engine = loans.enter_context(self._engine(release_id, rest))
            except KgError as error:  # the path stays as it is, so that no link leads below an unknown release
                environ[REFUSAL] = error
            else:
                environ[PIN] = Pin(release_id, engine)
                environ["SCRIPT_NAME"], environ["PATH_INFO"] = f"{root}{RELEASES}{release_id}", rest
            return self._application(environ, start_response)

    def _engine(self, release_id: str, rest: str) -> AbstractContextManager[Engine]:
        return (
            nullcontext(self._holding.name(release_id))
            if rest.startswith(_FILES)
            else self._holding.acquire(release_id)
        )


def _quoted(path: str, query: str) -> str:
    """Return the address of a path and query of the WSGI environment (bytes as Latin-1, PEP 3333)."""
    address = quote(path.encode("latin-1"), safe=_UNQUOTED)
    return f"{address}?{quote(query.encode('latin-1'), safe=_UNQUOTED + '?%')}" if query else address


def _leave() -> BaseResponse | None:
    """Redirect a pinned address to the unpinned one if the page is about the service, not about a release."""
    current = pinned_address()
    if current is None or pin() is None or request.blueprint not in _OF_THE_SERVICE:
        return None
    # 307 keeps the method and the body, which 302 may change
    return redirect(current.latest, 307)


def _add_release_links(response: Response) -> Response:
    """Link to the same page in the current release (RFC 5829), and stop search engines from indexing this one."""
    current = pinned_address()
    if current is not None:
        response.headers["FYP-Current-Release"] = current.current_id
        if not any("latest-version" in link for link in response.headers.getlist("Link")):  # the view may know better
            response.headers.add("Link", f'<{current.latest}>; rel="latest-version"')
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def within(address: str, release_id: str) -> str:
    """Return an address from ``url_for`` below a release."""
    out = pinned_address()
    root = out.root if out is not None else request.script_root
    return f"{root}{RELEASES}{release_id}{address.removeprefix(request.script_root)}"


def without(address: str) -> str:
    """Return an address from ``url_for`` without a pinned release."""
    out = pinned_address()
    return out.root + address.removeprefix(request.script_root) if out is not None else address


def permalink(address: str, release_id: str) -> str:
    """Return the permanent form of an address from ``url_for``: absolute, with its release pinned.

    Raises:
        RequestInvalid: the request names no host.
    """
    return absolute(within(address, release_id))
