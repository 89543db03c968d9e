"""The app: which screens there are. Run by ``staffcast ui``."""

from ui.components.navigation import run

run()
