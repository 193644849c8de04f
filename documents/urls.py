from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("", views.document_list, name="list"),
    path("upload/", views.upload, name="upload"),
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/pages/<int:number>/", views.page, name="page"),
    path("<uuid:public_id>/pages/<int:number>.png", views.picture, name="picture"),
    path("<uuid:public_id>/download/", views.download, name="download"),
    path("<uuid:public_id>/edit/", views.edit, name="edit"),
    path("<uuid:public_id>/reread/", views.reread, name="reread"),
    path("<uuid:public_id>/retry/", views.retry, name="retry"),
]
