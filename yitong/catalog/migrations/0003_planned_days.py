"""Planned days: a published version may wait for its day, frozen like one in force, and may have a day on which it ends."""

from django.db import migrations, models

FORWARD = """
CREATE OR REPLACE FUNCTION catalog_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('draft', 'review') THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'scheduled' AND NEW.state = 'published'
        AND to_jsonb(NEW) - ARRAY['state', 'published_at', 'updated_at', 'rev']
            = to_jsonb(OLD) - ARRAY['state', 'published_at', 'updated_at', 'rev'] THEN
        RETURN NEW;
    END IF;
    -- Taken back before its day: a draft again, to be reviewed anew.
    IF TG_OP = 'UPDATE' AND OLD.state = 'scheduled' AND NEW.state = 'draft' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired'
        AND to_jsonb(NEW) - 'state' - 'retired_at' = to_jsonb(OLD) - 'state' - 'retired_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'version % of item % is published and cannot be changed', OLD.number, OLD.item_id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'catalog_version_frozen';
END
$$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION catalog_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('draft', 'review') THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired'
        AND to_jsonb(NEW) - 'state' - 'retired_at' = to_jsonb(OLD) - 'state' - 'retired_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'version % of item % is published and cannot be changed', OLD.number, OLD.item_id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'catalog_version_frozen';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_frozen_versions"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="itemversion",
            name="version_one_in_preparation_per_item",
        ),
        migrations.RemoveConstraint(
            model_name="itemversion",
            name="version_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="itemversion",
            name="version_instants_match_state",
        ),
        migrations.AddField(
            model_name="itemversion",
            name="effective_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="ends_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="itemversion",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("review", "Review"),
                    ("scheduled", "Scheduled"),
                    ("published", "Published"),
                    ("retired", "Retired"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="itemversion",
            index=models.Index(
                condition=models.Q(("state", "scheduled")), fields=["effective_on"], name="version_to_begin"
            ),
        ),
        migrations.AddIndex(
            model_name="itemversion",
            index=models.Index(
                condition=models.Q(("ends_on__isnull", False), ("state", "published")),
                fields=["ends_on"],
                name="version_to_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "review", "scheduled"])),
                fields=("item",),
                name="version_one_in_preparation_per_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "review", "scheduled", "published", "retired"])),
                name="version_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("published_at__isnull", True),
                        ("retired_at__isnull", True),
                        ("state__in", ["draft", "review", "scheduled"]),
                    ),
                    models.Q(("published_at__isnull", False), ("retired_at__isnull", True), ("state", "published")),
                    models.Q(
                        ("published_at__isnull", False),
                        ("retired_at__gte", models.F("published_at")),
                        ("state", "retired"),
                    ),
                    _connector="OR",
                ),
                name="version_instants_match_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "scheduled"), _negated=True), ("effective_on__isnull", False), _connector="OR"
                ),
                name="version_scheduled_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gt", models.F("effective_on")),
                    _connector="OR",
                ),
                name="version_plan_forwards",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
