"""Open cases are few among very many: their search has an index of its own."""

import django.contrib.postgres.indexes
from django.db import migrations, models

OPEN = ["submitted", "correcting", "accepted", "deciding", "delivering"]


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_guards")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("state__in", OPEN)), fields=["search"], name="case_search_open"
            ),
        ),
    ]
