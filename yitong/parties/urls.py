"""The pages of this context by surface; `site.urls` mounts each list and gives the namespace `parties`."""

from django.urls import path

from yitong.parties.views import authority, desk_mandates, desk_people, my, places, sessions, staff

portal = [
    path("login/", sessions.log_in, name="login"),
    path("login/code/", sessions.log_in_code, name="login_code"),
    path("login/register/", sessions.register, name="register"),
    path("logout/", sessions.log_out, name="logout"),
    path("my/profile/", my.profile, name="profile"),
    path("my/enterprises/", my.enterprises, name="enterprises"),
    path("my/enterprises/<int:enterprise_id>/", my.enterprise, name="enterprise"),
    path("my/enterprises/<int:enterprise_id>/handlers/<int:handler_id>/end/", my.end_handler, name="end_handler"),
    path("my/mandates/", my.mandates, name="mandates"),
    path("my/mandates/<int:mandate_id>/revoke/", my.revoke_mandate, name="revoke_mandate"),
]

desk = [
    path("login/", sessions.log_in_staff, name="login_staff"),
    path("password/", sessions.change_password, name="change_password"),
    path("people/", desk_people.lookup, name="desk_people"),
    path("people/new/", desk_people.new_person, name="desk_new_person"),
    path("people/<int:person_id>/", desk_people.person, name="desk_person"),
    path("people/<int:person_id>/mandate/", desk_mandates.of_person, name="desk_person_mandate"),
    path("enterprises/new/", desk_people.new_enterprise, name="desk_new_enterprise"),
    path("enterprises/<int:enterprise_id>/", desk_people.enterprise, name="desk_enterprise"),
    path("enterprises/<int:enterprise_id>/mandate/", desk_mandates.of_enterprise, name="desk_enterprise_mandate"),
    path("mandates/<int:mandate_id>/revoke/", desk_mandates.revoke, name="desk_revoke_mandate"),
]

console = [
    path("", places.overview, name="overview"),
    path("regions/", places.regions, name="regions"),
    path("regions/<int:region_id>/", places.region, name="region"),
    path("departments/", places.departments, name="departments"),
    path("departments/new/", places.department, name="new_department"),
    path("departments/<int:department_id>/", places.department, name="department"),
    path("counters/", places.counters, name="counters"),
    path("counters/new/", places.counter, name="new_counter"),
    path("counters/<int:counter_id>/", places.counter, name="counter"),
    path("staff/", staff.staff, name="staff"),
    path("staff/new/", staff.new_staff, name="new_staff"),
    path("staff/<int:staff_id>/", staff.staff_member, name="staff_member"),
    path("staff/<int:staff_id>/state/", staff.staff_state, name="staff_state"),
    path("staff/<int:staff_id>/absences/<int:absence_id>/end/", staff.end_absence, name="end_absence"),
    path("posts/", staff.posts, name="posts"),
    path("posts/<int:post_id>/", staff.post, name="post"),
    path("posts/<int:post_id>/holdings/<int:holding_id>/end/", staff.end_holding, name="end_holding"),
    path("letters/", authority.letters, name="letters"),
    path("letters/new/", authority.new_letter, name="new_letter"),
    path("letters/<int:letter_id>/", authority.letter, name="letter"),
    path("delegations/", authority.delegated, name="delegations"),
    path("delegations/<int:delegation_id>/withdraw/", authority.withdraw, name="withdraw_delegation"),
]
