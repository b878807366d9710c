"""Events and opinions are added and never changed; a decision stays as it was made."""

from django.db import migrations

CREATE = """
CREATE FUNCTION cases_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Test databases are emptied between tests.
    IF TG_OP = 'TRUNCATE' AND current_database() ~ 'test' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% rows are append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER case_events_append_only BEFORE UPDATE OR DELETE ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_append_only();
CREATE TRIGGER case_events_no_truncate BEFORE TRUNCATE ON cases_caseevent
    FOR EACH STATEMENT EXECUTE FUNCTION cases_append_only();
CREATE TRIGGER case_opinions_append_only BEFORE UPDATE OR DELETE ON cases_opinion
    FOR EACH ROW EXECUTE FUNCTION cases_append_only();
CREATE TRIGGER case_decisions_append_only BEFORE UPDATE OR DELETE ON cases_decision
    FOR EACH ROW EXECUTE FUNCTION cases_append_only();
CREATE TRIGGER case_site_checks_append_only BEFORE UPDATE OR DELETE ON cases_sitecheck
    FOR EACH ROW EXECUTE FUNCTION cases_append_only();

CREATE FUNCTION cases_number_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number THEN
        RAISE EXCEPTION 'case % keeps its number', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.rev <= OLD.rev OR NEW.last_event_at < OLD.last_event_at THEN
        RAISE EXCEPTION 'case %: rev and last event only grow', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_number_kept BEFORE UPDATE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_number_kept();
"""
DROP = """
DROP TRIGGER case_number_kept ON cases_case;
DROP FUNCTION cases_number_kept();
DROP TRIGGER case_site_checks_append_only ON cases_sitecheck;
DROP TRIGGER case_decisions_append_only ON cases_decision;
DROP TRIGGER case_opinions_append_only ON cases_opinion;
DROP TRIGGER case_events_no_truncate ON cases_caseevent;
DROP TRIGGER case_events_append_only ON cases_caseevent;
DROP FUNCTION cases_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
