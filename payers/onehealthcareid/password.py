"""The portal's profile page leads to One Healthcare ID, which signs everybody out of all its portals after a change."""

from bots.login import LoginDesk
from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.account import PasswordAnswer
from payers.shapes.passwords import ANSWERS, ChangePasswordPage, fill_in


class ProfilePage(Page, page="profile"):
    """The portal's own: each describes where it is."""

    manage = Element()


async def change_password(portal: Portal, desk: LoginDesk) -> PasswordAnswer:
    profile = await portal.go(ProfilePage)
    await profile.manage.click()
    return await fill_in(await portal.landed_on(ChangePasswordPage), desk, ANSWERS)
