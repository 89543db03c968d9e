"""Take the README's picture: ``python -m tests.e2e.picture [WORKSPACE]``.

The shift plan of the sample team's normal inbox, net and primary, as the app shows it. Without a
workspace one is made with ``staffcast demo``.
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser_setup import find_browser
from tests.e2e.serving import FLAGS, serving

PICTURE = Path(__file__).parents[2] / "docs" / "heatmap.png"
QUEUE = "normal"
CLIP = {"x": 280, "y": 16, "width": 940, "height": 716}
COLOURS = 128


def take(workspace: Path) -> bytes:
    """Return a picture of the shift plan of a workspace, as PNG."""
    with serving(workspace) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=1.5)
        page.set_default_timeout(120_000)
        page.goto(f"{url}/shift-plan")
        page.get_by_text(QUEUE, exact=True).first.click()
        page.get_by_text(f"Net cover of {QUEUE}").wait_for()
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        page.locator("[data-testid=stVegaLiteChart] svg").nth(2).wait_for()
        content: bytes = page.screenshot(clip=CLIP)
        browser.close()
    return content


def shrink(content: bytes) -> bytes:
    """Reduce a PNG to the few colours that a heatmap has."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    buffer = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def main() -> None:
    """Write the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    if len(sys.argv) > 1:
        PICTURE.write_bytes(shrink(take(Path(sys.argv[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        subprocess.run((sys.executable, "-m", "ui.cli", "demo", str(demo)), check=True)
        PICTURE.write_bytes(shrink(take(demo)))


if __name__ == "__main__":
    main()
