"""Put pip into a virtual environment that was made without it.

Debian splits ``ensurepip`` from Python, so ``python3 -m venv`` alone fails on a machine without the
python3-venv package. A pip wheel can run itself; its hash is pinned here.
"""

import hashlib
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

WHEEL = "pip-26.3-py3-none-any.whl"
URL = (
    "https://files.pythonhosted.org/packages/07/25/"
    f"ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/{WHEEL}"
)
SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def main() -> None:
    """Download the wheel, compare its hash, and let it install itself."""
    with urllib.request.urlopen(URL) as response:  # noqa: S310 - a fixed https address
        content = response.read()
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{URL} does not have the pinned hash; nothing was installed.")
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / WHEEL
        wheel.write_bytes(content)
        subprocess.run(  # noqa: S603 - our own interpreter and the checked wheel
            [sys.executable, f"{wheel}/pip", "install", "--quiet", "--no-index", str(wheel)],
            check=True,
        )


if __name__ == "__main__":
    main()
