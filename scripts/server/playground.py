"""Uses the playground in a real Chromium, and takes pictures of it.

    pip install playwright
    python scripts/server/playground.py URL FOLDER [--chromium /usr/bin/chromium]

It fails where a request leaves the server, the console has an error, the ranking does not come, or the page is wider than
the screen.
"""

import argparse
import pathlib
import sys
from urllib.parse import urlparse

from playwright.sync_api import expect, sync_playwright

SCREENS = {
    "desktop": dict(viewport={"width": 1360, "height": 900}, color_scheme="light"),
    "dark": dict(viewport={"width": 1360, "height": 900}, color_scheme="dark"),
    "phone": dict(viewport={"width": 390, "height": 844}, color_scheme="light", has_touch=True, is_mobile=True),
}


def use(page, url, keyboard, folder, name):
    page.goto(url)
    expect(page.locator("#model-a option").first).to_be_attached()
    if keyboard:
        page.locator("#query").focus()
        page.keyboard.type("how to undo a commit")
        page.keyboard.press("Tab")
        page.keyboard.type("git reset --soft HEAD~1 undoes the last commit\nthe weather was fine")
        page.keyboard.press("Control+Enter")
        expect(page.locator("ol.ranking > li")).to_have_count(2)
    page.locator("#example").click()
    expect(page.locator("ol.ranking > li")).to_have_count(5)
    expect(page.locator("ol.ranking > li").first).to_contain_text("reset --soft")
    page.locator("#on-long").select_option("truncate")
    page.locator("#explain").check()
    page.locator("#documents").fill("The weather was fine. Undo the last commit with git reset. We had tea.")
    page.locator("#rank").click()
    expect(page.locator("mark.best")).to_contain_text("git reset")
    page.screenshot(path=folder / f"{name}-explained.png", full_page=True)
    page.locator("#explain").uncheck()
    page.locator("#documents").fill("Undo the last commit with git reset. " + "The weather was fine. " * 130)
    page.locator("#rank").click()
    expect(page.locator("del.unread")).to_be_attached()
    expect(page.locator(".badge.cut")).to_contain_text("from character")
    page.locator("p.text").evaluate("text => text.scrollTop = text.scrollHeight")
    page.screenshot(path=folder / f"{name}-cut.png", full_page=True)
    second = page.locator("#model-b option").nth(1)
    page.locator("#model-b").select_option(second.get_attribute("value"))
    page.locator("#on-long").select_option("chunk")
    page.locator("#documents").fill("Undo the last commit with git reset. " + "The weather was fine. " * 400 + "\n\nAnother text.")
    page.locator("#rank").click()
    expect(page.locator("ol.ranking")).to_have_count(2)
    expect(page.locator("mark").first).to_be_visible()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    expect.set_options(timeout=60_000)
    options.folder.mkdir(parents=True, exist_ok=True)
    problems = []
    host = urlparse(options.url).netloc
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        for name, screen in SCREENS.items():
            page = browser.new_context(**screen).new_page()
            page.on("request", lambda request: urlparse(request.url).netloc == host or problems.append(f"left the host: {request.url}"))
            page.on("console", lambda message: message.type == "error" and problems.append(f"{name}: {message.text}"))
            page.on("pageerror", lambda error: problems.append(f"{name}: {error}"))
            use(page, options.url, keyboard=name == "desktop", folder=options.folder, name=name)
            width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if width > 0:
                problems.append(f"{name}: {width} pixels wider than the screen")
            page.screenshot(path=options.folder / f"{name}.png", full_page=True)
        browser.close()
    print("\n".join(problems) or f"no problems; pictures are in {options.folder}")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
