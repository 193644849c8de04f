from django.urls import path

from offices import views

app_name = "offices"
urlpatterns = [
    path("settings/", views.settings_page, name="settings"),
    path("audit/", views.audit_list, name="audit"),
]
