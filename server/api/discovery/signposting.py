"""Typed links of a page (FAIR Signposting): in its header, and as link sets (RFC 9264)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, request, url_for
from pyoxigraph import NamedNode

from kg.core.errors import FormUnavailable, Message, RequestInvalid
from kg.core.media_types import FORMS
from kg.core.names import PREFIXES, SLUG, slug_of, thing
from kg.output.metadata import DATASET, FOUNDERS, LICENSE
from kg.questions.catalogue_rdf import question_thing
from server.core import urls
from server.core.context import request_context
from server.core.parameters import reads
from server.core.question_params import QuestionParams
from server.core.sparql_protocol.protocol import accept_here, fields_of_url, negotiate
from server.core.urls import permalink
from server.pages.releases.site import dumps_here
from server.pages.resource.lookup import DATA_FORMS, look_up
from server.pages.result.files import files_of

HTML = "text/html"
LINKSET_TYPE = "application/linkset"
LINKSET_JSON_TYPE = "application/linkset+json"

_ABOUT_PAGE = PREFIXES["schema"] + "AboutPage"
_DATASET_TYPE, _THING_TYPE = PREFIXES["schema"] + "Dataset", PREFIXES["schema"] + "Thing"

# limits that keep the header small; longer addresses and lists are only in the page and the linkset
_LONGEST_QUERY, _MOST_ITEMS = 300, 6


@dataclass(frozen=True)
class Link:
    """A link to an absolute address. ``type`` is the media type of its target."""

    rel: str
    href: str
    type: str = ""


@dataclass(frozen=True)
class LandingPage:
    """The landing page of a resource, of an answer, or of the whole dataset.

    ``path`` is its address without scheme and host; ``kind`` is the schema.org class of its subject. ``metadata``
    describe it, ``items`` are its contents as files.
    """

    path: str
    cite_as: str
    kind: str
    metadata: tuple[Link, ...]
    items: tuple[Link, ...] = ()

    @property
    def links(self) -> list[Link]:
        """All links of the page, except those to its own linkset."""
        return [
            Link("cite-as", self.cite_as),
            *self.metadata,
            *self.items,
            Link("license", LICENSE.value),
            Link("author", FOUNDERS.value),
            Link("type", _ABOUT_PAGE),
            Link("type", self.kind),
        ]


def register(app: Flask) -> None:
    """Add the links to the header of each page or file that has them."""
    app.after_request(_sign)


def landing_page_of_resource(slug: str) -> LandingPage:
    """Return the landing page of a resource. Its statements are the metadata."""
    data = [_link("describedby", urls.data_of(slug, ending), FORMS[ending].media_type) for ending in DATA_FORMS]
    return LandingPage(url_for("things.page", slug=slug), thing(slug).value, _THING_TYPE, tuple(data))


def landing_page_of_question(slug: str, parameters: Mapping[str, tuple[str, ...]] | None = None) -> LandingPage:
    """Return the landing page of a question with values. Its files are the items, its statements the metadata."""
    params = QuestionParams(values=parameters or {})
    page = urls.question(slug, params)
    items = [
        Link("item", file.address, file.media_type) for file in files_of(request_context().catalogue.get(slug), params)
    ]
    resource_slug = slug_of(question_thing(slug)) or ""
    described = _link("describedby", urls.data_of(resource_slug), FORMS["ttl"].media_type)
    cited = permalink(page, request_context().engine.release_id)
    return LandingPage(page, cited, _DATASET_TYPE, (described,), tuple(items))


def landing_page_of_dataset() -> LandingPage:
    """Return the landing page of the dataset. VoID and DCAT are the metadata, dumps and the whole graph the items."""
    turtle = FORMS["ttl"].media_type
    metadata = tuple(_link("describedby", url_for(view), turtle) for view in ("datasets.void", "datasets.catalogue"))
    dumps = [Link("item", dump.address.value, dump.compression or dump.media_type) for dump in dumps_here()]
    whole = _link("item", url_for("graphs.indirect") + "?default", turtle)
    return LandingPage(urls.dataset(), DATASET.value, _DATASET_TYPE, metadata, (*dumps, whole))


def landing_page_here() -> LandingPage | None:
    """Return the landing page of this request, or None."""
    landing = _LANDINGS.get(request.endpoint or "")
    return landing() if landing is not None else None


def given_here() -> dict[str, tuple[str, ...]]:
    """Return the values of the address for the parameters of its question; empty without a question."""
    if request.endpoint not in ("canned.page", "exports.export"):
        return {}
    parameters = request_context().catalogue.get(_slug()).parameters
    # only parameters that the address has, since an empty value asks for all, and an absent one for the default
    return {
        parameter.name: tuple(request.args.getlist(parameter.name))
        for parameter in parameters
        if parameter.name in request.args
    }


def linkset_of(landing: LandingPage) -> Link:
    """Return the link to the linkset of a landing page, which also lists the links back to the page."""
    own = landing.path.removeprefix(request.script_root)
    about = "" if landing.cite_as == DATASET.value else own
    return _link("linkset", urls.linkset(about), LINKSET_JSON_TYPE)


def written(link: Link, anchor: str = "") -> str:
    """Return a link in the syntax of RFC 8288 (section 3)."""
    kind = f'; type="{link.type}"' if link.type else ""
    return f'<{link.href}>; rel="{link.rel}"' + kind + (f'; anchor="{anchor}"' if anchor else "")


def _sign(response: Response) -> Response:
    """Add the links to a representation. Errors, answers to OPTIONS and requests without a host get none."""
    is_representation = response.status_code in (200, 304) and request.method in ("GET", "HEAD")
    if not is_representation or not request.host or len(request.query_string) > _LONGEST_QUERY:
        return response
    landing = landing_page_here()
    links = [*_first(landing), linkset_of(landing)] if landing is not None else _back()
    if links:
        response.headers.add("Link", ", ".join(map(written, links)))
    return response


def _first(landing: LandingPage) -> list[Link]:
    """Return the links for a header, with few items. The linkset contains all."""
    left_out = landing.items[_MOST_ITEMS:]
    return [link for link in landing.links if link not in left_out]


def _back() -> Sequence[Link]:
    """Return the links from data and files back to their page."""
    back = _BACKWARD.get(request.endpoint or "")
    if back is None:
        return ()
    rel, page = back
    return (_link(rel, page(), HTML), Link("license", LICENSE.value))


def _slug() -> str:
    return str((request.view_args or {})["slug"])


_LANDINGS: Mapping[str, Callable[[], LandingPage]] = {
    # functions, because addresses can be made only during a request
    "home.home": landing_page_of_dataset,
    "datasets.page": landing_page_of_dataset,
    "things.page": lambda: landing_page_of_resource(_slug()),
    "canned.page": lambda: landing_page_of_question(_slug(), given_here()),
}
_BACKWARD: Mapping[str, tuple[str, Callable[[], str]]] = {
    "things.data": ("describes", lambda: url_for("things.page", slug=_slug())),
    "things.negotiated": ("describes", lambda: url_for("things.page", slug=_slug())),
    "ontology.current_file": ("describes", urls.ontology),
    "ontology.shapes_file": ("describes", urls.shapes),
    "downloads.export": ("collection", lambda: url_for("downloads.index")),
    "downloads.cube": ("collection", lambda: url_for("downloads.index")),
    "downloads.links": ("collection", lambda: url_for("downloads.index")),
    "downloads.links_to": ("collection", lambda: url_for("downloads.index")),
    "exports.export": ("collection", lambda: urls.question(_slug(), QuestionParams(values=given_here()))),
    "dumps.file": ("collection", urls.dataset),
    "datasets.void": ("describes", urls.dataset),
    "datasets.catalogue": ("describes", urls.dataset),
}


def _link(rel: str, address: str, media_type: str) -> Link:
    return Link(rel, NamedNode(urls.absolute(address)).value, media_type)


blueprint = Blueprint("linksets", __name__)

_BACK = {"describedby": "describes", "item": "collection"}


@blueprint.get("/linkset.json")
@reads("about")
def json() -> Response:
    """Return the links of the page that ``about`` names, or of the dataset (RFC 9264, section 4.2).

    Raises:
        RequestInvalid: 400, the request names no host, or ``about`` names no page with links.
        ThingUnknown, QuestionUnknown: 404.
    """
    return _json(_links(_landing()))


@blueprint.get("/linkset")
@reads("about")
def text() -> Response:
    """Return the same as a list of links (RFC 9264, section 4.1), or in JSON if the client accepts only that.

    Raises:
        FormUnavailable: 406.
        As ``json``.
    """
    offered = [LINKSET_TYPE, LINKSET_JSON_TYPE, "application/json"]
    best = negotiate(accept_here(), offered)
    if best is None:
        raise FormUnavailable(Message("A linkset has these forms: %(offered)s.", offered=", ".join(offered)))
    links = _links(_landing())
    if best != LINKSET_TYPE:
        response = _json(links)
    else:
        body = ",\n".join(written(link, anchor) for anchor, held in links.items() for link in held)
        response = Response(body + "\n", content_type=LINKSET_TYPE)
    response.headers["Vary"] = "Accept"
    return response


def _landing() -> LandingPage:
    """Return the landing page that ``about`` names by its path on this server, such as ``/page/plan-ii``."""
    about = dict(fields_of_url(request.query_string)).get("about", "").removeprefix(request.script_root)
    _, _, rest = about.partition("/")
    kind, _, slug = rest.partition("/")
    if about in ("", "/", "/dataset"):
        return landing_page_of_dataset()
    if kind in ("page", "q") and SLUG.fullmatch(slug):
        if kind == "q":
            return landing_page_of_question(request_context().catalogue.get(slug).slug)
        look_up(request_context(), slug)
        return landing_page_of_resource(slug)
    raise RequestInvalid(
        Message(
            "about=%(about)s names no page with a linkset. Give the path of a page, such as /page/plan-ii, "
            "/q/key-messages or /dataset.",
            about=repr(about),
        )
    )


def _links(landing: LandingPage) -> dict[str, list[Link]]:
    """Return the links by their source: those of the page, and those of its files and metadata back to it."""
    page = urls.absolute(landing.path)
    # A linkset lists links of several sources. Each file and description gets the inverse of the link that leads to it.
    links = defaultdict[str, list[Link]](list, {page: landing.links})
    for link in landing.links:
        if link.rel in _BACK:
            links[link.href].append(Link(_BACK[link.rel], page, HTML))
    return links


def _json(links: dict[str, list[Link]]) -> Response:
    contexts = []
    for anchor, held in links.items():
        context: dict[str, object] = {"anchor": anchor}
        for rel in dict.fromkeys(link.rel for link in held):
            context[rel] = [
                {"href": link.href} | ({"type": link.type} if link.type else {}) for link in held if link.rel == rel
            ]
        contexts.append(context)
    # unsorted, so that ``anchor`` comes first and the relations keep the order of the page
    body = current_app.json.dumps({"linkset": contexts}, sort_keys=False)
    return Response(body, content_type=LINKSET_JSON_TYPE)
