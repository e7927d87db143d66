"""Small bar charts as images inside the text of a Markdown field.

Belongs here: drawing numbers. Never here: knowing what they mean.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping

_MOST_BARS = 15


def bar_chart(values: Mapping[str, float], unit: str) -> str:
    """A bar chart of the largest values as an inline PNG; a sentence where there are none."""
    if not values:
        return "nothing to show"
    from matplotlib.figure import Figure

    largest = sorted(values.items(), key=lambda pair: pair[1])[-_MOST_BARS:]
    figure = Figure(figsize=(6, 0.5 + 0.28 * len(largest)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh([name for name, _ in largest], [value for _, value in largest], color="#4c6ef5")
    # Beside one large bar the small ones are too short to be read.
    axes.bar_label(bars, labels=[_label(value) for _, value in largest], padding=3)
    axes.margins(x=0.12)
    axes.set_xlabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=80)
    return f"![{unit}](data:image/png;base64,{base64.b64encode(picture.getvalue()).decode()})"


def _label(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
