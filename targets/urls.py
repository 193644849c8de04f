from django.urls import path

from targets import assigning, instructing, twinning, views

app_name = "targets"
urlpatterns = [
    path("targets/", views.target_list, name="list"),
    path("targets/text/", views.as_text, name="text"),
    path("targets/bulk/", views.bulk_deed, name="bulk"),
    path("targets/at/<uuid:document>/<int:start>/", views.at, name="at"),
    path("targets/twins/", twinning.page, name="twins"),
    path("targets/<uuid:public_id>/merge/", twinning.merge, name="merge"),
    path("targets/<uuid:public_id>/apart/", twinning.apart, name="apart"),
    path("targets/<uuid:public_id>/split/", twinning.split, name="split"),
    path("targets/<uuid:public_id>/edit/", views.edit, name="edit"),
    path("targets/<uuid:public_id>/confirm/", views.confirm, name="confirm"),
    path("targets/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("targets/<uuid:public_id>/revise/", views.revise, name="revise"),
    path("targets/<uuid:public_id>/instruct/", instructing.instruct, name="instruct"),
    path("instructions/", instructing.page, name="instructions"),
    path("instructions/<uuid:public_id>/close/", instructing.close, name="close_instruction"),
    path("instructions/<uuid:public_id>/file/", instructing.file, name="instruction_file"),
    path("views/", views.save_view, name="save_view"),
    path("views/<uuid:public_id>/drop/", views.drop_view, name="drop_view"),
    path("undo/", views.undo, name="undo"),
    path("assignments/", assigning.assignment_page, name="assignments"),
    path("assignments/apply/", assigning.apply_assignments, name="apply_assignments"),
    path("assignments/add/", assigning.add_assignment, name="add_assignment"),
    path("assignments/<uuid:public_id>/drop/", assigning.drop_assignment, name="drop_assignment"),
]
