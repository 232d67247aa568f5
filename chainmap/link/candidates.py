"""Which catalogue entries a phrase may mean, and what speaks for each, for many phrases at once.

The one choice: every feature comes from one sparse product a field. The cosine, the share of the
phrase's n-grams that the name covers and the share of the name's that the phrase covers are the
same inner product divided by different lengths.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from chainmap.link.grams import Floats, GramSpace

if TYPE_CHECKING:
    from chainmap.link.catalogue import Catalogue
    from chainmap.link.thesaurus import Thesaurus

FEATURES = (
    "name_cosine", "phrase_covered", "name_covered", "exact", "same_head", "same_tail",
    "ends_with_name", "begins_with_name", "phrase_inside", "weak_name", "definition_cosine",
    "definition_covers", "word_cosine", "word_covered", "word_head", "other_letters", "longer_by",
    "other_end", "name_then_more", "other_trade", "other_substance", "other_state", "meaning",
)  # fmt: skip
"""What speaks for an entry; all between 0 and 1.

``name_*``, ``phrase_*``: n-grams shared with the best spelling of the entry; ``same_head`` and
``same_tail``: common characters at the front and at the end, as a share of the shorter one;
``definition_*``: against the definition; ``word_*``: after trade words were replaced by the words
that catalogues use; ``other_letters``: latin letters or digits that contradict each other;
``longer_by``: what the phrase says beyond the name; ``other_end``: the last characters differ;
``name_then_more``: the whole name, and then another head (隔膜 in 隔膜涂覆机); ``other_trade``: a
word for a machine, an agent, a service (设备, 剂, 回收) that only one of the two has;
``other_substance``: an element, a salt, a material that only one names (氧化铝, 氢氧化铝);
``other_state``: a state or use that only one names (单晶 and 多晶, 食用 and 药用);
``meaning``: cosine of sentence vectors.
"""

AGAINST = frozenset(
    {"other_letters", "longer_by", "weak_name", "other_end", "name_then_more", "other_trade"}
    | {"other_substance", "other_state"}
)
"""Features that only ever speak against an entry; the others only for it."""

_TRADES = (
    "设备", "装置", "生产线", "机组", "机床", "模具", "夹具", "刀具", "仪", "软件", "系统",
    "平台", "服务", "工程", "回收", "再生", "废", "检测", "检验", "测试", "清洗", "维修", "运维",
    "安装", "租赁", "物流", "仓储", "运输", "培训", "包装", "添加剂", "助剂", "粘结剂", "胶",
    "涂料", "油墨", "清洗剂", "抛光", "研磨", "切割液", "炉", "窑", "罐", "釜", "泵", "阀",
    "传感器", "控制器", "面膜", "饮料", "种植", "养殖", "种子", "种苗", "饲料", "标准品", "试剂",
    "贸易", "支架", "托盘", "盒", "袋", "瓶", "桶", "车", "线缆", "机器人", "机",
)  # fmt: skip
_SUBSTANCES = (
    *"氢氧氯氟溴硫磷氮碳硅硼锂钠钾钙镁铝锌铁铜锰钴镍",
    *"铬钛钨钼铅锡银金锆钒稀钡氨酸碱烯烷醇醛酮酯醚苯",
    "玻璃", "钢", "木", "塑料", "橡胶", "陶瓷", "石", "纸", "棉", "毛", "皮", "骨", "奶", "乳",
    "肉", "油",
)  # fmt: skip
_STATES = (
    "单晶", "多晶", "干法", "湿法", "电池级", "电子级", "工业级", "食品", "食用", "药用", "医用",
    "医药", "农用", "兽用", "饲料", "建筑", "汽车", "船", "家用", "正极", "负极", "动力", "储能",
    "圆", "板", "管", "棒", "线", "丝", "箔", "带", "粉", "粒", "膜", "片", "锭", "型材", "浆",
    "液", "气", "牦牛", "黄牛", "藏羊", "绵羊", "马", "猪", "鸡", "鱼", "枸杞", "沙棘", "虫草",
    "青稞", "亚", "过", "次", "偏", "焦", "重", "聚", "甲", "乙", "丙", "丁",
)  # fmt: skip
_ASIDE = re.compile(r"\([^()]*\)|[\dA-Za-z.%/*+×φμ~-]+$")

_WIDTH = 16
_LEAST_WORD = 0.6
"""A catalogue word must be most of a name: loose hits crowd the softmax."""
_MOST_NAMES, _MOST_DEFINITIONS, _MOST_WORDS = 24, 8, 10
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Candidates:
    """Pairs of phrase and entry (positions), ordered by phrase, then entry; features (n, F)."""

    phrase: Ints
    entry: Ints
    document: Ints
    features: Floats


@dataclass(frozen=True)
class _Hits:
    """The best documents of each query row: positions, and cosines."""

    row: Ints
    document: Ints
    cosine: Floats


class Index:
    """The searchable form of a catalogue; built once."""

    def __init__(self, catalogue: Catalogue, thesaurus: Thesaurus) -> None:
        self._catalogue = catalogue
        self._thesaurus = thesaurus
        self._names = GramSpace.of(catalogue.documents)
        self._rows, self._lengths = self._names.rows(catalogue.documents)
        self._turned = self._rows.T.tocsr()

    @cached_property
    def _defined(self) -> tuple[GramSpace, sparse.csr_array] | None:
        if not any(self._catalogue.definitions):
            return None
        space = GramSpace.of(self._catalogue.definitions)
        rows, _ = space.rows(self._catalogue.definitions)
        return space, rows.T.tocsr()

    @cached_property
    def _shapes(self) -> tuple[Ints, Ints, Ints]:
        return _characters(self._catalogue.documents)

    @cached_property
    def _trades(self) -> Ints:
        return _word_bits(self._catalogue.documents, _TRADES)

    @cached_property
    def _substances(self) -> Ints:
        return _word_bits(self._catalogue.documents, _SUBSTANCES)

    @cached_property
    def _states(self) -> Ints:
        return _word_bits(self._catalogue.documents, _STATES)

    @cached_property
    def _letters(self) -> Ints:
        return _letter_codes(self._catalogue.documents)

    def search(self, phrases: Sequence[str]) -> Candidates:
        """Return the candidates of comparable ``phrases`` (see ``product_key``)."""
        queries, lengths = self._names.rows(phrases)
        named = _top(queries, self._turned, _MOST_NAMES)
        owners = self._catalogue.owners
        size = len(self._catalogue)
        pairs = [named.row * size + owners[named.document]]
        defined = self._search_definitions(phrases)
        if defined is not None:
            pairs.append(defined.row * size + defined.document)
        worded, word_covers, word_ends = self._search_words(phrases)
        pairs.append(worded.row * size + owners[worded.document])
        keys = np.unique(np.concatenate(pairs))
        features = np.zeros((len(keys), len(FEATURES)), dtype=np.float32)
        document = np.full(len(keys), -1, dtype=np.int64)
        at = np.searchsorted(keys, pairs[0])
        self._fill_names(features, document, at, named, lengths, phrases)
        if defined is not None:
            _fill_best(features, np.searchsorted(keys, pairs[1]), {
                "definition_cosine": defined.cosine,
                "definition_covers": defined.cosine**2,
            })  # fmt: skip
        _fill_best(features, np.searchsorted(keys, pairs[-1]), {
            "word_cosine": worded.cosine, "word_covered": word_covers, "word_head": word_ends,
        })  # fmt: skip
        return Candidates(keys // size, keys % size, document, features)

    def _search_definitions(self, phrases: Sequence[str]) -> _Hits | None:
        if self._defined is None:
            return None
        space, turned = self._defined
        queries, _ = space.rows(phrases)
        return _top(queries, turned, _MOST_DEFINITIONS)

    def _search_words(self, phrases: Sequence[str]) -> tuple[_Hits, Floats, Floats]:
        """Search with the catalogue's words for the trade words that a phrase contains."""
        numbers: list[int] = []
        words: list[str] = []
        ends: list[float] = []
        for number, phrase in enumerate(phrases):
            for term, meant in self._thesaurus.find(phrase):
                numbers.append(number)
                words.append(meant)
                ends.append(float(phrase.endswith(term)))
        rows, lengths = self._names.rows(words)
        hits = _top(rows, self._turned, _MOST_WORDS, least=_LEAST_WORD)
        whose = np.array(numbers, dtype=np.int64)
        dot = hits.cosine * lengths[hits.row] * self._lengths[hits.document]
        squared = np.maximum(self._lengths[hits.document] ** 2, np.float32(1e-6))
        covered: Floats = (dot / squared).astype(np.float32)
        end: Floats = np.array(ends, dtype=np.float32)[hits.row] * hits.cosine
        return _Hits(whose[hits.row], hits.document, hits.cosine), covered, end

    def _fill_names(
        self,
        features: Floats,
        document: Ints,
        at: Ints,
        hits: _Hits,
        lengths: Floats,
        phrases: Sequence[str],
    ) -> None:
        """Fill what the best spelling of each pair says; ties go to the first document."""
        order = np.lexsort((hits.document, -hits.cosine, at))
        first = order[np.unique(at[order], return_index=True)[1]]
        at, row, doc, cosine = at[first], hits.row[first], hits.document[first], hits.cosine[first]
        document[at] = doc
        dot = cosine * lengths[row] * self._lengths[doc]
        covered = dot / np.maximum(lengths[row] ** 2, 1e-6)
        inside = dot / np.maximum(self._lengths[doc] ** 2, 1e-6)
        front, back, size = _characters(phrases)
        doc_front, doc_back, doc_size = self._shapes
        heads = _common(front[row], doc_front[doc])
        tails = _common(back[row], doc_back[doc])
        shorter = np.maximum(np.minimum(size[row], doc_size[doc]), 1)
        longer = np.maximum(size[row] - doc_size[doc], 0)
        letters = _letter_codes(phrases)[row]
        others = self._letters[doc]
        trades = _word_bits(phrases, _TRADES)[row] ^ self._trades[doc]
        substances = _word_bits(phrases, _SUBSTANCES)[row] ^ self._substances[doc]
        states = _word_bits(phrases, _STATES)[row] ^ self._states[doc]
        whole = inside > 0.999
        exact = (tails == size[row]) & (size[row] == doc_size[doc]) & (cosine > 0.999)
        columns = {
            "name_cosine": cosine,
            "phrase_covered": covered,
            "name_covered": inside,
            "exact": exact,
            "same_head": heads / shorter,
            "same_tail": tails / shorter,
            "ends_with_name": tails == doc_size[doc],
            "begins_with_name": heads == doc_size[doc],
            "phrase_inside": tails == size[row],
            "weak_name": self._catalogue.weak[doc],
            "other_letters": (letters != others) & (letters != 0) & (others != 0),
            "longer_by": longer / np.maximum(size[row], 1),
            "other_end": tails == 0,
            "name_then_more": whole & (tails < doc_size[doc]),
            "other_trade": trades != 0,
            "other_substance": substances != 0,
            "other_state": states != 0,
        }
        for name, values in columns.items():
            features[at, FEATURES.index(name)] = np.minimum(values, 1.0)


def _top(
    queries: sparse.csr_array, turned: sparse.csr_array, most: int, least: float | None = None
) -> _Hits:
    if not queries.shape[0]:
        none = np.zeros(0, dtype=np.int64)
        return _Hits(none, none, np.zeros(0, dtype=np.float32))
    found = sp_matmul_topn(
        sparse.csr_matrix(queries),
        sparse.csr_matrix(turned),
        top_n=most,
        threshold=least,
        sort=True,
        n_threads=os.cpu_count(),
    )
    rows = np.repeat(np.arange(found.shape[0], dtype=np.int64), np.diff(found.indptr))
    return _Hits(rows, found.indices.astype(np.int64), found.data.astype(np.float32))


def _fill_best(features: Floats, at: Ints, columns: dict[str, Floats]) -> None:
    for name, values in columns.items():
        np.maximum.at(features[:, FEATURES.index(name)], at, np.minimum(values, 1.0))


def _characters(texts: Sequence[str]) -> tuple[Ints, Ints, Ints]:
    """Return the first and last characters of each text as numbers, and its length.

    What stands in brackets and a grade at the end (9μm, 280Ah) is no part of the head.
    """
    front = np.zeros((len(texts), _WIDTH), dtype=np.int64)
    back = np.zeros((len(texts), _WIDTH), dtype=np.int64)
    for number, text in enumerate(texts):
        codes = [ord(char) for char in _ASIDE.sub("", text) or text]
        some = codes[:_WIDTH]
        front[number, : len(some)] = some
        some = codes[::-1][:_WIDTH]
        back[number, : len(some)] = some
    sizes = [len(_ASIDE.sub("", text) or text) for text in texts]
    return front, back, np.array(sizes, dtype=np.int64)


def _common(one: Ints, other: Ints) -> Ints:
    """Return how many leading characters two rows of numbers have in common."""
    same = (one == other) & (one != 0)
    return np.asarray(np.cumprod(same, axis=1).sum(axis=1), dtype=np.int64)


def _word_bits(texts: Sequence[str], words: Sequence[str]) -> Ints:
    """Return which of ``words`` each text has, as bits; words far apart in the list share one."""
    bits = []
    for text in texts:
        found = 0
        for place, word in enumerate(words):
            if word in text:
                found |= 1 << (place % 62)
        bits.append(found)
    return np.array(bits, dtype=np.int64)


def _letter_codes(texts: Sequence[str]) -> Ints:
    """Return a number for the latin letters and digits of each text, 0 where it has none."""
    return np.array([_letters_of(text) for text in texts], dtype=np.int64)


def _letters_of(text: str) -> int:
    plain = "".join(char for char in text if char.isascii() and char.isalnum())
    return int.from_bytes(plain.encode()[:7], "big")
