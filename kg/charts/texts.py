"""The words of charts besides the data, in the three languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_TEXTS: Mapping[str, Mapping[str, str]] = {
    # marks between words
    "comma": {"en": ", ", "de": ", ", "zh": "、"},
    "colon": {"en": ": ", "de": ": ", "zh": "："},
    "stop": {"en": ". ", "de": ". ", "zh": "。"},
    "gap": {"en": "; ", "de": "; ", "zh": "；"},
    "and": {"en": " and ", "de": " und ", "zh": "和"},
    "more": {"en": "{n} more", "de": "{n} weitere", "zh": "另外{n}项"},
    "origin": {
        "en": "FYP-KG · /q/{question} · release {release}",
        "de": "FYP-KG · /q/{question} · Ausgabe {release}",
        "zh": "FYP-KG · /q/{question} · 版本 {release}",
    },
    "unknown": {"en": "unknown", "de": "unbekannt", "zh": "未知"},
    "part": {
        "en": "The first {shown} of {n} are drawn; the table has them all.",
        "de": "Gezeichnet sind die ersten {shown} von {n}; die Tabelle enthält alle.",
        "zh": "图中为前{shown}项，共{n}项；表中列有全部。",
    },
    "number of": {"en": "{what} (count)", "de": "{what} (Anzahl)", "zh": "{what}（数量）"},
    "rows": {"en": "Number of rows", "de": "Anzahl der Zeilen", "zh": "行数"},
    "empty": {"en": "No rows", "de": "Keine Zeilen", "zh": "没有结果"},
    "empty why": {
        "en": "The answer has no rows. Choose other values.",
        "de": "Die Antwort hat keine Zeilen. Wählen Sie andere Werte.",
        "zh": "没有符合条件的结果，请改选其他值。",
    },
    "nothing drawn": {
        "en": "Nothing in these rows can be drawn. The table shows them.",
        "de": "Nichts in diesen Zeilen lässt sich zeichnen. Die Tabelle zeigt sie.",
        "zh": "这些行中没有可绘制的内容，请查看表格。",
    },
    "highest": {"en": "Highest: {what}", "de": "Höchster Wert: {what}", "zh": "最高：{what}"},
    "lowest": {"en": "Lowest: {what}", "de": "Niedrigster Wert: {what}", "zh": "最低：{what}"},
    "all": {"en": "All have {what}", "de": "Überall {what}", "zh": "均为{what}"},
    "with value": {"en": "{who} ({value})", "de": "{who} ({value})", "zh": "{who}（{value}）"},
    "none": {"en": "none", "de": "nichts", "zh": "无"},
    "unnamed": {"en": "(none)", "de": "(keine Angabe)", "zh": "（无）"},
    "pair": {"en": "{one} – {other}", "de": "{one} – {other}", "zh": "{one}—{other}"},
    # kinds
    "bars": {
        "en": "Bar chart: {value} by {category}; bars: {n}",
        "de": "Balkendiagramm: {value} nach {category}; Balken: {n}",
        "zh": "条形图，共{n}条：各{category}的{value}",
    },
    "matrix": {
        "en": "Heat map: {value} by {down} ({rows}) and {across} ({columns})",
        "de": "Heatmap: {value} nach {down} ({rows}) und {across} ({columns})",
        "zh": "热力图：按{down}（{rows}）与{across}（{columns}）列出{value}",
    },
    "cells": {"en": "In each cell: {what}", "de": "In jedem Feld: {what}", "zh": "格内数值：{what}"},
    "matrix empty": {
        "en": "Cells with a value: {full} of {n}",
        "de": "Felder mit einem Wert: {full} von {n}",
        "zh": "共{n}格，其中{full}格有数值",
    },
    "start": {"en": "start", "de": "Anfang", "zh": "起点"},
    "target": {"en": "target = 100%", "de": "Ziel = 100 %", "zh": "目标 = 100%"},
    "way": {"en": "{start} → {target}", "de": "{start} → {target}", "zh": "{start} → {target}"},
    "aim": {"en": "target {target}", "de": "Ziel {target}", "zh": "目标{target}"},
    "printed": {"en": "printed: {printed}", "de": "gedruckt: {printed}", "zh": "简报所印：{printed}"},
    "latest": {"en": "latest {latest}", "de": "zuletzt {latest}", "zh": "最新{latest}"},
    "when": {"en": "{what} ({when})", "de": "{what} ({when})", "zh": "{what}（{when}）"},
    "not observed": {"en": "not observed", "de": "keine Beobachtung", "zh": "无观测值"},
    "start unknown": {"en": "start unknown", "de": "Anfang unbekannt", "zh": "起点未知"},
    "of the way": {"en": "{share}%", "de": "{share} %", "zh": "{share}%"},
    "aimless": {
        "en": "Rows without a target, in the table only: {n}.",
        "de": "Zeilen ohne Ziel, nur in der Tabelle: {n}.",
        "zh": "另有{n}行没有目标值，仅列于表中。",
    },
    "bullets": {
        "en": "Bullet chart, each target on its own scale from start to target; targets: {n}",
        "de": "Bullet-Diagramm, jedes Ziel auf eigener Skala vom Anfang bis zum Ziel; Ziele: {n}",
        "zh": "子弹图，共{n}项目标，每项按自身从起点到目标的比例绘制",
    },
    "states": {"en": "{state}: {n}", "de": "{state}: {n}", "zh": "{state}：{n}项"},
    "which": {"en": "{state}: {what}", "de": "{state}: {what}", "zh": "{state}：{what}"},
    "width": {
        "en": "Width of a line: {what}, from {low} to {high}",
        "de": "Breite einer Linie: {what}, von {low} bis {high}",
        "zh": "线条粗细：{what}，{low}至{high}",
    },
    "width same": {"en": "{what}: {low} each", "de": "{what}: je {low}", "zh": "{what}：均为{low}"},
    "links part": {
        "en": "The {shown} strongest of {n} links are drawn; the table has them all.",
        "de": "Gezeichnet sind die {shown} stärksten von {n} Verbindungen; die Tabelle enthält alle.",
        "zh": "图中为最强的{shown}条连线，共{n}条；表中列有全部。",
    },
    "network": {
        "en": "Network; things: {things}, links: {links}",
        "de": "Netz; Dinge: {things}, Verbindungen: {links}",
        "zh": "网络图，共{things}个节点、{links}条连线",
    },
    "most links": {
        "en": "Most links: {who} ({n})",
        "de": "Meiste Verbindungen: {who} ({n})",
        "zh": "连线最多：{who}（{n}）",
    },
    "timeline": {
        "en": "Timeline; events: {n}",
        "de": "Zeitleiste; Ereignisse: {n}",
        "zh": "时间线，共{n}个事件",
    },
    "earliest": {"en": "Earliest: {what}", "de": "Frühestes: {what}", "zh": "最早：{what}"},
    "latest event": {"en": "Latest: {what}", "de": "Spätestes: {what}", "zh": "最晚：{what}"},
    # diagrams of the ontology
    "diagram": {
        "en": "Diagram of classes ({n}): {part}",
        "de": "Diagramm der Klassen ({n}): {part}",
        "zh": "类图（{n}个类）：{part}",
    },
    "is below": {
        "en": "{one} is a kind of {other}",
        "de": "{one} ist eine Art von {other}",
        "zh": "“{one}”是“{other}”的一种",
    },
    "kind of": {"en": "is a kind of", "de": "ist eine Art von", "zh": "是一种"},
    "one of": {"en": "{one} is one of: {what}", "de": "{one} ist eins von: {what}", "zh": "“{one}”取值：{what}"},
    "joins": {
        "en": "{one} – {property} → {other}",
        "de": "{one} – {property} → {other}",
        "zh": "{one}—{property}→{other}",
    },
    "anything": {"en": "anything", "de": "Beliebiges", "zh": "任何事物"},
    "elsewhere": {
        "en": "Dashed: from another part",
        "de": "Gestrichelt: aus einem anderen Teil",
        "zh": "虚线框：属于其他部分",
    },
    "undated": {"en": "Without a date: {n}", "de": "Ohne Datum: {n}", "zh": "无日期：{n}"},
    "multiples": {
        "en": "Small bar charts, one for each {panel}: {value} by {category}; charts: {n}",
        "de": "Kleine Balkendiagramme, je {panel} eines: {value} nach {category}; Diagramme: {n}",
        "zh": "小型条形图，按{panel}分为{n}幅：各{category}的{value}",
    },
}


def say(key: str, language: str, **values: object) -> str:
    """Return a text in a language, with the values in their places."""
    return _TEXTS[key][language].format(**values)


def listed(things: Sequence[str], language: str, most: int = 3, mark: str = "comma") -> str:
    """Return a list in words, with a mark between its parts; from ``most`` on the rest is only counted."""
    shown = list(things[:most])
    if len(things) > most:
        shown.append(say("more", language, n=len(things) - most))
    if len(shown) < 2:
        return "".join(shown)
    return say(mark, language).join(shown[:-1]) + say("and", language) + shown[-1]
