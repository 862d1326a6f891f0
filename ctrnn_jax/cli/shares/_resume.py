"""`ctrnn-jax resume` of a run, or of a share of a sweep."""

from rich.console import Console

from ..._checks import invalid
from ..options import Resume
from ..run import resume as resume_run, share_folders, SUMMARY, WriteReport
from ._join import join_if_complete


def resume(
    command: Resume, console: Console, write_report: WriteReport | None = None
) -> int:
    """Continue a run; after the last share, join all of them. Return the exit status.

    `write_report` is called for the run, or for the joined shares.

    Raises `ValueError` for the folder of all shares, whose checkpoints they have.
    """
    folder = command.folder
    shares = share_folders(folder)
    is_joined = (folder / SUMMARY).exists()
    if shares and not (is_joined and command.steps is None):
        got = f"{folder}, which holds shares of a sweep"
        remedy = f"Resume each of them, such as {next(iter(shares))}; then join them: "
        remedy += f"ctrnn-jax join {folder}."
        raise invalid("folder", "be the folder of one run", got, remedy)
    if folder.resolve() not in share_folders(folder.resolve().parent):
        return resume_run(command, console, write_report)
    status = resume_run(command, console)
    join_if_complete(folder.parent, console, write_report)
    return status
