"""Download buttons; a file is rendered when the plan changes, not at every rerun."""

import io
import zipfile

import streamlit as st

from ui.exports import export_plan
from ui.plan_folder import Plan, plan_hash

_EPOCH = (1980, 1, 1, 0, 0, 0)


def show(made: Plan) -> None:
    """Offer the workbook, the long table and the calendars of a plan."""
    files = _files(made, plan_hash(made))
    name = f"staffcast-{made.plan_id}"
    columns = st.columns(3)
    workbook = next(path for path in files if path.endswith(".xlsx"))
    table = next(path for path in files if path.endswith(".csv"))
    calendars = {path: content for path, content in files.items() if path.endswith(".ics")}
    with columns[0].container(border=True, height="stretch"):
        st.markdown("**Workbook** &nbsp; roster grid, coverage, long list, settings")
        st.download_button(
            "Download xlsx",
            files[workbook],
            f"{name}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
            icon=":material/table_view:",
            type="primary",
        )
    with columns[1].container(border=True, height="stretch"):
        st.markdown("**Long table** &nbsp; a row per shift and rep, UTC and local")
        st.download_button(
            "Download csv", files[table], f"{name}.csv", "text/csv", on_click="ignore",
            icon=":material/csv:",
        )  # fmt: skip
    with columns[2].container(border=True, height="stretch"):
        st.markdown(f"**Calendars** &nbsp; {len(calendars)} files, one per rep")
        st.download_button(
            "Download ics", zipped(calendars), f"{name}-calendars.zip", "application/zip",
            on_click="ignore", icon=":material/event:",
        )  # fmt: skip


@st.cache_data(max_entries=8, show_spinner="Rendering the files …")
def _files(_made: Plan, digest: str) -> dict[str, bytes]:  # noqa: ARG001 - the key
    return export_plan(_made)


def zipped(files: dict[str, bytes]) -> bytes:
    """Pack files into an archive that is the same whenever they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), content)
    return buffer.getvalue()
