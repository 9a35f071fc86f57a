"""Notifications of pregnancies: what UCare was told of a member, and telling it by a form that is checked first."""

from bots.portal import Portal
from core.capabilities.common import NotAuthorised
from core.capabilities.notifications import (
    Notifications,
    NotificationsAnswer,
    NotificationsQuery,
    PregnancyNotification,
)
from core.capabilities.submissions import SubmissionAnswer
from core.errors import PortalChanged
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage, MemberNotFoundPage, NoAnswerNowPage
from payers.shapes.submissions import about, printed
from payers.ucare import practice
from payers.ucare.papers import sent
from payers.ucare.pregnancies import CheckNotificationPage, FindNotificationsPage, NotificationFormPage, OnFilePage


async def find_notifications(portal: Portal, query: NotificationsQuery) -> NotificationsAnswer:
    form = await portal.go(FindNotificationsPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(member_id=typed(query.member_id), birth_date=typed(query.birth_date))
    await form.submit.click()
    match await portal.landed_on(OnFilePage, MemberNotFoundPage, NoAnswerNowPage, about=about(query)):
        case OnFilePage() as listed:
            found = await listed.read()
            if len(found.notifications) != (found.total or 0):
                raise PortalChanged(listed.page_name, "total", detail="the list counts other rows than it shows")
            return Notifications(notifications=found.notifications)
        case refused:
            return await refused.answer()


async def send_notification(portal: Portal, wanted: PregnancyNotification) -> SubmissionAnswer:
    form = await practice.opened(portal, NotificationFormPage, wanted.provider_npi)
    if isinstance(form, NotAuthorised):
        return form
    keys = ("member_id", "birth_date", "due_on", "first_visit_on", "narrative", "contact_name", "contact_phone")
    await form.fill(**{name: typed(getattr(wanted, name)) for name in keys}, risk=printed(portal, "risk", wanted.risk))
    return await sent(portal, form, wanted, CheckNotificationPage)
