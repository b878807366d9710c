"""The library: licences of people nobody registered, sensitive fields sealed, more ways to end, renewals, types as data.

Rows that are there are filled batch by batch: holder's key, issuer, sensitive fields moved out of ``data`` into ``sealed``. The
keys come from where the running platform takes them, see ``yitong.licences.keyring``; the holder key's fingerprint is kept.
"""

import json

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

from yitong.licences import keyring, sealing
from yitong.licences.holders import key_of
from yitong.licences.types_data import TYPES, fields_of

BATCH = 1000
STATUSES = ["valid", "revoked", "cancelled", "lost", "transferred", "superseded"]
CHOICES = [(each, each.capitalize()) for each in STATUSES]
WHATS = [
    "issued",
    "arrived",
    "changed",
    "renewed",
    "deemed_renewed",
    "reissued",
    "revoked",
    "cancelled",
    "lost",
    "transferred",
    "superseded",
]

# The history may not be changed, and the new column tells what each of its rows is about.
UNGUARD = r"""
DROP TRIGGER licences_event_keep ON licences_licenceevent;
DROP TRIGGER licences_licence_guard ON licences_licence;
"""

GUARD = r"""
CREATE OR REPLACE FUNCTION licences_licence_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.identifier, NEW.type_id, NEW.version, NEW.source_code, NEW.source_id, NEW.document_id, NEW.code,
        NEW.case_number)
       IS DISTINCT FROM
       (OLD.identifier, OLD.type_id, OLD.version, OLD.source_code, OLD.source_id, OLD.document_id, OLD.code,
        OLD.case_number)
    THEN
        RAISE EXCEPTION 'licence %: what names it cannot be changed', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    -- What arrived from a source is corrected by its source; what was issued here stands as it was sealed.
    IF OLD.source_code = '' AND (
        (NEW.number, NEW.holder_kind, NEW.holder_key, NEW.holder_name, NEW.data, NEW.valid_from, NEW.valid_until,
         NEW.issued_on, NEW.issuer_department_id, NEW.issuer_uscc, NEW.issuer_name, NEW.previous_id)
        IS DISTINCT FROM
        (OLD.number, OLD.holder_kind, OLD.holder_key, OLD.holder_name, OLD.data, OLD.valid_from, OLD.valid_until,
         OLD.issued_on, OLD.issuer_department_id, OLD.issuer_uscc, OLD.issuer_name, OLD.previous_id)
        OR (NEW.sealed IS DISTINCT FROM OLD.sealed AND NEW.sealed_key IS NOT DISTINCT FROM OLD.sealed_key)
        OR (OLD.status <> NEW.status AND OLD.status <> 'valid'
            AND NOT (OLD.status = 'lost' AND NEW.status IN ('revoked', 'cancelled'))))
    THEN
        RAISE EXCEPTION 'licence % cannot be changed, only ended', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER licences_licence_guard BEFORE UPDATE ON licences_licence
    FOR EACH ROW EXECUTE FUNCTION licences_licence_guard();
CREATE TRIGGER licences_event_keep BEFORE UPDATE OR DELETE ON licences_licenceevent
    FOR EACH ROW EXECUTE FUNCTION licences_refuse_change();
CREATE TRIGGER licences_type_change_keep BEFORE UPDATE OR DELETE ON licences_licencetypechange
    FOR EACH ROW EXECUTE FUNCTION licences_refuse_change();
"""

_ROWS = """
SELECT licence.id, licence.identifier, licence.type_id, licence.data, person.idcard, enterprise.uscc, department.uscc,
    department.name
FROM licences_licence AS licence
JOIN parties_department AS department ON department.id = licence.issuer_department_id
LEFT JOIN parties_person AS person ON person.id = licence.holder_person_id
LEFT JOIN parties_enterprise AS enterprise ON enterprise.id = licence.holder_enterprise_id
WHERE licence.id > %s ORDER BY licence.id LIMIT %s
"""
_FILL = """
UPDATE licences_licence SET holder_kind = %s, holder_key = %s, data = %s::jsonb, sealed = %s, sealed_key = %s, issuer_uscc = %s,
    issuer_name = %s, updated_at = created_at
WHERE id = %s
"""


def name_types(apps, schema_editor):
    """Say of every built-in type what its fields hold, and its term."""
    kinds = {kind.code: kind for kind in TYPES}
    for row in apps.get_model("licences", "LicenceType").objects.using(schema_editor.connection.alias).all():
        kind = kinds.get(row.code)
        if kind is not None:
            built_in = {field["name"]: field for field in fields_of(kind)}
            row.fields = [{**built_in.get(field["name"], {}), **field} for field in row.fields]
            row.valid_years, row.renewable = kind.years, kind.renewable
            row.save(update_fields=["fields", "valid_years", "renewable"])


def fill(apps, schema_editor):
    """Holder's key, issuer, and sensitive fields moved under seal, a thousand rows at a time."""
    alias = schema_editor.connection.alias
    fields = dict(apps.get_model("licences", "LicenceType").objects.using(alias).values_list("id", "fields"))
    last, filled = 0, 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(_ROWS, [last, BATCH])
            rows = cursor.fetchall()
            if not rows:
                break
            cursor.executemany(_FILL, [_columns(row, fields) for row in rows])
            last, filled = rows[-1][0], filled + len(rows)
        cursor.execute("UPDATE licences_licenceevent SET what = CASE status WHEN 'valid' THEN 'issued' ELSE status END")
    if filled:
        apps.get_model("licences", "KeyMark").objects.using(alias).get_or_create(
            name="holder",
            defaults={"fingerprint": keyring.fingerprint(keyring.holder_key()), "made_at": timezone.now()},
        )


def _columns(row, fields):
    id_, identifier, type_id, data, idcard, uscc, issuer_uscc, issuer_name = row
    kind = "person" if idcard else "enterprise"
    found = sealing.stored(fields[type_id], data if isinstance(data, dict) else json.loads(data), identifier)
    plain = json.dumps(found.data, ensure_ascii=False)
    return (kind, key_of(kind, idcard or uscc), plain, found.sealed, found.sealed_key, issuer_uscc, issuer_name, id_)


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("licences", "0002_guards"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(UNGUARD),
        migrations.CreateModel(
            name="KeyMark",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        # --- types ---------------------------------------------------------------------------------------------------
        migrations.AddField("licencetype", "valid_years", models.PositiveSmallIntegerField(null=True, blank=True)),
        migrations.AddField("licencetype", "renewable", models.BooleanField(default=False)),
        migrations.AddField("licencetype", "renew_days", models.PositiveSmallIntegerField(default=30)),
        migrations.AddField(
            "licencetype",
            "trust",
            models.CharField(
                choices=[
                    ("issued", "Issued"),
                    ("verified", "Verified"),
                    ("uploaded", "Uploaded"),
                    ("declared", "Declared"),
                ],
                default="issued",
                max_length=8,
            ),
        ),
        migrations.AddField(
            "licencetype",
            "confidentiality",
            models.CharField(
                choices=[("open", "open"), ("internal", "internal"), ("sensitive", "sensitive")],
                default="internal",
                max_length=9,
            ),
        ),
        migrations.AddField("licencetype", "callers", models.JSONField(default=list)),
        migrations.AddField("licencetype", "rev", models.PositiveIntegerField(default=1)),
        migrations.RunPython(name_types, migrations.RunPython.noop),
        migrations.AddConstraint(
            "licencetype",
            models.CheckConstraint(
                name="licence_type_trust_known", condition=Q(trust__in=["issued", "verified", "uploaded", "declared"])
            ),
        ),
        migrations.AddConstraint(
            "licencetype",
            models.CheckConstraint(
                name="licence_type_secrecy_known", condition=Q(confidentiality__in=["open", "internal", "sensitive"])
            ),
        ),
        migrations.AddConstraint(
            "licencetype",
            models.CheckConstraint(name="licence_type_renew_days", condition=Q(renew_days__gte=1, renew_days__lte=180)),
        ),
        migrations.CreateModel(
            name="LicenceTypeChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("rev", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("changed", models.JSONField()),
                ("actor_ref", models.CharField(max_length=60)),
                ("actor_name", models.CharField(blank=True, default="", max_length=80)),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="licences.licencetype",
                    ),
                ),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.AddConstraint(
            "licencetypechange",
            models.UniqueConstraint(name="licence_type_change_once", fields=["type", "rev"]),
        ),
        # --- licences: columns ---------------------------------------------------------------------------------------
        migrations.RemoveConstraint("licence", "licence_has_one_holder"),
        migrations.RemoveConstraint("licence", "licence_status_known"),
        migrations.RemoveConstraint("licence", "licence_once_per_case_and_type"),
        migrations.RemoveIndex("licence", "licence_of_person"),
        migrations.RemoveIndex("licence", "licence_of_enterprise"),
        migrations.RemoveIndex("licence", "licence_of_department"),
        migrations.AddField(
            "licence",
            "holder_kind",
            models.CharField(
                choices=[("person", "Person"), ("enterprise", "Enterprise")], default="person", max_length=10
            ),
            preserve_default=False,
        ),
        migrations.AddField("licence", "holder_key", models.BinaryField(max_length=16, null=True)),
        migrations.AddField("licence", "sealed", models.BinaryField(blank=True, null=True)),
        migrations.AddField("licence", "sealed_key", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField(
            "licence", "issuer_uscc", models.CharField(default="", max_length=18), preserve_default=False
        ),
        migrations.AddField(
            "licence", "issuer_name", models.CharField(default="", max_length=100), preserve_default=False
        ),
        migrations.AddField(
            "licence",
            "previous",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licences.licence",
            ),
        ),
        migrations.AddField("licence", "version", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("licence", "source_code", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField("licence", "source_id", models.CharField(blank=True, default="", max_length=80)),
        migrations.AddField("licence", "record_hash", models.BinaryField(blank=True, max_length=16, null=True)),
        migrations.AddField("licence", "updated_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "licenceevent",
            "what",
            models.CharField(
                choices=[(each, each.replace("_", " ").title()) for each in WHATS], default="issued", max_length=14
            ),
            preserve_default=False,
        ),
        migrations.AddField("licenceevent", "law", models.CharField(blank=True, default="", max_length=120)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        # --- licences: what is needed of each row, and what is found by index --------------------------------------------
        migrations.AlterField("licence", "holder_key", models.BinaryField(max_length=16)),
        migrations.AlterField("licence", "updated_at", models.DateTimeField()),
        migrations.AlterField("licence", "identifier", models.CharField(max_length=110)),
        migrations.AlterField("licence", "number", models.CharField(max_length=60)),
        migrations.AlterField("licence", "status", models.CharField(choices=CHOICES, default="valid", max_length=11)),
        migrations.AlterField("licence", "code", models.CharField(blank=True, max_length=20, null=True)),
        migrations.AlterField("licence", "case_number", models.CharField(blank=True, default="", max_length=50)),
        migrations.AlterField(
            "licence",
            "type",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licences.licencetype",
            ),
        ),
        migrations.AlterField(
            "licence",
            "holder_person",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.person",
            ),
        ),
        migrations.AlterField(
            "licence",
            "holder_enterprise",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.enterprise",
            ),
        ),
        migrations.AlterField(
            "licence",
            "issuer_department",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.department",
            ),
        ),
        migrations.AlterField(
            "licence",
            "region",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.region"
            ),
        ),
        migrations.AlterField(
            "licence",
            "document",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.document",
            ),
        ),
        migrations.AlterField("licenceevent", "status", models.CharField(choices=CHOICES, max_length=11)),
        migrations.AlterField(
            "licenceevent",
            "what",
            models.CharField(choices=[(each, each.replace("_", " ").title()) for each in WHATS], max_length=14),
        ),
        migrations.AddConstraint(
            "licenceevent", models.CheckConstraint(name="licence_event_known", condition=Q(what__in=WHATS))
        ),
        migrations.AddConstraint(
            "licence",
            models.CheckConstraint(
                name="licence_has_one_holder",
                condition=Q(holder_kind="person", holder_enterprise__isnull=True)
                | Q(holder_kind="enterprise", holder_person__isnull=True),
            ),
        ),
        migrations.AddConstraint(
            "licence", models.CheckConstraint(name="licence_status_known", condition=Q(status__in=STATUSES))
        ),
        migrations.AddConstraint(
            "licence",
            models.CheckConstraint(
                name="licence_sealed_with_a_key",
                condition=Q(sealed__isnull=True, sealed_key__isnull=True)
                | Q(sealed__isnull=False, sealed_key__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "licence",
            models.CheckConstraint(
                name="licence_has_an_origin",
                condition=Q(document__isnull=False, code__isnull=False, issuer_department__isnull=False)
                | ~Q(source_code="") & ~Q(source_id=""),
            ),
        ),
        migrations.AddConstraint(
            "licence", models.UniqueConstraint(name="licence_identifier_once", fields=["identifier"])
        ),
        migrations.AddConstraint(
            "licence", models.UniqueConstraint(name="licence_number_once", fields=["number", "type", "version"])
        ),
        migrations.AddConstraint(
            "licence",
            models.UniqueConstraint(
                name="licence_once_per_case_and_type", fields=["case_number", "type"], condition=~Q(case_number="")
            ),
        ),
        migrations.AddConstraint(
            "licence",
            models.UniqueConstraint(
                name="licence_source_once", fields=["source_code", "source_id"], condition=~Q(source_code="")
            ),
        ),
        migrations.AddConstraint(
            "licence",
            models.UniqueConstraint(name="licence_code_once", fields=["code"], condition=Q(code__isnull=False)),
        ),
        migrations.AddConstraint(
            "licence",
            models.UniqueConstraint(
                name="licence_document_once", fields=["document"], condition=Q(document__isnull=False)
            ),
        ),
        migrations.AddConstraint(
            "licence",
            models.UniqueConstraint(
                name="licence_followed_once", fields=["previous"], condition=Q(previous__isnull=False)
            ),
        ),
        migrations.AddIndex("licence", models.Index(name="licence_of_holder", fields=["holder_key"])),
        migrations.AddIndex(
            "licence",
            models.Index(name="licence_of_person", fields=["holder_person"], condition=Q(holder_person__isnull=False)),
        ),
        migrations.AddIndex(
            "licence",
            models.Index(
                name="licence_of_enterprise",
                fields=["holder_enterprise"],
                condition=Q(holder_enterprise__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "licence",
            models.Index(
                name="licence_of_department",
                fields=["issuer_department", "-id"],
                condition=Q(issuer_department__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "licence",
            models.Index(
                name="licence_by_end",
                fields=["valid_until"],
                condition=Q(status="valid", valid_until__isnull=False),
            ),
        ),
        # --- renewals ------------------------------------------------------------------------------------------------
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("intended", "Intended"),
                            ("applied", "Applied"),
                            ("granted", "Granted"),
                            ("deemed", "Deemed"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="intended",
                        max_length=9,
                    ),
                ),
                ("case_number", models.CharField(blank=True, default="", max_length=50)),
                ("applied_on", models.DateField(blank=True, null=True)),
                ("in_time", models.BooleanField(default=False)),
                ("actor_ref", models.CharField(max_length=60)),
                ("intended_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "licence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="renewals", to="licences.licence"
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licences.licence",
                    ),
                ),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.AddConstraint(
            "renewal",
            models.CheckConstraint(
                name="renewal_state_known",
                condition=Q(state__in=["intended", "applied", "granted", "deemed", "refused", "withdrawn"]),
            ),
        ),
        migrations.AddConstraint(
            "renewal",
            models.CheckConstraint(
                name="renewal_with_its_case",
                condition=Q(state__in=["intended", "withdrawn"]) | (~Q(case_number="") & Q(applied_on__isnull=False)),
            ),
        ),
        migrations.AddConstraint(
            "renewal",
            models.UniqueConstraint(
                name="renewal_open_once", fields=["licence"], condition=Q(state__in=["intended", "applied"])
            ),
        ),
        migrations.AddConstraint(
            "renewal",
            models.UniqueConstraint(name="renewal_of_case", fields=["case_number"], condition=~Q(case_number="")),
        ),
        migrations.CreateModel(
            name="RenewalNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(choices=[("early", "early"), ("last", "last")], max_length=5)),
                ("at", models.DateTimeField()),
                (
                    "licence",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licences.licence",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "renewalnotice",
            models.UniqueConstraint(name="renewal_notice_once", fields=["licence", "stage"]),
        ),
        migrations.RunSQL(GUARD),
    ]
