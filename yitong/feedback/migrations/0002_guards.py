"""A rating is never changed nor deleted (国办发〔2019〕51号: no deleting, no altering of what people said)."""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION feedback_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a rating is final: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER feedback_rating_keep BEFORE UPDATE OR DELETE ON feedback_rating
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_change();
"""
BACKWARD = "DROP TRIGGER feedback_rating_keep ON feedback_rating; DROP FUNCTION feedback_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
