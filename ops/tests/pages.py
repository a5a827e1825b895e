"""A family in Chromium: signs up, asks, reads the answer with its sources, signs out, with scripts
and without; what it types is text everywhere. Speaks the DevTools protocol over a pipe, and acts by
mouse and keys alone, so that nothing of it needs a script in the page.

pages.py CHROMIUM GATEWAY-URL PROFILE-FOLDER [SCREENSHOT-FOLDER]
"""

import base64
import json
import os
import select
import subprocess
import sys
import time
import uuid

HOSTILE = '<img src=x onerror="document.title=1"><script>alert(1)</script> </title> {{csrf}} "\''


class Fault(Exception):
    pass


def check(holds, what):
    if not holds:
        raise Fault(what)


class Browser:
    """One page of a headless Chromium, driven over its debugging pipe."""

    def __init__(self, program, profile):
        to_browser, self.sending = os.pipe()
        self.receiving, from_browser = os.pipe()

        def pipes():
            # Chromium reads from 3 and writes to 4. Copies first: the pipes may lie there already.
            first, second = os.dup(to_browser), os.dup(from_browser)
            spare = os.dup2(first, 100), os.dup2(second, 101)
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        self.process = subprocess.Popen(
            [
                program, "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                "--disable-background-networking", "--disable-component-update",
                "--user-data-dir=" + profile, "--window-size=1100,900",
                "--remote-debugging-pipe", "about:blank",
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            close_fds=False, preexec_fn=pipes, start_new_session=True,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.number = 0
        self.rest = b""
        self.events = []
        self.session = None
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "DOM", "Log", "Network"):
            self.call(domain + ".enable")

    def close(self):
        try:
            os.close(self.sending)
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait(10)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.sending, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                check("error" not in answer, f"{method}: {answer.get('error')}")
                return answer["result"]
            self.events.append(answer)

    def read(self, seconds=30):
        deadline = time.monotonic() + seconds
        while b"\0" not in self.rest:
            left = deadline - time.monotonic()
            check(left > 0, "Chromium does not answer")
            if select.select([self.receiving], [], [], left)[0]:
                piece = os.read(self.receiving, 1 << 16)
                check(piece, "Chromium ended")
                self.rest += piece
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def wait_for_load(self):
        """Waits until a page has loaded since the last call."""
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self.read())
        self.seen = [event for event in self.events]
        self.events = []
        for event in self.seen:
            check(event["method"] != "Page.javascriptDialogOpening", "a script ran")
            entry = event.get("params", {}).get("entry", {})
            # A policy that our own page breaks is a fault of the page.
            check("Content Security Policy" not in entry.get("text", "") or entry.get("expected"),
                  "refused by the policy: " + entry.get("text", ""))

    def open(self, url):
        self.events = []
        self.call("Page.navigate", url=url)
        self.wait_for_load()

    def node(self, selector):
        root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        return self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]

    def nodes(self, selector):
        root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        return self.call("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]

    def html(self, selector="html"):
        node = self.node(selector)
        check(node, "no " + selector)
        return self.call("DOM.getOuterHTML", nodeId=node)["outerHTML"]

    def path(self):
        history = self.call("Page.getNavigationHistory")
        url = history["entries"][history["currentIndex"]]["url"]
        return "/" + url.split("/", 3)[3]

    def type(self, selector, text):
        node = self.node(selector)
        check(node, "no " + selector)
        self.call("DOM.focus", nodeId=node)
        self.call("Input.insertText", text=text)

    def click(self, selector):
        """A click with the mouse that opens another page."""
        node = self.node(selector)
        check(node, "no " + selector)
        self.call("DOM.scrollIntoViewIfNeeded", nodeId=node)
        quad = self.call("DOM.getContentQuads", nodeId=node)["quads"][0]
        x, y = sum(quad[0::2]) / 4, sum(quad[1::2]) / 4
        self.events = []
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.wait_for_load()

    def picture(self, folder, name):
        if not folder:
            return
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        with open(os.path.join(folder, name + ".png"), "wb") as file:
            file.write(base64.b64decode(data))


def visit(browser, site, pictures, name):
    """The way of one family through the product."""
    browser.open(site + "/chat")
    check(browser.path() == "/login?next=/chat", "who is not signed in sees " + browser.path())
    browser.picture(pictures, name + "-login")
    form = 'form[action="/signup"] '
    browser.type(form + "[name=email]", f"famille-{uuid.uuid4()}@exemple.fr")
    browser.type(form + "[name=password]", "huit vaches bleues")
    browser.type(form + "[name=name]", "Zoé <b>Martin</b>")
    browser.click(form + "button")
    check(browser.path() == "/chat", "after signing up: " + browser.path())

    ask = 'form.card[action="/chat"] '
    browser.type(ask + "[name=message]", "Quel est le montant de l'AAH ?")
    browser.click(ask + "button")
    check(browser.path().startswith("/chat?conversation_id="), "after asking: " + browser.path())
    page = browser.html("main").replace("\u00a0", " ").replace("&nbsp;", " ")
    check("041,59" in page, "the amount is not on the page")
    check(browser.nodes('main a[href^="/guides/"]'), "no source is on the page")
    browser.picture(pictures, name + "-answer")
    answered = browser.path()

    browser.type(ask + "[name=message]", HOSTILE)
    browser.click(ask + "button")
    page = browser.html()
    check("&lt;img src=x onerror=" in page and "{{csrf}}" in page, "what was typed is not there")
    check(not browser.nodes("script") and not browser.nodes("img[onerror]"), "it is not text")
    check("<title>1" not in page, "it ran")
    browser.picture(pictures, name + "-hostile")
    browser.open(site + "/chat?new=1")
    browser.type(ask + "[name=message]", HOSTILE)
    browser.click(ask + "button")
    page = browser.html()
    # Now it is the conversation's title too.
    check(not browser.nodes("script") and not browser.nodes("img[onerror]"), "a title is not text")
    check(page.count("<title>") == 1 and page.count("</title>") == 1, "it left the title")

    browser.open(site + answered)
    browser.click('main a[href^="/guides/"]')
    check(browser.path().startswith("/guides/"), "a source opens " + browser.path())
    check(browser.nodes("main h1"), "the guide has no heading")
    browser.picture(pictures, name + "-guide")

    browser.click('form[action="/logout"] button')
    check(browser.path() == "/", "after signing out: " + browser.path())
    check(not browser.nodes('form[action="/logout"]'), "the page still shows a session")
    browser.open(site + answered)
    check(browser.path() == "/login?next=/chat", "the way back leads to " + browser.path())
    cookies = browser.call("Network.getCookies", urls=[site])["cookies"]
    check(not [c for c in cookies if c["name"].startswith("phoenix_") and "form" not in c["name"]
               and c["name"] in ("phoenix_session", "phoenix_refresh")], "cookies are left")


def main():
    program, site, profile = sys.argv[1:4]
    pictures = sys.argv[4] if len(sys.argv) > 4 else None
    browser = Browser(program, profile)
    try:
        # The check of what is typed would prove nothing in a browser that runs no script.
        browser.open("data:text/html,<script>document.title='ran'</script>")
        check("<title>ran</title>" in browser.html(), "scripts do not run here at all")
        visit(browser, site, pictures, "with-scripts")
        browser.call("Emulation.setScriptExecutionDisabled", value=True)
        browser.open("data:text/html,<script>document.title='ran'</script>")
        check("<title>ran</title>" not in browser.html(), "scripts still run")
        visit(browser, site, pictures, "without-scripts")
        browser.call("Emulation.setDeviceMetricsOverride", width=360, height=740,
                     deviceScaleFactor=2, mobile=True)
        visit(browser, site, pictures, "phone")
        width = browser.call("Page.getLayoutMetrics")["cssContentSize"]["width"]
        check(width <= 360, f"a phone has to scroll sideways: {width} px")
    except Fault as fault:
        sys.exit(f"{fault}\n{browser.html()[:3000]}")
    finally:
        browser.close()


main()
