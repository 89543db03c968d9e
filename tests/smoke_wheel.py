"""Build the wheel and plan the sample team's week from it, away from the source tree.

The wheel is unpacked into a folder that comes first on the module path, so what is missing from the
package (a sample file, a module) is missing here too, while the dependencies stay the locked ones.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        wheels, site, work = (Path(folder) / name for name in ("wheels", "site", "work"))
        work.mkdir()
        run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(wheels)], ROOT)
        (wheel,) = wheels.glob("staffcast-*.whl")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--no-deps", "--target", str(site), str(wheel)], work)
        environment = {**os.environ, "PYTHONPATH": str(site)}
        where = "import ui; print(ui.__file__)"
        found = run([sys.executable, "-c", where], work, environment)
        if not Path(found.strip()).is_relative_to(site):
            sys.exit(f"smoke: the source tree was imported, not the wheel: {found}")
        staffcast = str(site / "bin" / "staffcast")
        run([sys.executable, staffcast, "--help"], work, environment)
        run([sys.executable, staffcast, "demo", "demo"], work, environment)
        for name in ("roster.csv", "exports/roster.xlsx", "manifest.json"):
            if not list(work.glob(f"demo/plans/*/{name}")):
                sys.exit(f"smoke: the wheel's demo wrote no {name}")
    sys.stdout.write("smoke: the wheel plans the sample team's week\n")


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"smoke: {' '.join(command)} ended with {done.returncode}\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
