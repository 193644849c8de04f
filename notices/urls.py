from django.urls import path

from notices import receivers, views

app_name = "notices"
urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/<uuid:public_id>/read/", views.read, name="read"),
    path("notices/receivers/", receivers.receivers_page, name="receivers"),
    path("notices/receivers/new/", receivers.receiver_page, name="new_receiver"),
    path("notices/receivers/failed/", receivers.failed, name="failed"),
    path("notices/receivers/<uuid:public_id>/", receivers.receiver_page, name="receiver"),
    path("notices/receivers/<uuid:public_id>/drop/", receivers.drop, name="drop_receiver"),
    path("notices/receivers/<uuid:public_id>/test/", receivers.try_out, name="try_receiver"),
    path("notices/deliveries/<uuid:public_id>/again/", receivers.again, name="again"),
    path("letters/", views.letter_page, name="letters"),
    path("letters/<slug:kind>/write/", views.write_letter, name="write_letter"),
    path("letters/order/<uuid:public_id>/", views.write_order, name="write_order"),
    path("letters/templates/<slug:kind>/", views.template_file, name="template"),
    path("letters/templates/", views.put_template, name="put_template"),
]
