"""Roles (DOMAIN D1) and the permissions each holds: the one table that says who may do what.

Permission grammar: ``context:resource:action``. Which rows an actor may touch is the business of each aggregate's
policy (``permissions.py`` of the owning context); this table only says what kind of act a role may perform at all.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    CITIZEN = "citizen"  # 申请人 / 代理人
    CLERK = "clerk"  # 收件员(综窗): files for somebody present, checks form, hands out results
    ACCEPTER = "accepter"  # 受理员: accepts, refuses acceptance, gives the one correction notice
    REVIEWER = "reviewer"  # 审查员 / 勘验员
    CHIEF = "chief"  # 首席代表: decides under an authorisation letter
    HEAD = "head"  # 部门负责人: approves extensions
    SUPERVISOR = "supervisor"  # 监察员
    REGISTRAR = "registrar"  # 证照数据管理员: licence types, arrivals, sources; sees no contents
    AUTHOR = "author"  # 事项管理员: edits and publishes the catalogue
    ADMIN = "admin"  # 系统管理员: people, posts, templates, quarantine; never sees case content
    SYSTEM = "system"


class Permission(StrEnum):
    CASE_APPLY = "cases:case:apply"
    CASE_FILE = "cases:case:file"  # at the counter, for somebody present
    CASE_VIEW = "cases:case:view"
    CASE_EXPORT = "cases:case:export"
    CASE_CLAIM = "cases:case:claim"
    CASE_ACCEPT = "cases:case:accept"
    CASE_CORRECT = "cases:case:correct"
    CASE_REVIEW = "cases:case:review"
    CASE_SUSPEND = "cases:case:suspend"
    CASE_EXTEND_REQUEST = "cases:extension:request"
    CASE_EXTEND_APPROVE = "cases:extension:approve"
    CASE_DECIDE = "cases:case:decide"
    CASE_DELIVER = "cases:case:deliver"
    CASE_TERMINATE = "cases:case:terminate"
    CASE_WITHDRAW = "cases:case:withdraw"
    CASE_CREDIT_REPAIR = "cases:credit:repair"  # 信用修复: opens the ways of trust again
    CASE_SWEEP = "cases:case:sweep"  # what only the clock does: deemed acceptance, deemed approval, reminders
    CATALOG_EDIT = "catalog:item:edit"
    CATALOG_PUBLISH = "catalog:item:publish"
    CATALOG_VIEW_DRAFT = "catalog:item:view_draft"
    LICENCE_VIEW = "licences:licence:view"
    LICENCE_ISSUE = "licences:licence:issue"
    LICENCE_REVOKE = "licences:licence:revoke"
    LICENCE_TYPE_EDIT = "licences:type:edit"
    LICENCE_OPEN = "licences:licence:open"  # read the contents for a case, under a consent or a law
    CONSENT_GRANT = "consents:consent:grant"
    CODE_PRESENT = "consents:code:present"
    CODE_SCAN = "consents:code:scan"
    LOOKS_VIEW = "consents:look:view"  # who looked, and the anomaly list
    INGEST_MANAGE = "ingest:batch:manage"
    ARCHIVE_OWN = "archive:file:own"
    ARCHIVE_VERIFY = "archive:file:verify"
    CONNECTOR_VIEW = "exchange:connector:view"
    CONNECTOR_MANAGE = "exchange:connector:manage"
    CLIENT_MANAGE = "exchange:client:manage"
    CERTIFICATE_REQUEST = "certificates:request:make"
    CERTIFICATE_REVIEW = "certificates:request:review"
    CERTIFICATE_ANSWER = "certificates:verification:answer"
    CERTIFICATE_TYPE_EDIT = "certificates:type:edit"
    WAIVING_VIEW = "waiving:analysis:view"
    DOCUMENT_TEMPLATE_EDIT = "documents:template:edit"
    DOCUMENT_VIEW = "documents:document:view"
    DOCUMENT_RETRY = "documents:document:retry"  # see what could not be sealed, never what it says, and try again
    QUARANTINE_VIEW = "documents:quarantine:view"
    NOTIFICATION_VIEW = "notifications:message:view"
    NOTIFICATION_RETRY = "notifications:message:retry"
    NOTIFICATION_TEMPLATE_EDIT = "notifications:template:edit"
    PARTY_MANAGE = "parties:party:manage"
    AUDIT_VIEW = "audit:entry:view"
    RATING_GIVE = "feedback:rating:give"
    RATING_VIEW = "feedback:rating:view"
    BOARD_VIEW = "supervision:board:view"


P = Permission
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CITIZEN: frozenset(
        {
            P.CASE_APPLY,
            P.CASE_VIEW,
            P.CASE_WITHDRAW,
            P.LICENCE_VIEW,
            P.RATING_GIVE,
            P.DOCUMENT_VIEW,
            P.CONSENT_GRANT,
            P.CODE_PRESENT,
            P.ARCHIVE_OWN,
            P.CERTIFICATE_REQUEST,
        }
    ),
    Role.CLERK: frozenset(
        {
            P.LICENCE_OPEN,
            P.CODE_SCAN,
            P.ARCHIVE_VERIFY,
            P.CERTIFICATE_REQUEST,
            P.CASE_FILE,
            P.CASE_VIEW,
            P.CASE_EXPORT,
            P.CASE_CLAIM,
            P.CASE_DELIVER,
            P.CASE_WITHDRAW,
            P.DOCUMENT_VIEW,
            P.LICENCE_VIEW,
        }
    ),
    Role.ACCEPTER: frozenset(
        {
            P.LICENCE_OPEN,
            P.CODE_SCAN,
            P.CERTIFICATE_REVIEW,
            P.CERTIFICATE_ANSWER,
            P.CASE_VIEW,
            P.CASE_EXPORT,
            P.CASE_CLAIM,
            P.CASE_ACCEPT,
            P.CASE_CORRECT,
            P.CASE_TERMINATE,
            P.DOCUMENT_VIEW,
            P.LICENCE_VIEW,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            P.LICENCE_OPEN,
            P.CERTIFICATE_REVIEW,
            P.CERTIFICATE_ANSWER,
            P.CASE_VIEW,
            P.CASE_EXPORT,
            P.CASE_CLAIM,
            P.CASE_REVIEW,
            P.CASE_SUSPEND,
            P.CASE_EXTEND_REQUEST,
            P.DOCUMENT_VIEW,
            P.LICENCE_VIEW,
        }
    ),
    Role.CHIEF: frozenset(
        {
            P.LICENCE_OPEN,
            P.CERTIFICATE_REVIEW,
            P.CERTIFICATE_ANSWER,
            P.CASE_VIEW,
            P.CASE_EXPORT,
            P.CASE_CLAIM,
            P.CASE_REVIEW,
            P.CASE_SUSPEND,
            P.CASE_EXTEND_REQUEST,
            P.CASE_DECIDE,
            P.CASE_TERMINATE,
            P.DOCUMENT_VIEW,
            P.LICENCE_VIEW,
            P.LICENCE_ISSUE,
            P.LICENCE_REVOKE,
        }
    ),
    Role.HEAD: frozenset(
        {
            P.CASE_VIEW,
            P.CASE_EXPORT,
            P.CASE_EXTEND_APPROVE,
            P.CASE_CREDIT_REPAIR,
            P.DOCUMENT_VIEW,
            P.LICENCE_VIEW,
            P.LICENCE_REVOKE,
            P.RATING_VIEW,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            P.LOOKS_VIEW,
            P.WAIVING_VIEW,
            P.CONNECTOR_VIEW,
            P.CASE_VIEW,
            P.CASE_EXPORT,
            P.BOARD_VIEW,
            P.AUDIT_VIEW,
            P.RATING_VIEW,
            P.DOCUMENT_VIEW,
        }
    ),
    Role.REGISTRAR: frozenset(
        {P.LICENCE_TYPE_EDIT, P.CERTIFICATE_TYPE_EDIT, P.INGEST_MANAGE, P.CONNECTOR_VIEW, P.WAIVING_VIEW}
    ),
    Role.AUTHOR: frozenset(
        {
            P.WAIVING_VIEW,
            P.CATALOG_EDIT,
            P.CATALOG_PUBLISH,
            P.CATALOG_VIEW_DRAFT,
            P.DOCUMENT_TEMPLATE_EDIT,
            P.NOTIFICATION_TEMPLATE_EDIT,
        }
    ),
    Role.ADMIN: frozenset(
        {
            P.CONNECTOR_VIEW,
            P.CONNECTOR_MANAGE,
            P.CLIENT_MANAGE,
            P.PARTY_MANAGE,
            P.QUARANTINE_VIEW,
            P.NOTIFICATION_VIEW,
            P.NOTIFICATION_RETRY,
            P.NOTIFICATION_TEMPLATE_EDIT,
            P.AUDIT_VIEW,
            P.DOCUMENT_TEMPLATE_EDIT,
            P.DOCUMENT_RETRY,
        }
    ),
    Role.SYSTEM: frozenset(Permission),
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Every permission any of ``roles`` holds."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles)) if roles else frozenset()
