"""Logs of the exchange are never altered: who asked whom about what, and who changed a connector or a client."""

from django.db import migrations

TABLES = (
    "exchange_call",
    "exchange_callresult",
    "exchange_connectorchange",
    "exchange_clientchange",
    "exchange_clientuse",
)
FORWARD = r"""
CREATE FUNCTION exchange_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of exchanges is final: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION exchange_refuse_change();\n"
    for table in TABLES
)
BACKWARD = (
    "".join(f"DROP TRIGGER {table}_keep ON {table};\n" for table in TABLES) + "DROP FUNCTION exchange_refuse_change();"
)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
