"""A process that plays one share: `python -m yitong.site.demo.player_process SHARE OF SCALE TODAY`.

It starts up while the city is laid out, waits for a line on its standard input, then plays and prints ``played total`` after
every transaction. Nobody left to read or write means that whoever started it is gone, and it ends.
"""

import os
import sys
from datetime import date


def main() -> None:
    """Play when told to."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yitong.site.settings")
    django.setup()
    from yitong.site.demo.calendar import History
    from yitong.site.demo.player import play_share
    from yitong.site.demo.scale import Scale

    share, of, scale, today = sys.argv[1:]
    if not sys.stdin.readline():
        return

    def report(played: int, total: int) -> None:
        print(played, total, flush=True)

    try:
        play_share(History(date.fromisoformat(today)), Scale(float(scale)), int(share), int(of), report)
    except BrokenPipeError:
        # Python would complain once more while closing the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
