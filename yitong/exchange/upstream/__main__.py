"""``python -m yitong.exchange.upstream [--port N | --fd N]``."""

from yitong.exchange.upstream.server import main

main()
