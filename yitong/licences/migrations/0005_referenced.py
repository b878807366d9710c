"""The library's two references to rows that nearly every licence shares are kept by those rows, not by each licence.

A foreign key asks for the parent once per licence, a tenth of what it costs to take in a city's arrivals; that a type or a
region is there, its two writers know. Deleting one that licences refer to is refused as before.
"""

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
CREATE FUNCTION licences_keep_referenced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'licences_licencetype' AND EXISTS (SELECT FROM licences_licence WHERE type_id = OLD.id)
        OR TG_TABLE_NAME = 'parties_region' AND EXISTS (SELECT FROM licences_licence WHERE region_id = OLD.id) THEN
        RAISE EXCEPTION '% % has licences', TG_TABLE_NAME, OLD.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER licences_keep_type BEFORE DELETE ON licences_licencetype
    FOR EACH ROW EXECUTE FUNCTION licences_keep_referenced();
CREATE TRIGGER licences_keep_region BEFORE DELETE ON parties_region
    FOR EACH ROW EXECUTE FUNCTION licences_keep_referenced();
"""
RELEASE = """
DROP TRIGGER licences_keep_region ON parties_region;
DROP TRIGGER licences_keep_type ON licences_licencetype;
DROP FUNCTION licences_keep_referenced();
"""


class Migration(migrations.Migration):
    dependencies = [("licences", "0004_proofs"), ("parties", "0002_registrar")]

    operations = [
        migrations.AlterField(
            "licence",
            "type",
            models.ForeignKey(
                to="licences.licencetype",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                db_index=False,
                db_constraint=False,
            ),
        ),
        migrations.AlterField(
            "licence",
            "region",
            models.ForeignKey(
                to="parties.region",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                db_index=False,
                db_constraint=False,
            ),
        ),
        migrations.RunSQL(KEEP, RELEASE),
    ]
