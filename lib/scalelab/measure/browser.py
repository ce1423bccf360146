"""A real browser, headless: what a page does once it is there.

`evaluate` opens pages one after the other, each in a profile of its own, and asks each for the
value of an expression in JavaScript. Nothing that the pages ask for leaves this machine.
"""

import asyncio
import importlib.util
import os

from . import client
from .parts import MissingPart, find

ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--no-first-run"]
ADVICE = "Playwright is not installed: 'pip install playwright', then run this again."


def evaluate(addresses, expression, settle=0.2):
    """Open pages and return what an expression gives in each.

    Parameters
    ----------
    addresses : sequence of str
        ``http://127.0.0.1:port/...``
    expression : str
        JavaScript, evaluated once the page has loaded: ``"document.title"``.
    settle : float
        Seconds that a page's own scripts get after it has loaded.

    Returns
    -------
    list
        One value for each address.

    Raises
    ------
    MissingPart
        No Chromium, or no Playwright to drive it, is installed.
    ValueError
        An address is not on this machine.

    Examples
    --------
    >>> evaluate(["http://127.0.0.1:8000/"], "document.title")  # doctest: +SKIP
    ['Hello']
    """
    for address in addresses:
        if not address.startswith(("http://127.0.0.1:", "http://localhost:")):
            raise ValueError(f"{address} is not on this machine: only such pages are opened")
    program, _ = find("chromium")
    if importlib.util.find_spec("playwright") is None:
        raise MissingPart(ADVICE)
    return client.in_thread(_evaluate(program, addresses, expression, settle))


async def _evaluate(program, addresses, expression, settle):
    from playwright.async_api import async_playwright

    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=arguments)
        try:
            return [await _ask(browser, address, expression, settle) for address in addresses]
        finally:
            await browser.close()


async def _ask(browser, address, expression, settle):
    context = await browser.new_context()
    await context.route(
        lambda url: not url.startswith(("http://127.0.0.1:", "http://localhost:", "data:")),
        lambda route: route.abort(),
    )
    try:
        page = await context.new_page()
        await page.goto(address)
        await asyncio.sleep(settle)
        return await page.evaluate(expression)
    finally:
        await context.close()
