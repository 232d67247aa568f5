"""What texts look like, each by itself, as numbers: ends, length, letters, telling words.

The one choice: a text is looked at once, whatever it is compared with later, so that comparing
two texts is arithmetic on rows of numbers. Telling words are at most three characters long: then
they are n-grams, and all of them are looked up at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chainmap.link.grams import Grams, Ints, code_points, gram_number

Bits: TypeAlias = NDArray[np.uint64]
Characters: TypeAlias = NDArray[np.uint32]

WIDTH = 16
"""Characters that are compared from either end."""

TRADES = (
    "设备", "装置", "生产线", "机组", "机床", "模具", "夹具", "刀具", "仪", "软件", "系统",
    "平台", "服务", "工程", "回收", "再生", "废", "检测", "检验", "测试", "清洗", "维修", "运维",
    "安装", "租赁", "物流", "仓储", "运输", "培训", "包装", "添加剂", "助剂", "粘结剂", "胶",
    "涂料", "油墨", "清洗剂", "抛光", "研磨", "切割液", "炉", "窑", "罐", "釜", "泵", "阀",
    "传感器", "控制器", "面膜", "饮料", "种植", "养殖", "种子", "种苗", "饲料", "标准品", "试剂",
    "贸易", "支架", "托盘", "盒", "袋", "瓶", "桶", "车", "线缆", "机器人", "机",
)  # fmt: skip
SUBSTANCES = (
    *"氢氧氯氟溴硫磷氮碳硅硼锂钠钾钙镁铝锌铁铜锰钴镍",
    *"铬钛钨钼铅锡银金锆钒稀钡氨酸碱烯烷醇醛酮酯醚苯",
    "玻璃", "钢", "木", "塑料", "橡胶", "陶瓷", "石", "纸", "棉", "毛", "皮", "骨", "奶", "乳",
    "肉", "油",
)  # fmt: skip
STATES = (
    "单晶", "多晶", "干法", "湿法", "电池级", "电子级", "工业级", "食品", "食用", "药用", "医用",
    "医药", "农用", "兽用", "饲料", "建筑", "汽车", "船", "家用", "正极", "负极", "动力", "储能",
    "圆", "板", "管", "棒", "线", "丝", "箔", "带", "粉", "粒", "膜", "片", "锭", "型材", "浆",
    "液", "气", "牦牛", "黄牛", "藏羊", "绵羊", "马", "猪", "鸡", "鱼", "枸杞", "沙棘", "虫草",
    "青稞", "亚", "过", "次", "偏", "焦", "重", "聚", "甲", "乙", "丙", "丁",
)  # fmt: skip
_ASIDE = re.compile(r"\([^()]*\)|[\dA-Za-z.%/*+×φμ~-]+$")
_LETTERS = re.compile(r"[0-9A-Za-z]+")
_WORD = 64


@dataclass(frozen=True)
class Shapes:
    """One row a text: characters from the front and from the end, and what is found in it.

    ``size`` is the number of characters without brackets and a grade at the end; ``letters`` a
    number for its Latin letters and digits, 0 where it has none.
    """

    front: Characters
    back: Characters
    size: Ints
    letters: Ints
    trades: Bits
    substances: Bits
    states: Bits


def shapes_of(texts: Sequence[str], grams: Grams) -> Shapes:
    """Return the shapes of ``texts``, whose distinct n-grams are ``grams``."""
    bare = [bare_text(text) for text in texts]
    codes, starts = code_points(bare)
    sizes = np.diff(starts)
    steps = np.arange(WIDTH)
    inside = steps < sizes[:, None]
    signs: Characters = np.append(codes, np.uint64(0)).astype(np.uint32)
    last = len(signs) - 1
    front = signs[np.where(inside, starts[:-1, None] + steps, last)]
    back = signs[np.where(inside, starts[1:, None] - 1 - steps, last)]
    return Shapes(
        front,
        back,
        sizes,
        np.array([_letters_of(text) for text in texts], dtype=np.int64),
        _word_bits(grams, TRADES),
        _word_bits(grams, SUBSTANCES),
        _word_bits(grams, STATES),
    )


def bare_text(text: str) -> str:
    """Drop what stands in brackets and a grade at the end (9μm, 280Ah): no part of the head."""
    return _ASIDE.sub("", text) or text


def _letters_of(text: str) -> int:
    plain = "".join(_LETTERS.findall(text))
    return int.from_bytes(plain.encode()[:7], "big")


def _word_bits(grams: Grams, words: Sequence[str]) -> Bits:
    """Return which of ``words`` each text has: a bit a word, one row a text."""
    numbers = np.array([gram_number(word) for word in words], dtype=np.uint64)
    order = np.argsort(numbers)
    place = np.minimum(np.searchsorted(numbers[order], grams.gram), len(words) - 1)
    hit = numbers[order][place] == grams.gram
    word, text = order[place[hit]], grams.text[hit]
    bits = np.zeros((grams.count, -(-len(words) // _WORD)), dtype=np.uint64)
    np.bitwise_or.at(bits, (text, word // _WORD), np.uint64(1) << (word % _WORD).astype(np.uint64))
    return bits


def common_start(one: Characters, other: Characters) -> Ints:
    """Return how many leading characters two rows of numbers have in common."""
    apart = (one != other) | (one == 0)
    common: Ints = np.where(apart.any(axis=1), apart.argmax(axis=1), one.shape[1])
    return common


def count_missing(one: Shapes, row: Ints, other: Shapes, doc: Ints) -> Ints:
    """Return how many characters of each text ``doc`` do not stand in the text ``row``."""
    asked = other.front[doc, : int(other.size.max(initial=0))]
    held = asked == 0
    for column in one.front[row, : int(one.size.max(initial=0))].T:
        held |= asked == column[:, None]
    long = np.flatnonzero(one.size[row] > WIDTH)
    for column in one.back[row[long]].T:
        held[long] |= asked[long] == column[:, None]
    missing: Ints = (~held).sum(axis=1)
    return missing
