"""Make the virtual environment that runs this script see the project, as an editable install would, without a network.

Writes `yitong.pth` (the checkout on the import path) and the console script `yitong` beside the interpreter. The script
imports the command line alone, so that pure commands start in a fraction of a second.
"""

import sys
import sysconfig
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

SCRIPT = """#!{interpreter}
import sys

from yitong.site.cli import main

sys.exit(main())
"""


def main() -> None:
    if sys.prefix == sys.base_prefix:
        raise SystemExit("Run this with the environment's interpreter: .venv/bin/python tools/link_project.py")
    packages = Path(sysconfig.get_path("purelib"))
    (packages / "yitong.pth").write_text(f"{PROJECT}\n", encoding="utf-8")
    # The environment's own python, not what it links to: the link is what makes it the environment.
    interpreter = Path(sys.prefix) / "bin" / "python"
    script = Path(sysconfig.get_path("scripts")) / "yitong"
    script.write_text(SCRIPT.format(interpreter=interpreter), encoding="utf-8")
    script.chmod(0o755)


if __name__ == "__main__":
    main()
