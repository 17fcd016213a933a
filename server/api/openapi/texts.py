"""What the description of the API says, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from kg.questions.catalogue import Texts
from server.api.openapi.download_texts import TAKEAWAY_WORDS
from server.api.openapi.explorer_texts import EXPLORING_WORDS
from server.api.openapi.linked_texts import LINKED_WORDS
from server.api.openapi.site_texts import SITE_WORDS

WORDS: Mapping[str, Texts] = {
    **EXPLORING_WORDS,
    **LINKED_WORDS,
    **SITE_WORDS,
    **TAKEAWAY_WORDS,
    "title": {
        "en": "Knowledge graph of China's Five-Year Plans: questions, SPARQL and linked data",
        "de": "Wissensgraph der chinesischen Fünfjahrespläne: Fragen, SPARQL und Linked Data",
        "zh": "中国五年规划知识图谱：预设问题、SPARQL 与关联数据",
    },
    "about": {
        "en": "Each canned question is asked by GET, as a page or, with an ending, as a file. Every address "
        "answers HEAD and OPTIONS too, may be asked from scripts of other sites (CORS), and needs no "
        "key. Answers bear an ETag; with If-None-Match an unchanged one is 304. Errors are "
        "application/problem+json (RFC 9457) for who accepts JSON, HTML for browsers and plain text for "
        "others. A parameter with an empty value means: any. Data and ontology: CC BY 4.0; program: "
        "Apache-2.0.",
        "de": "Jede vorbereitete Frage wird mit GET gestellt: als Seite oder, mit einer Endung, als Datei. "
        "Jede Adresse beantwortet auch HEAD und OPTIONS, steht Skripten anderer Seiten offen (CORS) und "
        "braucht keinen Schlüssel. Antworten tragen ein ETag; mit If-None-Match ist eine unveränderte "
        "304. Fehler sind application/problem+json (RFC 9457) für alle, die JSON annehmen, HTML für "
        "Browser und sonst einfacher Text. Ein leerer Wert heißt: beliebig. Daten und Ontologie: CC BY "
        "4.0; Programm: Apache-2.0.",
        "zh": "每个预设问题用 GET 提问：可得到网页，加上后缀则得到文件。所有地址也支持 HEAD 和 OPTIONS，允许其"
        "他网站的脚本访问（CORS），无需密钥。回答带有 ETag；用 If-None-Match 询问未改变的回答得到 304。错"
        "误对接受 JSON 的客户端以 application/problem+json（RFC 9457）返回，对浏览器返回 HTML，其余返回纯"
        "文本。空值表示不限。数据与本体：CC BY 4.0；程序：Apache-2.0。",
    },
    "search": {
        "en": "What a text finds: names and descriptions in three languages, in spite of case, accents, script, "
        "pinyin and small slips; best first",
        "de": "Was ein Text findet: Namen und Beschreibungen in drei Sprachen, trotz Groß- und Kleinschreibung, "
        "Akzenten, Schrift, Pinyin und kleiner Fehler; das Beste zuerst",
        "zh": "按文字检索三种语言的名称与说明，不计大小写、重音、繁简、拼音写法与细小拼写错误；最佳结果在前",
    },
    "search-text": {
        "en": "A name, a few words, an identifier or an IRI",
        "de": "Ein Name, einige Wörter, ein Bezeichner oder eine IRI",
        "zh": "名称、若干词语、标识符或 IRI",
    },
    "search-kind": {
        "en": "Only things of one of these classes, also by rule",
        "de": "Nur Dinge einer dieser Klassen, auch nach Regel",
        "zh": "只保留属于这些类之一（含推理所得）的实体",
    },
    "search-plan": {
        "en": "Only things that one of these plans has or mentions",
        "de": "Nur Dinge, die einer dieser Pläne hat oder erwähnt",
        "zh": "只保留这些规划之一所含或提及的实体",
    },
    "search-page": {"en": "Page of results, from 1", "de": "Seite der Treffer, ab 1", "zh": "结果页码，从 1 开始"},
    "search-size": {"en": "Results on a page", "de": "Treffer je Seite", "zh": "每页结果数"},
    "search-begins": {
        "en": "1: the last word is unfinished, as while somebody types",
        "de": "1: Das letzte Wort ist unfertig, wie beim Tippen",
        "zh": "1 表示最后一个词尚未输完",
    },
    "sparql-tag": {"en": "SPARQL and graphs", "de": "SPARQL und Graphen", "zh": "SPARQL 与图"},
    "things-tag": {"en": "Linked data", "de": "Linked Data", "zh": "关联数据"},
    "service-tag": {"en": "The service", "de": "Der Dienst", "zh": "服务"},
    "page": {"en": "the page", "de": "als Seite", "zh": "网页"},
    "embed": {"en": "to stand in a frame", "de": "für einen Rahmen", "zh": "嵌入框"},
    "empty": {"en": "An empty value asks for all.", "de": "Ein leerer Wert fragt nach allem.", "zh": "空值表示全部。"},
    "lang": {"en": "Language of labels and texts", "de": "Sprache der Namen und Texte", "zh": "标签与文字的语言"},
    "sort": {
        "en": "Column to sort by; with - before it in descending order",
        "de": "Spalte, nach der sortiert wird; mit - davor absteigend",
        "zh": "排序所依据的列；前加 - 为降序",
    },
    "only": {
        "en": "Keep the rows with one of these values in the column: {column}",
        "de": "Nur Zeilen mit einem dieser Werte in der Spalte: {column}",
        "zh": "只保留该列为这些值之一的行：{column}",
    },
    "page-number": {"en": "Page of rows, from 1", "de": "Seite der Zeilen, ab 1", "zh": "行的页码，从 1 开始"},
    "size": {"en": "Rows on a page", "de": "Zeilen je Seite", "zh": "每页行数"},
    "bom": {
        "en": "0 leaves out what only Excel needs: the byte order mark and the signs against formulas",
        "de": "0 lässt weg, was nur Excel braucht: die Bytefolge-Marke und die Zeichen gegen Formeln",
        "zh": "0 表示去掉仅 Excel 需要的字节顺序标记与防公式符号",
    },
    "width": {
        "en": "Picture for a wide page, or for the narrow screen of a phone",
        "de": "Bild für eine breite Seite oder für den schmalen Schirm eines Telefons",
        "zh": "图适用于宽页面，或手机的窄屏",
    },
    "theme": {"en": "Light or dark picture", "de": "Helles oder dunkles Bild", "zh": "浅色或深色图"},
    "answer-page": {
        "en": "The answer as a page, with a form for the parameters",
        "de": "Die Antwort als Seite, mit einem Formular für die Parameter",
        "zh": "回答的网页，含参数表单",
    },
    "answer-embed": {
        "en": "The answer alone, to stand in a frame of another site",
        "de": "Die Antwort allein, für einen Rahmen auf einer anderen Seite",
        "zh": "仅含回答，供其他网站嵌入",
    },
    "answer-file": {
        "en": "The answer as a file: {media_type}",
        "de": "Die Antwort als Datei: {media_type}",
        "zh": "回答的文件：{media_type}",
    },
    "rows": {
        "en": "One object for each row; every object has every field, and null where there is nothing.",
        "de": "Ein Objekt je Zeile; jedes Objekt hat jedes Feld, und null, wo nichts ist.",
        "zh": "每行一个对象；每个对象含全部字段，无值处为 null。",
    },
    "label-of": {"en": "Label of {column}", "de": "Name von {column}", "zh": "{column}的标签"},
    "place-of": {
        "en": "Place in the source, in words: {column}",
        "de": "Stelle in der Quelle, in Worten: {column}",
        "zh": "来源位置（文字）：{column}",
    },
    "unchanged": {
        "en": "The answer that the client has is still right",
        "de": "Die Antwort, die der Client hat, gilt noch",
        "zh": "客户端已有的回答仍然有效",
    },
    "400": {"en": "The request says something wrong", "de": "Die Anfrage enthält einen Fehler", "zh": "请求有误"},
    "401": {
        "en": "The token of the operator is missing",
        "de": "Das Kennwort des Betreibers fehlt",
        "zh": "缺少运营者的令牌",
    },
    "403": {"en": "That is not allowed here", "de": "Das ist hier nicht erlaubt", "zh": "此处不允许该操作"},
    "404": {"en": "There is no such thing", "de": "Das gibt es nicht", "zh": "不存在"},
    "406": {
        "en": "The answer has no form that the client accepts",
        "de": "Die Antwort hat keine Form, die der Client annimmt",
        "zh": "没有客户端可接受的形式",
    },
    "408": {"en": "The body arrives too slowly", "de": "Der Inhalt kommt zu langsam an", "zh": "请求正文到达过慢"},
    "410": {
        "en": "The release is gone",
        "de": "Die Fassung gibt es nicht mehr",
        "zh": "该发布版本已不存在",
    },
    "413": {
        "en": "The question or its answer is too large",
        "de": "Die Frage oder ihre Antwort ist zu groß",
        "zh": "问题或回答过大",
    },
    "415": {"en": "The body is of another type", "de": "Der Inhalt ist von anderer Art", "zh": "请求正文类型不支持"},
    "422": {
        "en": "The query needs too much memory, or the picture cannot be drawn; change the request",
        "de": "Die Abfrage braucht zu viel Speicher, oder das Bild lässt sich nicht zeichnen; ändern Sie die Anfrage",
        "zh": "查询占用内存过多，或图无法绘制；请修改请求",
    },
    "429": {
        "en": "The client asks too much at once",
        "de": "Der Client fragt zu viel auf einmal",
        "zh": "客户端同时提问过多",
    },
    "499": {"en": "The client has gone", "de": "Der Client ist fort", "zh": "客户端已断开"},
    "502": {
        "en": "Another endpoint did not answer",
        "de": "Ein anderer Endpunkt hat nicht geantwortet",
        "zh": "另一端点未作答",
    },
    "501": {
        "en": "The engine has a fault that this query triggers",
        "de": "Die Abfrage löst einen Fehler des Abfragesystems aus",
        "zh": "此查询触发了查询引擎的缺陷",
    },
    "503": {
        "en": "The service is busy or damaged; ask again later",
        "de": "Der Dienst ist ausgelastet oder beschädigt; fragen Sie später noch einmal",
        "zh": "服务繁忙或数据损坏，请稍后再试",
    },
    "504": {"en": "The question takes too long", "de": "Die Frage dauert zu lange", "zh": "问题耗时过长"},
    "507": {
        "en": "The disk of the service is full",
        "de": "Der Datenträger des Dienstes ist voll",
        "zh": "服务的磁盘已满",
    },
    "problem": {
        "en": "What went wrong, and what to do (RFC 9457)",
        "de": "Was fehlgeschlagen ist und was zu tun ist (RFC 9457)",
        "zh": "出错原因与补救办法（RFC 9457）",
    },
    "retry": {
        "en": "Seconds to wait before asking again",
        "de": "Sekunden bis zur nächsten Frage",
        "zh": "再次提问前应等待的秒数",
    },
    "etag": {"en": "Tag of this answer", "de": "Kennzeichen dieser Antwort", "zh": "此回答的标记"},
    "release": {"en": "Release that answers", "de": "Fassung, die antwortet", "zh": "作答的版本"},
    "location": {"en": "Where to go on", "de": "Wo es weitergeht", "zh": "后续地址"},
    "pinned": {
        "en": "The same over one release for ever; 404 if it is not here, 410 if it is gone",
        "de": "Dasselbe über einer Fassung, für immer; 404, wenn sie nicht hier ist, 410, wenn es sie nicht mehr gibt",
        "zh": "固定于某一版本的相同内容；版本不在此处为 404，已不存在为 410",
    },
    "questions": {"en": "All questions by subject", "de": "Alle Fragen nach Themen", "zh": "按主题列出全部问题"},
    "this": {"en": "This description", "de": "Diese Beschreibung", "zh": "本说明"},
    "sparql": {"en": "Ask a SPARQL 1.1 query", "de": "Eine SPARQL-1.1-Abfrage stellen", "zh": "提交 SPARQL 1.1 查询"},
    "sparql-about": {
        "en": "SPARQL 1.1 Protocol. The default graph is the union of all named graphs. Without a query the "
        "endpoint describes itself, to browsers with a form. The method QUERY does what POST does, is "
        "safe, and may be kept and repeated; OpenAPI 3.1 has no word for it. Updates are refused.",
        "de": "SPARQL 1.1 Protocol. Der Standardgraph ist die Vereinigung aller benannten Graphen. Ohne "
        "Abfrage beschreibt sich der Endpunkt, für Browser mit einem Formular. Die Methode QUERY leistet "
        "dasselbe wie POST, ist sicher und darf wiederholt werden; OpenAPI 3.1 hat kein Wort dafür. "
        "Änderungen werden abgelehnt.",
        "zh": "SPARQL 1.1 协议。默认图为所有命名图的并集。没有查询时端点描述自身，对浏览器显示表单。QUERY 方法"
        "与 POST 作用相同，是安全方法，可重复；OpenAPI 3.1 无法表示它。更新操作一律拒绝。",
    },
    "query": {"en": "Text of the query", "de": "Text der Abfrage", "zh": "查询文本"},
    "default-graph-uri": {
        "en": "Graphs that make the default graph",
        "de": "Graphen, aus denen der Standardgraph besteht",
        "zh": "构成默认图的图",
    },
    "named-graph-uri": {
        "en": "Graphs that GRAPH may name",
        "de": "Graphen, die GRAPH nennen darf",
        "zh": "GRAPH 可引用的图",
    },
    "format": {
        "en": "Form of the answer; goes before the Accept header",
        "de": "Form der Antwort; geht dem Accept-Header vor",
        "zh": "回答的形式；优先于 Accept 标头",
    },
    "explain": {
        "en": "Instead of the answer: why it is empty, or what it would call elsewhere",
        "de": "Statt der Antwort: warum sie leer ist oder was sie anderswo abriefe",
        "zh": "不返回回答，而说明其为空的原因或将调用的外部端点",
    },
    "sparql-answer": {
        "en": "The answer, or what the endpoint says of itself",
        "de": "Die Antwort, oder was der Endpunkt von sich sagt",
        "zh": "回答，或端点的自我描述",
    },
    "ending": {"en": "Form of the statements", "de": "Form der Aussagen", "zh": "陈述的形式"},
    "status": {
        "en": "How each question did when the release was built",
        "de": "Wie jede Frage abschnitt, als die Fassung gebaut wurde",
        "zh": "构建此版本时各问题的试运行结果",
    },
    "health": {
        "en": "Whether the service answers and its release is whole; 503 if not",
        "de": "Ob der Dienst antwortet und seine Fassung unversehrt ist; sonst 503",
        "zh": "服务是否正常、数据版本是否完好；否则为 503",
    },
    "metrics": {
        "en": "Numbers about the service, for Prometheus; for the machine of the service, or with the operator's token",
        "de": "Zahlen zum Dienst, für Prometheus; für den Rechner des Dienstes, oder mit dem Kennwort des Betreibers",
        "zh": "供 Prometheus 读取的服务指标；仅限服务所在的机器，或凭运营者的令牌",
    },
}


def words(key: str, language: str, **fields: str) -> str:
    """The words for something in a language, with what stands in braces filled in."""
    return WORDS[key][language].format(**fields)
