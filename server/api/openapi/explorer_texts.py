"""What the description of the API says of the explorer, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from kg.questions.catalogue import Texts

EXPLORING_WORDS: Mapping[str, Texts] = {
    "explore": {
        "en": "The explorer: the graph as a picture to walk in, and as a list; the address holds all that is seen",
        "de": "Der Erkunder: der Graph als Bild zum Begehen und als Liste; die Adresse enthält alles, was zu sehen ist",
        "zh": "探索器：以可逐步展开的图和列表显示图谱；地址包含所见的全部内容",
    },
    "explore-entry": {
        "en": "Leads to the picture of a thing with the most telling of its neighbours",
        "de": "Führt zum Bild eines Dings mit seinen aussagekräftigsten Nachbarn",
        "zh": "转到一个实体及其最能说明问题的相邻实体的图",
    },
    "explore-neighbours": {
        "en": "The things next to a thing, by kind of link: names, numbers, and how each statement came about",
        "de": "Die Dinge neben einem Ding, nach Art der Verbindung: Namen, Anzahlen und wie jede Aussage zustande kam",
        "zh": "与一个实体相邻的实体，按联系种类列出：名称、数量以及每条陈述的来历",
    },
    "explore-thing": {
        "en": "The thing, by its slug; it must be given",
        "de": "Das Ding, mit seinem Kürzel; es muss genannt werden",
        "zh": "实体的短名称；必须给出",
    },
    "explore-start": {
        "en": "Things to start from, by their slugs; without any the page offers some",
        "de": "Dinge für den Anfang, mit ihren Kürzeln; ohne sie bietet die Seite welche an",
        "zh": "作为起点的实体的短名称；不给出时页面会提供一些",
    },
    "explore-open": {
        "en": "Neighbours to open: the slug of a thing, a property (with ~ before it the other way round), a class",
        "de": "Zu öffnende Nachbarn: das Kürzel eines Dings, eine Eigenschaft (mit ~ davor umgekehrt), eine Klasse",
        "zh": "要展开的相邻实体：实体的短名称、属性（前加 ~ 表示反向）和类",
    },
    "explore-hide": {"en": "Things to hide", "de": "Zu verbergende Dinge", "zh": "要隐藏的实体"},
    "explore-without": {
        "en": "Classes of things, or kinds of statements such as inferred, to leave out",
        "de": "Wegzulassende Klassen von Dingen oder Arten von Aussagen wie inferred",
        "zh": "要略去的实体类，或要略去的陈述种类，如 inferred",
    },
    "explore-at": {
        "en": "The thing that the page tells of",
        "de": "Das Ding, von dem die Seite berichtet",
        "zh": "页面所介绍的实体",
    },
}
