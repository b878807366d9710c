"""The serial of identifiers, and triggers that keep what may not change."""

from django.db import migrations

FORWARD = r"""
CREATE SEQUENCE licences_serial AS bigint START 1;

CREATE FUNCTION licences_licence_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.identifier, NEW.number, NEW.type_id, NEW.holder_person_id, NEW.holder_enterprise_id, NEW.holder_name,
        NEW.valid_from, NEW.valid_until, NEW.document_id, NEW.code, NEW.case_number)
       IS DISTINCT FROM
       (OLD.identifier, OLD.number, OLD.type_id, OLD.holder_person_id, OLD.holder_enterprise_id, OLD.holder_name,
        OLD.valid_from, OLD.valid_until, OLD.document_id, OLD.code, OLD.case_number)
       OR (OLD.status <> 'valid' AND NEW.status <> OLD.status)
    THEN
        RAISE EXCEPTION 'licence % cannot be changed, only ended', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION licences_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a licence only grows' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER licences_licence_guard BEFORE UPDATE ON licences_licence
    FOR EACH ROW EXECUTE FUNCTION licences_licence_guard();
CREATE TRIGGER licences_event_keep BEFORE UPDATE OR DELETE ON licences_licenceevent
    FOR EACH ROW EXECUTE FUNCTION licences_refuse_change();
"""

BACKWARD = r"""
DROP TRIGGER licences_event_keep ON licences_licenceevent;
DROP TRIGGER licences_licence_guard ON licences_licence;
DROP FUNCTION licences_refuse_change();
DROP FUNCTION licences_licence_guard();
DROP SEQUENCE licences_serial;
"""


class Migration(migrations.Migration):
    dependencies = [("licences", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
