"""What a holder does: see who looked, see and withdraw consents, give a new one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yitong.consents import commands, holders, library, queries
from yitong.consents.queries.anomalies import local_midnight
from yitong.consents.rules.terms import MOST_USES
from yitong.consents.views import words
from yitong.consents.views.listing import EXPORT_MOST, page_of, whole_number
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import actor_of, citizen
from yitong.parties.exports import csv_file
from yitong.parties.queries import organisation

SECTIONS = ("licences", "codes")
DEFAULT_DAYS = 30
USES = (1, 3, 5, 10, 20)


@citizen
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """All one's consents, those in force first to be seen."""
    now, state = timezone.now(), request.GET.get("state", "")
    page = page_of(request, queries.consents_of(actor_of(request), state=state, now=now))
    rows = [_shown(consent, now) for consent in page.object_list]
    return render(
        request, "consents/consents.html", {"page": page, "rows": rows, "state": state, "states": words.STATES}
    )


@citizen
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, consent_id: int) -> HttpResponse:
    """Says what withdrawing means, and withdraws."""
    actor, now = actor_of(request), timezone.now()
    consent = queries.one(actor, consent_id)
    if consent is None:
        raise Http404
    if request.method == "POST":
        commands.revoke(actor=actor, consent_id=consent_id, now=now)
        messages.success(request, _("The consent is withdrawn. From now on nobody can look under it."))
        return redirect("consents:consents")
    looked = queries.looks(actor, queries.LookFilters()).filter(consent_id=consent_id)[:20]
    return render(request, "consents/revoke.html", {"row": _shown(consent, now), "looks": looked, "roles": words.ROLES})


@citizen
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    """First which licences, then which fields, for whom, what for, how long and how often."""
    actor, now = actor_of(request), timezone.now()
    known = holders.of_actor(actor)
    owned = {
        key: [each for each in rows if library.offer(each, now).valid] for key, rows in library.of_keys(known).items()
    }
    asked = (request.POST if request.method == "POST" else request.GET).getlist("licences")
    ids = [found for text in asked if (found := whole_number(text)) is not None]
    key = next((key for key, rows in owned.items() if ids and set(ids) <= {each.pk for each in rows}), None)
    if key is None:
        groups = [(known[each].name, [library.offer(row, now) for row in rows]) for each, rows in owned.items() if rows]
        return render(request, "consents/choose.html", {"groups": groups, "asked": bool(asked)})
    chosen = [each for each in owned[key] if each.pk in ids]
    typed = _typed(request, now.date())
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        try:
            _grant(request, known[key], ids, typed, now)
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _("The consent is given. You can withdraw it here at any time."))
            return redirect("consents:consents")
    context = {
        "holder": known[key],
        "chosen": [library.offer(each, now) for each in chosen],
        "fields": _fields(chosen, typed["fields"]),
        "departments": organisation.departments(),
        "typed": typed,
        "uses": USES,
        "reasons": reasons,
    }
    return render(request, "consents/grant.html", context, status=422 if reasons else 200)


@citizen
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """谁看过我的证照: who, when, for which case, which fields, on which ground; and where codes were shown."""
    actor, section = actor_of(request), request.GET.get("section", "")
    section = section if section in SECTIONS else SECTIONS[0]
    rows: Any = queries.log_of(actor) if section == "licences" else queries.scans_of(actor)
    page = page_of(request, rows)
    several = len(holders.of_actor(actor)) > 1
    context = {"page": page, "section": section, "roles": words.ROLES, "ways": words.WAYS, "several": several}
    return render(request, "consents/looks.html", context)


@citizen
@require_safe
def looks_export(request: HttpRequest) -> HttpResponseBase:
    """The whole log of looks as CSV."""
    heading = [
        _("When"), _("Whose"), _("Licence"), _("Who"), _("Role"), _("Department"), _("Case"), _("Purpose"), _("Fields seen"),
        _("On what ground"),
    ]  # fmt: skip
    rows = queries.log_of(actor_of(request)).select_related("consent")[:EXPORT_MOST]
    lines = (
        [
            timezone.localtime(look.at).strftime("%Y-%m-%d %H:%M:%S"),
            look.holder_name,
            look.licence_name,
            look.actor_name,
            str(words.ROLES.get(look.actor_role, "")),
            look.department_name,
            look.case_number,
            look.purpose,
            "、".join(field["label"] for field in look.fields),
            _ground(look),
        ]
        for look in rows.iterator(chunk_size=500)
    )
    return csv_file("looks.csv", heading, lines)


@citizen
@require_safe
def receipt(request: HttpRequest, look_id: int) -> HttpResponse:
    """The audit log's proof of one look as JSON, to be checked offline."""
    if not queries.log_of(actor_of(request)).filter(pk=look_id).exists():
        raise Http404
    found = queries.receipt(actor_of(request), look_id)
    if found is None:
        text = _("The proof is being made: it is there within a minute. Reload this page then.")
        return HttpResponse(text, status=202, content_type="text/plain; charset=utf-8")
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="look-{look_id}.json"'
    return response


def _ground(look: Any) -> str:
    """The law, or the day of the consent."""
    if look.consent is None:
        return str(look.law)
    return _("your consent of %(on)s") % {"on": timezone.localtime(look.consent.granted_at).date()}


def _shown(consent: Any, now: Any) -> dict[str, Any]:
    word = consent.standing(now)
    # By code the officer who scanned it is on record; the holder showed it himself.
    other = consent.way == "online" and consent.granted_by_name not in ("", consent.holder_name)
    return {
        "consent": consent,
        "state": word,
        "state_name": words.STATES[word],
        "way": words.WAYS[consent.way],
        "given_by": consent.granted_by_name if other else "",
    }


def _typed(request: HttpRequest, today: date) -> dict[str, Any]:
    post = request.POST
    return {
        "department": post.get("department", ""),
        "purpose": post.get("purpose", ""),
        "case_number": post.get("case_number", ""),
        "until": post.get("until", (today + timedelta(days=DEFAULT_DAYS)).isoformat()),
        "uses": post.get("uses", "1"),
        "fields": post.getlist("fields") if request.method == "POST" else None,
    }


def _grant(request: HttpRequest, holder: Any, ids: list[int], typed: dict[str, Any], now: Any) -> None:
    """Numbers and dates that are none become values the rule refuses with its own words."""
    uses = whole_number(typed["uses"])
    try:
        until = local_midnight(date.fromisoformat(typed["until"]) + timedelta(days=1))
    except (ValueError, OverflowError):
        until = now
    if not typed["fields"]:
        raise Refused(Reason("no_fields", _("Choose at least one field that may be seen."), field="fields"))
    commands.grant(
        actor=actor_of(request),
        holder=holder,
        licence_ids=ids,
        fields=typed["fields"],
        purpose=typed["purpose"].replace("\0", ""),
        department_id=whole_number(typed["department"]) or 0,
        case_number=typed["case_number"].strip().replace("\0", "")[:50],
        until=until,
        uses=uses if uses is not None and uses <= MOST_USES else 0,
        now=now,
    )


def _fields(chosen: list[Any], ticked: list[str] | None) -> list[dict[str, Any]]:
    """Every field of the chosen licences once; those not sensitive are ticked until the holder says otherwise."""
    found: dict[str, dict[str, Any]] = {}
    for licence in chosen:
        for name, label, sensitive in library.fields_of(licence):
            row = found.setdefault(name, {"name": name, "labels": [], "sensitive": False})
            row["sensitive"] |= sensitive
            row["labels"] += [label] if label not in row["labels"] else []
    for row in found.values():
        row["ticked"] = row["name"] in ticked if ticked is not None else not row["sensitive"]
    return list(found.values())
