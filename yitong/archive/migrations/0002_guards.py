"""The log of uses is final, and trust rises only from uploaded to verified."""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION archive_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of an archive is final: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER archive_use_keep BEFORE UPDATE OR DELETE ON archive_archiveuse
    FOR EACH ROW EXECUTE FUNCTION archive_refuse_change();

CREATE FUNCTION archive_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.trust <> OLD.trust AND NOT (OLD.trust = 'uploaded' AND NEW.trust = 'verified') THEN
        RAISE EXCEPTION 'trust goes from uploaded to verified only, not from % to %', OLD.trust, NEW.trust
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.state = 'deleted' AND to_jsonb(NEW) - 'bytes_left' <> to_jsonb(OLD) - 'bytes_left') OR (OLD.state = 'locked' AND NEW.state = 'kept') THEN
        RAISE EXCEPTION 'what was deleted from an archive does not come back' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER archive_file_guard BEFORE UPDATE ON archive_archivedfile
    FOR EACH ROW EXECUTE FUNCTION archive_guard_file();
"""
BACKWARD = """
DROP TRIGGER archive_file_guard ON archive_archivedfile;
DROP FUNCTION archive_guard_file();
DROP TRIGGER archive_use_keep ON archive_archiveuse;
DROP FUNCTION archive_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
