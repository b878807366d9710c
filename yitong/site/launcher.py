"""The launcher behind `yitong run`: prepares, starts and supervises the parts of one machine's city.

Its children are the web server, the job worker and, for a demonstration, the local stand-in for other houses' registers;
the embedded PostgreSQL belongs to its data folder and is watched
too. A child that dies is started again, later each time. The launcher itself may be killed at any moment: its children
notice (`yitong.site.child`), and the next start waits for leftovers or ends them. No Django is imported here.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import IO, Any

from yitong.site import env, postgres
from yitong.site.demo_accounts import demo_accounts

READY_SECONDS = 60
STOP_SECONDS = 25
"""gunicorn gives requests 15 seconds to finish and the worker its jobs; then they are killed."""
BACK_OFF_SECONDS = (0.5, 1, 2, 5, 10, 30)
STEADY_SECONDS = 60
"""A child that lived this long starts again without waiting."""
PORTS_TRIED = 50


class Output:
    """What the launcher says: lines for people, or one JSON object a line for programs."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def phase(self, name: str, seconds: float) -> None:
        """One finished phase of the start with its duration."""
        if self.as_json:
            self._object("phase", name=name, seconds=round(seconds, 3))
        else:
            print(f"  {seconds:6.2f} s  {name}", flush=True)

    def say(self, event: str, message: str, **facts: Any) -> None:
        """Something that happened: `message` for people, `facts` for programs."""
        if self.as_json:
            self._object(event, **facts)
        else:
            print(message, flush=True)

    def _object(self, event: str, **facts: Any) -> None:
        print(json.dumps({"event": event, **facts}, ensure_ascii=False), flush=True)


@dataclass(slots=True)
class Part:
    """One supervised child process."""

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0


@dataclass
class Launcher:
    """One run of the city. `run()` returns the exit code once everything has stopped."""

    host: str
    port: int
    demo: bool
    output: Output
    _parts: list[Part] = field(default_factory=list)
    _stopping: bool = False
    _locks: list[IO[bytes]] = field(default_factory=list)
    _standin: socket.socket | None = None

    def run(self) -> int:
        """Prepare, start, watch until told to stop."""
        begun = time.monotonic()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        if not self._claim():
            return 1
        listener = self._listen()
        if self.demo and not os.environ.get("YITONG_STANDIN_URL"):
            self._standin = _loopback()
        try:
            code = self.prepare()
            if code or self._stopping:
                return code
            self._start_parts(listener)
            if self._wait_until_ready(begun):
                self._watch()
            return 0 if self._stopping else 1
        finally:
            listener.close()
            if self._standin:
                self._standin.close()
            self._stop_parts()
            if not os.environ.get("DATABASE_URL"):
                postgres.release()

    def prepare(self) -> int:
        """Database, keys, files, demonstration city: what is pending. Returns the exit code."""
        begun = time.monotonic()
        address = os.environ.get("DATABASE_URL") or postgres.ensure_running()
        self.output.phase("Database server", time.monotonic() - begun)
        self._environment = os.environ | {
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "yitong.site.settings",
            "YITONG_DEMO": "1" if self.demo else "0",
            "YITONG_LAUNCHER_PID": str(os.getpid()),
        }
        self._environment.setdefault("YITONG_BASE_URL", f"http://{self.host}:{self.port}")
        if self._standin:
            self._environment["YITONG_STANDIN_URL"] = f"http://127.0.0.1:{self._standin.getsockname()[1]}"
        from yitong.site import setup_steps

        begun = time.monotonic()
        waiting = setup_steps.pending(demo=self.demo, dsn=address)
        self.output.phase("What changed", time.monotonic() - begun)
        if not waiting:
            return 0
        options = ["--json"] if self.output.as_json else []
        setup = subprocess.Popen([*_child("setup"), *options], env=self._environment, start_new_session=True)
        while setup.poll() is None:
            if self._stopping:
                # Each step is one that may be cut off; the next start takes it up again.
                setup.terminate()
            time.sleep(0.05)
        if setup.returncode and not self._stopping:
            self.output.say("failed", "Set-up failed; see above. Nothing was started.", code=setup.returncode)
            return 1
        return 0

    def _claim(self) -> bool:
        """One launcher per data folder. The lock dies with its holder, so that a killed one is no obstacle."""
        lock = (env.var_dir() / "run.lock").open("a+b")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            where = self._record().get("address", "another address")
            self.output.say("running", f"Yitong already runs at {where} with this data folder.", address=where)
            return False
        self._locks.append(lock)
        # Children hold the second lock as long as they live: free means that nobody of an earlier run is left.
        children = (env.var_dir() / "children.lock").open("a+b")
        deadline = time.monotonic() + 8
        while True:
            try:
                fcntl.flock(children, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    self._end_leftovers()
                    deadline = time.monotonic() + 8
                time.sleep(0.1)
        # Children inherit it shared; the launcher keeps no hold of its own while nobody runs.
        fcntl.flock(children, fcntl.LOCK_SH)
        self._locks.append(children)
        return True

    def _end_leftovers(self) -> None:
        """Kill the recorded process groups of an earlier run that did not leave by themselves."""
        for group in self._record().get("groups", []):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(int(group), signal.SIGKILL)

    def _record(self) -> dict[str, Any]:
        try:
            return dict(json.loads((env.var_dir() / "run.json").read_text()))
        except (FileNotFoundError, ValueError):
            return {}

    def _keep_record(self) -> None:
        groups = [part.process.pid for part in self._parts if part.process]
        record = {"address": self._address, "pid": os.getpid(), "groups": groups}
        (env.var_dir() / "run.json").write_text(json.dumps(record))

    def _listen(self) -> socket.socket:
        """Open the port here and hand it down: a web server that is started again finds its queue intact."""
        for port in range(self.port, self.port + PORTS_TRIED):
            listener = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((self.host, port))
                listener.listen(512)
            except OSError as error:
                listener.close()
                if port == self.port + PORTS_TRIED - 1:
                    raise SystemExit(f"yitong: no free port from {self.port} to {port}: {error.strerror}") from error
                continue
            if port != self.port:
                self.output.say("port", f"Port {self.port} is busy; using {port}.", asked=self.port, used=port)
            self.port = port
            break
        self._address = f"http://{self.host}:{self.port}"
        return listener

    def _start_parts(self, listener: socket.socket) -> None:
        listener.set_inheritable(True)
        self._parts = [
            Part("web", ["--bind", f"fd://{listener.fileno()}"]),
            Part("worker", []),
        ]
        self._inherited: tuple[int, ...] = (listener.fileno(), self._locks[1].fileno())
        if self._standin:
            self._standin.set_inheritable(True)
            self._inherited += (self._standin.fileno(),)
            self._parts.append(Part("standin", ["--fd", str(self._standin.fileno())]))
        for part in self._parts:
            self._start(part)

    def _start(self, part: Part) -> None:
        part.process = subprocess.Popen(
            [*_child(part.name), *part.arguments],
            env=self._environment,
            # A group of its own: Ctrl-C reaches the launcher, which stops its parts in order.
            start_new_session=True,
            pass_fds=self._inherited,
        )
        part.started = time.monotonic()
        self._keep_record()

    def _wait_until_ready(self, begun: float) -> bool:
        started = time.monotonic()
        while time.monotonic() - started < READY_SECONDS and not self._stopping:
            if self._answers():
                self.output.phase("Web server", time.monotonic() - started)
                self._announce(time.monotonic() - begun)
                return True
            web = self._parts[0].process
            if web and web.poll() is not None:
                self.output.say("failed", "The web server ended while starting; see above.", code=web.returncode)
                return False
            time.sleep(0.1)
        if not self._stopping:
            self.output.say("failed", f"The web server did not answer within {READY_SECONDS} seconds.", code=None)
        return False

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._address}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError as answer:
            # YITONG_HOSTS may not list the address we listen on: such an answer proves as much.
            return answer.code == 400
        except OSError:
            return False

    def _announce(self, seconds: float) -> None:
        accounts = demo_accounts() if self.demo else []
        secure = env.flag("YITONG_HTTPS", not self.demo)
        lines = [f"\nYitong runs at {self._address} (ready after {seconds:.1f} s). Ctrl-C stops it."]
        if secure:
            lines += ["It expects to be reached by HTTPS, through a proxy; YITONG_HTTPS=0 allows plain HTTP."]
        if accounts:
            lines += ["", "Demonstration accounts:"]
            widths = {key: max(len(str(account[key])) for account in accounts) for key in accounts[0]}
            lines += ["  " + "  ".join(f"{account[key]:<{widths[key]}}" for key in account) for account in accounts]
        self.output.say("ready", "\n".join(lines), address=self._address, seconds=round(seconds, 2), accounts=accounts)

    def _watch(self) -> None:
        """Start again what died, until told to stop."""
        embedded = not os.environ.get("DATABASE_URL")
        looked = time.monotonic()
        while not self._stopping:
            now = time.monotonic()
            if embedded and now - looked > 2:
                looked = now
                if postgres.revive():
                    self.output.say("restarted", "The database server had died and runs again.", part="database")
            for part in self._parts:
                self._look_after(part, now)
            time.sleep(0.25)

    def _look_after(self, part: Part, now: float) -> None:
        if part.process is None:
            if now >= part.start_at:
                self._start(part)
            return
        code = part.process.poll()
        if code is None:
            return
        part.failures = 0 if now - part.started > STEADY_SECONDS else part.failures + 1
        wait = BACK_OFF_SECONDS[min(part.failures, len(BACK_OFF_SECONDS) - 1)]
        part.process, part.start_at = None, now + wait
        message = f"The {part.name} process ended ({code}); starting it again in {wait:g} s."
        self.output.say("restarting", message, part=part.name, code=code, wait=wait)

    def _on_signal(self, number: int, frame: object) -> None:
        if self._stopping and number == signal.SIGINT:
            for part in self._parts:
                if part.process:
                    part.process.kill()
        self._stopping = True

    def _stop_parts(self) -> None:
        running = [part.process for part in self._parts if part.process and part.process.poll() is None]
        if running:
            self.output.say("stopping", "\nStopping ...")
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self._parts:
            (env.var_dir() / "run.json").unlink(missing_ok=True)
            self.output.say("stopped", "Stopped.")


def _loopback() -> socket.socket:
    """A listening socket on a free port that only this machine reaches."""
    listener = socket.socket(socket.AF_INET)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def _child(part: str) -> list[str]:
    return [sys.executable, "-m", "yitong.site.child", part]
