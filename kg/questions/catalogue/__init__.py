"""The catalogue of canned questions: query files with typed parameters, bound as terms through VALUES slots."""

from kg.questions.catalogue.binding import MAX_VALUES, Chosen, bind, choose, fill, options_of
from kg.questions.catalogue.question import CannedQuestion, Catalogue, Column, Option, Parameter, Texts
from kg.questions.catalogue.reader import RESERVED, read_catalogue
from kg.questions.catalogue.terms import MAX_CHARACTERS

__all__ = [
    "MAX_CHARACTERS",
    "MAX_VALUES",
    "RESERVED",
    "CannedQuestion",
    "Catalogue",
    "Chosen",
    "Column",
    "Option",
    "Parameter",
    "Texts",
    "bind",
    "choose",
    "fill",
    "options_of",
    "read_catalogue",
]
