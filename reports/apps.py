from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "完成情况"
    default_auto_field = "django.db.models.BigAutoField"
