"""A part of the running city: started by the launcher, and gone when the launcher is gone.

`python -m yitong.site.child web|worker|setup|standin ...`. On Linux the kernel sends SIGTERM when the parent dies, even by -9;
elsewhere a thread looks for it. Without that, an orphan would keep the port and the next start would find it busy.
"""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Arrange for SIGTERM when the parent process ends; ends at once when it is gone already."""
    parent = int(os.environ.get("YITONG_LAUNCHER_PID", os.getppid()))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        # The parent may have died before the request.
        if os.getppid() != parent:
            sys.exit("The launcher is gone.")
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def run_web(rest: list[str]) -> None:
    """gunicorn, configured by `yitong.site.gunicorn_conf`."""
    from gunicorn.app.wsgiapp import run

    sys.argv = ["gunicorn", "--config", "python:yitong.site.gunicorn_conf", *rest, "yitong.site.wsgi:application"]
    run()


def run_worker(rest: list[str]) -> None:
    """The job worker; SIGTERM lets running jobs finish."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("procrastinate", "worker", *rest)


def run_setup(rest: list[str]) -> None:
    """The pending steps of set-up."""
    from yitong.site import setup_steps

    sys.argv = ["setup", *rest]
    setup_steps.main()


def run_standin(rest: list[str]) -> None:
    """The local stand-in for registers of the province and the ministries; the demonstration's alone. No Django."""
    from yitong.exchange.upstream.server import main as serve

    serve(rest)


PARTS = {"web": run_web, "worker": run_worker, "setup": run_setup, "standin": run_standin}


def main() -> None:
    die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yitong.site.settings")
    PARTS[sys.argv[1]](sys.argv[2:])


if __name__ == "__main__":
    main()
