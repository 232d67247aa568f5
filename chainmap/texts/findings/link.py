"""Finding rules L: texts to link, and the catalogue they are linked to."""

from __future__ import annotations

from chainmap.texts.findings.rule import Rule

RULES: dict[str, Rule] = {
    "L-text-column": Rule(
        "error",
        "文件没有 text 列；有的列：{columns}",
        "请把要对的文本放在名为 text 的列",
        "the file has no column text; it has: {columns}",
        "put the texts into a column named text",
    ),
    "L-text-empty": Rule(
        "warning",
        "文本是空的，没有可对的内容",
        "请填写产品或业务的名称",
        "the text is empty",
        "give the name of a product or an activity",
    ),
    "L-text-short": Rule(
        "warning",
        "文本“{value}”只有一个字，不足以判断",
        "请写产品的全名",
        "the text '{value}' is a single character, too little to judge by",
        "give the product's full name",
    ),
    "L-text-long": Rule(
        "warning",
        "文本有 {length} 字，长于一份经营范围（{most} 字），未处理",
        "请只留产品名称，或分成几行",
        "the text has {length} characters, more than a business scope ({most}); left out",
        "keep the product names only, or split it into rows",
    ),
    "L-text-no-words": Rule(
        "warning",
        "文本“{value}”里没有文字",
        "请写产品的名称",
        "there is no word in the text '{value}'",
        "give the product's name",
    ),
    "L-text-foreign": Rule(
        "warning",
        "文本“{value}”没有汉字；只与目录中的外文名和缩写比对",
        "请写中文名称",
        "the text '{value}' has no Chinese character; it is compared with foreign names and abbreviations only",
        "give the Chinese name",
    ),
    "L-catalogue-column": Rule(
        "error",
        "目录缺少列：{value}",
        "目录须有 code 和 name 两列",
        "the catalogue lacks the column {value}",
        "a catalogue has the columns code and name",
    ),
    "L-catalogue-empty": Rule(
        "error",
        "目录里没有可用的条目",
        "请检查 code、name 两列是否填写",
        "the catalogue has no usable entry",
        "check that code and name are filled in",
    ),
    "L-catalogue-row": Rule(
        "warning",
        "目录的这一行缺编码或名称，未采用",
        "请补上 code 和 name",
        "this row of the catalogue lacks a code or a name and was left out",
        "fill in code and name",
    ),
    "L-catalogue-twice": Rule(
        "warning",
        "目录中编码 {value} 重复，只采用第一次出现的一行",
        "请核对编码",
        "the code {value} stands twice in the catalogue; the first row counts",
        "check the code",
    ),
    "L-catalogue-level": Rule(
        "error",
        "目录里没有第 {value} 级；有的级别：{levels}",
        "请用 --level 指定其中一级，或不指定（最末级）",
        "the catalogue has no level {value}; it has: {levels}",
        "give one of them with --level, or none for the leaves",
    ),
}
