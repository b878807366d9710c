"""Where reused materials came from, what became of their grounds, and the notice that asks for another proof."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_trust"),
        ("catalog", "0003_planned_days"),
        ("consents", "0002_guards"),
        ("documents", "0003_failed_at"),
        ("licences", "0003_library"),
        ("parties", "0002_registrar"),
    ]

    operations = [
        migrations.CreateModel(
            name="BasisNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("items", models.JSONField()),
                ("state", models.CharField(default="open", max_length=10)),
                ("given_at", models.DateTimeField()),
                ("given_by_ref", models.CharField(max_length=60)),
                ("given_by_name", models.CharField(max_length=100)),
                ("supply_by_on", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="MaterialReuse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("origin", models.CharField(blank=True, max_length=200)),
                ("reference", models.CharField(max_length=120)),
                ("as_of", models.DateField(null=True)),
                ("holds_until", models.DateField(null=True)),
                ("sealed", models.BinaryField(null=True)),
                ("sealed_key", models.PositiveIntegerField(null=True)),
                ("filled", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="casematerial",
            name="case_material_has_its_source",
        ),
        migrations.AddField(
            model_name="case",
            name="basis_lost",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="casematerial",
            name="settled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="casematerial",
            name="settled_note",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="casematerial",
            name="standing",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="casematerial",
            name="standing_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="casematerial",
            name="standing_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AlterField(
            model_name="casematerial",
            name="licence",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="licences.licence",
            ),
        ),
        migrations.AlterField(
            model_name="casematerial",
            name="source",
            field=models.CharField(max_length=12),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("basis_lost", True)), fields=["due_at", "id"], name="case_with_lost_basis"
            ),
        ),
        migrations.AddIndex(
            model_name="casematerial",
            index=models.Index(
                condition=models.Q(("licence__isnull", False), ("superseded_at__isnull", True)),
                fields=["licence"],
                name="case_material_by_licence",
            ),
        ),
        migrations.AddConstraint(
            model_name="casematerial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("licence__isnull", True), ("source__in", ("file", "archive")), ("stored_file__isnull", False)
                    ),
                    models.Q(("licence__isnull", False), ("source", "licence"), ("stored_file__isnull", True)),
                    models.Q(
                        ("licence__isnull", True),
                        ("source__in", ["paper", "connector", "verification"]),
                        ("stored_file__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="case_material_has_its_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="casematerial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("standing", ""),
                    models.Q(
                        (
                            "standing__in",
                            ["cancelled", "consent_revoked", "denied", "expired", "lost", "revoked", "transferred"],
                        ),
                        ("standing_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="case_material_standing_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="casematerial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_at__isnull", True),
                    models.Q(models.Q(("standing", ""), _negated=True), models.Q(("settled_note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="case_material_settled_with_words",
            ),
        ),
        migrations.AddField(
            model_name="basisnotice",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
        ),
        migrations.AddField(
            model_name="basisnotice",
            name="region",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.region"
            ),
        ),
        migrations.AddField(
            model_name="materialreuse",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"),
        ),
        migrations.AddField(
            model_name="materialreuse",
            name="consent",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consents.holderconsent",
            ),
        ),
        migrations.AddField(
            model_name="materialreuse",
            name="material",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="reuse", to="cases.casematerial"
            ),
        ),
        migrations.AddField(
            model_name="materialreuse",
            name="region",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.region"
            ),
        ),
        migrations.AddConstraint(
            model_name="basisnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("case",), name="case_one_open_basis_notice"
            ),
        ),
        migrations.AddConstraint(
            model_name="basisnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "supplied", "lapsed"])),
                name="case_basis_notice_state_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="materialreuse",
            index=models.Index(
                condition=models.Q(("consent__isnull", False)), fields=["consent"], name="case_reuse_by_consent"
            ),
        ),
        migrations.AddIndex(
            model_name="materialreuse",
            index=models.Index(
                condition=models.Q(("holds_until__isnull", False)), fields=["holds_until"], name="case_reuse_by_end"
            ),
        ),
        migrations.AddIndex(
            model_name="materialreuse",
            index=models.Index(fields=["reference"], name="case_reuse_by_reference"),
        ),
        migrations.AddConstraint(
            model_name="materialreuse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sealed__isnull", True), ("sealed_key__isnull", True)),
                    models.Q(("sealed__isnull", False), ("sealed_key__isnull", False)),
                    _connector="OR",
                ),
                name="case_reuse_sealed_with_a_key",
            ),
        ),
    ]
