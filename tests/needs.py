"""What the suite needs beyond Python: a browser. Installs it where that is possible, else says what to do."""

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str | None:
    """The path of a browser on this machine, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def main() -> int:
    """Have a browser, or say how to get one."""
    if browser():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing chromium for the browser tests …", flush=True)
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False, **quiet)
    if browser():
        return 0
    print("The browser tests need chromium: apt-get install chromium (as root).", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
