from django.urls import path

from offices import people, tokens, views

app_name = "offices"
urlpatterns = [
    path("settings/", views.settings_page, name="settings"),
    path("settings/tokens/", tokens.page, name="tokens"),
    path("settings/tokens/<uuid:public_id>/withdraw/", tokens.withdraw, name="withdraw_token"),
    path("people/", people.people_page, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/<uuid:public_id>/", people.person_page, name="person"),
    path("people/<uuid:public_id>/password/", people.reset_password, name="reset_password"),
    path("people/<uuid:public_id>/unlock/", people.unlock, name="unlock"),
    path("people/<uuid:public_id>/second/", people.drop_second, name="drop_second"),
    path("offices/add/", people.add_office, name="add_office"),
    path("offices/<uuid:public_id>/", people.office_page, name="office"),
    path("audit/", views.audit_list, name="audit"),
    path("audit/export/", views.audit_export, name="audit_export"),
]
