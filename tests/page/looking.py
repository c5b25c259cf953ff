"""How the page is looked at: what axe says of it, how wide it is, and where the keyboard is."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

UNFOLD = "for (const one of document.querySelectorAll('details')) one.open = true"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def serious_violations(page: Page) -> dict[str, str]:
    """What axe-core calls serious or critical, with everything unfolded: the rule, and the first element that breaks it."""
    page.evaluate(UNFOLD)
    violations = Axe().run(page).response["violations"]
    return {one["id"]: one["nodes"][0]["html"] for one in violations if one["impact"] in ("serious", "critical")}


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this element has the focus, as somebody without a mouse does."""
    for _ in range(100):
        if page.evaluate("(wanted) => document.activeElement?.matches(wanted) ?? false", selector):
            page.wait_for_timeout(200)  # the frame of a report is of another process: it hears a moment later that the focus has left it
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def enter(page: Page, selector: str) -> None:
    """Reach this element with Tab, and press Enter on it. It goes to the element: a frame that loads may take the focus."""
    tab_to(page, selector)
    page.locator(selector).press("Enter")
