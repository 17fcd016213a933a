"""The access to an external engine: its addresses, its product, and the headers that authorise us."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.core.credentials import read_headers
from kg.core.settings import Settings
from kg.engine.remote.quirks import Product, product_named


@dataclass(frozen=True)
class Access:
    """The addresses for questions and graphs, and the headers of requests, which are secret."""

    urls: tuple[str, ...]
    product: Product
    graph_stores: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def read_access(settings: Settings) -> Access:
    """Return the access to the engine that the settings name.

    Raises:
        SettingInvalid: the product is unknown, or the file of headers is not as it must be.
    """
    product = product_named(settings.engine_product)
    urls = tuple(settings.engine_url.split(","))
    stores = tuple(settings.engine_graph_store.split(",")) if settings.engine_graph_store else None
    derived = tuple(store for store in map(product.graph_store_of, urls) if store is not None)
    headers = read_headers("KG_ENGINE_HEADERS_FILE", settings.engine_headers_file)
    return Access(urls, product, derived if stores is None else stores, headers)
