"""A headless Chromium, driven over a pipe: no sockets, no driver, no packages."""

import base64
import json
import os
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_S = 30.0


def find_chromium() -> str | None:
    """Give the browser's path; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Page:
    """One page of a browser of its own.

    Attributes
    ----------
    errors : list of str
        What the page complained of: errors and warnings on the console, exceptions, what its policy refused.
    requests : list of str
        Addresses that it asked for, the file itself left out.
    """

    def __init__(self, path: Path, folder: Path, *, is_dark: bool = False, width: int = 1200, height: int = 900):
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._path = path
        self._n_sent = 0
        self._read = b""
        self._start(folder)
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Page", "Network"):
            self.send(f"{domain}.enable")
        self.open(is_dark=is_dark, width=width, height=height)

    def open(self, *, is_dark: bool = False, width: int = 1200, height: int = 900) -> None:
        """Open the file anew, as if for the first time."""
        self.errors.clear()
        self.requests.clear()
        self.resize(width, height)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self._is_loaded = False
        self.send("Page.navigate", url=self._path.as_uri())
        self.wait_until(lambda: self._is_loaded)

    def __enter__(self) -> "Page":
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._to)
        os.close(self._from)

    def run(self, expression: str) -> Any:
        """Evaluate JavaScript, wait for a promise, and give the value."""
        told = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise AssertionError(json.dumps(told["exceptionDetails"], ensure_ascii=False)[:2000])
        return told["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Wait until JavaScript is true."""
        self.wait_until(lambda: bool(self.run(expression)))

    def wait_until(self, is_done: Any) -> None:
        """Wait until a function says so, and read what the browser tells meanwhile."""
        end = time.monotonic() + PATIENCE_S
        while not is_done():
            assert time.monotonic() < end, f"not in {PATIENCE_S} s; errors: {self.errors}"
            self._send("Target.getTargets")
            time.sleep(0.02)

    def press(self, key: str, code: int) -> None:
        """Press a key on the keyboard."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        for kind in ("keyDown", "keyUp"):
            own = {"text": text} if text and kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **own)

    def click(self, x: float, y: float) -> None:
        """Click with the mouse."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def resize(self, width: int, height: int) -> None:
        """Set the size of the window."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def shoot(self, *, is_whole: bool = True) -> bytes:
        """Give a picture of the page, as PNG."""
        told = self.send("Page.captureScreenshot", captureBeyondViewport=is_whole)
        return base64.b64decode(told["data"])

    def print(self) -> bytes:
        """Give the printed page, as PDF."""
        told = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(told["data"])

    def send(self, method: str, **params: object) -> dict[str, Any]:
        """Send a command to the page."""
        return self._send(method, self._session, **params)

    def _send(self, method: str, session: str | None = None, /, **params: object) -> dict[str, Any]:
        self._n_sent += 1
        own = self._n_sent
        message = {"id": own, "method": method, "params": params} | ({"sessionId": session} if session else {})
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        while True:
            told = self._receive()
            if told.get("id") == own:
                assert "error" not in told, f"{method}: {told['error']}"
                result: dict[str, Any] = told["result"]
                return result
            self._note(told)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            data = os.read(self._from, 1 << 16)
            assert data, "the browser has ended"
            self._read += data
        message, _, self._read = self._read.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told

    def _note(self, told: dict[str, Any]) -> None:
        method, params = told.get("method"), told.get("params", {})
        if method == "Page.loadEventFired":
            self._is_loaded = True
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.errors.append(json.dumps(params["args"], ensure_ascii=False)[:500])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params["exceptionDetails"], ensure_ascii=False)[:500])
        elif method == "Log.entryAdded":
            self.errors.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent" and params["request"]["url"] != self._path.as_uri():
            self.requests.append(params["request"]["url"])

    def _start(self, folder: Path) -> None:
        chromium = find_chromium()
        assert chromium, "there is no Chromium"
        options: Sequence[str] = (
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
            *("--disable-dev-shm-usage", "--hide-scrollbars", f"--user-data-dir={folder}", "--remote-debugging-pipe"),
        )
        in_read, self._to = os.pipe()
        self._from, out_write = os.pipe()
        log = os.open(folder.parent / f"{folder.name}.log", os.O_WRONLY | os.O_CREAT)
        # The browser reads its third file and writes its fourth.
        spare = [os.dup(file) for file in (in_read, out_write)]
        high = [os.dup2(file, 200 + place) for place, file in enumerate(spare)]
        actions = [
            (os.POSIX_SPAWN_DUP2, high[0], 3),
            (os.POSIX_SPAWN_DUP2, high[1], 4),
            (os.POSIX_SPAWN_DUP2, log, 1),
            (os.POSIX_SPAWN_DUP2, log, 2),
        ]
        self._process = os.posix_spawn(chromium, [chromium, *options], os.environ, file_actions=actions)
        for file in (in_read, out_write, log, *spare, *high):
            os.close(file)
