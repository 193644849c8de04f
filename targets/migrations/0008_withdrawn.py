
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_places'),
        ('offices', '0005_checks'),
        ('targets', '0007_twins'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='target',
            index=models.Index(condition=models.Q(('withdrawn', True)), fields=['id'], name='target_withdrawn'),
        ),
    ]
