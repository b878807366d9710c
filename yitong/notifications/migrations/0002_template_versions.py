"""The history of what messages say; a saved version never changes."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = r"""
CREATE FUNCTION notifications_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a saved version of a message template does not change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER notifications_version_guard BEFORE UPDATE OR DELETE ON notifications_templateversion
    FOR EACH ROW EXECUTE FUNCTION notifications_version_guard();
"""
BACKWARD = r"""
DROP TRIGGER notifications_version_guard ON notifications_templateversion;
DROP FUNCTION notifications_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="TemplateVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=120)),
                ("sms_text", models.TextField()),
                ("inapp_text", models.TextField()),
                ("email_text", models.TextField(blank=True)),
                ("saved_by", models.CharField(max_length=60)),
                ("saved_at", models.DateTimeField()),
                ("restored_from", models.PositiveIntegerField(null=True)),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="notifications.template",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("template", "number"),
                        name="notifications_version_once",
                        violation_error_message="The versions of a template are numbered without a number twice.",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
