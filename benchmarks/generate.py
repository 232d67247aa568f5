"""Generate a workspace-sized set of CSV files: companies, products, recipes, demands.

Our own generator, seeded: ``python benchmarks/generate.py 50000 OUT``. The shape follows what is
known of production networks: product popularity is heavy-tailed, recipes form layers with some
cycles, companies make a few products each (3 on average), names are Chinese and distinct,
credit codes are valid (GB 32100-2015) and of the region 999999, which does not exist.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

ALPHABET = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
WEIGHTS = np.array([3**i % 31 for i in range(17)])
REGIONS = np.array(["630100", "630200", "320400", "350900", "510100", "440300", "610100", "650100"])
WORDS = np.array(list("青唐湟源昆仑雪山江河湖光锂硅铝铜锌镁钛钾硼碳华东方新能科创盛达恒远博瑞泰丰"))
STUFF = np.array(list("正负极隔膜电解液铜箔铝箔硅料硅片电池组件支架边框坩埚靶材合金型材线缆树脂"))


def credit_codes(n: int, rng: np.random.Generator) -> np.ndarray:
    """Return ``n`` distinct valid credit codes, shape (n,)."""
    digits = np.zeros((n, 17), dtype=np.int64)
    digits[:, :8] = [9, 1, 9, 9, 9, 9, 9, 9]
    serial = rng.permutation(n).astype(np.int64)
    for column in range(16, 8, -1):
        digits[:, column] = serial % 31
        serial //= 31
    check = (31 - (digits * WEIGHTS).sum(axis=1) % 31) % 31
    symbols = ALPHABET[np.column_stack([digits, check])]
    joined: np.ndarray = symbols.astype("<U1").view("<U18").ravel()
    return joined


def distinct_names(n: int, words: np.ndarray, tail: str, rng: np.random.Generator) -> np.ndarray:
    """Return ``n`` distinct names made of ``words`` and a base-``len(words)`` serial."""
    serial = rng.permutation(n)
    letters = []
    for _ in range(4):
        letters.append(words[serial % len(words)])
        serial = serial // len(words)
    stem = np.char.add(np.char.add(letters[0], letters[1]), np.char.add(letters[2], letters[3]))
    numbered = np.char.add(stem, np.arange(n).astype(str))
    named: np.ndarray = np.char.add(numbered, tail)
    return named


def write(folder: Path, name: str, columns: dict[str, np.ndarray]) -> None:
    """Write one CSV, UTF-8 with a header, all cells as text."""
    table = pa.table({header: pa.array(values.astype(str)) for header, values in columns.items()})
    pacsv.write_csv(table, folder / f"{name}.csv")


def generate(
    companies: int,
    folder: Path,
    *,
    products: int = 20_000,
    per_company: int = 3,
    supplies: int = 0,
    seed: int = 7,
) -> None:
    """Write 企业, 产品, 产业链, 供给, 产品投入, 需求, 链主 of ``companies`` firms to ``folder``.

    With ``supplies`` so many rows of 供货关系 as well, and 现采购地 in 需求.
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    products = min(products, max(50, companies // 5))
    codes = credit_codes(companies, rng)
    names = distinct_names(companies, WORDS, "示例有限公司", rng)
    goods = distinct_names(products, STUFF, "", rng)
    write(
        folder,
        "企业",
        {
            "统一社会信用代码": codes,
            "企业名称": names,
            "所在地区": REGIONS[rng.integers(0, len(REGIONS), companies)],
            "企业规模": np.array(["大型", "中型", "小型", "微型"])[rng.integers(0, 4, companies)],
            "上年营业收入（万元）": np.round(rng.lognormal(7, 1.5, companies), 1),
            "从业人员": rng.integers(5, 2000, companies),
            "经营状态": np.array(["存续"] * 49 + ["注销"])[rng.integers(0, 50, companies)],
            "示例": np.full(companies, "是"),
            "数据日期": np.full(companies, "2026-06-30"),
        },
    )
    write(
        folder,
        "产品",
        {
            "产品编码": np.char.add("B", np.char.zfill(np.arange(products).astype(str), 6)),
            "产品": goods,
            "计量单位": np.full(products, "吨"),
        },
    )
    write_edges(folder, codes, names, goods, per_company, rng, bought=supplies > 0)
    if supplies:
        write_supplies(folder, codes, names, goods, supplies, np.random.default_rng(seed + 1))


def write_supplies(
    folder: Path,
    codes: np.ndarray,
    names: np.ndarray,
    goods: np.ndarray,
    count: int,
    rng: np.random.Generator,
) -> None:
    """Write 供货关系: distinct pairs of firms, half of them with the amount."""
    pairs = np.unique(rng.integers(0, len(codes) ** 2, count))
    seller, buyer = pairs // len(codes), pairs % len(codes)
    kept = seller != buyer
    seller, buyer = seller[kept], buyer[kept]
    good = (len(goods) * rng.random(len(seller)) ** 2).astype(np.int64)
    amount = np.round(rng.lognormal(4, 1.5, len(seller)), 1).astype(str)
    write(
        folder,
        "供货关系",
        {
            "供货企业": names[seller],
            "供方信用代码": codes[seller],
            "客户": names[buyer],
            "需方信用代码": codes[buyer],
            "产品": goods[good],
            "年交易额（万元）": np.where(rng.random(len(seller)) < 0.5, amount, ""),
        },
    )


def write_edges(
    folder: Path,
    codes: np.ndarray,
    names: np.ndarray,
    goods: np.ndarray,
    per_company: int,
    rng: np.random.Generator,
    *,
    bought: bool = False,
) -> None:
    """Write the edge files: 供给 (distinct pairs), 产品投入, 产业链, 链主, 需求."""
    companies, products = len(codes), len(goods)
    maker = np.repeat(np.arange(companies), per_company)
    # Zipf-like popularity: squaring a uniform draw puts half of all makers on a quarter of products
    made = (products * rng.random(len(maker)) ** 2).astype(np.int64)
    pairs = np.unique(maker * products + made)
    while len(pairs) < companies * per_company:
        more = rng.integers(0, companies * products, companies * per_company - len(pairs))
        pairs = np.unique(np.concatenate([pairs, more]))
    maker, made = pairs // products, pairs % products
    write(
        folder,
        "供给",
        {
            "企业名称": names[maker],
            "统一社会信用代码": codes[maker],
            "产品": goods[made],
            "主营占比（%）": np.round(rng.random(len(maker)) * 90 / per_company, 1),
        },
    )
    upstream = rng.integers(0, products, 3 * products)
    step = rng.integers(1, max(2, products // 6), 3 * products)
    downstream = (upstream + step) % products
    links = np.unique(upstream * products + downstream)
    write(
        folder,
        "产品投入",
        {
            "投入品": goods[links // products],
            "产出品": goods[links % products],
            "关键程度": rng.integers(0, 3, len(links)),
        },
    )
    write_leaders(folder, codes, names, goods, rng, bought=bought)


def write_leaders(
    folder: Path,
    codes: np.ndarray,
    names: np.ndarray,
    goods: np.ndarray,
    rng: np.random.Generator,
    *,
    bought: bool,
) -> None:
    """Write 产业链, 链主 and their 需求."""
    companies, products = len(codes), len(goods)
    leaders = np.sort(rng.choice(companies, min(500, companies // 10), replace=False))
    write(folder, "产业链", {"产业链": np.array(["基准"])})
    write(
        folder,
        "链主",
        {
            "企业名称": names[leaders],
            "统一社会信用代码": codes[leaders],
            "产业链": np.full(len(leaders), "基准"),
            "角色": np.full(len(leaders), "链主"),
        },
    )
    buyer = np.repeat(leaders, 20)
    sources = np.array(["", "本地", "外地", "进口"])
    extra = {"现采购地": sources[rng.integers(0, 4, len(buyer))]} if bought else {}
    write(
        folder,
        "需求",
        {
            "企业名称": names[buyer],
            "统一社会信用代码": codes[buyer],
            "产品": goods[rng.integers(0, products, len(buyer))],
            "需求编号": np.char.add("N", np.arange(len(buyer)).astype(str)),
            "年需求量": rng.integers(10, 5000, len(buyer)),
            "需求单位": np.full(len(buyer), "吨"),
            "公开范围": np.full(len(buyer), "公开"),
            **extra,
        },
    )


def main() -> None:
    """Parse the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("companies", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--products", type=int, default=20_000)
    options = parser.parse_args()
    generate(options.companies, options.folder, products=options.products)


if __name__ == "__main__":
    main()
