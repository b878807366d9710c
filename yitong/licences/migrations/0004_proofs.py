"""Proofs: the keys that sign, one row per licence issued here, the published lists of statuses.

Licences whose PDF is sealed already wait for their proofs from now on; the worker makes them.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

GUARD = r"""
CREATE TRIGGER licences_proof_keep BEFORE UPDATE OR DELETE ON licences_licenceproof
    FOR EACH ROW EXECUTE FUNCTION licences_refuse_change();

-- Whoever ends a licence, its published status is told anew. Locks the list's row, which the rebuilding of the list holds
-- too: it reads either before the change, and is marked stale afterwards, or after it was committed.
CREATE FUNCTION licences_status_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licences_statuslist SET stale = true
    WHERE id = (SELECT status_list_id FROM licences_licenceproof WHERE licence_id = NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER licences_status_changed AFTER UPDATE OF status ON licences_licence
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION licences_status_changed();
"""

UNGUARD = r"""
DROP TRIGGER licences_status_changed ON licences_licence;
DROP FUNCTION licences_status_changed();
DROP TRIGGER licences_proof_keep ON licences_licenceproof;
"""

QUEUE = """
INSERT INTO licences_prooftask (document_id, attempts, last_error)
SELECT document.id, 0, '' FROM documents_document AS document
WHERE document.kind = 'licence' AND document.state = 'sealed' ORDER BY document.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("licences", "0003_library"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatusList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=32, unique=True)),
                ("token", models.TextField(blank=True, default="")),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("stale", models.BooleanField(default=True)),
                ("opened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ProofKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("sm2", "Sm2"), ("es256", "Es256")], max_length=5)),
                ("kid", models.CharField(max_length=60, unique=True)),
                ("public", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("sealed_key", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(name="proof_key_kind_known", condition=Q(kind__in=["sm2", "es256"]))
                ],
            },
        ),
        migrations.CreateModel(
            name="LicenceProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metadata", models.TextField()),
                ("signature", models.BinaryField()),
                ("position", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "licence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="licences.licence"
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licences.proofkey",
                    ),
                ),
                (
                    "status_list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licences.statuslist",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(name="proof_place_once", fields=["status_list", "position"])],
            },
        ),
        migrations.CreateModel(
            name="ProofTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_id", models.BigIntegerField(unique=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(QUEUE, migrations.RunSQL.noop),
    ]
