"""A consent may be about answers of registers, and a look at one; a consent on paper was entered by no page."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consents", "0002_guards"),
        ("licences", "0004_proofs"),
        ("parties", "0002_registrar"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="holderconsent",
            name="consent_scope_is_types_or_licences",
        ),
        migrations.RemoveConstraint(
            model_name="holderconsent",
            name="consent_way_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="holderconsent",
            name="consent_at_counter_has_its_paper",
        ),
        migrations.RemoveField(
            model_name="holderconsent",
            name="document_ref",
        ),
        migrations.AddField(
            model_name="accessentry",
            name="register",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="holderconsent",
            name="granted_by_name",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="holderconsent",
            name="registers",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="accessentry",
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
            model_name="holderconsent",
            name="way",
            field=models.CharField(choices=[("online", "Online"), ("code", "Code")], max_length=8),
        ),
        migrations.AddConstraint(
            model_name="accessentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("licence__isnull", False), ("register", "")),
                    models.Q(("licence__isnull", True), models.Q(("register", ""), _negated=True)),
                    _connector="OR",
                ),
                name="look_is_at_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="holderconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("type_codes", []), _negated=True), ("licence_ids", []), ("registers", [])),
                    models.Q(
                        ("type_codes", []),
                        models.Q(
                            models.Q(("licence_ids", []), _negated=True),
                            models.Q(("registers", []), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="consent_scope_is_types_or_things",
            ),
        ),
        migrations.AddConstraint(
            model_name="holderconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["online", "code"])), name="consent_way_is_known"
            ),
        ),
    ]
