# SPDX-License-Identifier: MIT
"""Where a page is played: a folder like its reader's, and an empty home."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

# The commands of a page see no more of our environment, above all not what
# make passes on to us.
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "USER", "LOGNAME", "CC",
        "PKG_CONFIG_PATH")
SUDO = """#!/bin/sh
# Root needs no password; a user cannot enter one here.
[ "$(id -u)" -eq 0 ] && exec "$@"
echo "sudo: not here" >&2
exit 1
"""


def files_of(root):
    """The files of a clone, with the changes that are not committed."""
    try:
        names = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root,
            check=True, capture_output=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(root)) for path in root.rglob("*")
                 if path.relative_to(root).parts[0] not in ("build", ".git")]
    return [name for name in names if name and not (root / name).is_dir()]


def copy_tree(root, to):
    """A copy with its times and with build/, so that make has little to do."""
    for name in files_of(root):
        if os.path.lexists(root / name):       # tracked, but just removed
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name, follow_symlinks=False)
    if (root / "build").is_dir():
        shutil.copytree(root / "build", to / "build", symlinks=True,
                        ignore=shutil.ignore_patterns("dist"))


def copy_for_students(root, to):
    """For want of an archive: the tree without the solution."""
    copy_tree(root, to)
    for folder in [to / "solution", *to.glob("build/*/solution")]:
        shutil.rmtree(folder, ignore_errors=True)


def unpack(archive, to):
    """The student archive: its one folder becomes `to`."""
    parent = to.parent / "unpacked"
    parent.mkdir()
    with tarfile.open(archive) as tar:
        # Newer versions of Python want to know how far to trust an archive.
        tar.extraction_filter = getattr(tarfile, "data_filter",
                                        lambda member, path: member)
        tar.extractall(parent)
    (folder,) = parent.iterdir()
    folder.rename(to)


class Place:
    """A work folder for `with`; `fill(work)` puts the files into it."""

    def __init__(self, root, fill):
        self.root, self.fill = root, fill

    def __enter__(self):
        self.top = Path(tempfile.mkdtemp(prefix="docs-")).resolve()
        self.work = self.top / "chat-lab"
        for folder in ("chat-lab", "home", "bin"):
            (self.top / folder).mkdir()
        (self.top / "bin/sudo").write_text(SUDO, encoding="utf-8")
        (self.top / "bin/sudo").chmod(0o755)
        try:
            self.fill(self.work)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.top, ignore_errors=True)

    @property
    def environment(self):
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        path = f"{self.top / 'bin'}:{kept.get('PATH', os.defpath)}"
        return {**kept, "PATH": path, "HOME": str(self.top / "home"),
                "NO_COLOR": "1", "TERM": "dumb"}

    def write(self, name, text):
        """Write a file as the reader would; make sees the new time."""
        path = (self.work / name).resolve()
        if self.work not in path.parents:
            raise ValueError(f"{name} is not in the work folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def solve(self, program):
        """Replace the starter by the solution, as if the reader wrote it."""
        solution = self.root / f"solution/{program}.c"
        self.write(f"starter/{program}.c",
                   solution.read_text(encoding="utf-8"))

    def ci_commands(self):
        path = self.root / ".ci/run"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return [line.strip() for line in text.splitlines()]
