"""One page opened in a real browser: what it ran, said and asked for."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page

FIRED = "[...document.documentElement.attributes].map(each => each.name).filter(name => name.startsWith('data-fired-'))"
PAGE = "http://report.invalid/"


class Visit:
    """One page opened in the browser, every fold opened, with what it ran, said and asked for."""

    def __init__(self, browser: Browser, html: str) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.route("**/*", self._answer)
        self._html = html
        self.page.goto(PAGE)
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        self.page.keyboard.press("Tab")
        self.page.wait_for_timeout(150)
        self.fired: list[str] = self.page.evaluate(FIRED)
        self.words: str = self.page.evaluate("document.body ? document.body.innerText : ''")
        context.close()

    def _answer(self, route: Any) -> None:
        if route.request.url == PAGE:
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
        else:
            self.asked.append(route.request.url)
            route.abort()
