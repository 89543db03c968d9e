"""What comes in and what is kept: sources, files, clocks, the store and the sample team."""
