"""How gunicorn serves the site. Threads, not an event loop: views are synchronous and wait for one local database."""

import os
from typing import Any

from yitong.site import env, memory

workers = env.whole("YITONG_WEB_WORKERS", 2, least=1, most=64)
threads = env.whole("YITONG_WEB_THREADS", 4, least=1, most=64)
worker_class = "gthread"
preload_app = True
timeout = 60
graceful_timeout = 15
keepalive = 5
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# A long-lived worker's memory only grows; the jitter keeps both from leaving at once.
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = env.text("YITONG_PROXY_ADDRESSES", "127.0.0.1")


def post_fork(server: Any, worker: Any) -> None:
    """A connection opened while preloading must not be shared by two processes."""
    from django.db import connections

    connections.close_all()


def post_worker_init(worker: Any) -> None:
    """The collector need not walk what start-up made in every full round: that stops a page for a quarter of a second."""
    memory.settle()
