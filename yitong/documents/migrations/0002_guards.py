"""Triggers: a published template and a sealed document do not change."""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION documents_template_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' AND (TG_OP = 'DELETE'
        OR (NEW.kind, NEW.department_id, NEW.version, NEW.title, NEW.body, NEW.state, NEW.published_at)
           IS DISTINCT FROM
           (OLD.kind, OLD.department_id, OLD.version, OLD.title, OLD.body, OLD.state, OLD.published_at))
    THEN
        RAISE EXCEPTION 'template % version % is published and does not change', OLD.kind, OLD.version
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION documents_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.code, NEW.kind, NEW.template_id, NEW.issuer_department_id, NEW.context)
       IS DISTINCT FROM (OLD.code, OLD.kind, OLD.template_id, OLD.issuer_department_id, OLD.context)
       OR (OLD.state = 'sealed' AND (NEW.state, NEW.number, NEW.sha256, NEW.size, NEW.sealed_at)
           IS DISTINCT FROM (OLD.state, OLD.number, OLD.sha256, OLD.size, OLD.sealed_at))
       OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
    THEN
        RAISE EXCEPTION 'document % is issued; what it says does not change', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION documents_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued document is never deleted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER documents_template_guard BEFORE UPDATE OR DELETE ON documents_documenttemplate
    FOR EACH ROW EXECUTE FUNCTION documents_template_guard();
CREATE TRIGGER documents_document_guard BEFORE UPDATE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_document_guard();
CREATE TRIGGER documents_document_keep BEFORE DELETE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_refuse_delete();
"""

BACKWARD = r"""
DROP TRIGGER documents_document_keep ON documents_document;
DROP TRIGGER documents_document_guard ON documents_document;
DROP TRIGGER documents_template_guard ON documents_documenttemplate;
DROP FUNCTION documents_refuse_delete();
DROP FUNCTION documents_document_guard();
DROP FUNCTION documents_template_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
