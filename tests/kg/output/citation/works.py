"""Works to be cited, among them one whose every text is hostile."""

from __future__ import annotations

import datetime

from kg.output.citation import Work

DAY = datetime.date(2026, 11, 5)
RELEASE = "58be91304c02532a"

PLAIN = Work(
    key="fyp-kg-planned-growth-58be9130",
    title="Planned growth",
    question="By how much are the targets to grow?",
    parameters="Plan: Big Data; Unit: 亿元",
    address="https://kg.example/release/58be91304c02532a/q/planned-growth?plan=id:plan-bd&unit=100%25",
    release_id=RELEASE,
    built_on=DAY,
    container="Knowledge graph of China's Five-Year Plans",
)
CHINESE = Work(
    key="fyp-kg-planned-growth-58be9130",
    title="计划增长",
    question="目标计划增长多少？",
    parameters="规划：大数据",
    address="https://kg.example/release/58be91304c02532a/q/planned-growth?plan=id:plan-bd&lang=zh",
    release_id=RELEASE,
    built_on=DAY,
    language="zh",
    container="中国五年规划知识图谱",
)
HOSTILE_TEXT = (
    "50% of $x_1 & #2 {unbalanced ~^ \\input{/etc/passwd} \\\\ \"quoted\" 'so'\r\nER  - \nTY  - JOUR"
    "\u2028AU  - Me\x00\x0b@misc{x, title={y}} 工业互联网 Ärzte \u202egnp.exe"
)
HOSTILE = Work(
    key="fyp-kg-hostile",
    title=HOSTILE_TEXT,
    question=HOSTILE_TEXT,
    parameters=HOSTILE_TEXT,
    address="https://kg.example/q/x?a={b}\\c\n%7D&d=工",
    release_id=RELEASE,
    built_on=DAY,
    container="Graph",
)
# what remains of the hostile text in one line
IN_ONE_LINE = (
    "50% of $x_1 & #2 {unbalanced ~^ \\input{/etc/passwd} \\\\ \"quoted\" 'so' ER - TY - JOUR AU - Me "
    "@misc{x, title={y}} 工业互联网 Ärzte gnp.exe"
)
WHOLE = Work(
    key="fyp-kg-dataset-58be9130",
    title="Knowledge graph of China's Five-Year Plans",
    question="",
    parameters="",
    address="https://kg.example/release/58be91304c02532a/",
    release_id=RELEASE,
    built_on=None,
)
