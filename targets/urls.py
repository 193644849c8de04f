from django.urls import path

from targets import views

app_name = "targets"
urlpatterns = [
    path("targets/", views.target_list, name="list"),
    path("targets/at/<uuid:document>/<int:start>/", views.at, name="at"),
    path("targets/<uuid:public_id>/edit/", views.edit, name="edit"),
    path("targets/<uuid:public_id>/confirm/", views.confirm, name="confirm"),
    path("targets/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
]
