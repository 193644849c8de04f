"""The addresses of the whole product. Each app writes its own out in full."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from tracker import api, health, search, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("home/", views.home, name="home"),
    path("search/", search.search, name="search"),
    path("accounts/login/", views.SignInView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/password/", views.PasswordView.as_view(), name="password"),
    path("api/v1/", api.whole()),
    path("", include("offices.urls")),
    path("documents/", include("documents.urls")),
    path("", include("targets.urls")),
    path("", include("reports.urls")),
    path("", include("notices.urls")),
]

handler400 = views.bad_request
handler403 = views.refused
handler404 = views.not_found
handler500 = views.broken
