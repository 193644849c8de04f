from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_offices(apps: Any, _schema_editor: Any) -> None:
    instruction, target = apps.get_model("targets", "Instruction"), apps.get_model("targets", "Target")
    instruction.objects.update(office=Subquery(target.objects.filter(pk=OuterRef("target")).values("office")))


class Migration(migrations.Migration):
    dependencies = [
        ('offices', '0001_initial'),
        ('targets', '0004_wording'),
    ]

    operations = [
        migrations.AddField(
            model_name='instruction',
            name='office',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='offices.office', verbose_name='单位'),
        ),
        migrations.RunPython(name_offices, migrations.RunPython.noop),
    ]
