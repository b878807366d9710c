"""The log only grows: triggers that refuse every change of what is written."""

from django.db import migrations

FORWARD = r"""
ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_hash_length CHECK (octet_length(leaf_hash) = 32);
ALTER TABLE audit_node ADD CONSTRAINT audit_node_hash_length CHECK (octet_length(hash) = 32);
ALTER TABLE audit_checkpoint ADD CONSTRAINT audit_checkpoint_root_length CHECK (octet_length(root) = 32);
ALTER TABLE audit_checkpoint ADD CONSTRAINT audit_checkpoint_signature_length CHECK (octet_length(signature) = 64);

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Test runners empty every table between tests; a database of theirs has "test" in its name.
    IF TG_OP = 'TRUNCATE' AND current_database() ~ 'test' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit log only grows: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.index IS NOT NULL
        OR NEW.index IS NULL
        OR (NEW.id, NEW.at, NEW.tag, NEW.actor_ref, NEW.subject) IS DISTINCT FROM
           (OLD.id, OLD.at, OLD.tag, OLD.actor_ref, OLD.subject)
        -- As text: jsonb calls 1 and 1.0 equal, and the leaf hashes what is written.
        OR NEW.detail::text IS DISTINCT FROM OLD.detail::text
    THEN
        RAISE EXCEPTION 'the audit log only grows: entry % gets its place once, nothing else changes', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audit_key_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.retired_at IS NOT NULL
        OR (NEW.key_id, NEW.public_key, NEW.created_at) IS DISTINCT FROM (OLD.key_id, OLD.public_key, OLD.created_at)
    THEN
        RAISE EXCEPTION 'signing key % cannot be changed, only retired', OLD.key_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_entry_guard BEFORE UPDATE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_guard();
CREATE TRIGGER audit_entry_keep BEFORE DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_entry_keep_all BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER audit_node_keep BEFORE UPDATE OR DELETE ON audit_node
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_node_keep_all BEFORE TRUNCATE ON audit_node
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER audit_checkpoint_keep BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_checkpoint_keep_all BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE TRIGGER audit_key_guard BEFORE UPDATE ON audit_signingkey
    FOR EACH ROW EXECUTE FUNCTION audit_key_guard();
CREATE TRIGGER audit_key_keep BEFORE DELETE ON audit_signingkey
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
"""

BACKWARD = """
DROP TRIGGER audit_key_keep ON audit_signingkey;
DROP TRIGGER audit_key_guard ON audit_signingkey;
DROP TRIGGER audit_checkpoint_keep_all ON audit_checkpoint;
DROP TRIGGER audit_checkpoint_keep ON audit_checkpoint;
DROP TRIGGER audit_node_keep_all ON audit_node;
DROP TRIGGER audit_node_keep ON audit_node;
DROP TRIGGER audit_entry_keep_all ON audit_entry;
DROP TRIGGER audit_entry_keep ON audit_entry;
DROP TRIGGER audit_entry_guard ON audit_entry;
DROP FUNCTION audit_key_guard();
DROP FUNCTION audit_entry_guard();
DROP FUNCTION audit_refuse_change();
ALTER TABLE audit_checkpoint DROP CONSTRAINT audit_checkpoint_signature_length;
ALTER TABLE audit_checkpoint DROP CONSTRAINT audit_checkpoint_root_length;
ALTER TABLE audit_node DROP CONSTRAINT audit_node_hash_length;
ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_hash_length;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
