"""Addresses of people: sign-in, passwords, oneself, rights."""

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path, re_path

from people import views, views_calendar, views_leave, views_organisation, views_signing

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
    path("me/signing/pin/", views_signing.set_pin, name="set_pin"),
    path("me/signing/pin/remove/", views_signing.remove_pin, name="remove_pin"),
    path("me/signing/codes/", views_signing.add_code_device, name="add_code_device"),
    path("me/signing/passkeys/", views_signing.add_passkey, name="add_passkey"),
    path("me/signing/<uuid:uid>/remove/", views_signing.end_factor, name="end_factor"),
    path("me/leave/", views_leave.name_deputy, name="name_deputy"),
    path("leave/", views_leave.stand_ins, name="stand_ins"),
    path("leave/<uuid:uid>/end/", views_leave.end_leave, name="end_leave"),
    path("organisation/", views_organisation.organisation_page, name="organisation"),
    path("organisation/number/", views_organisation.number_example, name="number_example"),
    path("organisation/calendar/", views_calendar.work_calendar, name="work_calendar"),
    path("organisation/calendar/days/", views_calendar.set_days, name="set_days"),
    path("organisation/calendar/days/<uuid:uid>/remove/", views_calendar.reset_days, name="reset_days"),
    path("organisation/calendar/week/", views_calendar.choose_week, name="choose_week"),
    path("rights/", views.rights, name="rights"),
]
