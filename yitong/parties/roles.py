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
    CASE_SWEEP = "cases:case:sweep"  # what only the clock does: deemed acceptance, deemed approval, reminders
    CATALOG_EDIT = "catalog:item:edit"
    CATALOG_PUBLISH = "catalog:item:publish"
    CATALOG_VIEW_DRAFT = "catalog:item:view_draft"
    LICENCE_VIEW = "licences:licence:view"
    LICENCE_ISSUE = "licences:licence:issue"
    LICENCE_REVOKE = "licences:licence:revoke"
    DOCUMENT_TEMPLATE_EDIT = "documents:template:edit"
    DOCUMENT_VIEW = "documents:document:view"
    QUARANTINE_VIEW = "documents:quarantine:view"
    NOTIFICATION_VIEW = "notifications:message:view"
    NOTIFICATION_RETRY = "notifications:message:retry"
    PARTY_MANAGE = "parties:party:manage"
    AUDIT_VIEW = "audit:entry:view"
    RATING_GIVE = "feedback:rating:give"
    RATING_VIEW = "feedback:rating:view"
    BOARD_VIEW = "supervision:board:view"


P = Permission
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CITIZEN: frozenset(
        {P.CASE_APPLY, P.CASE_VIEW, P.CASE_WITHDRAW, P.LICENCE_VIEW, P.RATING_GIVE, P.DOCUMENT_VIEW}
    ),
    Role.CLERK: frozenset(
        {
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
            P.DOCUMENT_VIEW,
            P.LICENCE_VIEW,
            P.LICENCE_REVOKE,
            P.RATING_VIEW,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {P.CASE_VIEW, P.CASE_EXPORT, P.BOARD_VIEW, P.AUDIT_VIEW, P.RATING_VIEW, P.DOCUMENT_VIEW}
    ),
    Role.AUTHOR: frozenset({P.CATALOG_EDIT, P.CATALOG_PUBLISH, P.CATALOG_VIEW_DRAFT, P.DOCUMENT_TEMPLATE_EDIT}),
    Role.ADMIN: frozenset(
        {
            P.PARTY_MANAGE,
            P.QUARANTINE_VIEW,
            P.NOTIFICATION_VIEW,
            P.NOTIFICATION_RETRY,
            P.AUDIT_VIEW,
            P.DOCUMENT_TEMPLATE_EDIT,
        }
    ),
    Role.SYSTEM: frozenset(Permission),
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Every permission any of ``roles`` holds."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles)) if roles else frozenset()
