from django.urls import path

from reports import alerts, glossary, marking, paper, views, watch

app_name = "reports"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("targets/<uuid:public_id>/", views.target_page, name="target"),
    path("targets/<uuid:public_id>/choose/", views.choose, name="choose"),
    path("results/at/<uuid:document>/<int:start>/", views.result_at, name="result_at"),
    path("matches/<uuid:public_id>/confirm/", views.confirm, name="confirm"),
    path("matches/<uuid:public_id>/refuse/", views.refuse, name="refuse"),
    path("review/", views.review_page, name="review"),
    path("review/unskip/", views.unskip, name="unskip"),
    path("review/<uuid:public_id>/skip/", views.skip, name="skip"),
    path("glossary/", glossary.page, name="glossary"),
    path("glossary/<uuid:public_id>/switch/", glossary.switch, name="switch_alias"),
    path("flags/", alerts.flags_page, name="flags"),
    path("flags/mark/", marking.mark_page, name="mark"),
    path("flags/<uuid:public_id>/lift/", marking.lift_page, name="lift"),
    path("flags/<uuid:public_id>/", alerts.flag_page, name="flag"),
    path("flags/<uuid:public_id>/seen/", alerts.flag_seen, name="flag_seen"),
    path("flags/<uuid:public_id>/answer/", alerts.flag_answer, name="flag_answer"),
    path("flags/answers/<uuid:public_id>/", alerts.answer_file, name="answer_file"),
    path("checks/", watch.checks_page, name="checks"),
    path("checks/run/", watch.run_now, name="run_check"),
    path("checks/schedule/<uuid:public_id>/", watch.schedule_page, name="schedule"),
    path("checks/<uuid:public_id>/again/", watch.check_again, name="check_again"),
    path("checks/stalls/<uuid:public_id>/again/", watch.stall_again, name="stall_again"),
    path("ledger/", paper.ledger, name="ledger"),
    path("ledger/exports/", paper.export_page, name="exports"),
    path("ledger/exports/<uuid:public_id>/", paper.export_file, name="export_file"),
    path("ledger/print/", paper.print_page, name="print"),
    path("ledger/print/pdf/", paper.print_file, name="print_file"),
    path("ledger/returns/", paper.return_page, name="returns"),
    path("ledger/returns/<uuid:public_id>/", paper.return_preview, name="return"),
    path("ledger/returns/<uuid:public_id>/take/", paper.return_take, name="return_take"),
    path("ledger/returns/<uuid:public_id>/undo/", paper.return_undo, name="return_undo"),
]
