from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/<uuid:public_id>/read/", views.read, name="read"),
    path("letters/", views.letter_page, name="letters"),
    path("letters/<slug:kind>/write/", views.write_letter, name="write_letter"),
    path("letters/order/<uuid:public_id>/", views.write_order, name="write_order"),
    path("letters/templates/<slug:kind>/", views.template_file, name="template"),
    path("letters/templates/", views.put_template, name="put_template"),
]
