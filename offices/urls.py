from django.urls import path

from offices import tokens, views

app_name = "offices"
urlpatterns = [
    path("settings/", views.settings_page, name="settings"),
    path("settings/tokens/", tokens.page, name="tokens"),
    path("settings/tokens/<uuid:public_id>/withdraw/", tokens.withdraw, name="withdraw_token"),
    path("audit/", views.audit_list, name="audit"),
]
