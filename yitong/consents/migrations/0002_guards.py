"""Looks and scans are never changed nor deleted; what a consent says is never changed, only spent and revoked."""

from django.db import migrations

FORWARD = r"""
ALTER TABLE consents_holderconsent ADD CONSTRAINT consent_holder_key_length CHECK (octet_length(holder_key) = 16);
ALTER TABLE consents_accessentry ADD CONSTRAINT look_holder_key_length CHECK (octet_length(holder_key) = 16);
ALTER TABLE consents_presentationcode ADD CONSTRAINT code_token_id_length CHECK (octet_length(token_id) = 12);

CREATE FUNCTION consents_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Test runners empty every table between tests; a database of theirs has "test" in its name.
    IF TG_OP = 'TRUNCATE' AND current_database() ~ 'test' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'who looked and what was scanned is kept as it was: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION consents_guard_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'uses_left' - 'revoked_at' - 'revoked_by_ref')
        IS DISTINCT FROM (to_jsonb(OLD) - 'uses_left' - 'revoked_at' - 'revoked_by_ref')
        OR NEW.uses_left > OLD.uses_left
        OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
    THEN
        RAISE EXCEPTION 'what consent % says stays: it is spent or revoked, and nothing else', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION consents_guard_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at THEN
        RAISE EXCEPTION 'code % was used and stays so', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consents_look_keep BEFORE UPDATE OR DELETE ON consents_accessentry
    FOR EACH ROW EXECUTE FUNCTION consents_refuse_change();
CREATE TRIGGER consents_look_keep_all BEFORE TRUNCATE ON consents_accessentry
    FOR EACH STATEMENT EXECUTE FUNCTION consents_refuse_change();
CREATE TRIGGER consents_scan_keep BEFORE UPDATE OR DELETE ON consents_codescan
    FOR EACH ROW EXECUTE FUNCTION consents_refuse_change();
CREATE TRIGGER consents_scan_keep_all BEFORE TRUNCATE ON consents_codescan
    FOR EACH STATEMENT EXECUTE FUNCTION consents_refuse_change();
CREATE TRIGGER consents_consent_terms BEFORE UPDATE ON consents_holderconsent
    FOR EACH ROW EXECUTE FUNCTION consents_guard_terms();
CREATE TRIGGER consents_consent_keep BEFORE DELETE ON consents_holderconsent
    FOR EACH ROW EXECUTE FUNCTION consents_refuse_change();
CREATE TRIGGER consents_code_used BEFORE UPDATE ON consents_presentationcode
    FOR EACH ROW EXECUTE FUNCTION consents_guard_code();
"""
BACKWARD = """
DROP TRIGGER consents_code_used ON consents_presentationcode;
DROP TRIGGER consents_consent_keep ON consents_holderconsent;
DROP TRIGGER consents_consent_terms ON consents_holderconsent;
DROP TRIGGER consents_scan_keep_all ON consents_codescan;
DROP TRIGGER consents_scan_keep ON consents_codescan;
DROP TRIGGER consents_look_keep_all ON consents_accessentry;
DROP TRIGGER consents_look_keep ON consents_accessentry;
DROP FUNCTION consents_guard_code();
DROP FUNCTION consents_guard_terms();
DROP FUNCTION consents_refuse_change();
ALTER TABLE consents_presentationcode DROP CONSTRAINT code_token_id_length;
ALTER TABLE consents_accessentry DROP CONSTRAINT look_holder_key_length;
ALTER TABLE consents_holderconsent DROP CONSTRAINT consent_holder_key_length;
"""


class Migration(migrations.Migration):
    dependencies = [("consents", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
