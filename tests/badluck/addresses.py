"""Every address of the city and who may use it. A page that is not listed here fails `test_authorisation`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver


class For(Enum):
    """Who may open it."""

    ALL = "anybody, logged in or not"
    MEMBER = "everybody logged in, who meets his own affairs there"
    CITIZEN = "every citizen, who meets his own affairs there"
    OWNER = "the citizen it belongs to"
    STAFF = "staff with the permission, who meet what their office sees there"
    OFFICE = "staff with the permission whose office it belongs to"
    ROOM = "staff who hold the room's permission: an author, an administrator, a supervisor"


NAMES: dict[For, str] = {
    For.ALL: """
        healthz set_language display
        api-1:openapi-json api-1:api-root
        catalog:home catalog:guide catalog:list catalog:item
        documents:verify documents:short documents:trust documents:authority_pem
        licences:short audit:checkpoint cases:progress cases:apply cases:blank_form notifications:outbox
        parties:login parties:login_code parties:register parties:logout parties:login_staff
        """,
    For.MEMBER: "notifications:mine notifications:read_all notifications:read",
    For.CITIZEN: """
        cases:my cases:drafts cases:cases licences:mine
        parties:profile parties:enterprises parties:mandates
        """,
    For.OWNER: """
        cases:draft cases:discard cases:question cases:form cases:materials cases:material cases:draft_file
        cases:commitment cases:delivery cases:review
        cases:case cases:submitted cases:correction cases:provisional cases:withdraw cases:case_file cases:document
        cases:licence cases:audit_receipt feedback:rate
        licences:one documents:pdf documents:file
        parties:enterprise parties:end_handler parties:revoke_mandate
        """,
    For.STAFF: """
        console cases:desk_inbox cases:desk_claim cases:desk_export cases:desk_search cases:desk_search_export
        cases:desk_counter cases:desk_counter_next cases:desk_counter_person cases:desk_counter_enterprise
        cases:desk_counter_mandate cases:desk_counter_start
        licences:desk parties:change_password
        """,
    For.OFFICE: """
        cases:desk_case cases:desk_act cases:desk_mark cases:desk_bundle cases:desk_receipt
        cases:desk_filing cases:desk_discard licences:revoke
        """,
    For.ROOM: """
        supervision:board supervision:cases feedback:ratings licences:types
        catalog:items catalog:new_item catalog:manage catalog:new_draft catalog:retire catalog:compare catalog:version
        catalog:edit catalog:edit_yaml catalog:act catalog:import catalog:report catalog:export catalog:synonyms
        notifications:deliveries notifications:retry
        documents:templates documents:template documents:template_version documents:template_publish
        documents:quarantine documents:quarantine_download documents:quarantine_discard
        parties:overview parties:regions parties:region parties:departments parties:new_department parties:department
        parties:counters parties:new_counter parties:counter parties:staff parties:new_staff parties:staff_member
        parties:staff_state parties:end_absence parties:posts parties:post parties:end_holding
        parties:letters parties:new_letter parties:letter parties:delegations parties:withdraw_delegation
        audit:entries audit:entry audit:entry_receipt
        """,
}
AUDIENCE: dict[str, For] = {name: audience for audience, names in NAMES.items() for name in names.split()}

OPERATIONS: dict[For, str] = {
    For.ALL: """
        /api/parties/me /api/catalog/items /api/catalog/items/{code} /api/catalog/items/{code}/selection
        /api/documents/verify /api/documents/verify-file /api/licences/verify
        /api/audit/verify /api/audit/checkpoint /api/audit/consistency
        """,
    For.CITIZEN: "/api/cases/mine /api/cases/drafts /api/licences/mine /api/notifications/messages",
    For.OWNER: """
        /api/cases/drafts/{case_id}/materials /api/cases/drafts/{case_id}/submit
        /api/cases/{number} /api/cases/{number}/ledger /api/cases/{number}/materials
        /api/cases/{number}/supply-correction /api/cases/{number}/supply-provisional /api/cases/{number}/withdraw
        /api/notifications/messages/{message_id}/read
        """,
    For.STAFF: "/api/cases/inbox /api/cases/search",
    For.OFFICE: """
        /api/cases/{number}/claim /api/cases/{number}/accept /api/cases/{number}/refuse-acceptance
        /api/cases/{number}/request-correction /api/cases/{number}/complete-step /api/cases/{number}/decide
        """,
}
OPERATION_AUDIENCE: dict[str, For] = {
    path: audience for audience, paths in OPERATIONS.items() for path in paths.split()
}
"""The path of an operation tells who: no path is for two audiences."""


def patterns() -> Iterator[tuple[str, URLPattern, tuple[str, ...]]]:
    """(name, pattern, names of the parts of its address) of every page; the API's operations are told by OpenAPI."""
    for name, pattern, parts, route in _walk(get_resolver(), "", (), ""):
        if not route.startswith("api/") or name in AUDIENCE:
            yield name, pattern, parts


def _walk(
    resolver: URLResolver, space: str, parts: tuple[str, ...], route: str
) -> Iterator[tuple[str, URLPattern, tuple[str, ...], str]]:
    for each in resolver.url_patterns:
        here = (*parts, *each.pattern.converters)
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each, inner, here, route + str(each.pattern))
        else:
            yield f"{space}{each.name}", each, here, route + str(each.pattern)


def arguments(name: str, parts: tuple[str, ...], ids: dict[str, Any]) -> dict[str, Any]:
    """Values of the world for the parts of the address ``name``; ``code`` means what the page is about."""
    special = SPECIAL.get(name, {})
    return {part: ids[special.get(part, part)] for part in parts}


SPECIAL: dict[str, dict[str, str]] = {
    "documents:pdf": {"code": "document_code"},
    "documents:short": {"code": "document_code"},
    "licences:short": {"code": "licence_code"},
    "cases:question": {"code": "question"},
    "cases:form": {"number": "part"},
    "cases:material": {"code": "material"},
    "cases:draft_file": {"code": "material", "material_id": "draft_material_id"},
}
