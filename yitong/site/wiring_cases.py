"""What cases hear of licences, consents, codes and departments, and what the contexts below may ask about cases."""

from typing import Any

from yitong.kernel.events import subscribe


def subscribe_cases() -> None:
    """Called once by ``wiring``."""
    from yitong.archive.permissions import register_pending_use
    from yitong.cases.events import CaseClosed
    from yitong.cases.queries import parties
    from yitong.catalog import known_sources
    from yitong.certificates.events import VerificationAnswered
    from yitong.consents.events import CodePresented, ConsentRevoked
    from yitong.consents.permissions import register_case_policy
    from yitong.licences.events import LicenceEnded

    register_case_policy(parties.consent_facts)
    register_pending_use(parties.open_cases_of_files)
    known_sources.register(sources_of_materials)
    subscribe(LicenceEnded, end_ground)
    subscribe(ConsentRevoked, end_consent)
    subscribe(CodePresented, take_licences)
    subscribe(VerificationAnswered, note_answer)
    subscribe(CaseClosed, keep_for_later)


def sources_of_materials(named: Any) -> Any:
    """Which licence types and connectors that materials name exist, with their fields."""
    from yitong.catalog.rules.sources import Known, Named
    from yitong.exchange import queries as exchange
    from yitong.licences.queries import library
    from yitong.licences.types_data import TYPES, fields_of

    assert isinstance(named, Named)
    known = library.types_by_code() if named.licence_types else {}
    fields = {code: frozenset(str(f["name"]) for f in kind.fields) for code, kind in known.items()}
    # Built-in types are written when the first licence of them is: a catalogue may name them before.
    built_in = {kind.code: frozenset(str(f["name"]) for f in fields_of(kind)) for kind in TYPES}
    connectors = {code: _connector_fields(exchange.connector(code), code) for code in named.connectors}
    return Known(
        {
            code: fields.get(code) or built_in[code]
            for code in named.licence_types
            if code in fields or code in built_in
        },
        {code: found for code, found in connectors.items() if found is not None},
    )


def _connector_fields(found: Any, code: str) -> frozenset[str] | None:
    """Field names of a connector; of a built-in one that was not set up yet, as it will be."""
    from yitong.exchange.connectors_data import CONNECTORS

    if found is not None:
        return frozenset(name for name, _ in found.fields)
    return next(
        (frozenset(str(f["name"]) for f in each["fields"]) for each in CONNECTORS if each["code"] == code), None
    )


def end_ground(event: object) -> None:
    """A licence ended: cases that rely on it are marked, and everybody concerned is told.

    After the commit: whoever ends a licence holds its row, and a case is locked before a licence, never after it. What a
    crash loses between the two, the daily round finds (``basis.reconcile``).
    """
    from django.db import transaction

    from yitong.cases.commands.basis import licence_ended
    from yitong.licences.events import LicenceEnded

    assert isinstance(event, LicenceEnded)
    told: dict[str, Any] = {
        "licence_id": event.licence_id,
        "status": event.status,
        "reason": event.reason,
        "now": event.at,
    }
    transaction.on_commit(lambda: licence_ended(**told), robust=True)


def end_consent(event: object) -> None:
    """A consent was taken back: what cases took under it no longer stands. After the commit, and found again, as above.

    The contents are closed by the withdrawal itself; this marks the cases and tells people.
    """
    from django.db import transaction

    from yitong.cases.commands.basis import consent_revoked
    from yitong.consents.events import ConsentRevoked

    assert isinstance(event, ConsentRevoked)
    told: dict[str, Any] = {"consent_id": event.consent_id, "now": event.at}
    transaction.on_commit(lambda: consent_revoked(**told), robust=True)


def take_licences(event: object) -> None:
    """A counter took licences from a presentation code into a case: they become its materials."""
    from yitong.cases.commands.presenting import attach_presented
    from yitong.cases.queries.parties import case_id_of
    from yitong.consents.events import CodePresented
    from yitong.parties.queries.actors import actor_of_staff
    from yitong.parties.queries.organisation import staff_member

    assert isinstance(event, CodePresented)
    case_id = case_id_of(event.case_number)
    kind, _, number = event.actor_ref.partition(":")
    staff = staff_member(int(number)) if kind == "staff" and number.isdecimal() else None
    if case_id is None or staff is None:
        return
    actor = actor_of_staff(staff, event.at)
    attach_presented(
        actor=actor, case_id=case_id, licence_ids=event.licence_ids, consent_id=event.consent_id, now=event.at
    )


def note_answer(event: object) -> None:
    """A department answered about a material of a case. After the commit, and a denial is found again, as above."""
    from django.db import transaction

    from yitong.cases.commands.verification import verification_answered
    from yitong.certificates.events import VerificationAnswered

    assert isinstance(event, VerificationAnswered)
    if event.case_number:
        told: dict[str, Any] = {
            "verification_id": event.verification_id,
            "case_number": event.case_number,
            "material_code": event.material_code,
            "outcome": event.outcome,
            "now": event.at,
        }
        transaction.on_commit(lambda: verification_answered(**told), robust=True)


def keep_for_later(event: object) -> None:
    """A finished case leaves its papers to its applicant's archive, if he agreed."""
    from yitong.cases.commands.keeping import keep_materials
    from yitong.cases.events import CaseClosed

    assert isinstance(event, CaseClosed)
    keep_materials(
        case_id=event.case_id,
        person_id=event.applicant_person_id,
        enterprise_id=event.applicant_enterprise_id,
        now=event.at,
    )
