"""The texts of exported files in every language; braces are placeholders."""

from __future__ import annotations

from kg.questions.catalogue import Texts

LIST: Texts = {"en": "; ", "de": "; ", "zh": "；"}
ANY: Texts = {"en": "not set", "de": "nicht gesetzt", "zh": "未设定"}

SHEET_ROWS: Texts = {"en": "Rows", "de": "Zeilen", "zh": "数据"}
SHEET_NOTES: Texts = {"en": "Read me", "de": "Lies mich", "zh": "说明"}
SHEET_COLUMNS: Texts = {"en": "Columns", "de": "Spalten", "zh": "字段"}

HEADING_IRI: Texts = {"en": "{label} (IRI)", "de": "{label} (IRI)", "zh": "{label}（IRI）"}
HEADING_PLACE: Texts = {"en": "{label} (place)", "de": "{label} (Stelle)", "zh": "{label}（位置）"}

QUESTION: Texts = {"en": "Question", "de": "Frage", "zh": "问题"}
DESCRIPTION: Texts = {"en": "Description", "de": "Beschreibung", "zh": "描述"}
LIMITS: Texts = {"en": "What this does not tell", "de": "Was das nicht sagt", "zh": "未涵盖的内容"}
PARAMETER: Texts = {"en": "Chosen: {label}", "de": "Gewählt: {label}", "zh": "所选：{label}"}
NARROWED: Texts = {"en": "Only rows with: {label}", "de": "Nur Zeilen mit: {label}", "zh": "仅限：{label}"}
COUNT: Texts = {"en": "Number of rows", "de": "Anzahl der Zeilen", "zh": "行数"}
COUNT_OF: Texts = {"en": "{count} of {total}", "de": "{count} von {total}", "zh": "{count}（共{total}）"}
RELEASE: Texts = {"en": "Release of the data", "de": "Ausgabe der Daten", "zh": "数据版本"}
ADDRESS: Texts = {"en": "Address", "de": "Adresse", "zh": "网址"}
LICENCE: Texts = {"en": "Licence", "de": "Lizenz", "zh": "许可协议"}
CITATION: Texts = {"en": "Suggested citation", "de": "Zitiervorschlag", "zh": "建议引用格式"}
BUILT: Texts = {"en": "Day of the release", "de": "Tag der Ausgabe", "zh": "版本日期"}

CUT: Texts = {"en": "Left out", "de": "Weggelassen", "zh": "省略内容"}
ROWS_CUT: Texts = {
    "en": "The last {count} rows: a sheet of Excel holds no more. The CSV file has all.",
    "de": "Die letzten {count} Zeilen: Mehr fasst ein Blatt in Excel nicht. Die CSV-Datei enthält alle.",
    "zh": "最后{count}行：超出 Excel 工作表的行数上限。CSV 文件包含全部数据。",
}
CELLS_CUT: Texts = {
    "en": "The ends of {count} cells, which now end in …: a cell of Excel holds no more. The CSV file has all.",
    "de": "Das Ende von {count} Zellen, die nun auf … enden: Mehr fasst eine Zelle in Excel nicht. "
    "Die CSV-Datei enthält alles.",
    "zh": "{count}个单元格的末尾（以…结尾）：超出 Excel 单元格的字符上限。CSV 文件包含全部内容。",
}
LINKS_CUT: Texts = {
    "en": "{count} links: Excel holds no more, or none so long. The addresses stand there as text.",
    "de": "{count} Verknüpfungen: Mehr oder längere fasst Excel nicht. Die Adressen stehen als Text da.",
    "zh": "{count}个链接：超出 Excel 的链接数量或长度上限。网址以文本形式保留。",
}
ROUNDED: Texts = {
    "en": "The last digits of {count} numbers: Excel keeps 15 digits. The CSV file has all.",
    "de": "Die letzten Ziffern von {count} Zahlen: Excel behält 15 Ziffern. Die CSV-Datei enthält alle.",
    "zh": "{count}个数值的末位数字：Excel 仅保留15位有效数字。CSV 文件包含全部数字。",
}

NAME: Texts = {"en": "Name in files", "de": "Name in Dateien", "zh": "文件中的字段名"}
LABEL: Texts = {"en": "Heading", "de": "Überschrift", "zh": "标题"}
KIND: Texts = {"en": "Kind", "de": "Art", "zh": "类型"}
MEANING: Texts = {"en": "Meaning", "de": "Bedeutung", "zh": "含义"}

KINDS: dict[str, Texts] = {
    "entity": {"en": "thing", "de": "Ding", "zh": "实体"},
    "text": {"en": "text", "de": "Text", "zh": "文本"},
    "number": {"en": "number", "de": "Zahl", "zh": "数值"},
    "date": {"en": "date", "de": "Datum", "zh": "日期"},
    "evidence": {"en": "source", "de": "Beleg", "zh": "依据"},
    "hidden": {"en": "not on the page", "de": "nicht auf der Seite", "zh": "页面上不显示"},
}
IS_IRI: Texts = {
    "en": "Identifier in the graph: the same in every language, and an address on the web",
    "de": "Kennung im Graphen: in jeder Sprache dieselbe, und eine Adresse im Web",
    "zh": "图谱中的标识符：各语言版本相同，同时也是网址",
}
IS_LABEL: Texts = {
    "en": "Name of what {name} identifies; in another language where it has no English name",
    "de": "Name dessen, was {name} bezeichnet; in einer anderen Sprache, wo es keinen deutschen Namen hat",
    "zh": "{name} 所标识实体的名称；无中文名称时使用其他语言",
}
IS_PLACE: Texts = {
    "en": "Where it is said: line and section of the policy update, or title, publisher and address of a cited page",
    "de": "Wo es steht: Zeile und Abschnitt des Policy Update, oder Titel, Herausgeber und Adresse einer Seite",
    "zh": "出处：政策简报的行号与章节，或所引网页的标题、发布者和网址",
}
IS_VALUE: Texts = {"en": "As it stands in the graph", "de": "Wie es im Graphen steht", "zh": "图谱中的原值"}
