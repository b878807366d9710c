"""Plays acts: each becomes the command an applicant, an official or the clock would have given at that instant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from yitong.cases import commands as cases
from yitong.cases.commands.acceptance import deem_case_accepted
from yitong.cases.commands.decision import deem_case_approved
from yitong.cases.commands.ending import terminate_overdue_case
from yitong.cases.commands.sweeps import SWEEPER
from yitong.cases.queries.reading import case_of_token, step_ids
from yitong.catalog.queries.items import version
from yitong.catalog.records import Material
from yitong.feedback.commands import rate
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.parties.actors import Actor
from yitong.parties.queries.actors import actor_of_login, actor_of_person
from yitong.parties.queries.people import enterprise_by_uscc, person_by_idcard
from yitong.site.demo.copies import Person as RowPerson
from yitong.site.demo.items import revise
from yitong.site.demo.places import absences
from yitong.site.demo.plan import City
from yitong.site.demo.samples import Samples
from yitong.site.demo.script import Act, Who


class SceneFailed(RuntimeError):
    """An act of the script was refused: script and platform disagree. The message names case, act and reasons."""


class Stage:
    """The city while it is being loaded. ``whos``: the applicant of each case by its index."""

    def __init__(self, city: City, whos: dict[int, Who], samples: Samples) -> None:
        self._city = city
        self._whos = whos
        self._samples = samples
        self._actors: dict[object, Actor] = {}
        self._cases: dict[int, Any] = {}
        self._steps: dict[int, dict[str, int]] = {}
        self._ids: dict[str, int] = {}
        self._absences = absences(city.history)

    def play(self, act: Act) -> None:
        """Give the act's command. Raises SceneFailed when it is refused."""
        try:
            ACTS[act.verb](self, act)
        except (Refused, Conflict, NotAllowed) as refusal:
            why = "; ".join(f"{r.code} {r.field}" for r in refusal.reasons) if isinstance(refusal, Refused) else refusal
            item = self._cases[act.case].item_name if act.case in self._cases else act.args.get("item", "")
            raise SceneFailed(
                f"case {act.case} ({item}), act {act.order} {act.verb} by {act.who} at {act.at}: {why}"
            ) from refusal

    # --- who and what -------------------------------------------------------------------------------------------
    def actor(self, act: Act) -> Actor:
        """The actor of the act. Officials are read once for each set of colleagues on leave: their posts depend on it."""
        if act.who == "clock":
            return SWEEPER
        if act.who == "applicant":
            place = self._whos[act.case].actor
            if place not in self._actors:
                self._actors[place] = actor_of_person(self._person(place), act.at)
            return self._actors[place]
        key = (act.who, self._away(act.at.date()))
        if key not in self._actors:
            self._actors[key] = actor_of_login(act.who, act.at)
        return self._actors[key]

    def _away(self, on: date) -> frozenset[str]:
        return frozenset(login for login, since, until in self._absences if since <= on < until)

    def _person(self, place: int) -> int:
        number = self._city.persons[place].idcard
        if number not in self._ids:
            found = person_by_idcard(number)
            assert found is not None  # loaded in an earlier phase
            self._ids[number] = found.pk
        return self._ids[number]

    def _applicant(self, who: Who) -> cases.Applicant:
        if who.person is not None:
            return cases.Applicant(person_id=self._person(who.person))
        number = self._city.firms[who.enterprise or 0].uscc
        if number not in self._ids:
            found = enterprise_by_uscc(number)
            assert found is not None  # loaded in an earlier phase
            self._ids[number] = found.pk
        return cases.Applicant(enterprise_id=self._ids[number])

    def row_person(self, who: Who) -> RowPerson:
        """The applicant as rows and texts name him."""
        city, applicant = self._city, self._applicant(who)
        actor = self._person(who.actor)
        texts: tuple[str, ...]
        if who.person is not None:
            one = city.persons[who.person]
            texts = (one.name, one.idcard, one.phone, one.address)
        else:
            firm, head = city.firms[who.enterprise or 0], city.persons[who.actor]
            texts = (firm.name, firm.uscc, firm.phone, firm.address, head.name)
        return RowPerson(applicant.person_id, applicant.enterprise_id, actor, who.tail, texts)

    def who(self, index: int) -> Who:
        """The applicant of a case."""
        return self._whos[index]

    def address(self, who: Who) -> str:
        """Where the post goes."""
        one = self._city.persons[who.person] if who.person is not None else self._city.firms[who.enterprise or 0]
        return one.address

    def case(self, act: Act) -> Any:
        """The case of the act, found again by its token after an interruption."""
        if act.case not in self._cases:
            self._cases[act.case] = case_of_token(token(act.case))
        return self._cases[act.case]

    def step(self, act: Act) -> int:
        """Id of the review step the act names."""
        case = self.case(act)
        if act.case not in self._steps:
            self._steps[act.case] = step_ids(case.pk)
        return self._steps[act.case][act.args["step"]]

    def on(self, act: Act) -> dict[str, Any]:
        """The arguments every command on a case takes."""
        return {"actor": self.actor(act), "case_id": self.case(act).pk, "now": act.at}

    def material(self, act: Act, code: str) -> Material:
        """The material of the case's version."""
        return version(self.case(act).version_id).record.material(code)

    def give(self, act: Act, codes: list[str], at: datetime) -> None:
        """Hand in materials: paper over a window, files otherwise."""
        who = self.actor(act)
        place = {"actor": who, "case_id": self.case(act).pk, "now": at}
        for code in codes:
            if who.is_staff:
                cases.attach_paper(**place, material_code=code)
            else:
                file = self._samples.give(self.material(act, code), who, at)
                cases.attach_material(**place, material_code=code, stored_file_id=file)


def token(index: int) -> str:
    """The client token of a case of the demonstration."""
    return f"demo-{index}"


def _apply(stage: Stage, act: Act) -> None:
    args, who = act.args, stage._whos[act.case]
    offer = (args["offer"][0], date.fromisoformat(args["offer"][1])) if args["offer"] else None
    actor = stage.actor(act)
    begun = act.at - timedelta(minutes=12)
    stage._cases[act.case] = cases.start_draft(
        actor=actor,
        item_code=args["item"],
        applicant=stage._applicant(who),
        now=begun,
        channel=args["channel"],
        client_token=token(act.case),
    )
    drafting = replace(act, at=begun + timedelta(minutes=2))
    cases.save_answers(**stage.on(drafting), answers=args["answers"])
    cases.save_form(**stage.on(drafting), form=args["form"])
    stage.give(act, args["materials"], begun + timedelta(minutes=8))
    finishing = replace(act, at=begun + timedelta(minutes=11))
    if offer:
        cases.offer_provisional(**stage.on(finishing), materials=offer[0], promised_on=offer[1])
    if args["commitment"]:
        cases.sign_commitment(**stage.on(finishing))
    if args["wish"]:
        _wish(stage, finishing, args["wish"], who)
    stage._cases[act.case] = cases.submit(**stage.on(act))


def _wish(stage: Stage, act: Act, method: str, who: Who) -> None:
    cases.choose_delivery(**stage.on(act), method=method, address=stage.address(who) if method == "post" else "")


def _draft(stage: Stage, act: Act) -> None:
    stage._cases[act.case] = cases.start_draft(
        actor=stage.actor(act),
        item_code=act.args["item"],
        applicant=stage._applicant(stage._whos[act.case]),
        now=act.at,
        channel="web",
        client_token=token(act.case),
    )
    cases.save_answers(**stage.on(act), answers=act.args["answers"])
    cases.save_form(**stage.on(act), form=act.args["form"])


def _accept(stage: Stage, act: Act) -> None:
    if act.args["claim"]:
        cases.claim(**stage.on(act))
    command = cases.accept if act.verb == "accept" else cases.accept_provisionally
    command(**stage.on(act))


def _correct(stage: Stage, act: Act) -> None:
    cases.request_correction(**stage.on(act), items=act.args["items"])


def _supply(stage: Stage, act: Act) -> None:
    stage.give(act, act.args["materials"], act.at - timedelta(minutes=3))
    cases.supply_correction(**stage.on(act))


def _supply_provisional(stage: Stage, act: Act) -> None:
    stage.give(act, act.args["materials"], act.at - timedelta(minutes=3))
    cases.supply_provisional(**stage.on(act))


def _step(stage: Stage, act: Act) -> None:
    cases.complete_step(**stage.on(act), step_id=stage.step(act), opinion=act.args["opinion"], text=act.args["text"])


def _site_check(stage: Stage, act: Act) -> None:
    officers = [actor.staff_id for login in act.args["officers"] if (actor := stage.actor(replace(act, who=login)))]
    found = [staff for staff in officers if staff is not None]
    cases.record_site_check(**stage.on(act), step_id=stage.step(act), officer_ids=found, findings=act.args["findings"])


def _decide(stage: Stage, act: Act) -> None:
    refused = act.args["outcome"] == "refused"
    cases.decide(**stage.on(act), **act.args, remedies=cases.REMEDIES if refused else "")


def _deliver(stage: Stage, act: Act) -> None:
    args = act.args
    if args["method"] == "window":
        cases.deliver(**stage.on(act), method="window", receiver_idcard_tail=args["tail"])
        return
    address = stage.address(stage._whos[act.case])
    cases.deliver(**stage.on(act), method="post", address=address, carrier=args["carrier"], tracking=args["tracking"])


def _rate(stage: Stage, act: Act) -> None:
    case = stage.case(act)
    channel = {"window": "hall", "kiosk": "hall", "mobile": "mobile"}.get(case.channel, "web")
    rate(actor=stage.actor(act), case_number=case.number, channel=channel, now=act.at, **act.args)


def _check(stage: Stage, act: Act) -> None:
    by = act.at.date() + timedelta(days=30) if act.args["result"] == "rectify" else None
    cases.check_commitment(**stage.on(act), **act.args, rectify_by=by)


def _extend_approve(stage: Stage, act: Act) -> None:
    joint = version(stage.case(act).version_id).record.joint
    approval = f"示府函〔{act.at.year}〕{act.case % 90 + 1}号" if joint else ""
    cases.approve_extension(**stage.on(act), government_approval=approval)


def _plain(command: Callable[..., Any]) -> Callable[[Stage, Act], None]:
    """A command whose further arguments are the act's."""

    def give(stage: Stage, act: Act) -> None:
        command(**stage.on(act), **act.args)

    return give


ACTS: Final[dict[str, Callable[[Stage, Act], None]]] = {
    "apply": _apply,
    "draft": _draft,
    "accept": _accept,
    "accept_provisionally": _accept,
    "correct": _correct,
    "supply": _supply,
    "supply_provisional": _supply_provisional,
    "step": _step,
    "site_check": _site_check,
    "decide": _decide,
    "deliver": _deliver,
    "rate": _rate,
    "check": _check,
    "confirm": _plain(cases.confirm_delivery),
    "not_required": _plain(cases.declare_not_required),
    "refuse_acceptance": _plain(cases.refuse_acceptance),
    "special_start": _plain(cases.start_special_procedure),
    "special_end": _plain(cases.end_special_procedure),
    "extend_ask": _plain(cases.request_extension),
    "extend_approve": _extend_approve,
    "extend_refuse": _plain(cases.refuse_extension),
    "withdraw": _plain(cases.withdraw),
    "terminate": _plain(cases.terminate),
    "issue_result": _plain(cases.issue_result),
    "deem_accept": _plain(deem_case_accepted),
    "deem_approve": _plain(deem_case_approved),
    "end_overdue": _plain(terminate_overdue_case),
    "revise": lambda stage, act: revise(stage._city.history, act.args["item"]),
}
