"""A published version never changes: the trigger lets only the step from published to retired through."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION catalog_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER catalog_version_frozen BEFORE UPDATE OR DELETE ON catalog_itemversion
    FOR EACH ROW EXECUTE FUNCTION catalog_version_frozen();
"""
BACKWARD = """
DROP TRIGGER catalog_version_frozen ON catalog_itemversion;
DROP FUNCTION catalog_version_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
