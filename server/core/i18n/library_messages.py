"""Words of the library, which speaks English: here translators find them, and pages say them in their language."""

from __future__ import annotations

from server.core.i18n.language import N_, gettext

WORDS = frozenset(
    [
        # sorts of terms, and what is said of them
        *(N_("class"), N_("object property"), N_("data property"), N_("annotation property"), N_("individual")),
        *(N_("functional"), N_("transitive")),
        *(N_("kind of term"), N_("labels"), N_("definition"), N_("examples"), N_("notes"), N_("terms above")),
        *(N_("alignment"), N_("domain"), N_("range"), N_("inverse"), N_("chain"), N_("disjoint classes")),
        *(N_("characteristics"), N_("reasons"), N_("deprecation")),
        # how grave the breach of a rule is
        *(N_("violation"), N_("warning"), N_("info")),
        # tables of the data package
        N_("Plans"),
        N_("Indicators"),
        N_("Targets: what the plans aim at"),
        N_("Baselines: where the targets start"),
        N_("Outcomes: what was measured, before and since"),
        N_("Where each target stands"),
        N_("Where each baseline stands; where the target stands, if a source of its own is not named"),
        N_("Who reports each measurement"),
        N_("Sources: places in the policy update, and pages elsewhere"),
        N_("Codes: units, comparators, and the other words of the tables"),
        # vocabularies elsewhere; a proper name stays as it is
        N_("the Computer Science Ontology"),
        N_("the GND"),
        N_("the Library of Congress Subject Headings"),
        N_("the concepts of OpenAlex"),
        N_("the Sustainable Development Goals of the United Nations"),
        N_("the STW Thesaurus for Economics"),
        N_("the UNESCO Thesaurus"),
        N_("the General Finnish Ontology YSO"),
        # properties made for tables
        N_("Another name or an abbreviation."),
        N_("The classes of the thing, the most special ones only."),
        N_("What the thing is, in a sentence."),
        N_("The plan that the thing is a part of, as the policy update or the plan itself has it."),
        N_("The year that a target is set for, or that an observation is of."),
        N_("The figure as the source prints it, with its unit."),
        N_("The figure as a plain number in its unit; none where a range is printed."),
        N_("The unit of the figure."),
        N_("The figure that a target starts from, as the source prints it."),
        N_("The day, month or year when a document was issued."),
        N_("The lasting identifier of the thing in linked data."),
        N_("The address of the page of the thing on this server, with its evidence."),
    ]
)


def library_message(text: str) -> str:
    """A text of the library, or one that was marked elsewhere, in the language of the page."""
    return gettext(text) if text else ""
