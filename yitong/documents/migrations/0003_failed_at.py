"""When the last attempt to seal failed, for the list of failed documents."""

from django.db import migrations, models

# What failed before there was the column: its next attempt is the nearest instant that is known.
FILL = """
UPDATE documents_document SET failed_at = coalesce(next_attempt_at, issued_at)
WHERE state = 'failed' OR (state = 'pending' AND last_error <> '')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_guards"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="failed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("failed_at__isnull", False)), fields=["-id"], name="document_troubled"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
