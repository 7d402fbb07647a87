"""A small client for headless Chromium over its DevTools protocol: open, wait, click, picture."""

import base64
import contextlib
import itertools
import json
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

from websockets.sync.client import connect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--window-size=1600,1000",
)
CENTRE = """
(() => {
  const seen = (node) => node.offsetParent !== null && !node.disabled;
  const found = [...document.querySelectorAll(%s)].filter(
    (node) => seen(node) && node.innerText.trim().startsWith(%s));
  if (!found.length) return null;
  const box = found[0].getBoundingClientRect();
  return {x: box.x + box.width / 2, y: box.y + box.height / 2};
})()
"""


class Browser:
    """One page of a Chromium with a profile of its own.

    Args:
        profile: an empty folder for the profile.
    """

    def __init__(self, profile: Path) -> None:
        binary = shutil.which("chromium") or shutil.which("chromium-browser")
        assert binary, "chromium is not installed; .ci/run installs it"
        self.process = subprocess.Popen(
            [binary, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port_file = profile / "DevToolsActivePort"
        port = until(lambda: port_file.exists() and port_file.read_text().split("\n")[0], 60)
        self.ids = itertools.count(1)
        request = urllib.request.Request(f"http://127.0.0.1:{port}/json/new", method="PUT")
        with urllib.request.urlopen(request) as answer:
            target = json.load(answer)
        self.closing = contextlib.ExitStack()
        self.socket = self.closing.enter_context(
            connect(target["webSocketDebuggerUrl"], max_size=None, proxy=None)
        )
        self.call("Page.enable")

    def call(self, method: str, **params: object) -> dict:
        """Call a method of the protocol and wait for its answer; events are passed over."""
        number = next(self.ids)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(timeout=60))
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    def open(self, address: str) -> None:
        """Go to an address."""
        self.call("Page.navigate", url=address)

    def evaluate(self, script: str) -> object:
        """The value of a JavaScript expression in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return result["result"].get("value")

    def wait_for_text(self, text: str, seconds: float = 90) -> None:
        """Wait until a text can be read on the page."""
        script = f"document.body !== null && document.body.innerText.includes({json.dumps(text)})"
        until(lambda: self.evaluate(script), seconds, f"{text!r} on the page")

    def click(self, text: str, selector: str = "button, a", seconds: float = 60) -> None:
        """Click, as a person does, the first enabled element that starts with a text."""
        script = CENTRE % (json.dumps(selector), json.dumps(text))
        place = until(lambda: self.evaluate(script), seconds, f"something to click: {text!r}")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def picture(self, file: Path) -> Path:
        """Write a PNG of what can be seen."""
        data = self.call("Page.captureScreenshot", format="png")["data"]
        file.write_bytes(base64.b64decode(data))
        return file

    def close(self) -> None:
        """End the browser."""
        self.closing.close()
        self.process.terminate()
        self.process.wait(timeout=30)


def until(ask, seconds: float, what: str = "an answer"):
    """The first true value of a question that is asked again and again.

    Raises:
        AssertionError: there was none in time.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = ask()
        if value:
            return value
        time.sleep(0.5)
    raise AssertionError(f"waited {seconds} s in vain for {what}")
