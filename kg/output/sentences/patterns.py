"""The sentence patterns in three languages; they fit any label, so that no verb must agree with one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_SPACES = re.compile(" +")  # plain spaces only: no-break spaces within numbers stay

_TEXTS: Mapping[str, Mapping[str, str]] = {
    # how a figure is qualified
    "exactly": {"en": "{x}", "de": "{x}", "zh": "{x}"},
    "approximately": {"en": "about {x}", "de": "ungefähr {x}", "zh": "约{x}"},
    "moreThan": {"en": "more than {x}", "de": "mehr als {x}", "zh": "超过{x}"},
    "almost": {"en": "almost {x}", "de": "fast {x}", "zh": "接近{x}"},
    "upToAsPrinted": {
        "en": "“up to” {x} (as printed)",
        "de": "„bis zu“ {x} (wie gedruckt)",
        "zh": "“至多”{x}（按原文）",
    },
    "atLeast": {"en": "at least {x}", "de": "mindestens {x}", "zh": "至少{x}"},
    "atLeast held": {"en": "{x} or more", "de": "{x} oder mehr", "zh": "{x}以上"},
    "lessThan": {"en": "less than {x}", "de": "weniger als {x}", "zh": "不到{x}"},
    "as printed": {
        "en": "{value} (as printed: “{printed}”)",
        "de": "{value} (wie gedruckt: „{printed}“)",
        "zh": "{value}（原文：“{printed}”）",
    },
    "range": {"en": "{low} to {high}", "de": "{low} bis {high}", "zh": "{low}至{high}"},
    # when
    "noted": {
        "en": "{when} (year: a note of the editors)",
        "de": "{when} (Jahr: Anmerkung der Redaktion)",
        "zh": "{when}（年份据编者注）",
    },
    "by": {"en": "by {when}", "de": "bis {when}", "zh": "到{when}"},
    "by the end of the period": {
        "en": "by the end of the plan period, {when}",
        "de": "bis zum Ende des Planzeitraums {when}",
        "zh": "到规划期末（{when}）",
    },
    "by the end": {"en": "by the end of the plan period", "de": "bis zum Ende des Planzeitraums", "zh": "到规划期末"},
    "until": {"en": "until {when}", "de": "bis {when}", "zh": "到{when}"},
    "until the end of the period": {
        "en": "until the end of the plan period, {when}",
        "de": "bis zum Ende des Planzeitraums {when}",
        "zh": "到规划期末（{when}）",
    },
    "until the end": {
        "en": "until the end of the plan period",
        "de": "bis zum Ende des Planzeitraums",
        "zh": "到规划期末",
    },
    "in": {"en": "in {when}", "de": "im Jahr {when}", "zh": "{when}"},
    "in month": {"en": "in {when}", "de": "im {when}", "zh": "{when}"},
    "on": {"en": "on {when}", "de": "am {when}", "zh": "{when}"},
    "year unknown": {
        "en": "; the source names no year",
        "de": "; die Quelle nennt kein Jahr",
        "zh": "；来源未注明年份",
    },
    "over years": {"en": "from {first} to {last}", "de": "von {first} bis {last}", "zh": "{first}至{last}期间"},
    "between": {"en": "between {first} and {last}", "de": "zwischen {first} und {last}", "zh": "从{first}到{last}"},
    "over the period": {
        "en": "over the plan period, up to {last}",
        "de": "im Planzeitraum bis {last}",
        "zh": "在规划期内（至{last}）",
    },
    "over": {"en": "over the plan period", "de": "im Planzeitraum", "zh": "在规划期内"},
    # targets
    "rise from": {
        "en": "{what} should rise from {start} to {aim} {by}",
        "de": "Der Wert von „{what}“ soll {by} von {start} auf {aim} steigen",
        "zh": "“{what}”计划{by}从{start}提高到{aim}",
    },
    "rise": {
        "en": "{what} should rise to {aim} {by}",
        "de": "Der Wert von „{what}“ soll {by} auf {aim} steigen",
        "zh": "“{what}”计划{by}提高到{aim}",
    },
    "fall from": {
        "en": "{what} should fall from {start} to {aim} {by}",
        "de": "Der Wert von „{what}“ soll {by} von {start} auf {aim} sinken",
        "zh": "“{what}”计划{by}从{start}降低到{aim}",
    },
    "fall": {
        "en": "{what} should fall to {aim} {by}",
        "de": "Der Wert von „{what}“ soll {by} auf {aim} sinken",
        "zh": "“{what}”计划{by}降低到{aim}",
    },
    "hold": {
        "en": "{what} should be kept at {aim} {by}{aside}",
        "de": "Der Wert von „{what}“ soll {by} bei {aim} gehalten werden{aside}",
        "zh": "“{what}”计划{by}一直保持在{aim}{aside}",
    },
    "reach": {
        "en": "{what} should reach {aim} {by}{aside}",
        "de": "Der Wert von „{what}“ soll {by} {aim} erreichen{aside}",
        "zh": "“{what}”计划{by}达到{aim}{aside}",
    },
    "average": {
        "en": "{what} should average {aim} {over}{aside}",
        "de": "Der Wert von „{what}“ soll {over} im Durchschnitt bei {aim} liegen{aside}",
        "zh": "“{what}”计划{over}平均达到{aim}{aside}",
    },
    "hold average": {
        "en": "{what} should be kept at {aim} on average {over}{aside}",
        "de": "Der Wert von „{what}“ soll {over} im Durchschnitt bei {aim} gehalten werden{aside}",
        "zh": "“{what}”计划{over}平均保持在{aim}{aside}",
    },
    "sum": {
        "en": "{what} should come to {aim} in all {over}{aside}",
        "de": "Der Wert von „{what}“ soll sich {over} auf insgesamt {aim} summieren{aside}",
        "zh": "“{what}”计划{over}累计达到{aim}{aside}",
    },
    "rise by": {
        "en": "{what} should rise by {aim} {over}{aside}",
        "de": "Der Wert von „{what}“ soll {over} um {aim} steigen{aside}",
        "zh": "“{what}”计划{over}提高{aim}{aside}",
    },
    "fall by": {
        "en": "{what} should fall by {aim} {over}{aside}",
        "de": "Der Wert von „{what}“ soll {over} um {aim} sinken{aside}",
        "zh": "“{what}”计划{over}降低{aim}{aside}",
    },
    "change by": {
        "en": "{what} should change by {aim} {over}{aside}",
        "de": "Der Wert von „{what}“ soll sich {over} um {aim} ändern{aside}",
        "zh": "“{what}”计划{over}变化{aim}{aside}",
    },
    "hold change": {
        "en": "{what} should keep to a change of {aim} {over}{aside}",
        "de": "Der Wert von „{what}“ soll {over} bei einer Änderung um {aim} bleiben{aside}",
        "zh": "“{what}”计划{over}保持{aim}的变化幅度{aside}",
    },
    "aside": {"en": " (starting value: {start})", "de": " (Ausgangswert: {start})", "zh": "（基期值：{start}）"},
    "start": {"en": "{value} in {when}", "de": "{value} im Jahr {when}", "zh": "{when}的{value}"},
    "start month": {"en": "{value} in {when}", "de": "{value} im {when}", "zh": "{when}的{value}"},
    "suggested": {
        "en": "A note of the editors gives {what} instead",
        "de": "Eine Anmerkung der Redaktion nennt stattdessen {what}",
        "zh": "编者注认为应为{what}",
    },
    # observations
    "came to": {
        "en": "{what} came to {value} {when}",
        "de": "Der Wert von „{what}“ lag {when} bei {value}",
        "zh": "{when}“{what}”为{value}",
    },
    "came to once": {
        "en": "{what} came to {value}",
        "de": "Der Wert von „{what}“ lag bei {value}",
        "zh": "“{what}”为{value}",
    },
    "averaged": {
        "en": "{what} averaged {value} {when}",
        "de": "Der Wert von „{what}“ lag {when} im Durchschnitt bei {value}",
        "zh": "{when}“{what}”平均为{value}",
    },
    "summed": {
        "en": "{what} came to {value} in all {when}",
        "de": "Der Wert von „{what}“ summierte sich {when} auf insgesamt {value}",
        "zh": "{when}“{what}”累计为{value}",
    },
    "changed": {
        "en": "{what} changed by {value} {when}",
        "de": "Der Wert von „{what}“ änderte sich {when} um {value}",
        "zh": "{when}“{what}”变化了{value}",
    },
    # figures, milestones, events, links, plans
    "figure": {"en": "This figure says {value}", "de": "Diese Angabe lautet {value}", "zh": "此数值为{value}"},
    "milestone": {
        "en": "This is to be reached by {when}",
        "de": "Dies soll bis {when} erreicht sein",
        "zh": "应不迟于{when}实现",
    },
    "happened": {"en": "This happened {when}", "de": "Dies geschah {when}", "zh": "此事发生于{when}"},
    "happened to": {
        "en": "This happened {when}. It concerned: {what}",
        "de": "Dies geschah {when}. Es betraf: {what}",
        "zh": "此事发生于{when}，涉及{what}",
    },
    "exactMatch": {
        "en": "“{one}” here and “{other}” in {where} mean the same{sure}",
        "de": "„{one}“ hier und „{other}“ in {where} bedeuten dasselbe{sure}",
        "zh": "此处的“{one}”与{where}中的“{other}”含义相同{sure}",
    },
    "closeMatch": {
        "en": "“{one}” here and “{other}” in {where} mean nearly the same{sure}",
        "de": "„{one}“ hier und „{other}“ in {where} bedeuten fast dasselbe{sure}",
        "zh": "此处的“{one}”与{where}中的“{other}”含义相近{sure}",
    },
    "broadMatch": {
        "en": "“{one}” here is narrower than “{other}” in {where}{sure}",
        "de": "„{one}“ hier ist enger als „{other}“ in {where}{sure}",
        "zh": "此处的“{one}”比{where}中的“{other}”更窄{sure}",
    },
    "narrowMatch": {
        "en": "“{one}” here is broader than “{other}” in {where}{sure}",
        "de": "„{one}“ hier ist weiter als „{other}“ in {where}{sure}",
        "zh": "此处的“{one}”比{where}中的“{other}”更宽{sure}",
    },
    "relatedMatch": {
        "en": "“{one}” here is related to “{other}” in {where}{sure}",
        "de": "„{one}“ hier ist verwandt mit „{other}“ in {where}{sure}",
        "zh": "此处的“{one}”与{where}中的“{other}”相关{sure}",
    },
    "sure": {"en": " (confidence {n} of 1)", "de": " (Gewissheit {n} von 1)", "zh": "（置信度{n}，满分1）"},
    "covers": {
        "en": "This plan covers the years {first} to {last}",
        "de": "Dieser Plan gilt für die Jahre {first} bis {last}",
        "zh": "本规划的规划期为{first}至{last}",
    },
    "dated": {"en": "It is dated {when}", "de": "Datum: {when}", "zh": "日期为{when}"},
    "issued": {
        "en": "Named as those who issued it: {who}",
        "de": "Als Herausgeber genannt: {who}",
        "zh": "列出的发布机构：{who}",
    },
    # marks
    "stop": {"en": ". ", "de": ". ", "zh": "。"},
    "comma": {"en": ", ", "de": ", ", "zh": "、"},
    "and": {"en": " and ", "de": " und ", "zh": "和"},
}

MATCH_KEYS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
"""The properties of SKOS that have a sentence."""

_INNER = {"de": str.maketrans("„“", "‚‘"), "zh": str.maketrans("“”", "‘’")}


def say(key: str, language: str, **values: object) -> str:
    """Return a text in a language, with the values filled in."""
    # an empty value leaves two spaces in a row, which become one
    return _SPACES.sub(" ", _TEXTS[key][language].format(**values)).strip(" ")


def for_quotation(text: str, language: str) -> str:
    """Return a text for use in quotation marks: its own become inner ones."""
    return text.translate(_INNER.get(language, {}))


def with_leading_space(key: str, language: str, **values: object) -> str:
    """Return a text as ``say`` does, with its leading space."""
    return _TEXTS[key][language].format(**values)


def sentences(parts: Sequence[str], language: str) -> str:
    """Join sentences, each with its full stop; empty ones are left out."""
    stop = _TEXTS["stop"][language]
    mark = stop.strip()
    # a part may end with a full stop of its own, for example after an abbreviation
    return "".join(part.removesuffix(mark) + stop for part in parts if part).strip()


def listed(things: Sequence[str], language: str) -> str:
    """Return a list in words."""
    if len(things) < 2:
        return "".join(things)
    return _TEXTS["comma"][language].join(things[:-1]) + _TEXTS["and"][language] + things[-1]
