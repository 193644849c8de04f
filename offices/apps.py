from django.apps import AppConfig


class OfficesConfig(AppConfig):
    name = "offices"
    verbose_name = "单位与权限"
    default_auto_field = "django.db.models.BigAutoField"
