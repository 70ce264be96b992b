"""Pictures of every page of the review console; `ops/screenshots` runs it.

    screenshots.py ADDRESS TOKEN FOLDER
"""

import sys

from browser import Browser

# The longest picture, pixels; further down a page goes on as it began.
HEIGHT_MAX = 2600


def take(browser, folder, name, widths=(1280, 390), themes=("light", "dark")):
    for width in widths:
        for theme in themes:
            browser.size(width, 900 if width > 600 else 844, theme)
            browser.go(browser.url)
            browser.settle()
            suffix = "-dark" if theme == "dark" else ""
            path = f"{folder}/{name}-{width}{suffix}.png"
            browser.shot(path, height_max=HEIGHT_MAX)
            print(path, flush=True)


def main(address, token, folder):
    with Browser() as browser:
        browser.size(1280, 900)
        browser.go(f"{address}/console/cases")
        take(browser, folder, "login", themes=("light",))
        browser.fill("#token", token)
        browser.press("Enter")
        browser.until("the queue", lambda: "login" not in browser.url)
        browser.settle()

        def case(name):
            browser.go(f"{address}/console/cases?state=all&kind=all")
            return browser.run(
                "return [...document.querySelectorAll('.row')].find(row => row.textContent.includes(arguments[0])).href",
                name)

        # Something was decided before, so that it can be seen how that looks.
        browser.go(case("daily-finds/soda-caption.mp4"))
        browser.press("l")
        browser.press(*"The licence of kitchen-lab was shown")
        browser.press("Enter")
        browser.until("the decision", lambda: "saved=decided" in browser.url)
        take(browser, folder, "decided", widths=(1280,))
        browser.go(case("screen-room/desk-on-screen.mp4"))
        take(browser, folder, "case")
        browser.go(case("borrowed-tunes/paper-shapes.mp4"))
        take(browser, folder, "sound", widths=(1280,), themes=("light",))
        for name, path in [
            ("cases", "cases"), ("creators", "creators"), ("creator", "creators/daily-finds"), ("fleet", "fleet"),
            ("preferences", "preferences"), ("help", "help"),
        ]:
            browser.go(f"{address}/console/{path}")
            take(browser, folder, name, themes=("light",) if name in ("preferences", "help") else ("light", "dark"))


if __name__ == "__main__":
    main(*sys.argv[1:4])
