"""The built book in a real browser, over http and from files.

The book is taken as ``make book`` left it; without one it is built into a temporary folder.
Every page is watched: its errors, and every request that fails or leaves this machine.
"""

import shutil

import pytest
from built import ROOT, build, serve

BROWSERS = ("chromium", "google-chrome", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
NO_BROWSER = "no Chromium or Chrome on this machine: the pages were NOT opened"


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the built pages."""
    built = ROOT / "_build/html"
    if (built / "index.html").exists():
        return built
    output = tmp_path_factory.mktemp("book")
    result = build(ROOT, output)
    assert result.returncode == 0, result.stderr
    return output / "_build/html"


@pytest.fixture(scope="session")
def address(site):
    with serve(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser):
    """Open an address and wait until it is drawn; ``page.problems`` holds what went wrong."""
    contexts = []

    def open_page(url, width=1280, mode="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=mode, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.problems = watch(page)
        page.goto(url)
        drawn(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


def watch(page):
    """Record errors and failures, and let no request leave this machine."""
    problems = []

    def route(route):
        url = route.request.url
        if url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:")):
            return route.continue_()
        problems.append(f"a request outside: {url}")
        return route.abort()

    def console(message):
        if message.type in ("error", "warning"):
            problems.append(f"console: {message.text}")

    page.route("**/*", route)
    page.on("console", console)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("requestfailed", lambda request: problems.append(f"failed: {request.url}"))
    page.on(
        "response",
        lambda answer: answer.status >= 400 and problems.append(f"{answer.status}: {answer.url}"),
    )
    return problems


def drawn(page):
    """Wait until every chart is drawn and every formula typeset."""
    page.wait_for_function("""() => !document.querySelector("div.chart:not(.drawn)")""")
    page.wait_for_function(
        """() => [...document.querySelectorAll(".math")]
            .every((formula) => formula.querySelector("mjx-container"))"""
    )
