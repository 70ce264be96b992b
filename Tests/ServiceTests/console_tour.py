"""Drives the review console in a real browser: in, through the queue, a case, a decision and its undoing, and out.

    console_tour.py ADDRESS TOKEN

Prints one line for each thing that was seen to hold; the first that does not ends it.
"""

import base64
import hashlib
import io
import json
import pathlib
import sys
import urllib.error
import urllib.request
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "ops" / "lib"))
from browser import Browser  # noqa: E402

PAGE_BYTES_MAX = 300_000  # page, style sheet and script of a case


def holds(condition, sentence, *seen):
    if not condition:
        raise SystemExit(f"does not hold: {sentence}: {' '.join(map(str, seen))}")
    print(f"holds: {sentence}", flush=True)


def score(browser, side):
    return int(browser.run("return document.querySelectorAll('.sidehead .pill')[arguments[0]].textContent", side))


def tour(browser, address, token):
    # Nobody is sent to the door, and a wrong token does not open it.
    browser.size(1280, 900)
    browser.go(f"{address}/console/cases?kind=all")
    holds("/console/login" in browser.url, "nobody is sent to the door", browser.url)
    browser.fill("#token", token[:-4] + "0000")
    browser.press("Enter")
    holds("not a token" in browser.text(".flag"), "a wrong token does not open it")
    browser.complaints()  # the refusal itself is in the console
    browser.fill("#token", token)
    browser.press("Enter")
    browser.until("the queue", lambda: "kind=all" in browser.url and "login" not in browser.url)
    holds(True, "after signing in one is where one wanted to be")
    cookie = browser._session("GET", "/cookie/moire_session")
    holds(cookie["httpOnly"] and cookie["sameSite"] == "Strict", "scripts cannot read the session", cookie)

    # The queue, by keyboard.
    browser.go(f"{address}/console/cases")
    rows = browser.run("return [...document.querySelectorAll('[data-row]')].map(row => row.textContent)")
    holds(len(rows) >= 9, "the copies are in the queue", len(rows))
    costs = browser.run("return [...document.querySelectorAll('.cost')].map(cost => parseInt("
                        "cost.textContent.replace('−', '-')))")
    holds(costs == sorted(costs) and costs[0] < 0, "worst first", costs)
    browser.settle()
    shown = browser.run("return [...document.images].every(image => image.naturalWidth > 0)")
    holds(shown, "every thumbnail was decoded")
    browser.press("j")
    browser.press("j")
    browser.press("k")
    name = browser.run("return document.querySelector('.chosen b').textContent")
    browser.press("Enter")
    browser.until("the case", lambda: "/console/cases/" in browser.url)
    holds(name in browser.text("h1"), "j, k and Enter open the case that is chosen", name)
    case = browser.url

    # The evidence.
    browser.settle()
    weight = browser.weight()
    holds(weight["page"] + weight["code"] < PAGE_BYTES_MAX, "the page is light before its media", weight)
    statuses = browser.run("return performance.getEntriesByType('resource').filter(one => /frames|sounds/.test("
                           "one.name)).map(one => one.responseStatus)")
    holds(len(statuses) > 20 and set(statuses) == {200}, "every picture of the evidence is there", set(statuses))
    marks = browser.run("return ['.pairsvg', '.pairsvg .outline', '.pairsvg .link', '.soundlink', '.tl', '.motion',"
                        " '.quality', '.loudness'].map(one => document.querySelectorAll(one).length)")
    holds(all(marks), "frames, outlines, places, sound, timelines, motion, quality and loudness are drawn", marks)
    told = browser.run("return document.querySelector('.tl').ariaLabel")
    holds(all(words in told for words in ("motion over time", "of 100", "LUFS")), "the curves are told in words", told)
    unnamed = browser.run("return [...document.querySelectorAll('input:not([type=hidden]), svg[role=img], button, a')]"
                          ".filter(one => !(one.labels?.length || one.ariaLabel || one.textContent.trim()))"
                          ".map(one => one.outerHTML.slice(0, 120))")
    holds(not unnamed, "every field, drawing, button and link has a name", unnamed)

    # Licensed, by keyboard.
    before = score(browser, 0)
    creator = browser.run("return document.querySelector('.sidehead a').textContent")
    browser.press("l")
    holds(browser.run("return document.activeElement.id") == "why", "a verdict's key leads to the reason")
    browser.press(*"contract 4711 was shown")
    browser.press("Enter")
    browser.until("the answer", lambda: "saved=decided" in browser.url)
    holds("licensed" in browser.text("h1 .pill"), "the decision is saved")
    after = score(browser, 0)
    holds(after > before, "and the score follows at once", before, after)
    holds(f"{before} → {after}" in browser.text(".saved"), "and the page says so")
    holds("contract 4711 was shown" in browser.text(".history"), "with the reason")

    # The creator's page.
    browser.click(".sidehead a")
    browser.until("the creator", lambda: "/console/creators/" in browser.url)
    holds(browser.text(".number") == str(after), "the creator's page has the new score", creator)
    holds("contract 4711 was shown" in browser.text("main"), "and who decided what, and why")
    browser.settle()
    holds(browser.run("return document.querySelectorAll('.scorechart .step').length") > 0, "the score is drawn")

    # Undone, by keyboard.
    browser.go(case)
    browser.find("#undo")
    browser.press("z")
    browser.until("the answer", lambda: "saved=undone" in browser.url)
    holds(score(browser, 0) == before, "undone, the score is as it was", before, score(browser, 0))
    holds("counts" in browser.text("h1 .pill"), "and so is the case")

    # The other side was first: both profiles move, and both come back.
    both = [score(browser, 0), score(browser, 1)]
    browser.press("b")
    browser.press("Enter")
    browser.until("the answer", lambda: "saved=decided" in browser.url)
    turned = [score(browser, 0), score(browser, 1)]
    holds(turned[0] > both[0] and turned[1] < both[1], "B was first: A pays", both, turned)
    browser.press("z")
    browser.until("the answer", lambda: "saved=undone" in browser.url)
    holds([score(browser, 0), score(browser, 1)] == both, "and no longer after it is undone")

    # The bundle, checked as its reader would.
    packed = browser.run("""
        const answer = await fetch(arguments[0] + '/bundle');
        const bytes = new Uint8Array(await answer.arrayBuffer());
        let text = '';
        for (const byte of bytes) text += String.fromCharCode(byte);
        return btoa(text);""", case.split("?")[0])
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(packed)))
    holds(archive.testzip() is None, "the bundle is a whole archive")
    manifest = archive.read("MANIFEST.sha256").decode().splitlines()
    named = [line.split("  ", 1) for line in manifest]
    holds(all(hashlib.sha256(archive.read(name)).hexdigest() == digest for digest, name in named),
          "every part has the digest that the manifest says", len(named))
    parts = {name for _, name in named}
    holds({"case.json", "comparison.json", "rules.json", "index.html", "evidence.png"} <= parts
          and any(name.startswith("frames/") for name in parts), "page, pictures, rules and evidence are in it", parts)
    summary = json.loads(archive.read("case.json"))
    holds(summary["schema"] == "moire.bundle/1" and len(summary["decisions"]) == 2
          and all("undone" in one for one in summary["decisions"]), "with both decisions and their undoing")

    # Marks, help, next, view.
    browser.press("m")
    holds(browser.run("return getComputedStyle(document.querySelector('.marks')).visibility") == "hidden",
          "marks can be put away")
    browser.press("?")
    holds(browser.run("return document.querySelector('#help').open"), "the question mark shows the keys")
    browser.press("Escape")
    browser.press("n")
    browser.until("the next case", lambda: browser.url.split("?")[0] != case.split("?")[0])
    holds("/console/cases/" in browser.url, "n leads to the next case")
    browser.go(f"{address}/console/preferences")
    browser.run("document.querySelector('input[name=theme][value=dark]').checked = true;"
                "document.querySelector('input[name=blur][value=everywhere]').checked = true;")
    browser.click("main form .primary")
    browser.until("saved", lambda: "saved=1" in browser.url)
    holds(browser.run("return document.documentElement.dataset.theme") == "dark", "the theme is kept")
    browser.go(case)
    holds("blur" in browser.run("return getComputedStyle(document.querySelector('.pairsvg .ev')).filter"),
          "blur is kept, too")

    # The fleet.
    browser.press("g", "f")
    browser.until("the fleet", lambda: browser.url.endswith("/console/fleet"))
    letters = "return document.querySelectorAll('.letters tbody tr').length"
    count = browser.run(letters)
    holds(count == 3, "three dead letters", count)
    browser.click(".letters tbody tr form[action$=purge] button")
    browser.until("the letter to go", lambda: browser.run(letters) == 2)
    holds("full" in browser.text("main") or "partial" in browser.text("main"), "the sandbox says its level")

    # 390 pixels: nothing sticks out.
    for path in ["/console/cases", "/console/creators", f"/console/creators/{creator}", "/console/fleet", None]:
        browser.size(390, 844)
        browser.go(case if path is None else address + path)
        width = browser.run("return document.documentElement.scrollWidth")
        holds(width <= 390, f"{path or 'the case'} fits 390 pixels", width)

    # What another page could do with the session: nothing.
    request = urllib.request.Request(
        case.split("?")[0] + "/decisions", data=b"verdict=confirmed&why=forged", method="POST",
        headers={"Cookie": f"moire_session={cookie['value']}", "Origin": "https://elsewhere.example"})
    try:
        urllib.request.urlopen(request)
        status = 200
    except urllib.error.HTTPError as error:
        status = error.code
    holds(status == 401, "a form of another page changes nothing", status)

    complaints = browser.complaints()
    holds(not complaints, "the browser had nothing to complain about", complaints)
    browser.size(1280, 900)
    browser.go(f"{address}/console/cases")
    browser.click(".me form button")
    browser.until("the door", lambda: "/console/login" in browser.url)
    browser.go(f"{address}/console/cases")
    holds("/console/login" in browser.url, "after signing out the door is closed")


if __name__ == "__main__":
    with Browser() as browser:
        tour(browser, sys.argv[1].rstrip("/"), sys.argv[2])
