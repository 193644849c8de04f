"""The database itself keeps the audit trail: a trigger refuses every UPDATE of an entry but the one that links it into the chain, and
every DELETE but that of entries which are older than the law asks for and which the chain says are pruned.

A migration sets it up. A migration that rebuilds the table of the entries on SQLite must call `set_up` again; `stands` tells.
"""

from typing import Any

SHORTEST_DAYS = 184
"""Six months, which the law on network security asks for."""
TABLE, CHAIN = "offices_auditentry", "offices_auditchain"
_KEPT = ("id", "office_id", "user_id", "at", "address", "action", "subject", "subject_id", "before", "after", "success", "step")
_SAME = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in _KEPT)
_SQLITE = {
    "audit_no_update": f"""
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE}
        WHEN NOT (OLD.place IS NULL AND NEW.place IS NOT NULL AND {_SAME})
        BEGIN SELECT RAISE(ABORT, '审计记录不可修改'); END""",
    "audit_no_delete": f"""
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE}
        WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-{SHORTEST_DAYS} days')
          OR NOT EXISTS (SELECT 1 FROM {CHAIN} AS chain WHERE chain.office_id IS OLD.office_id AND OLD.place <= chain.pruned)
        BEGIN SELECT RAISE(ABORT, '审计记录不可删除'); END""",  # noqa: S608 (fixed names)
}
_POSTGRES_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF OLD.place IS NULL AND NEW.place IS NOT NULL
           AND to_jsonb(NEW) - 'place' - 'digest' = to_jsonb(OLD) - 'place' - 'digest' THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION '审计记录不可修改' USING ERRCODE = 'restrict_violation';
      END IF;
      IF TG_OP = 'DELETE' THEN
        IF OLD.at <= now() - interval '{SHORTEST_DAYS} days'
           AND EXISTS (SELECT 1 FROM {CHAIN} AS chain WHERE chain.office_id IS NOT DISTINCT FROM OLD.office_id
                       AND OLD.place <= chain.pruned) THEN
          RETURN OLD;
        END IF;
      END IF;
      RAISE EXCEPTION '审计记录不可删除' USING ERRCODE = 'restrict_violation';
    END $guard$"""  # noqa: S608 (fixed names)
_POSTGRES = {
    "audit_no_update": f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_guard()",
    "audit_no_delete": f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_guard()",
    "audit_no_truncate": f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_guard()",
}
_STANDING_POSTGRES = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'offices_auditentry'::regclass AND tgenabled = 'O'"
_STANDING_SQLITE = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'offices_auditentry'"


def set_up(connection: Any) -> None:
    """Put the triggers in place, in the transaction that is open; those that stand already are made anew."""
    lift(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for sql in _triggers(connection).values():
            cursor.execute(sql)


def lift(connection: Any) -> None:
    """Take them away. Only for a database that is about to be emptied as a whole: the tests', or one that a backup is put back into."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _triggers(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def stands(connection: Any) -> bool:
    """Whether every trigger is there and switched on."""
    sql = _STANDING_POSTGRES if connection.vendor == "postgresql" else _STANDING_SQLITE
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return set(_triggers(connection)) <= {str(row[0]) for row in cursor.fetchall()}


def _triggers(connection: Any) -> dict[str, str]:
    return _POSTGRES if connection.vendor == "postgresql" else _SQLITE
