"""Addresses of people: sign-in, passwords, oneself, rights."""

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path, re_path

from people import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("sign-in/inactive/", login_not_required(account.account_inactive), name="account_inactive"),
    path("password/", views.change_password, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", views.reset_password, name="account_reset_password"),
    path("password/reset/sent/", login_not_required(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login_not_required(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        login_not_required(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("language/", views.choose_language, name="language"),
    path("me/", views.me, name="me"),
    path("me/tokens/", views.add_token, name="add_token"),
    path("me/tokens/<uuid:uid>/revoke/", views.end_token, name="end_token"),
    path("rights/", views.rights, name="rights"),
]
