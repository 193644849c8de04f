import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import targets.models


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0005_checks'),
        ('targets', '0005_instructions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='instruction',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='offices.office', verbose_name='单位'),
        ),
        migrations.AddField(
            model_name='instruction',
            name='file',
            field=models.FileField(blank=True, max_length=255, upload_to=targets.models.order_path, verbose_name='附件'),
        ),
        migrations.AddField(
            model_name='instruction',
            name='file_name',
            field=models.CharField(blank=True, max_length=255, verbose_name='附件名'),
        ),
        migrations.AddField(
            model_name='instruction',
            name='notice',
            field=models.CharField(blank=True, max_length=100, verbose_name='通报'),
        ),
        migrations.AlterField(
            model_name='instruction',
            name='target',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='instructions', to='targets.target', verbose_name='目标'),
        ),
        migrations.AddConstraint(
            model_name='instruction',
            constraint=models.CheckConstraint(condition=models.Q(('target__isnull', True), ('notice', ''), _connector='XOR'), name='instruction_on_one_thing'),
        ),
    ]
