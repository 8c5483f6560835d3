# SPDX-License-Identifier: MIT
"""report.html: whatever a hand-in is called or prints, it stays text."""

import html.parser
import re
import unittest

import report
import similar

EVIL = ("</pre></td><script>alert(1)</script><img src=x onerror=alert(2)>\"' "
        "--></style>&lt;\u202egnp\u2066\u200f\x1b[2J\0\x07\ud800\u2028")
TAGS = {"html", "meta", "title", "style", "script", "header", "main", "nav",
        "section", "h1", "h2", "h3", "p", "a", "bdi", "b", "dl", "dt", "dd",
        "div", "span", "ul", "li", "pre", "label", "input", "button", "table",
        "thead", "tbody", "tr", "th", "td", "details", "summary", "progress"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "id", "href",
              "class", "type", "placeholder", "aria-sort", "tabindex", "data-v",
              "scope", "role", "max", "value", "open"}


def one(number, state="pass", words="fine", **more):
    result = {"id": "A-01", "group": "Attacks", "title": words, "state": state,
              "points": 0, "max_points": 1}
    if state == "fail":
        result |= {"cause": words, "expected": words, "got": words,
                   "note": words, "see": words, "transcript": words}
    return {"entry": words, "id": f"h{number}", "sources": [words], "lms": "",
            "name": words, "person": words, "late": True, "exit": 1,
            "message": words, "machine": words, "fingerprint": "",
            "group": [words], "summary": words, "grading": "checks",
            "score": number, "attempt": 100, "checks": number,
            "checks_max": 100, "notes": [words], "sandbox": words,
            "results": [result]} | more


class Reader(html.parser.HTMLParser):
    """Collects the tags, attributes and words of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.links, self.words = [], {}, [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= dict(attrs)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        if self.tags[-1:] not in (["style"], ["script"]):
            self.words.append(data)


def build(records, codes=None, **more):
    return report.build("lab", records, similar.Comparison(codes or {}), **more)


class Report(unittest.TestCase):

    def check(self, page):
        """Nothing in PAGE can do anything."""
        reader = Reader(page)
        self.assertLessEqual(set(reader.tags), TAGS)
        self.assertLessEqual(set(reader.attributes), ATTRIBUTES)
        self.assertEqual(reader.tags.count("script"), 1)
        self.assertTrue(all(link.startswith("#") for link in reader.links))
        self.assertNotRegex(page, r"https?:|\bsrc=(?!x)|url\(|@import")
        controls = re.compile("[\0-\t\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e"
                              "\u2066-\u2069\ud800-\udfff\ufeff]")
        self.assertIsNone(controls.search(page))
        page.encode("utf-8")
        return reader

    def test_hostile_words(self):
        starter = similar.Starter({})
        code = similar.read({"sender.c": b"<script>x\xff</script>;" * 30}, starter)
        page = build([one(0, "fail", EVIL), one(1, "skip", EVIL),
                      one(2, words=EVIL, exit=65)], {"h0": code, "h1": code},
                     ignored=[EVIL])
        reader = self.check(page)
        words = "".join(reader.words)
        self.assertIn("<script>alert(1)</script>", words)
        self.assertIn("\\u{202E}gnp\\u{2066}\\u{200F}\\u{1B}[2J\\u{0}\\u{7}"
                      "\\u{D800}", words)

    def test_long_words(self):
        page = build([one(0, "fail", "W" * 4096), one(1, "fail", "a\n" * 100000)])
        self.check(page)
        self.assertLess(len(page), 300000)

    def test_what_is_said(self):
        class Outcome:
            filled = 3

            class sheet:
                title = EVIL

            @staticmethod
            def lists():
                return [("Nobody", []), ("Somebody", [EVIL])]

        records = [one(7, "fail", "Jörg", entry="Jörg"), one(8, entry="b"),
                   one(9, entry="c", exit=65, message="not graded: broken")]
        words = "".join(self.check(build(records, outcome=Outcome)).words)
        for said in ("3 grades filled in", "Nobody: 0",
                     "1 failed, 0 skipped", "1 × Jörg", "7 points, 0 of 1 pass",
                     "not graded: broken", "No two hand-ins have the same"):
            self.assertIn(said, words)

    def test_similar(self):
        starter = similar.Starter({})
        source = b"".join(b"int f%d(void) { return %d + g(); }\n" % (i, i)
                          for i in range(30))
        codes = {name: similar.read({"sender.c": data}, starter) for name, data
                 in (("h0", source), ("h1", source), ("h2", source + b"int z;"))}
        words = "".join(self.check(build(
            [one(i, entry=f"entry {i}", group=["a", "b"]) for i in range(3)],
            codes | {similar.SOLUTION: codes["h0"]})).words)
        self.assertIn("3 hand-ins (the same GROUP): entry 0, entry 1, solution",
                      words)
        self.assertRegex(words, r"9\d% \(the same GROUP\): entry \d, entry \d")
        self.assertIn("int f3(void) { return 3 + g(); }", words)
        words = "".join(self.check(build(
            [one(0, entry="entry 0", group=["a", "b"])],
            {"h0": codes["h0"], similar.SOLUTION: codes["h2"]})).words)
        self.assertRegex(words, r"9\d%: entry 0, solution")

    def test_only_its_own_style_and_script(self):
        page = build([one(1)])
        style = re.search("<style>(.*?)</style>", page, re.S)[1]
        script = re.search("<script>(.*?)</script>", page, re.S)[1]
        policy = re.search('Policy" content="(.*?)"', page)[1]
        self.assertEqual(policy, "default-src 'none'; style-src "
                         f"{report.hash_of(style)}; script-src "
                         f"{report.hash_of(script)}; base-uri 'none'; "
                         "form-action 'none'")
        self.assertNotIn(" style=", page.replace(style, ""))

    def test_an_empty_class(self):
        self.check(build([]))
        self.check(build([one(0, exit=66)]))


if __name__ == "__main__":
    unittest.main()
