from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = "目标"
    default_auto_field = "django.db.models.BigAutoField"
