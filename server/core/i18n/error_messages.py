"""What errors outside of queries say to those who read pages, as ``server.core.i18n.phrasebook`` knows it again."""

from __future__ import annotations

from server.core.i18n.language import N_

MISHAPS = (
    # there is no such thing, question, page or release
    N_("There is nothing at %(address)s."),
    N_(
        "To find what you want, search at %(search)s, choose a question at %(questions)s, "
        "or read what can be asked at %(document)s."
    ),
    N_("%(address)s does not take %(method)s."),
    N_("Ask it by %(methods)s."),
    N_("There is no thing %(name)s."),
    N_("The nearest names are %(names)s."),
    N_("Look for it at %(address)s."),
    N_("There is no question %(name)s."),
    N_("The questions are listed at %(address)s."),
    N_("There is no form %(name)s; there are: %(offered)s."),
    N_("There is no kind of problem %(name)s."),
    N_("The sitemap has no part %(number)s."),
    N_("Its parts are listed at %(address)s."),
    N_("There is no release %(name)s here."),
    N_("There are: %(offered)s and %(number)s older ones."),
    N_("There is none yet."),
    N_("The release %(name)s was here, is whole no longer, and is not answered from any more."),
    N_("%(name)s has been retired, and is not used for anything else."),
    N_("Its place has been taken by %(names)s."),
    N_("Nothing takes its place."),
    N_("There is no picture of %(name)s; targets, indicators and plans have one."),
    N_("See %(address)s."),
    N_("The question %(name)s has no picture."),
    N_("Its answer is at %(address)s."),
    N_("There is no diagram %(name)s."),
    # the request names no host, or is the operator's alone
    N_("The Host header names no host."),
    N_("Send the name under which this service is reached, such as Host: %(name)s."),
    N_("The metrics are read on the machine of the service."),
    N_("To read them from elsewhere, set %(name)s and send it as Authorization: Bearer <token>."),
    N_("Send the token of the operator (%(name)s) as Authorization: Bearer <token>."),
    # it does not come in that form
    N_("A thing has these forms: %(offered)s."),
    N_("The statements about a thing have these forms: %(offered)s."),
    N_("A linkset has these forms: %(offered)s."),
    N_("%(address)s has these forms: %(offered)s."),
    N_("There is no %(address)s."),
    N_("This question has %(offered)s."),
    # a parameter has a value that it cannot have
    N_("The answer has no column %(name)s; it has %(offered)s."),
    N_("The answer cannot be narrowed by %(name)s; its facets are %(offered)s."),
    N_("The text to search for has %(number)s characters; give at most %(most)s, a name or a few words."),
    N_("%(name)s: this question has no such parameter; it has %(offered)s."),
    N_("%(name)s: choose a value."),
    N_("%(name)s: give at most %(most)s value."),
    N_("%(name)s: give at most %(most)s values."),
    N_("%(name)s: give at most %(most)s."),
    N_("%(name)s: %(value)s is not one of the choices."),
    N_("%(name)s: a value may have at most %(most)s characters."),
    N_("%(name)s: %(value)s is no IRI with http, https or urn."),
    N_("%(name)s: %(value)s is no IRI; give one such as %(example)s."),
    N_("%(name)s: %(value)s is no %(type)s."),
    N_("%(name)s: %(value)s is less than %(least)s, the least that there is."),
    N_("%(name)s: %(value)s is more than %(most)s, the most that there is."),
    N_("%(name)s: give a whole number from %(least)s to %(most)s."),
    N_("%(name)s: %(value)s is not known; choose %(offered)s."),
    N_("%(name)s: no thing here is of the kind %(value)s; give one such as %(example)s."),
    N_("%(name)s: no thing here is of the plan %(value)s; give one such as %(example)s."),
    N_("%(name)s: %(value)s is no plan that can be compared; there are %(offered)s."),
    N_("%(name)s: %(value)s is none that this thing has here; there is: %(offered)s."),
    N_("%(name)s: %(value)s is no name of a thing; give one such as %(example)s."),
    N_("%(name)s: look for %(most)s characters at most."),
    # a search takes too long
    N_("The search took longer than %(number)s seconds."),
    N_("Search for fewer or rarer words."),
)
