"""The addresses of the whole product. Each app writes its own out in full."""

from django.urls import include, path

from tracker import api, health, search, signing, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("home/", views.home, name="home"),
    path("search/", search.search, name="search"),
    path("api/v1/", api.whole()),
    path("setup/", signing.setup, name="setup"),
    path("accounts/login/", signing.SignInView.as_view(), name="login"),
    path("accounts/code/", signing.code, name="code"),
    path("accounts/logout/", signing.SignOutView.as_view(), name="logout"),
    path("accounts/password/", signing.PasswordView.as_view(), name="password"),
    path("accounts/second/", signing.second_page, name="second"),
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
