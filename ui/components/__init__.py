"""Parts of screens, each with its own state."""
