# SPDX-License-Identifier: MIT
"""report.html: the class on one page, which works from the disk.

Students choose most of its words. So every word passes text(), and the page may
load and run only its own style and script, which the policy names by their
hashes. Of a hand-in, only its id is ever in an attribute.
"""

import base64
import collections
import hashlib
import html
import pathlib
import statistics
import unicodedata

import record
import similar

HERE = pathlib.Path(__file__).parent
NAME_MAX = 60           # characters in tables; the details have all of them
WORDS_MAX = 6000        # characters of a transcript
SHOWN_MAX, LISTED_MAX = 40, 200      # similar hand-ins, with and without code
CAUSES_MAX = 3
MARKS = {"pass": "·", "fail": "×", "skip": "–"}
# Persian and emoji need these two. The others of Cf, like U+202E, move text.
JOINERS = "\u200c\u200d"


def visible(c):
    """Character C, or its number if it is invisible or moves other text."""
    kind = unicodedata.category(c)
    if c in "\n" + JOINERS or (kind[0] != "C" and kind not in ("Zl", "Zp")):
        return c
    return f"\\u{{{ord(c):X}}}"


def text(words, most=None):
    """WORDS as HTML that can only be text."""
    words = str(words)
    if most and len(words) > most:
        words = words[:most] + "…"
    if not words.isprintable():
        words = "".join(map(visible, words))
    return html.escape(words)


def one_line(words, most=NAME_MAX):
    """The same in one line. <bdi> keeps its direction from the words around."""
    return f"<bdi>{text(' '.join(str(words).split()), most)}</bdi>"


def block(words):
    return f"<pre>{text(words.expandtabs(), WORDS_MAX)}</pre>"


def count(number, thing):
    return f"{number} {thing}" + ("s" if number != 1 else "")


def link(one):
    return f'<a href="#h-{text(one["id"])}">{one_line(one["entry"])}</a>'


# --- The page -----------------------------------------------------------------

def hash_of(source):
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def page(title, sections):
    style = (HERE / "report.css").read_text("utf-8")
    script = (HERE / "report.js").read_text("utf-8")
    policy = (f"default-src 'none'; style-src {hash_of(style)}; "
              f"script-src {hash_of(script)}; base-uri 'none'; "
              "form-action 'none'")
    sections = [(name, heading, body) for name, heading, body in sections
                if body]
    nav = "".join(f'<a href="#{name}">{heading}</a>'
                  for name, heading, _ in sections)
    main = "".join(f'<section id="{name}"><h2>{heading}</h2>{body}</section>\n'
                   for name, heading, body in sections)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{text(title, NAME_MAX)}</title>
<style>{style}</style>
<header><h1>{one_line(title)}</h1><nav>{nav}</nav></header>
<main>
{main}</main>
<script>{script}</script>
</html>
"""


# --- Who got what -------------------------------------------------------------

def overview(records, graded):
    points = [one["score"] for one in graded]
    facts = [(len(records), "hand-ins"),
             (len(records) - len(graded), "without a verdict")]
    if graded:
        facts += [(f"{statistics.median(points):g}", "points, the median"),
                  (points.count(100), "with 100 points"),
                  (points.count(0), "with 0 points")]
    return '<dl class="facts">' + "".join(
        f"<div><dt>{label}</dt><dd>{number}</dd></div>"
        for number, label in facts) + "</dl>"


def summary_row(one, alike):
    if record.has_verdict(one):
        passed, checks = record.passed(one)
        numbers = (one["score"], "yes" if one["attempt"] else "no",
                   one["checks"], f"{passed} of {checks}")
    else:
        numbers = ("–", "–", "–", "not graded")
    names = one_line("; ".join(one.get("group", [])))
    remarks = ["late"] * one["late"]
    if alike:
        remarks.append(f'<a href="#similar">{alike}</a>')
    return (f"<tr><td>{link(one)}<td class=names>{names}"
            + "".join(f'<td class=n data-v="{sort_key(number)}">{number}'
                      for number in numbers)
            + f"<td>{', '.join(remarks)}")


def sort_key(words):
    """A number to sort by: those who are not graded come first."""
    first = str(words).split()[0]
    return first if first.isdigit() else {"yes": 1, "no": 0}.get(first, -1)


def table(records, alike):
    heads = "".join(
        f'<th{kind}><button type=button>{head}</button>'
        for head, kind in (("Hand-in", " aria-sort=ascending"), ("Group", ""),
                           ("Points", ""), ("Attempt", ""), ("Checks", ""),
                           ("Passed", ""), ("Remarks", "")))
    rows = "\n".join(summary_row(one, alike.get(one["id"])) for one in records)
    return (f'<p><label>Show only <input type=search id=filter '
            f'placeholder="a name or a word"></label></p>'
            f'<div class=scroll tabindex=0><table id=table><thead><tr>{heads}'
            f"</thead><tbody>\n{rows}</tbody></table></div>")


# --- What the class did not understand ----------------------------------------

def tally(graded):
    """{check: {state: number of hand-ins}}, titles and causes."""
    states, titles = collections.defaultdict(collections.Counter), {}
    causes = collections.defaultdict(collections.Counter)
    for one in graded:
        for result in one["results"]:
            check = result["id"]
            titles[check] = result["title"]
            states[check][result["state"]] += 1
            if result["state"] == "fail" and result.get("cause"):
                causes[check][str(result["cause"])] += 1
    return states, titles, causes


def causes_of(causes):
    return "".join(f"<li>{many} × {text(cause, 400)}"
                   for cause, many in causes.most_common(CAUSES_MAX))


def matrix_row(check, title, states, causes, cells):
    failed, skipped = states["fail"], states["skip"]
    words = text(title, 200)
    if causes:
        words = (f"<details><summary>{words}</summary><ul>{causes_of(causes)}"
                 "</ul></details>")
    marks = "".join(f'<td class="{cell[0]}">{MARKS[cell]}' if cell else "<td>"
                    for cell in cells)
    return (f"<tr><th scope=row><div><b>{text(check, 20)}</b> "
            f"<progress max={sum(states.values())} value={failed}></progress> "
            f"<span>{failed} failed, {skipped} skipped</span></div>{words}{marks}")


def matrix(graded):
    states, titles, causes = tally(graded)
    columns = sorted(graded, key=lambda one: (-one["checks"], one["id"]))
    cells = [{result["id"]: result["state"] for result in one["results"]}
             for one in columns]
    order = sorted((check for check in titles if states[check]["fail"]),
                   key=lambda check: -states[check]["fail"])
    if not order:
        return "<p>No hand-in fails a check."
    heads = "".join(f"<th scope=col>{link(one)}" for one in columns)
    rows = "\n".join(matrix_row(
        check, titles[check], states[check], causes[check],
        [cell.get(check) for cell in cells]) for check in order)
    return (
        "<p>The checks that most hand-ins fail come first. "
        f"{MARKS['pass']} means passed, {MARKS['fail']} failed, and "
        f"{MARKS['skip']} skipped, because another check must pass first. A "
        "column is a hand-in, the best on the left. Left out: "
        f"{count(len(titles) - len(order), 'check')} that no hand-in fails. "
        "Click a title to see why a check failed."
        '<p id=cell role=status>Point at a mark to see whose it is.'
        f"<div class=scroll tabindex=0><table id=matrix><thead><tr><td>{heads}"
        f"</thead><tbody>\n{rows}</tbody></table></div>")


# --- Each hand-in -------------------------------------------------------------

def failed_check(result):
    parts = [f"<p><b>{label}:</b> {text(result[name], WORDS_MAX)}"
             for name, label in (("cause", "Likely cause"),
                                 ("expected", "Expected"), ("got", "Got"),
                                 ("note", "Note"), ("see", "See"))
             if isinstance(result.get(name), str)]
    if isinstance(result.get("transcript"), str):
        parts.append(block(result["transcript"]))
    return (f"<details><summary><b>{text(result['id'], 20)}</b> "
            f"{text(result['title'], 200)}</summary>{''.join(parts)}</details>")


def facts_about(one):
    facts = [("From", ", ".join(one["sources"])),
             ("Group", "; ".join(one.get("group", []))),
             ("Message", one["message"]), ("Sandbox", one.get("sandbox")),
             ("Machine", one["machine"])]
    facts += [("Note", note) for note in one.get("notes", [])]
    return "".join(f"<dt>{label}<dd>{text(words, WORDS_MAX)}"
                   for label, words in facts if words)


def details(one):
    if record.has_verdict(one):
        passed, checks = record.passed(one)
        verdict = f"{count(one['score'], 'point')}, {passed} of {checks} pass"
        failed = [result for result in one["results"]
                  if result["state"] == "fail"]
        skipped = [result["id"] for result in one["results"]
                   if result["state"] == "skip"]
        body = "".join(map(failed_check, failed))
        if skipped:
            body += f"<p>Skipped: {text(', '.join(skipped))}"
    else:
        verdict, body = "not graded", ""
    return (f'<details class=hand-in id="h-{text(one["id"])}"><summary>'
            f"{one_line(one['entry'])} <span>{verdict}</span></summary>"
            f"<dl>{facts_about(one)}</dl>{body}</details>")


# --- Who has the same code ----------------------------------------------------

def alike(found):
    """{id: remark} for all that are in a group or a pair."""
    remarks = {}
    for share, *names in reversed(found.near):
        for name in names:
            remarks[name] = f"{share:.0%} alike"
    for names in found.same:
        remarks.update((name, "the same code") for name in names)
    return remarks


def names_of(names, by_id):
    return ", ".join(link(by_id[name]) if name in by_id else text(name)
                     for name in names)


def groups_of(names, by_id):
    """A remark if all of NAMES are in the same group, as their GROUP says."""
    groups = [sorted(by_id[name].get("group", []))
              for name in names if name in by_id]
    same = len(groups) > 1 and all(group == groups[0] for group in groups)
    return " (the same GROUP)" if same and groups[0] else ""


def side_by_side(found, names):
    rows = "".join(
        f"<tr{'' if equal else ' class=d'}><td>{text(left)}<td>{text(right)}"
        for left, right, equal in found.side_by_side(*names))
    return f"<div class=scroll tabindex=0><table class=sides>{rows}</table></div>"


def code_of(found, by_id, groups):
    """Each of GROUPS [(remark, names)], with the code of the first two."""
    parts = []
    for i, (remark, names) in enumerate(groups[:LISTED_MAX]):
        head = (f"{remark}{groups_of(names, by_id)}: {names_of(names, by_id)}")
        parts.append(f"<details><summary>{head}</summary>"
                     f"{side_by_side(found, names[:2])}</details>"
                     if i < SHOWN_MAX else f"<p>{head}")
    if len(groups) > LISTED_MAX:
        parts.append(f"<p>And {len(groups) - LISTED_MAX} more.")
    return "".join(parts)


def similar_code(found, by_id):
    if not found.same and not found.near:
        return "<p>No two hand-ins have the same code, or nearly the same."
    words = ("<p>Comments, white space, own names and the code of the starter do "
             "not count. Two groups can have the same idea, and for some TODOs "
             "there is one obvious answer. Read both before you decide.")
    if found.same:
        words += "<h3>The same code</h3>" + code_of(found, by_id, [
            (count(len(names), "hand-in"), names) for names in found.same])
    if found.near:
        words += ("<h3>Nearly the same code</h3><p>Of what they wrote, they share "
                  f"{similar.LIMIT:.0%} or more. Of a group with the same code, "
                  "the first is shown here." + code_of(found, by_id, [
                      (f"{share:.0%}", names) for share, *names in found.near]))
    return words


# --- Who is missing -----------------------------------------------------------

def gradebook(outcome):
    if not outcome:
        return ""
    words = (f"<p>{count(outcome.filled, 'grade')} filled in, in the column "
             f"{one_line(outcome.sheet.title)}.")
    for title, lines in outcome.lists():
        items = "".join(f"<li>{text(line, 400)}" for line in lines)
        words += f"<h3>{title}: {len(lines)}</h3>" + (
            f"<ul>{items}</ul>" if items else "")
    return words


def ignored_files(names):
    return "".join(f"<li>{text(name, 400)}" for name in names)


def build(title, records, found, outcome=None, ignored=()):
    """The page about RECORDS. FOUND is a similar.Comparison of their ids."""
    graded = [one for one in records if record.has_verdict(one)]
    by_id = {one["id"]: one for one in records}
    return page(title, [
        ("class", "The class", overview(records, graded)
         + table(records, alike(found))),
        ("matrix-of-checks", "What the class did not understand",
         matrix(graded) if graded else ""),
        ("gradebook", "The gradebook", gradebook(outcome)),
        ("similar", "Similar code", similar_code(found, by_id)),
        ("hand-ins", "Each hand-in", "".join(map(details, records))),
        ("ignored", "Ignored: neither folders nor archives",
         f"<ul>{ignored_files(ignored)}</ul>" if ignored else "")])
