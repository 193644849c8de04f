from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from targets.wording import pairs_of

# The table of pairs belongs to FTS5 and follows targets_wording by triggers. Whoever has Django make that table anew on SQLite (a change
# of a column does) has to make the triggers anew too.
SQLITE = (
    """CREATE VIRTUAL TABLE targets_wording_pairs USING fts5(pairs, content='targets_wording', content_rowid='target_id', detail='none',
       tokenize="unicode61 remove_diacritics 0 tokenchars '.%'")""",
    """CREATE TRIGGER targets_wording_made AFTER INSERT ON targets_wording BEGIN
       INSERT INTO targets_wording_pairs(rowid, pairs) VALUES (new.target_id, new.pairs); END""",
    """CREATE TRIGGER targets_wording_gone AFTER DELETE ON targets_wording BEGIN
       INSERT INTO targets_wording_pairs(targets_wording_pairs, rowid, pairs) VALUES ('delete', old.target_id, old.pairs); END""",
    """CREATE TRIGGER targets_wording_changed AFTER UPDATE ON targets_wording BEGIN
       INSERT INTO targets_wording_pairs(targets_wording_pairs, rowid, pairs) VALUES ('delete', old.target_id, old.pairs);
       INSERT INTO targets_wording_pairs(rowid, pairs) VALUES (new.target_id, new.pairs); END""",
)
# A bare cast says the same, but the planner takes it for cheap and reads the whole table rather than the index: ten times slower.
POSTGRES = (
    """CREATE FUNCTION targets_pairs(text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 200
       AS 'BEGIN RETURN $1::tsvector; END'""",
    "CREATE INDEX targets_wording_pairs ON targets_wording USING gin (targets_pairs(pairs))",
)


def index(_apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        # Without parameters a percent sign is no placeholder.
        schema_editor.execute(statement, params=None)


def unindex(_apps: Any, schema_editor: Any) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute("DROP TABLE targets_wording_pairs" if sqlite else "DROP FUNCTION targets_pairs CASCADE", params=None)


def fill(apps: Any, _schema_editor: Any) -> None:
    wording = apps.get_model("targets", "Wording")
    rows = apps.get_model("targets", "Target").objects.order_by("pk").values_list("pk", "indicator", "commitment__text")
    wording.objects.bulk_create((wording(target_id=pk, pairs=pairs_of(*texts)) for pk, *texts in rows.iterator()), batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_places'),
        ('offices', '0001_initial'),
        ('targets', '0003_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('target', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='targets.target', verbose_name='目标')),
                ('pairs', models.TextField(verbose_name='字对')),
            ],
            options={
                'verbose_name': '检索用字',
                'verbose_name_plural': '检索用字',
            },
        ),
        migrations.AddIndex(
            model_name='target',
            index=models.Index(condition=models.Q(('withdrawn', False)), fields=['year', 'commitment', 'status', 'withdrawn'], name='target_counts'),
        ),
        migrations.RemoveIndex(
            model_name='target',
            name='target_unassigned',
        ),
        migrations.AddIndex(
            model_name='target',
            index=models.Index(condition=models.Q(('withdrawn', False), ('lead__isnull', True)), fields=['year', 'lead', 'office', 'withdrawn'], name='target_unassigned'),
        ),
        migrations.RunPython(index, unindex),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
