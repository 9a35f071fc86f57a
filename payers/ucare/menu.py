"""UCare's menu, which is on every page. What has no form of its own is opened by it, so that it is loaded anew."""

from bots.page import Element, Page


class MenuPage(Page, page="menu"):
    notifications = Element()
    financial_reports = Element()
