"""The app: which screens there are. Run by ``staffcast ui``."""

from ui.components.navigation import run

if __name__ == "__main__":
    run()
