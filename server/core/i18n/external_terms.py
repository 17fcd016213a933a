"""Labels in three languages for terms of other vocabularies, which our ontology must not label."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from kg.core.names import name
from kg.questions.catalogue import Texts

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "rdf:type": ("is a", "ist ein", "类型"),
    "skos:prefLabel": ("is called", "heißt", "名称"),
    "skos:altLabel": ("is also called", "heißt auch", "又称"),
    "skos:definition": ("means", "bedeutet", "含义"),
    "skos:editorialNote": ("has the remark", "hat die Anmerkung", "备注"),
    "skos:example": ("has the example", "hat das Beispiel", "示例"),
    "skos:inScheme": ("belongs to the list", "gehört zur Liste", "所属列表"),
    "skos:broader": ("has the broader concept", "hat den Oberbegriff", "上位概念"),
    "skos:exactMatch": ("is the same as", "ist dasselbe wie", "等同于"),
    "skos:closeMatch": ("is nearly the same as", "ist fast dasselbe wie", "近似于"),
    "skos:relatedMatch": ("is related to", "ist verwandt mit", "相关于"),
    "skos:broadMatch": ("is narrower than", "ist enger als", "窄于"),
    "skos:narrowMatch": ("is broader than", "ist weiter als", "宽于"),
    "skos:Concept": ("Concept", "Begriff", "概念"),
    "skos:ConceptScheme": ("List of concepts", "Liste von Begriffen", "概念列表"),
    "dcterms:title": ("has the title", "hat den Titel", "标题"),
    "dcterms:creator": ("was made by", "wurde gemacht von", "创建者"),
    "dcterms:date": ("happened at the time", "geschah zur Zeit", "发生时间"),
    "dcterms:isReplacedBy": ("is replaced by", "ist ersetzt durch", "被替代为"),
    "dcterms:issued": ("is dated", "ist datiert auf", "发布日期"),
    "dcterms:language": ("is in the language", "ist in der Sprache", "语言"),
    "dcterms:spatial": ("is about the country", "handelt von dem Land", "涉及国家"),
    "dcterms:description": ("is described thus", "wird so beschrieben", "说明"),
    "dcterms:subject": ("is listed under", "ist aufgeführt unter", "所属主题"),
    "foaf:page": ("is answered at", "wird beantwortet unter", "回答所在网页"),
    "owl:deprecated": ("is retired", "ist zurückgezogen", "已停用"),
    "rdfs:comment": ("asks", "fragt", "所问"),
    "owl:AnnotationProperty": ("Annotation property", "Eigenschaft für Anmerkungen", "注释属性"),
    "owl:Class": ("Class", "Klasse", "类"),
    "owl:DatatypeProperty": ("Property with a value", "Eigenschaft mit einem Wert", "数据属性"),
    "owl:ObjectProperty": ("Property", "Eigenschaft", "对象属性"),
    "owl:Ontology": ("Ontology", "Ontologie", "本体"),
    "schema:keywords": ("has the keyword", "hat das Schlagwort", "关键词"),
    "schema:target": ("can be asked at", "kann gefragt werden unter", "提问地址"),
    "skos:scopeNote": ("has the limits", "hat die Grenzen", "适用范围"),
    "sh:ask": ("has the query", "hat die Abfrage", "查询"),
    "sh:class": ("takes things of the class", "nimmt Dinge der Klasse", "取值所属的类"),
    "sh:construct": ("has the query", "hat die Abfrage", "查询"),
    "sh:datatype": ("takes values of the type", "nimmt Werte des Typs", "取值类型"),
    "sh:defaultValue": ("takes by default", "nimmt ohne Angabe", "默认值"),
    "sh:description": ("is described thus", "wird so beschrieben", "说明"),
    "sh:maxCount": ("takes at most so many values", "nimmt höchstens so viele Werte", "最多取值数"),
    "sh:maxInclusive": ("takes at most", "nimmt höchstens", "最大值"),
    "sh:minInclusive": ("takes at least", "nimmt mindestens", "最小值"),
    "sh:name": ("has the label", "hat die Beschriftung", "标签"),
    "sh:nodeKind": ("takes", "nimmt", "接受"),
    "sh:optional": ("may be left out", "darf fehlen", "可省略"),
    "sh:order": ("comes after so many others", "kommt nach so vielen anderen", "排在其前的数目"),
    "sh:parameter": ("takes the parameter", "nimmt den Parameter", "参数"),
    "sh:path": ("stands for", "steht für", "代表"),
    "sh:select": ("has the query", "hat die Abfrage", "查询"),
    "sh:IRI": ("any IRI", "jede IRI", "任意 IRI"),
    "sh:Parameter": ("Parameter", "Parameter", "参数"),
    "sh:SPARQLAskExecutable": ("ASK query", "ASK-Abfrage", "ASK 查询"),
    "sh:SPARQLConstructExecutable": ("CONSTRUCT query", "CONSTRUCT-Abfrage", "CONSTRUCT 查询"),
    "sh:SPARQLExecutable": ("SPARQL query", "SPARQL-Abfrage", "SPARQL 查询"),
    "sh:SPARQLSelectExecutable": ("SELECT query", "SELECT-Abfrage", "SELECT 查询"),
}

FOREIGN_WORDS: Mapping[NamedNode, Texts] = {
    name(term): {"en": english, "de": german, "zh": chinese} for term, (english, german, chinese) in _WORDS.items()
}
