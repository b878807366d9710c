"""What a correction notice may say: everything, precisely, and nothing the version does not ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yitong.cases.rules.contents import text_refusal
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules.scenarios import Selection
from yitong.kernel.reasons import N_, Reason

MAX_SUPPLY_DAYS = 120


def item_refusals(
    selection: Selection, record: ItemRecord, items: Sequence[Mapping[str, str]], supply_days: int
) -> list[Reason]:
    """One reason per mistake; ``field`` is ``items[n].part``. A material outside the guide may not be asked for."""
    reasons: list[Reason] = []
    if not items:
        reasons.append(Reason("nothing_told", N_("Name at least one material or field, its problem and the remedy.")))
    if not 1 <= supply_days <= MAX_SUPPLY_DAYS:
        reasons.append(
            Reason(
                "supply_days",
                N_("Give 1 to %(most)s working days for the correction."),
                field="supply_days",
                params={"most": MAX_SUPPLY_DAYS},
            )
        )
    materials = {material.code for material in (*selection.materials, *selection.possible_materials)}
    fields = set(record.form_schema.get("properties", {}))
    seen: set[str] = set()
    for place, item in enumerate(items):
        reasons += _item(place, item, materials, fields, seen)
    return reasons


def _item(place: int, item: Mapping[str, str], materials: set[str], fields: set[str], seen: set[str]) -> list[Reason]:
    material, form_field = item.get("material", ""), item.get("field", "")
    reasons = [
        reason
        for part in ("problem", "remedy")
        if (reason := text_refusal(f"items[{place}].{part}", item.get(part, ""), most=500)) is not None
    ]
    if bool(material) == bool(form_field):
        reasons.append(Reason("one_thing", N_("Name one material or one field."), field=f"items[{place}].material"))
    elif material and material not in materials:
        message = N_("The published guide does not ask for this material, so it cannot be demanded.")
        reasons.append(Reason("not_in_guide", message, field=f"items[{place}].material"))
    elif form_field and form_field not in fields:
        reasons.append(Reason("no_such_field", N_("The form has no such field."), field=f"items[{place}].field"))
    code = material or form_field
    if code in seen:
        reasons.append(Reason("told_twice", N_("This is named twice; put it into one line."), field=f"items[{place}]"))
    seen.add(code)
    return reasons
