# SPDX-License-Identifier: MIT
"""check_browser.py BUILD [NAME...]: opens the pages of make trace and make wall
in a real browser. A NAME chooses tests, for example test_eve or
test_wall.WallTest.test_looks."""

import os
import pathlib
import sys
import unittest

import browser
import traces
import library  # traces has added its folder to the path

if __name__ == "__main__":
    if browser.find() is None:
        print("skipped: the pages of make trace and make wall in a browser (chromium is absent)")
        sys.exit(0)
    if not library.INSTALLED:
        print(library.ABSENT)
    os.chdir(pathlib.Path(__file__).parent)
    traces.build, *names = sys.argv[1:]
    unittest.main(None, argv=[sys.argv[0], *(names or ["discover"])])
