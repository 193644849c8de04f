from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/<uuid:public_id>/read/", views.read, name="read"),
]
