"""What the description of the API says of the addresses that belong to the site, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from kg.questions.catalogue import Texts

SITE_WORDS: Mapping[str, Texts] = {
    "home": {"en": "The home page", "de": "Die Startseite", "zh": "首页"},
    "plans": {"en": "All plans at a glance", "de": "Alle Pläne auf einen Blick", "zh": "规划一览"},
    "plan": {
        "en": "One plan at a glance; the address of a thing that is no described plan leads to its own page",
        "de": "Ein Plan auf einen Blick; andere Dinge haben ihre eigene Seite, zu der die Adresse führt",
        "zh": "单项规划概览；若该实体不是所述规划，则转到其自身网页",
    },
    "plan-slug": {"en": "Slug of the plan", "de": "Kurzname des Plans", "zh": "规划的短名"},
    "compare": {
        "en": "Two plans side by side; a form to choose them where one is not named",
        "de": "Zwei Pläne nebeneinander; ein Formular zur Auswahl, wo einer nicht genannt ist",
        "zh": "两项规划对照；未指定时显示选择表单",
    },
    "look": {
        "en": "The look of the site: colours, steps of type and spacing, and components, shown live",
        "de": "Das Aussehen der Website: Farben, Stufen von Schrift und Abstand und Bausteine, wie sie wirken",
        "zh": "本站外观：颜色、字号与间距的级别，以及各组件的实际样式",
    },
    "compare-left": {"en": "Slug of one plan", "de": "Kurzname des einen Plans", "zh": "其中一项规划的短名"},
    "compare-right": {
        "en": "Slug of the other plan",
        "de": "Kurzname des anderen Plans",
        "zh": "另一项规划的短名",
    },
    "sparql-form": {
        "en": "Write a query in a form and see its answer on the page",
        "de": "Eine Abfrage in ein Formular schreiben und ihre Antwort auf der Seite sehen",
        "zh": "在表单中编写查询，并在网页上查看回答",
    },
    "editor": {
        "en": "The editor for SPARQL, with a query and its answer if one is given",
        "de": "Der Editor für SPARQL, mit einer Abfrage und ihrer Antwort, wenn eine gegeben ist",
        "zh": "SPARQL 编辑器；若给出查询，则同时显示其回答",
    },
    "editor-terms": {
        "en": "The terms of the release, with labels, counts and uses, for completion",
        "de": "Die Begriffe des Datenstands mit Bezeichnungen, Zahlen und Verwendung, zum Ergänzen",
        "zh": "该数据版本的术语及其名称、数量和用法，供补全使用",
    },
    "editor-examples": {
        "en": "Example queries by subject, with their texts",
        "de": "Beispielabfragen nach Themen, mit ihren Texten",
        "zh": "按主题排列的示例查询及其文本",
    },
    "editor-lang": {
        "en": "Language of titles and meanings",
        "de": "Sprache der Titel und Bedeutungen",
        "zh": "标题与释义的语言",
    },
    "problem-kind": {
        "en": "What a kind of problem means; problems name this address as their type",
        "de": "Was eine Art von Problem bedeutet; Probleme nennen diese Adresse als ihren Typ",
        "zh": "某类问题的含义；问题以此地址为其类型",
    },
    "problem-kind-name": {"en": "Name of the kind", "de": "Name der Art", "zh": "类别的名称"},
    "robots": {
        "en": "What crawlers may read (RFC 9309)",
        "de": "Was Suchroboter lesen dürfen (RFC 9309)",
        "zh": "爬虫可读取的内容（RFC 9309）",
    },
    "sitemap": {
        "en": "The pages that are worth a visit (sitemaps.org)",
        "de": "Die Seiten, die einen Besuch wert sind (sitemaps.org)",
        "zh": "值得访问的网页（sitemaps.org）",
    },
    "sitemap-part": {
        "en": "A part of the sitemap, if it is too long for one file",
        "de": "Ein Teil der Sitemap, wenn sie für eine Datei zu lang ist",
        "zh": "网站地图的一部分（过长而无法放入一个文件时）",
    },
    "sitemap-number": {
        "en": "Number of the part, from 1",
        "de": "Nummer des Teils, ab 1",
        "zh": "部分的编号，从 1 开始",
    },
    "opensearch": {
        "en": "How to search here, for browsers (OpenSearch 1.1)",
        "de": "Wie man hier sucht, für Browser (OpenSearch 1.1)",
        "zh": "供浏览器使用的搜索说明（OpenSearch 1.1）",
    },
}
