"""Credit repair, reminders of a correction, a commitment taken back and the list that follows from it."""

import django.db.models.deletion
from django.db import migrations, models

REMIND = "UPDATE cases_correctionnotice SET remind_on = supply_by_on WHERE state = 'open'"
"""Open ones are reminded on their day; of those whose day has passed, the sweep reminds at once."""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_open_search"),
        ("documents", "0001_initial"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditRepair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("reason", models.TextField()),
                ("state", models.CharField(default="requested", max_length=10)),
                ("requested_by_ref", models.CharField(max_length=60)),
                ("requested_by_name", models.CharField(max_length=100)),
                ("requested_at", models.DateTimeField()),
                ("answered_by_ref", models.CharField(blank=True, max_length=60)),
                ("answered_by_name", models.CharField(blank=True, max_length=100)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer_reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="commitment",
            name="case_commitment_state_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="correctionnotice",
            name="case_one_correction_notice",
        ),
        migrations.AddField(
            model_name="commitment",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="correctionnotice",
            name="origin",
            field=models.CharField(db_default="office", default="office", max_length=10),
        ),
        migrations.AddField(
            model_name="correctionnotice",
            name="remind_on",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="correctionnotice",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["remind_on"], name="case_correction_to_remind"
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["signed", "passed", "rectifying", "revoked", "ended", "withdrawn"])),
                name="case_commitment_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionnotice",
            constraint=models.UniqueConstraint(fields=("case", "origin"), name="case_one_correction_notice_an_origin"),
        ),
        migrations.AddConstraint(
            model_name="correctionnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("case",), name="case_one_open_correction"
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["office", "applicant"])), name="case_correction_origin_is_known"
            ),
        ),
        migrations.AddField(
            model_name="creditrepair",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
        ),
        migrations.AddField(
            model_name="creditrepair",
            name="region",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.region"
            ),
        ),
        migrations.AddField(
            model_name="creditrepair",
            name="stored_file",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile"
            ),
        ),
        migrations.AddIndex(
            model_name="creditrepair",
            index=models.Index(
                condition=models.Q(("state", "requested")), fields=["requested_at"], name="case_repair_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrepair",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "requested")), fields=("case",), name="case_one_requested_repair"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrepair",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["provisional", "commitment"])), name="case_repair_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditrepair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("state", "requested")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("state__in", ["approved", "refused"]),
                        models.Q(("answer_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="case_repair_answered_has_reason",
            ),
        ),
        migrations.RunSQL(REMIND, migrations.RunSQL.noop),
    ]
