"""What the description of the API says of things, terms, graphs and releases, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from kg.questions.catalogue import Texts

LINKED_WORDS: Mapping[str, Texts] = {
    "graph": {"en": "Read a named graph", "de": "Einen benannten Graphen lesen", "zh": "读取命名图"},
    "graph-store": {
        "en": "Read a graph by the Graph Store Protocol; give graph or default, not both",
        "de": "Einen Graphen nach dem Graph Store Protocol lesen; graph oder default, nicht beides",
        "zh": "按图存储协议读取图；graph 与 default 只取其一",
    },
    "graph-name": {
        "en": "Name of the graph, such as plan-ii",
        "de": "Name des Graphen, etwa plan-ii",
        "zh": "图的名称，如 plan-ii",
    },
    "graph-iri": {"en": "IRI of the graph", "de": "IRI des Graphen", "zh": "图的 IRI"},
    "graph-default": {
        "en": "The union of all graphs; without a value",
        "de": "Die Vereinigung aller Graphen; ohne Wert",
        "zh": "所有图的并集；不带值",
    },
    "void": {
        "en": "The dataset described in VoID",
        "de": "Der Datensatz, beschrieben in VoID",
        "zh": "以 VoID 描述的数据集",
    },
    "catalogue": {
        "en": "The dataset described in DCAT: versions, files, services",
        "de": "Der Datensatz, beschrieben in DCAT: Fassungen, Dateien, Dienste",
        "zh": "以 DCAT 描述的数据集：版本、文件与服务",
    },
    "dataset": {
        "en": "The page about the data",
        "de": "Die Seite über die Daten",
        "zh": "关于数据的页面",
    },
    "linkset": {
        "en": "The links of a page: what it stands for, its files, its licence (RFC 9264)",
        "de": "Die Verweise einer Seite: wofür sie steht, ihre Dateien, ihre Lizenz (RFC 9264)",
        "zh": "页面的链接：所代表的对象、文件与许可（RFC 9264）",
    },
    "about-page": {
        "en": "Path of the page; without it, that of the data",
        "de": "Pfad der Seite; ohne Angabe der Seite über die Daten",
        "zh": "页面的路径；省略时为关于数据的页面",
    },
    "statements": {"en": "The statements", "de": "Die Aussagen", "zh": "陈述"},
    "identifier": {
        "en": "From the IRI of a thing to its page or its statements",
        "de": "Von der IRI eines Dings zu seiner Seite oder seinen Aussagen",
        "zh": "由实体的 IRI 转到其页面或陈述",
    },
    "data": {"en": "The statements about a thing", "de": "Die Aussagen über ein Ding", "zh": "关于某实体的陈述"},
    "data-negotiated": {
        "en": "The statements about a thing, in the form that Accept asks for",
        "de": "Die Aussagen über ein Ding, in der Form, die Accept verlangt",
        "zh": "关于某实体的陈述，格式由 Accept 决定",
    },
    "context": {
        "en": "The JSON-LD context that our JSON-LD is written with",
        "de": "Der JSON-LD-Kontext, mit dem unser JSON-LD geschrieben ist",
        "zh": "本站 JSON-LD 所用的上下文",
    },
    "property": {
        "en": "Shows all values of one property of the thing",
        "de": "Zeigt alle Werte einer Eigenschaft des Dings",
        "zh": "显示该实体某一属性的全部值",
    },
    "inverse": {
        "en": "Shows all things that name this one with a property",
        "de": "Zeigt alle Dinge, die dieses mit einer Eigenschaft nennen",
        "zh": "显示以某一属性指向该实体的全部实体",
    },
    "thing-picture": {
        "en": "The picture of a target, an indicator or a plan",
        "de": "Das Bild zu einem Ziel, einem Indikator oder einem Plan",
        "zh": "目标、指标或规划的图",
    },
    "ontology": {
        "en": "The ontology, or a version of it: a page, or its statements",
        "de": "Die Ontologie oder eine Version davon: als Seite oder als Aussagen",
        "zh": "本体或其某一版本：网页或陈述",
    },
    "alignment": {
        "en": "How the terms sit below those of other vocabularies; a browser is led to the page of the ontology",
        "de": "Wie die Begriffe unter denen anderer Vokabulare stehen; ein Browser kommt zur Seite der Ontologie",
        "zh": "术语与其他词表的对应；浏览器将转到本体页面",
    },
    "shapes": {
        "en": "The shapes (SHACL), or a version of them: a page with the rules in words, or their statements",
        "de": "Die Shapes (SHACL) oder eine Version davon: als Seite mit den Regeln in Worten oder als Aussagen",
        "zh": "形状约束（SHACL）或其某一版本：以文字说明规则的网页或陈述",
    },
    "modules": {
        "en": "From the IRI of a part of the ontology to its page",
        "de": "Von der IRI eines Teils der Ontologie zu ihrer Seite",
        "zh": "由本体部分的 IRI 转到本体页面",
    },
    "see-ontology": {"en": "The page of the ontology", "de": "Die Seite der Ontologie", "zh": "本体页面"},
    "diagram": {
        "en": "Diagram of a part of the ontology",
        "de": "Diagramm eines Teils der Ontologie",
        "zh": "本体某一部分的类图",
    },
    "module": {
        "en": "Part of the ontology, by the last part of its IRI",
        "de": "Teil der Ontologie, nach dem letzten Teil seiner IRI",
        "zh": "本体的部分，以其 IRI 末段表示",
    },
    "version": {
        "en": "Version; with an ending such as .ttl in that form",
        "de": "Version; mit einer Endung wie .ttl in dieser Form",
        "zh": "版本号；可加 .ttl 等后缀指定形式",
    },
    "term-filter": {
        "en": "Words to look for in names, labels and definitions of terms",
        "de": "Worte, die in Namen oder Definition eines Begriffs stehen",
        "zh": "在术语名称、标签和定义中查找的词",
    },
    "thing-page": {"en": "The page about a thing", "de": "Die Seite über ein Ding", "zh": "某实体的页面"},
    "slug": {
        "en": "Last part of the IRI of a thing",
        "de": "Letzter Teil der IRI eines Dings",
        "zh": "实体 IRI 的末段",
    },
    "dumps": {
        "en": "The dumps of the release: files that hold it whole",
        "de": "Die Abzüge der Fassung: Dateien, die sie ganz enthalten",
        "zh": "该版本的转储：包含全部内容的文件",
    },
    "dump": {
        "en": "A file of a dump, by its name with the id of its release",
        "de": "Eine Datei eines Abzugs, mit der Kennung ihrer Fassung im Namen",
        "zh": "转储文件，名称含版本标识",
    },
    "dump-lasting": {
        "en": "A file of a dump, by a name that is the same in every release",
        "de": "Eine Datei eines Abzugs, unter einem Namen, den jede Fassung hat",
        "zh": "转储文件，各版本名称相同",
    },
    "dump-sums": {
        "en": "Checksums of the dumps, for sha256sum -c",
        "de": "Prüfsummen der Abzüge, für sha256sum -c",
        "zh": "转储文件的校验和，供 sha256sum -c 使用",
    },
    "dump-name": {"en": "Name of the file", "de": "Name der Datei", "zh": "文件名"},
    "dump-packing": {"en": "How the file is packed", "de": "Wie die Datei gepackt ist", "zh": "压缩方式"},
    "dump-elsewhere": {
        "en": "The file is one of another release, and there",
        "de": "Die Datei gehört zu einer anderen Fassung und liegt dort",
        "zh": "该文件属于另一版本，位于该处",
    },
    "releases": {
        "en": "All releases, and what each changed in numbers",
        "de": "Alle Fassungen, und was jede in Zahlen geändert hat",
        "zh": "全部版本及其数量变化",
    },
    "timemap": {
        "en": "The states of an address by day (Memento, RFC 7089)",
        "de": "Die Zustände einer Adresse nach Tagen (Memento, RFC 7089)",
        "zh": "某地址按日期的历史状态（Memento，RFC 7089）",
    },
    "timemap-of": {
        "en": "The address, without its first slash, of a thing, a graph, a dump, the ontology or the shapes",
        "de": "Die Adresse eines Dings, Graphen oder Abzugs, der Ontologie oder der Shapes, ohne ersten Schrägstrich",
        "zh": "实体、图、转储、本体或形状的地址，不含开头的斜线",
    },
    "cite-dataset": {"en": "Cite the release", "de": "Die Fassung zitieren", "zh": "引用该发布版本"},
    "cite-thing": {"en": "Cite a thing", "de": "Ein Ding zitieren", "zh": "引用某一实体"},
}
