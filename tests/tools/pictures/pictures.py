# SPDX-License-Identifier: MIT
"""pictures.py FOLDER: pictures of a terminal for the README, as SVG.

Each command runs in the kit's folder, and what it prints on a terminal is
drawn. The same kit gives the same bytes: random ports and names are replaced.
"""

import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
from xml.sax.saxutils import escape

MAKE = os.environ.get("MAKE", "make")
MISTAKE = "build/pictures"       # the solution with one mistake
TRIES = 100
KEPT = ("PATH", "HOME", "TMPDIR", "PKG_CONFIG_PATH")     # of the environment
NAMES = ("noah2", "rosa6")       # of the sender and the receiver in a check
CUT = "     ..."                 # replaces lines that are left out
COLUMNS = 80

# For each picture: the command, the submission, and the lines to show: each pair
# of patterns is the first and the last line of a range.
PICTURES = {
    "demo": ("make demo", "starter", [(r"1\. The server", r"It works")]),
    "failed-check": ("make grade ONLY=M5-03", MISTAKE,
                     [(r"Grading", r"--- M5-03"), (r" *6\. It opens", r" *again ")]),
    "first-grade": ("make grade", "starter",
                    [(r"Grading", r".* M4-02 "), (r"What to do", r" *test it:"),
                     (r"Group", r"Attempt")]),
}

CLASSES = {"1": "strong", "2": "dim", "31": "bad", "32": "good"}
STYLE = """\
  .paper { fill: #ffffff; stroke: #b9c2cc; }
  text { font: 14px 'DejaVu Sans Mono', Menlo, Consolas, monospace;
         fill: #1d232b; white-space: pre; }
  .strong { font-weight: bold; }
  .dim { fill: #59636e; }
  .bad { fill: #b42318; }
  .good { fill: #1a7f37; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #14181d; stroke: #3b4651; }
    text { fill: #dfe5ec; }
    .dim { fill: #98a4b0; }
    .bad { fill: #ff8a80; }
    .good { fill: #56c271; }
  }
"""
ADVANCE, LINE, MARGIN = 8.4, 19, 16      # in pixels


def write_mistake():
    """A sender that swaps the names in the associated data."""
    shutil.rmtree(MISTAKE, ignore_errors=True)
    shutil.copytree("solution", MISTAKE)
    path = pathlib.Path(MISTAKE, "sender.c")
    right = path.read_text(encoding="utf-8")
    wrong = right.replace("&ad, chat->sender, chat->receiver",
                          "&ad, chat->receiver, chat->sender")
    if wrong == right:
        sys.exit('pictures.py: solution/sender.c has no '
                 '"&ad, chat->sender, chat->receiver": '
                 'change write_mistake')
    path.write_text(wrong, encoding="utf-8")


def run(command):
    """What COMMAND prints on a terminal. Its standard input is empty."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"LC_ALL": "C", "TERM": "xterm"}
    screen, terminal = pty.openpty()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=terminal,
                          stderr=terminal, env=environment):
        os.close(terminal)
        pieces = []
        try:
            while piece := os.read(screen, 4096):
                pieces.append(piece)
        except OSError:          # Linux: every process has closed the terminal
            pass
    os.close(screen)
    return b"".join(pieces).decode().replace("\r\n", "\n")


def fix_names(text):
    """TEXT with NAMES instead of the random names, or None if the random ones
    have other lengths: then counts of bytes in TEXT would be wrong."""
    found = re.search(r"AD, right +(\w+)>(\w+)#1", text)
    if found is None:
        return text
    if [len(name) for name in found.groups()] != [len(n) for n in NAMES]:
        return None
    fixed = dict(zip(found.groups(), NAMES))
    fixed |= {old.encode().hex(" "): new.encode().hex(" ") for old, new in fixed.items()}
    return re.sub("|".join(fixed), lambda match: fixed[match[0]], text)


def fix_ports(text):
    ports = list(dict.fromkeys(re.findall(r"127\.0\.0\.1:(\d+)", text)))
    return re.sub(r"(?<=127\.0\.0\.1:)\d+",
                  lambda match: str(40001 + ports.index(match[0])), text)


def cut(lines, ranges):
    """The LINES in RANGES, and CUT between two ranges. Empty lines next to a
    range stay."""
    kept = []
    for first, last in ranges:
        begin = find(lines, first, 0)
        end = find(lines, last, begin) + 1
        if kept:
            kept += [CUT, ""] if lines[begin - 1] == "" else [CUT]
        kept += lines[begin:end]
        if (first, last) != ranges[-1] and lines[end] == "":
            kept.append("")
    return kept


def find(lines, pattern, begin):
    """The number of the first line from BEGIN on that matches PATTERN."""
    for i in range(begin, len(lines)):
        if re.match(pattern, plain(lines[i])):
            return i
    print(*lines, sep="\n")
    sys.exit(f"pictures.py: no line of this matches \"{pattern}\": change PICTURES")


def plain(line):
    return re.sub(r"\033\[[0-9;]*m", "", line)


def draw_line(line, y):
    """LINE as an element. Its length is given, because fonts differ."""
    spans = []
    classes = ""
    for number, part in enumerate(re.split(r"\033\[([0-9;]*)m", line)):
        if number % 2 == 1:
            classes = " ".join(CLASSES[code] for code in part.split(";")
                               if code not in ("", "0"))
        elif classes and part:
            spans.append(f'<tspan class="{classes}">{escape(part)}</tspan>')
        else:
            spans.append(escape(part))
    length = len(plain(line)) * ADVANCE
    return (f'<text x="{MARGIN}" y="{y}" textLength="{length:.1f}" '
            f'xml:space="preserve">{"".join(spans)}</text>\n')


def draw(title, lines):
    longest = max(len(plain(line)) for line in lines)
    if longest > COLUMNS:
        sys.exit(f"pictures.py: {title}: a line has {longest} columns: "
                 f"cut it off, or raise COLUMNS from {COLUMNS}")
    width = int(COLUMNS * ADVANCE) + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN
    drawn = "".join(draw_line(line.rstrip(), MARGIN + 14 + i * LINE)
                    for i, line in enumerate(lines) if plain(line).strip())
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" role="img">\n'
            f'<!-- SPDX-License-Identifier: MIT -->\n'
            f'<title>{escape(title)}</title>\n<style>\n{STYLE}</style>\n'
            f'<rect class="paper" x="0.5" y="0.5" width="{width - 1}" '
            f'height="{height - 1}" rx="6"/>\n{drawn}</svg>\n')


def picture(typed, submission, ranges):
    command = [MAKE, *typed.split()[1:], "SUBMISSION=" + submission]
    for _ in range(TRIES):
        text = fix_names(run(command))
        if text is not None:
            break
    else:
        sys.exit(f"pictures.py: {typed}: in {TRIES} tries, no two names were "
                 f"as long as {' and '.join(NAMES)}")
    # A student's mistake is in starter/.
    text = text.replace(" SUBMISSION=" + MISTAKE, "").replace(MISTAKE, "starter")
    # Which sandbox there is depends on the machine.
    text = re.sub(r", sandbox \w+", "", text)
    lines = cut(fix_ports(text).splitlines(), ranges)
    return draw(typed, ["\033[1m$ " + typed + "\033[0m", "", *lines])


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_mistake()
    for name, (typed, submission, ranges) in PICTURES.items():
        path = folder / (name + ".svg")
        path.write_text(picture(typed, submission, ranges), encoding="utf-8")
    shutil.rmtree(MISTAKE)


if __name__ == "__main__":
    main()
