"""The list of whoever sees the whole city reads one index, whatever the tab."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_reuse"),
        ("catalog", "0003_planned_days"),
        ("licences", "0004_proofs"),
        ("parties", "0002_registrar"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_open_by_due",
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("number__isnull", False),
                    ("state__in", ["submitted", "correcting", "accepted", "deciding", "delivering"]),
                ),
                fields=["due_at", "id"],
                include=(
                    "region",
                    "state",
                    "suspended",
                    "provisional_open",
                    "handler",
                    "yellow_at",
                    "committed_due_at",
                    "statutory_due_at",
                    "received_at",
                    "item_code",
                    "channel",
                ),
                name="case_open_by_due",
            ),
        ),
    ]
