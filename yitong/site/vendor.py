"""The browser files that come from npm: copied out of `frontend/node_modules` under short, stable names.

Only what pages use is copied; the packages hold hundreds of files that `collectstatic` would hash and compress. A page
writes `{% static "vendor/tabler/tabler.min.css" %}`. Run as `python -m yitong.site.vendor`; imports no Django.
"""

import re
import shutil
from pathlib import Path

from yitong.site import env

NODE_MODULES = env.BASE_DIR / "frontend" / "node_modules"
FONTS = NODE_MODULES / "@expo-google-fonts" / "noto-sans-sc"

FILES = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/jsqr/jsQR.js": "jsqr/dist/jsQR.js",
}
"""Name below `static/` -> file below `node_modules`."""

# The maps stay behind, and a manifest storage fails on a name that does not exist.
_SOURCE_MAP = re.compile(rb"(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=.*)\s*$")


def install(target: Path | None = None) -> int:
    """Copy what is new or changed to `target` (the data folder's `vendor`), remove what is listed no longer.

    Returns how many files were written. Raises FileNotFoundError naming the missing package's file.
    """
    root = target or env.var_dir() / "vendor"
    written = 0
    for name, source in FILES.items():
        origin = NODE_MODULES / source
        if not origin.exists():
            raise FileNotFoundError(f"{origin} is missing. Run 'make setup': it fetches the front-end packages.")
        content = _SOURCE_MAP.sub(b"", origin.read_bytes())
        file = root / name
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            written += 1
    kept = {root / name for name in FILES}
    for file in root.rglob("*"):
        if file.is_file() and file not in kept:
            file.unlink()
    for folder in sorted((path for path in root.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            shutil.rmtree(folder)
    return written


if __name__ == "__main__":
    print(f"{install()} of {len(FILES)} browser files written")
