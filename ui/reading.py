"""The volume that commands read, and what is told of it."""

from pathlib import Path

from forecast.driver_files import read_drivers
from forecast.events import read_events
from ui import terminal, workspaces
from ui.options import on_grid, settings_of, zone_of


def read_histories(
    path: Path,
    settings: Path | None,
    timezone: str | None,
    events: Path | None,
    drivers: Path | None,
) -> workspaces.ReadVolume:
    """Read a history's file, on the settings' grid or its own."""
    known = settings_of(settings)
    zone_name = zone_of(timezone, known)
    source = workspaces.read_source([path], zone_name)
    grid = on_grid(known, source, zone_name, None)
    return workspaces.read_volume(
        source,
        grid,
        read_events(events) if events else (),
        drivers=read_drivers(drivers) if drivers else (),
    )


def warn_of(read: workspaces.ReadVolume) -> None:
    """Tell what was repaired, once there is a result that it concerns."""
    terminal.warn([*(repair.sentence for repair in read.report.repairs), *read.notes])
