"""A headless Chromium, driven by the WebDriver protocol (W3C) with nothing but Python's standard library.

Debian's packages `chromium` and `chromium-driver` are all that it needs.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

# Seconds that a page is given to show what is waited for; decoding a frame takes one or two.
PATIENCE = 30.0
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # W3C WebDriver, section 12.1
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004"}  # W3C WebDriver, section 17.4.2


class Missing(Exception):
    """What was waited for did not come."""


class Browser:
    def __init__(self):
        for program in ("chromedriver", "chromium"):
            if shutil.which(program) is None:
                raise SystemExit(f"{program} is missing; install Debian's chromium and chromium-driver")
        self.folder = tempfile.mkdtemp(prefix="moire-browser-")
        # The driver takes a free port and says which.
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.session = None
        port = None
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                port = line.rstrip(". \n").split()[-1]
                break
        self.base = f"http://127.0.0.1:{port}"
        arguments = [
            "--headless=new", f"--user-data-dir={self.folder}", "--hide-scrollbars", "--force-color-profile=srgb",
            "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--disable-background-networking"]
        # As root, as in a container, Chromium does not start with its own sandbox.
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": shutil.which("chromium"), "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.session = f"/session/{answer['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self.call("DELETE", self.session)
        finally:
            # It may have been started with the signal that asks it to end blocked.
            self.driver.kill()
            self.driver.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, body=None):
        data = None if method in ("GET", "DELETE") else json.dumps(body or {}).encode()
        request = urllib.request.Request(
            self.base + path, data=data, method=method, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise Missing(f"{value['error']}: {value['message'].splitlines()[0]}") from None

    def _session(self, method, path, body=None):
        return self.call(method, self.session + path, body)

    def go(self, url):
        self._session("POST", "/url", {"url": url})

    @property
    def url(self):
        return self._session("GET", "/url")

    @property
    def title(self):
        return self._session("GET", "/title")

    def run(self, script, *arguments):
        return self._session("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        """The first element that a CSS selector finds, waited for."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self._session("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]
            except Missing:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def text(self, selector):
        return self._session("GET", f"/element/{self.find(selector)}/text")

    def click(self, selector):
        self._session("POST", f"/element/{self.find(selector)}/click")

    def fill(self, selector, text):
        element = self.find(selector)
        self._session("POST", f"/element/{element}/clear")
        self._session("POST", f"/element/{element}/value", {"text": text})

    def press(self, *keys):
        """Keys on whatever has the focus."""
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self._session("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def until(self, what, condition):
        """Waits until a condition holds, and returns its value."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                value = condition()
            except Missing:
                value = None
            if value:
                return value
            if time.monotonic() > end:
                raise Missing(f"waited {PATIENCE:.0f} s for {what}; at {self.url}")
            time.sleep(0.05)

    def settle(self):
        """Waits until the page and all its pictures are there, those outside of the window among them."""
        self.run("for (const image of document.images) image.loading = 'eager';")
        # Pictures in drawings do not say when they are there; what the page has asked for does.
        self.until("the pictures", lambda: self.run("""
            const wanted = [...document.images].map(image => image.src)
                .concat([...document.querySelectorAll('image')].map(image => image.href.baseVal))
                .map(address => new URL(address, location).href);
            const ended = new Set(performance.getEntriesByType('resource').filter(one => one.responseEnd > 0)
                .map(one => one.name));
            return document.readyState === 'complete' && wanted.every(address => ended.has(address)
                || address.startsWith('data:'));"""))
        time.sleep(0.3)

    def size(self, width, height, theme="light"):
        """A window of this size, in the theme that the system is said to have."""
        self.tool("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.tool("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": theme},
            # What moves by itself is not where one clicks.
            {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def shot(self, path, height_max=10_000):
        """Writes the page as PNG, down to `height_max` pixels."""
        width, height = self.run(
            "return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, height_max), "scale": 1}
        data = self.tool("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip})
        with open(path, "wb") as file:
            file.write(base64.b64decode(data["data"]))

    def tool(self, command, parameters):
        """A command of Chromium's own DevTools protocol."""
        return self._session("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def complaints(self):
        """What the browser wrote to its console since the last time: errors and warnings."""
        return [entry["message"] for entry in self._session("POST", "/se/log", {"type": "browser"})
                if entry["level"] in ("SEVERE", "WARNING")]

    def weight(self):
        """Bytes of the page, its style sheet and its script; pictures apart."""
        return self.run("""
            const page = performance.getEntriesByType('navigation')[0].encodedBodySize;
            const parts = performance.getEntriesByType('resource');
            const isMedia = one => /\\/(frames|sounds)\\//.test(one.name) || /\\.(svg|png)/.test(one.name);
            const sum = list => list.reduce((sum, one) => sum + one.encodedBodySize, 0);
            return {page, code: sum(parts.filter(one => !isMedia(one))), media: sum(parts.filter(isMedia))};""")
