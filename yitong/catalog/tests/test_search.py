"""The public search: words of any length, pinyin, everyday words, ranking, filters, a fixed number of queries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import NOW
from yitong.catalog.commands import drafts, publishing
from yitong.catalog.commands.search_index import set_popularity
from yitong.catalog.commands.synonyms import ensure_synonyms
from yitong.catalog.models import ServiceItem
from yitong.catalog.queries import search
from yitong.catalog.rules import search_terms
from yitong.catalog.tests.records import record
from yitong.parties.actors import system

ITEMS: list[tuple[str, dict[str, Any]]] = [
    ("食品经营许可", {}),
    ("居住证申领", {"kind": "07", "subjects": ["1"], "themes": ["household"], "everyday_words": ["暂住证"]}),
    ("居住证签注", {"kind": "07", "subjects": ["1"], "themes": ["household"], "everyday_words": []}),
    ("新生儿出生登记", {"kind": "07", "subjects": ["1"], "themes": ["birth"], "everyday_words": []}),
    ("预防接种证办理", {"kind": "20", "subjects": ["1"], "themes": ["birth"], "everyday_words": []}),
    ("建筑工程施工许可证核发", {"themes": ["construction"], "everyday_words": [], "delegated_to": ["439901001"]}),
    ("Wi-Fi 服务备案", {"kind": "10", "everyday_words": [], "summary": "公共场所无线网络"}),
]


@pytest.fixture
def published(cast: Any) -> dict[str, int]:
    """The items by name, put in force by the system."""
    loader, ids = system("loading"), {}
    ensure_synonyms(actor=loader, now=NOW)
    for number, (name, changes) in enumerate(ITEMS):
        version = drafts.create_item(
            actor=loader,
            basic_code=f"4301{number:02d}001000",
            department_id=cast.department("market" if number % 2 else "health").pk,
            record=record(name=name, **changes),
            now=NOW,
        )
        ids[name] = publishing.publish(actor=loader, version_id=version.pk, rev=version.rev, now=NOW).item_id
    return ids


def names(text: str, **filters: Any) -> list[str]:
    return [item.name for item in search.search(text, **filters).items]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("居住证申领", "居住证申领"),
        ("居住", "居住证申领"),
        ("签", "居住证签注"),
        ("jzz", "居住证申领"),
        ("JZZQZ", "居住证签注"),
        ("juzhuzheng", "居住证申领"),
        ("暂住证", "居住证申领"),
        ("生孩子", "新生儿出生登记"),
        ("我想给孩子打疫苗", "预防接种证办理"),
        ("怎么办理居住证", "居住证申领"),
        ("施工许可", "建筑工程施工许可证核发"),
        ("开饭店", "食品经营许可"),
        ("wi-fi", "Wi-Fi 服务备案"),
        ("ｗｉ－ｆｉ", "Wi-Fi 服务备案"),
        ("430102001000", "居住证签注"),
        ("示范市市场监督管理局 居住", "居住证申领"),
    ],
)
def test_what_people_type_finds_what_they_mean(published: dict[str, int], text: str, first: str) -> None:
    assert names(text)[0] == first


def test_everyday_words_find_every_item_of_the_life_event(published: dict[str, int]) -> None:
    assert set(names("生孩子")) == {"新生儿出生登记", "预防接种证办理"}


def test_items_with_all_words_hide_those_with_some(published: dict[str, int]) -> None:
    assert names("居住证 签注") == ["居住证签注"]
    assert set(names("居住证 火箭")) == {"居住证申领", "居住证签注"}


@pytest.mark.parametrize(
    "text", ["火箭发射", "'); DROP TABLE catalog_itemsearch; --", "%", "\\", "' & ' | !", "\x01", "zzzzzz"]
)
def test_what_is_not_there_finds_nothing_and_breaks_nothing(published: dict[str, int], text: str) -> None:
    found = search.search(text)
    assert (found.total, found.items, found.page, found.pages) == (0, (), 1, 1)


def test_popularity_breaks_ties(published: dict[str, int]) -> None:
    set_popularity(actor=system("statistics"), counts={published["居住证签注"]: 9}, now=NOW)
    assert names("居住")[0] == "居住证签注"
    assert search.popular(limit=1)[0].name == "居住证签注"


def test_filters_narrow_and_lists_are_counted(published: dict[str, int], cast: Any) -> None:
    assert set(names("", theme="household")) == {"居住证申领", "居住证签注"}
    assert names("", list_name="delegated") == ["建筑工程施工许可证核发"]
    assert set(names("", subject="1")) == {name for name, changes in ITEMS if changes.get("subjects") == ["1"]}
    assert set(names("证", department_id=cast.department("market").pk)) == {"居住证申领", "建筑工程施工许可证核发"}
    counts = search.lists()
    assert (counts["all"], counts["permits"], counts["delegated"], counts["deemed"]) == (len(ITEMS), 2, 1, 0)
    assert search.theme_counts()["birth"] == 2
    assert {(name, count) for _id, name, count in search.departments()} == {
        ("示范市卫生健康委员会", 4),
        ("示范市市场监督管理局", 3),
    }


def test_paging_stops_at_the_last_page(published: dict[str, int]) -> None:
    first = search.search("", page_size=3)
    assert (len(first.items), first.total, first.pages, first.has_next) == (3, 7, 3, True)
    last = search.search("", page=99, page_size=3)
    assert (len(last.items), last.page, last.has_next) == (1, 3, False)
    seen = [item.name for n in (1, 2, 3) for item in search.search("", page=n, page_size=3).items]
    assert sorted(seen) == sorted(name for name, _ in ITEMS)


@pytest.mark.parametrize("text", ["", "居住证", "我想给孩子上户口"])
def test_a_search_takes_two_queries_at_most(
    published: dict[str, int], text: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(2):
        search.search(text, theme="household", page=2)


def test_a_retired_item_is_not_found(published: dict[str, int]) -> None:
    publishing.retire(actor=system("x"), item_id=published["居住证申领"], reason="并入签注", now=NOW)
    assert names("居住证") == ["居住证签注"]
    assert ServiceItem.objects.get(pk=published["居住证申领"]).state == "retired"


def test_terms_are_characters_and_pairs() -> None:
    assert search_terms.terms(["居住证 A1"]) == sorted(["居", "住", "证", "居住", "住证", "a1"])
    assert search_terms.pinyin(["居住证"]) == "jzz\njuzhuzheng"
    assert search_terms.tsquery(["居住证"]) == "('居住' & '住证')"
