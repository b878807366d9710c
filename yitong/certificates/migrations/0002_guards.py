"""Numbers come from one sequence; what was issued, answered or noted is never rewritten."""

from django.db import migrations

FORWARD = r"""
CREATE SEQUENCE certificates_serial;

CREATE FUNCTION certificates_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was noted stays: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER certificates_event_keep BEFORE UPDATE OR DELETE ON certificates_requestevent
    FOR EACH ROW EXECUTE FUNCTION certificates_refuse_change();
CREATE TRIGGER certificates_window_keep BEFORE UPDATE OR DELETE ON certificates_windowconsent
    FOR EACH ROW EXECUTE FUNCTION certificates_refuse_change();
CREATE TRIGGER certificates_answer_keep BEFORE UPDATE ON certificates_verification
    FOR EACH ROW WHEN (OLD.state <> 'asked') EXECUTE FUNCTION certificates_refuse_change();
CREATE TRIGGER certificates_verification_stay BEFORE DELETE ON certificates_verification
    FOR EACH ROW EXECUTE FUNCTION certificates_refuse_change();

-- After the end only the courier's part goes on.
CREATE FUNCTION certificates_keep_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(NEW.number, NEW.type_id, NEW.way, NEW.name, NEW.department_id, NEW.holder_person_id, NEW.holder_enterprise_id,
           NEW.holder_name, NEW.purpose, NEW.state, NEW.outcome, NEW.sources, NEW.document_id, NEW.valid_until, NEW.refusal,
           NEW.submitted_at, NEW.ended_at)
       IS DISTINCT FROM
       ROW(OLD.number, OLD.type_id, OLD.way, OLD.name, OLD.department_id, OLD.holder_person_id, OLD.holder_enterprise_id,
           OLD.holder_name, OLD.purpose, OLD.state, OLD.outcome, OLD.sources, OLD.document_id, OLD.valid_until, OLD.refusal,
           OLD.submitted_at, OLD.ended_at) THEN
        RAISE EXCEPTION 'request % has ended and stays as it is', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER certificates_request_ended BEFORE UPDATE ON certificates_certificaterequest
    FOR EACH ROW WHEN (OLD.state IN ('issued', 'refused', 'withdrawn')) EXECUTE FUNCTION certificates_keep_ended();
CREATE TRIGGER certificates_request_stay BEFORE DELETE ON certificates_certificaterequest
    FOR EACH ROW EXECUTE FUNCTION certificates_refuse_change();
"""
BACKWARD = """
DROP TRIGGER certificates_event_keep ON certificates_requestevent;
DROP TRIGGER certificates_window_keep ON certificates_windowconsent;
DROP TRIGGER certificates_answer_keep ON certificates_verification;
DROP TRIGGER certificates_verification_stay ON certificates_verification;
DROP TRIGGER certificates_request_ended ON certificates_certificaterequest;
DROP TRIGGER certificates_request_stay ON certificates_certificaterequest;
DROP FUNCTION certificates_refuse_change();
DROP FUNCTION certificates_keep_ended();
DROP SEQUENCE certificates_serial;
"""


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
