"""The catalogue of canned questions: query files with typed parameters, bound as terms through VALUES slots."""

from kg.catalogue.binding import MAX_VALUES, bind, options_of
from kg.catalogue.question import CannedQuestion, Catalogue, Column, Option, Parameter, Texts
from kg.catalogue.reading import read_catalogue
from kg.catalogue.terms import MAX_CHARACTERS

__all__ = [
    "MAX_CHARACTERS",
    "MAX_VALUES",
    "CannedQuestion",
    "Catalogue",
    "Column",
    "Option",
    "Parameter",
    "Texts",
    "bind",
    "options_of",
    "read_catalogue",
]
