"""What the description of the API says of fragments and exports, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from kg.questions.catalogue import Texts

TAKEAWAY_WORDS: Mapping[str, Texts] = {
    "fragments": {
        "en": "The triples that fit a pattern, page by page (Triple Pattern Fragments)",
        "de": "Die Tripel, die auf ein Muster passen, Seite für Seite (Triple Pattern Fragments)",
        "zh": "分页给出符合某一模式的三元组（Triple Pattern Fragments）",
    },
    "fragments-quads": {
        "en": "The statements that fit a pattern, each with its graph (Quad Pattern Fragments)",
        "de": "Die Aussagen, die auf ein Muster passen, jede mit ihrem Graphen (Quad Pattern Fragments)",
        "zh": "给出符合某一模式的陈述及其所在图（Quad Pattern Fragments）",
    },
    "fragment-term": {
        "en": 'An IRI, a literal such as "5G"@en with its quotation marks, or nothing for any term',
        "de": 'Eine IRI, ein Literal wie "5G"@en mit Anführungszeichen, oder nichts für beliebig',
        "zh": '一个 IRI，或带引号的字面量（如 "5G"@en），留空表示任意',
    },
    "fragment-page": {
        "en": "Page of statements, from 1",
        "de": "Seite der Aussagen, ab 1",
        "zh": "陈述的页码，从 1 开始",
    },
    "exports": {
        "en": "The page that lists the files for other tools",
        "de": "Die Seite, die die Dateien für andere Werkzeuge aufzählt",
        "zh": "列出供其他工具使用的文件的网页",
    },
    "export": {
        "en": "A file for other tools: a network, a table of figures, or the package of tables",
        "de": "Eine Datei für andere Werkzeuge: ein Netz, eine Zahlentabelle oder das Paket der Tabellen",
        "zh": "供其他工具使用的文件：网络、数字表格或表格数据包",
    },
    "export-path": {"en": "Which file", "de": "Welche Datei", "zh": "哪个文件"},
    "links": {
        "en": "All links to other vocabularies, as a mapping set (SSSOM)",
        "de": "Alle Verknüpfungen mit anderen Vokabularen, als Abbildungstabelle (SSSOM)",
        "zh": "与其他词表的全部关联，映射表（SSSOM）格式",
    },
    "links-to": {
        "en": "The links to one vocabulary, as a mapping set (SSSOM)",
        "de": "Die Verknüpfungen mit einem Vokabular, als Abbildungstabelle (SSSOM)",
        "zh": "与某一词表的关联，映射表（SSSOM）格式",
    },
    "vocabulary": {"en": "Prefix of the vocabulary", "de": "Präfix des Vokabulars", "zh": "词表前缀"},
    "cube": {
        "en": "The figures as an RDF Data Cube; browsers are led to the page of exports",
        "de": "Die Zahlen als RDF Data Cube; Browser werden zur Seite der Exporte geleitet",
        "zh": "以 RDF Data Cube 表示的数字；浏览器会转到导出页面",
    },
}
