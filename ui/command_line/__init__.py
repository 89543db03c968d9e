"""The commands' signatures, a module for each part of the pipeline; nothing heavy is imported."""
