from typing import Any

from django.db import migrations

from offices import guard


def set_up(apps: Any, schema_editor: Any) -> None:
    guard.set_up(schema_editor.connection)


def lift(apps: Any, schema_editor: Any) -> None:
    guard.lift(schema_editor.connection)


class Migration(migrations.Migration):
    """The database itself refuses to change or delete an entry of the audit trail."""

    dependencies = [
        ("offices", "0002_trail"),
    ]

    operations = [
        migrations.RunPython(set_up, lift),
    ]
