"""A certificate can be revoked, asked for under a mandate, and drawn at a window under a presentation code."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# After the end only the courier's part goes on, and once what was issued is revoked.
FORWARD = r"""
CREATE OR REPLACE FUNCTION certificates_keep_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(NEW.number, NEW.type_id, NEW.way, NEW.name, NEW.department_id, NEW.holder_person_id, NEW.holder_enterprise_id,
           NEW.holder_name, NEW.requested_by_ref, NEW.mandate_id, NEW.purpose, NEW.outcome, NEW.sources, NEW.document_id,
           NEW.valid_until, NEW.refusal, NEW.submitted_at, NEW.ended_at)
       IS DISTINCT FROM
       ROW(OLD.number, OLD.type_id, OLD.way, OLD.name, OLD.department_id, OLD.holder_person_id, OLD.holder_enterprise_id,
           OLD.holder_name, OLD.requested_by_ref, OLD.mandate_id, OLD.purpose, OLD.outcome, OLD.sources, OLD.document_id,
           OLD.valid_until, OLD.refusal, OLD.submitted_at, OLD.ended_at)
       OR (ROW(NEW.state, NEW.revoked_at, NEW.revoked_by_name, NEW.revocation)
           IS DISTINCT FROM ROW(OLD.state, OLD.revoked_at, OLD.revoked_by_name, OLD.revocation)
           AND NOT (OLD.state = 'issued' AND NEW.state = 'revoked')) THEN
        RAISE EXCEPTION 'request % has ended and stays as it is', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER certificates_request_ended ON certificates_certificaterequest;
CREATE TRIGGER certificates_request_ended BEFORE UPDATE ON certificates_certificaterequest
    FOR EACH ROW WHEN (OLD.state IN ('issued', 'refused', 'withdrawn', 'revoked'))
    EXECUTE FUNCTION certificates_keep_ended();
"""
WITH_DOCUMENT = ["issued", "revoked"]
STATES = ["submitted", "reviewing", "asked_back", "issued", "refused", "withdrawn", "revoked"]


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_guards")]
    operations = [
        migrations.AddField(
            "certificaterequest",
            "mandate",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.mandate",
            ),
        ),
        migrations.AddField("certificaterequest", "revoked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "certificaterequest", "revoked_by_name", models.CharField(blank=True, default="", max_length=100)
        ),
        migrations.AddField("certificaterequest", "revocation", models.TextField(blank=True, default="")),
        migrations.RemoveConstraint("certificaterequest", "certificate_request_state_is_known"),
        migrations.AddConstraint(
            "certificaterequest",
            models.CheckConstraint(name="certificate_request_state_is_known", condition=Q(state__in=STATES)),
        ),
        migrations.RemoveConstraint("certificaterequest", "certificate_issued_has_document"),
        migrations.AddConstraint(
            "certificaterequest",
            models.CheckConstraint(
                name="certificate_issued_has_document",
                condition=Q(state__in=WITH_DOCUMENT, document__isnull=False, ended_at__isnull=False)
                | (~Q(state__in=WITH_DOCUMENT) & Q(document__isnull=True)),
            ),
        ),
        migrations.AddConstraint(
            "certificaterequest",
            models.CheckConstraint(
                name="certificate_revocation_is_whole",
                condition=(Q(state="revoked", revoked_at__isnull=False) & ~Q(revocation=""))
                | (~Q(state="revoked") & Q(revoked_at__isnull=True, revocation="")),
            ),
        ),
        migrations.AlterField(
            "windowconsent",
            "scan",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.storedfile",
            ),
        ),
        migrations.AddField("windowconsent", "code_id", models.BigIntegerField(blank=True, null=True, unique=True)),
        migrations.AddConstraint(
            "windowconsent",
            models.CheckConstraint(
                name="window_consent_has_ground",
                condition=Q(scan__isnull=False, code_id__isnull=True) | Q(scan__isnull=True, code_id__isnull=False),
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
