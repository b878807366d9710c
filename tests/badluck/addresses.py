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
    CLIENT = "another system with a token of its own"
    ROOM = "staff who hold the room's permission: an author, an administrator, a supervisor, a head"


NAMES: dict[For, str] = {
    For.ALL: """
        healthz set_language display session
        api-1:openapi-json api-1:api-root
        catalog:home catalog:guide catalog:list catalog:item
        documents:verify documents:short documents:trust documents:authority_pem
        licences:issuer licences:credential_type licences:status_list licences:sm2_pem
        licences:short audit:checkpoint cases:progress cases:apply cases:blank_form notifications:outbox
        certificates:catalogue
        parties:login parties:login_code parties:register parties:logout parties:login_staff
        """,
    For.MEMBER: "notifications:mine notifications:read_all notifications:read",
    For.CITIZEN: """
        consents:consents consents:grant consents:looks consents:looks_export
        consents:code consents:code_show consents:code_fresh
        exchange:mine
        cases:my cases:drafts cases:cases licences:mine
        parties:profile parties:enterprises parties:mandates
        certificates:apply certificates:mine certificates:sheet
        archive:mine archive:add archive:declare archive:keeping archive:export archive:log
        """,
    For.OWNER: """
        cases:draft cases:discard cases:question cases:form cases:materials cases:material cases:draft_file
        cases:commitment cases:delivery cases:review
        cases:case cases:submitted cases:correction cases:provisional cases:replace cases:withdraw cases:take_back cases:credit_repair
        cases:case_file cases:document cases:licence cases:audit_receipt feedback:rate
        certificates:one certificates:supply certificates:withdraw
        archive:one archive:picture archive:again archive:delete
        licences:proofs licences:proof licences:credential licences:share
        consents:revoke consents:receipt
        licences:one licences:lost licences:renew documents:pdf documents:file
        parties:enterprise parties:end_handler parties:revoke_mandate
        """,
    For.STAFF: """
        office console cases:desk_inbox cases:desk_claim cases:desk_export cases:desk_search cases:desk_search_export
        cases:desk_counter cases:desk_counter_next cases:desk_counter_person cases:desk_counter_enterprise
        cases:desk_counter_mandate cases:desk_counter_start
        certificates:desk certificates:desk_export certificates:questions certificates:ask certificates:window_begin
        archive:desk
        consents:scan
        licences:desk parties:change_password
        parties:desk_people parties:desk_new_person parties:desk_new_enterprise
        """,
    For.OFFICE: """
        cases:desk_case cases:desk_act cases:desk_mark cases:desk_contents cases:desk_bundle cases:desk_receipt
        certificates:desk_one certificates:desk_revoke certificates:question certificates:window certificates:drawn
        archive:desk_paper archive:desk_picture
        consents:scanned consents:take
        cases:desk_filing cases:desk_discard licences:revoke licences:reissue licences:opened
        parties:desk_person parties:desk_person_mandate parties:desk_enterprise parties:desk_enterprise_mandate
        parties:desk_revoke_mandate
        """,
    For.ROOM: """
        consents:bases consents:basis consents:board_looks consents:board_looks_export consents:anomalies consents:thresholds
        cases:desk_repairs supervision:board supervision:cases waiving:overview waiving:items waiving:item waiving:next waiving:report
        waiving:export waiving:recount feedback:ratings licences:types licences:type licences:find_holder licences:export
        catalog:items catalog:new_item catalog:manage catalog:new_draft catalog:retire catalog:compare catalog:version
        catalog:edit catalog:edit_part catalog:edit_yaml catalog:act catalog:import catalog:report catalog:export catalog:synonyms
        notifications:deliveries notifications:retry notifications:retry_all
        notifications:templates notifications:template notifications:template_restore
        documents:failed documents:retry documents:retry_all
        documents:templates documents:template documents:template_version documents:template_publish
        documents:quarantine documents:quarantine_download documents:quarantine_discard
        parties:overview parties:regions parties:region parties:departments parties:new_department parties:department
        parties:counters parties:new_counter parties:counter parties:staff parties:new_staff parties:staff_member
        parties:staff_state parties:end_absence parties:posts parties:post parties:end_holding
        parties:letters parties:new_letter parties:letter parties:delegations parties:withdraw_delegation
        audit:entries audit:entry audit:entry_receipt
        ingest:sources ingest:new_source ingest:source ingest:key ingest:bring ingest:batches ingest:rejected ingest:discard
        ingest:export ingest:mend
        exchange:connectors exchange:connector exchange:connector_test exchange:connector_state exchange:connector_adjust
        exchange:connector_standin exchange:calls exchange:calls_export
        exchange:clients exchange:client_new exchange:client exchange:client_secret exchange:client_state
        exchange:client_limits exchange:client_scope exchange:client_uses
        certificates:types certificates:new_type certificates:type certificates:seed
        """,
}
AUDIENCE: dict[str, For] = {name: audience for audience, names in NAMES.items() for name in names.split()}

OPERATIONS: dict[For, str] = {
    For.ALL: """
        /api/parties/me /api/certificates/types /api/catalog/items /api/catalog/items/{code} /api/catalog/items/{code}/selection
        /api/waiving/items/{code}
        /api/documents/verify /api/documents/verify-file /api/licences/verify
        /api/exchange/token
        /api/audit/verify /api/audit/checkpoint /api/audit/consistency
        """,
    For.CITIZEN: """
        /api/consents/mine /api/consents/looks /api/consents/code
        /api/cases/mine /api/cases/drafts /api/licences/mine /api/notifications/messages
        /api/certificates/mine /api/certificates/instant /api/archive/papers
        """,
    For.OWNER: """
        /api/consents/{consent_id}/revoke
        /api/archive/papers/{archived_id} /api/archive/papers/{archived_id}/confirm
        /api/cases/drafts/{case_id}/materials /api/cases/drafts/{case_id}/submit
        /api/cases/{number} /api/cases/{number}/ledger /api/cases/{number}/materials
        /api/cases/{number}/supply-correction /api/cases/{number}/supply-provisional /api/cases/{number}/withdraw
        /api/notifications/messages/{message_id}/read
        """,
    For.CLIENT: "/api/exchange/access /api/exchange/licence /api/exchange/holder /api/exchange/verify /api/ingest/{source}/batches",
    For.STAFF: "/api/consents/scan /api/cases/inbox /api/cases/search /api/certificates/verifications",
    For.ROOM: "/api/waiving/summary",
    For.OFFICE: """
        /api/consents/codes/{code_id}/take
        /api/certificates/verifications/{verification_number}/answer
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
    **{f"certificates:{page}": {"number": "certificate_number"} for page in ("one", "supply", "withdraw")},
    "certificates:drawn": {"number": "drawn_number"},
    "notifications:template": {"code": "message_code"},
    "notifications:template_restore": {"code": "message_code"},
    "documents:pdf": {"code": "document_code"},
    "documents:short": {"code": "document_code"},
    "licences:short": {"code": "licence_code"},
    "consents:basis": {"code": "basis_code"},
    "licences:credential_type": {"type_code": "licence_type_code"},
    "licences:type": {"type_id": "licence_type_id"},
    "cases:question": {"code": "question"},
    "cases:form": {"number": "part"},
    "catalog:edit_part": {"part": "record_part"},
    "cases:material": {"code": "material"},
    "cases:draft_file": {"code": "material", "material_id": "draft_material_id"},
}
