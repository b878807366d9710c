"""The public guide: home, list, one item, public lists. Nothing here needs a log-in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yitong.catalog.queries import items as item_queries
from yitong.catalog.queries import search
from yitong.catalog.rules import compare as comparing
from yitong.catalog.rules import forms, scenarios, shape
from yitong.catalog.rules.lists import lists_of
from yitong.catalog.saved_papers import saved
from yitong.catalog.themes import ENTERPRISE_THEMES, LISTS, PERSON_THEMES, THEMES
from yitong.catalog.views.diagram import diagram
from yitong.documents import qr

PERSON, ENTERPRISE = "1", "2"
EVERYDAY_EXAMPLES = ("生孩子", "居住证", "开饭店", "教师资格", "施工许可")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: search, life events, what is asked for most, public lists."""
    context = {
        "person_themes": PERSON_THEMES,
        "enterprise_themes": ENTERPRISE_THEMES,
        "theme_counts": search.theme_counts(),
        "popular_person": search.popular(PERSON, 6),
        "popular_enterprise": search.popular(ENTERPRISE, 6),
        "lists": LISTS.values(),
        "list_counts": search.lists(),
        "examples": EVERYDAY_EXAMPLES,
    }
    return render(request, "catalog/home.html", context)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Search results or all items, with the filters of the address."""
    chosen = _filters(request)
    found = search.search(**chosen)
    context = {
        "page": found,
        "chosen": chosen,
        "themes": PERSON_THEMES + ENTERPRISE_THEMES,
        "departments": search.departments(),
        "lists": LISTS.values(),
        "popular": search.popular(limit=6) if not found.total else [],
        "examples": EVERYDAY_EXAMPLES,
        "filtered": any(chosen[name] for name in ("subject", "theme", "department_id", "list_name")),
    }
    return render(request, "catalog/guide.html", context)


@require_safe
def public_list(request: HttpRequest, name: str) -> HttpResponse:
    """One of the lists that must be public, with how many items stand on each."""
    if name not in LISTS:
        raise Http404
    found = search.search(list_name=name, page=_page(request), page_size=50)
    context = {"page": found, "list": LISTS[name], "lists": LISTS.values(), "list_counts": search.lists()}
    return render(request, "catalog/list.html", context)


@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one item; the answers in the address give one's own list of materials."""
    try:
        found = item_queries.published(code)
    except item_queries.ItemNotFound:
        raise Http404 from None
    return render(request, "catalog/item.html", {**guide_context(found, request.GET.dict()), **_ahead(found)})


def _ahead(found: item_queries.PublishedItem) -> dict[str, Any]:
    """What is planned for the item: the version that waits, and what it changes."""
    waiting = item_queries.waiting(found.item_id)
    changes = comparing.changes(found.record, shape.parse(waiting.record)) if waiting else []
    return {"waiting": waiting, "changes": changes}


def guide_context(found: item_queries.PublishedItem, answers: dict[str, Any]) -> dict[str, Any]:
    """What the guide page shows for these answers; the console previews a draft with it."""
    record = found.record
    selection = scenarios.selected(record, answers)
    questions = scenarios.visible_questions(record, answers)
    valid = scenarios.valid_answers(record, answers)
    address = f"{settings.YITONG_BASE_URL}/guide/{found.basic_code}/"
    papers = saved(found, timezone.now())
    return {
        "item": found,
        "record": record,
        "questions": [(question, _value(valid.get(question.code))) for question in questions],
        "answered": bool(valid),
        "selection": selection,
        "saved": papers,
        "saved_number": sum(1 for material in selection.materials if material.code in papers),
        "undecided": {material.code for material in selection.possible_materials},
        "all_selected": not record.questions or not selection.unknown,
        "fields": forms.fields(record, selection),
        "diagram": diagram(record),
        "address": address,
        "qr": qr.svg(address, scale=3),
        "related": search.related(found.item_id, record.themes),
        "list_names": [LISTS[name].name for name in lists_of(record)],
    }


def _value(fact: Any) -> str:
    """A fact as the page's radio buttons write it."""
    return ("true" if fact else "false") if isinstance(fact, bool) else str(fact or "")


def _filters(request: HttpRequest) -> dict[str, Any]:
    """The filters of the address; what is not a filter's value is left out, so that an old link still works."""
    get = request.GET
    department = get.get("department", "")
    return {
        "text": get.get("q", "").replace("\x00", "")[:100].strip(),
        "subject": get.get("subject") if get.get("subject") in set("123456") else None,
        "theme": get.get("theme") if get.get("theme") in THEMES else None,
        "department_id": int(department)
        if department.isascii() and department.isdigit() and len(department) < 10
        else None,
        "list_name": get.get("list") if get.get("list") in LISTS else None,
        "page": _page(request),
    }


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1
