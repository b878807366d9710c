"""The short name of a department in its document numbers (机关代字). Pure."""

from __future__ import annotations

_SHORT = {
    "行政审批服务": "行审",
    "市场监督管理": "市监",
    "自然资源和规划": "自然资",
    "住房和城乡建设": "住建",
    "人力资源和社会保障": "人社",
    "城市管理": "城管",
    "卫生健康": "卫健",
    "医疗保障": "医保",
    "生态环境": "环",
    "交通运输": "交",
    "发展和改革": "发改",
    "农业农村": "农",
    "文化旅游": "文旅",
    "文化和旅游": "文旅",
    "人民防空": "防办",
    "残疾人联合会": "残联",
    "住房公积金": "公积金",
    "不动产登记": "不动产",
    "人民政府": "政",
    "街道办事处": "办",
}
_ENDINGS = ("委员会", "办公室", "管理局", "总局", "中心", "局", "厅", "委", "所", "站")


def mark_of(department: str, region: str) -> str:
    """示行审 of 示范市行政审批服务局 in 示范市: the region's first character, then what the department does, shortened."""
    rest = department.removeprefix(region)
    head = region[:1]
    for words, short in _SHORT.items():
        if words in rest:
            return head + short
    for ending in _ENDINGS:
        if rest.endswith(ending) and len(rest) > len(ending):
            rest = rest.removesuffix(ending)
            break
    return head + rest[:2]


def candidates(department: str, region: str, short_name: str, code: str) -> list[str]:
    """Marks to try until one is free: the department's own, the derived one, then made different by its code.

    The short name is a mark only when it begins with the region's first character; else it is an everyday name (市监局).
    """
    derived = mark_of(department, region)
    own = short_name.strip()
    return [
        own if own[:1] == region[:1] else derived,
        derived,
        f"{derived}{code[-2:]}",
        f"{derived}{code[-6:]}",
        code[:20],
    ]


def number_text(mark: str, word: str, year: int, serial: int) -> str:
    """示行审〔2026〕受字第000123号 (党政机关公文处理工作条例 第九条: the year in hexagonal brackets)."""
    return f"{mark}〔{year}〕{word}字第{serial:06d}号"
