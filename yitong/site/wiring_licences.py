"""What the library hears: who registers, and how the cases of renewals go."""

from yitong.kernel.events import subscribe


def subscribe_licences() -> None:
    """Called once by ``wiring``."""
    from yitong.cases.events import CaseClosed, CaseDecided, CaseSubmitted
    from yitong.documents.events import DocumentSealed
    from yitong.parties.events import EnterpriseRegistered, PersonRegistered

    subscribe(DocumentSealed, queue_proofs)
    subscribe(PersonRegistered, link_person)
    subscribe(EnterpriseRegistered, link_enterprise)
    subscribe(CaseSubmitted, bind_renewal)
    subscribe(CaseDecided, end_renewal)
    subscribe(CaseClosed, end_renewal)


def queue_proofs(event: object) -> None:
    """A licence's PDF was sealed: the worker signs its other proofs."""
    from yitong.documents.events import DocumentSealed
    from yitong.licences.commands.proving import queue

    assert isinstance(event, DocumentSealed)
    if event.kind == "licence":
        queue(document_id=event.document_id)


def link_person(event: object) -> None:
    """What arrived for a person before he registered becomes his."""
    from yitong.licences.commands import link_holder
    from yitong.licences.holders import holder_of_person
    from yitong.parties.events import PersonRegistered
    from yitong.parties.queries import people

    assert isinstance(event, PersonRegistered)
    person = people.person(event.person_id)
    if person is not None:
        link_holder(holder=holder_of_person(person), now=event.at)


def link_enterprise(event: object) -> None:
    """What arrived for an enterprise before it registered becomes its own."""
    from yitong.licences.commands import link_holder
    from yitong.licences.holders import holder_of_enterprise
    from yitong.parties.events import EnterpriseRegistered
    from yitong.parties.queries import people

    assert isinstance(event, EnterpriseRegistered)
    enterprise = people.enterprise(event.enterprise_id)
    if enterprise is not None:
        link_holder(holder=holder_of_enterprise(enterprise), now=event.at)


def bind_renewal(event: object) -> None:
    """A case about a licence its holder chose to renew carries that choice from its submission on."""
    from yitong.cases.events import CaseSubmitted
    from yitong.catalog.queries.items import version
    from yitong.licences.commands import applied
    from yitong.licences.queries import renewals

    assert isinstance(event, CaseSubmitted)
    holder = {"person_id": event.applicant_person_id, "enterprise_id": event.applicant_enterprise_id}
    type_code = version(event.version_id).record.result.licence_type
    # Most results are not renewed at all: their submission asks nothing more.
    if type_code not in renewals.renewable_types(event.at) or not renewals.chosen(
        **holder, department_id=event.department_id
    ):
        return
    applied(case_number=event.number, type_code=type_code, **holder, department_id=event.department_id, now=event.at)


def end_renewal(event: object) -> None:
    """A refusal ends the renewal as refused; any other end without a grant as withdrawn."""
    from yitong.cases.events import CaseClosed, CaseDecided
    from yitong.licences.commands import not_granted

    assert isinstance(event, CaseClosed | CaseDecided)
    if event.outcome != "granted":
        state = "refused" if event.outcome in ("refused", "acceptance_refused") else "withdrawn"
        not_granted(case_number=event.number, state=state, now=event.at)
