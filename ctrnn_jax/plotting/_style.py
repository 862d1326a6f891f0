"""Colours and small things that every picture shares."""

from matplotlib.axes import Axes


EXCITATORY = "#c1272d"
INHIBITORY = "#2b5fa8"
CHANNELS = ("#e69f00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""Okabe and Ito's palette, safe for colour-blind readers."""
QUIET = "#8a8a8a"


def tidy(ax: Axes) -> Axes:
    """Take the box off."""
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def shade_epochs(
    ax: Axes,
    epochs: dict[str, tuple[int, int]],
    dt: float,
    *,
    names: bool,
    shade: bool = True,
) -> Axes:
    """Grey every other epoch, or mark where each begins; write their names above."""
    for index, (name, (start, stop)) in enumerate(epochs.items()):
        if not shade:
            if index:
                ax.axvline(start * dt, color="white", linewidth=0.8, linestyle=":")
        elif index % 2:
            ax.axvspan(start * dt, stop * dt, color="0.93", zorder=0, linewidth=0)
        if names:
            ax.text(
                (start + stop) / 2 * dt,
                1.02,
                name,
                transform=ax.get_xaxis_transform(),
                ha="center",
                va="bottom",
                fontsize=7,
                color=QUIET,
            )
    return ax
