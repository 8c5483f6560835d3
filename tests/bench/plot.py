# SPDX-License-Identifier: MIT
"""plot.py RESULTS.json OUT.svg: draws the ratios of make bench.

Each goal is a row; all rows share a logarithmic axis. A horizontal line goes
from the lowest ratio to the highest, and a dot marks the median. A vertical
line marks the limit, and the ratios that miss the goal are grey.
"""

import json
import math
import sys
from xml.sax.saxutils import escape

WIDTH, ROW, TOP = 860, 26, 56
LEFT, RIGHT = 470, 90                      # widths: the texts, the verdict
COLOURS = {"ok": "#1a7f37", "MISSED": "#cf222e", "undecided": "#9a6700"}
TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]


def rows_of(results):
    """(work, goal) of each goal that has a limit and was measured."""
    return [(comparison["work"], goal) for comparison in results["comparisons"]
            for goal in comparison["goals"]
            if "limit" in goal and goal["median"] is not None]


class Axis:
    """From the smallest to the largest number in ROWS, logarithmic."""

    def __init__(self, rows):
        values = [goal[key] for _, goal in rows
                  for key in ("low", "high", "limit")]
        values = [value for value in values if value and value > 0] or [1]
        self.low = math.log(min(values)) - 0.2
        self.high = math.log(max(values)) + 0.2

    def x(self, value):
        share = (math.log(value) - self.low) / (self.high - self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def ticks(self):
        return [tick for tick in TICKS
                if self.low <= math.log(tick) <= self.high]


def draw_row(axis, y, work, goal):
    colour = COLOURS[goal["verdict"]]
    limit, x = axis.x(goal["limit"]), axis.x
    bad = ((limit, WIDTH - RIGHT) if goal["goal"] == "at most"
           else (LEFT, limit))
    return f"""
<rect x="{bad[0]:.1f}" y="{y - 8}" width="{bad[1] - bad[0]:.1f}" height="16" fill="#eeeeee"/>
<line x1="{limit:.1f}" y1="{y - 10}" x2="{limit:.1f}" y2="{y + 10}" stroke="#57606a" stroke-width="2"/>
<line x1="{x(goal['low']):.1f}" y1="{y}" x2="{x(goal['high']):.1f}" y2="{y}" stroke="{colour}" stroke-width="3"/>
<circle cx="{x(goal['median']):.1f}" cy="{y}" r="5" fill="{colour}"/>
<text x="10" y="{y}">{escape(work)}</text>
<text x="10" y="{y + 11}" class="small">{escape(goal['what'])}, {goal['goal']} {goal['limit']:.3g}</text>
<text x="{WIDTH - RIGHT + 8}" y="{y + 4}" fill="{colour}">{goal['verdict']}</text>"""


def draw(results):
    rows = rows_of(results)
    axis = Axis(rows)
    height = TOP + ROW * len(rows) + 20
    title = f"{results['processor']}, {results['cores']} cores, {results['date']}"
    parts = [f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">
<style>.small {{ font-size: 9px; fill: #57606a }}</style>
<rect width="{WIDTH}" height="{height}" fill="white"/>
<text x="10" y="18">{escape(title)}</text>"""]
    for tick in axis.ticks():
        parts.append(f"""
<line x1="{axis.x(tick):.1f}" y1="{TOP - 14}" x2="{axis.x(tick):.1f}" y2="{height - 14}" stroke="#d0d7de"/>
<text x="{axis.x(tick):.1f}" y="{TOP - 18}" text-anchor="middle" class="small">{tick:g}</text>""")
    for number, (work, goal) in enumerate(rows):
        parts.append(draw_row(axis, TOP + ROW * number, work, goal))
    return "".join(parts) + "\n</svg>\n"


def main(source, target):
    try:
        with open(source) as file:
            results = json.load(file)
    except OSError as error:
        print(f"cannot read {source}: {error.strerror}: run make bench first",
              file=sys.stderr)
        return 66
    with open(target, "w") as file:
        file.write(draw(results))
    print(f"written: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
