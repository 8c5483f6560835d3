# SPDX-License-Identifier: MIT
"""Where a page is played: a folder like its reader's, and an empty home."""

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

# The commands of a page see only these variables, and none of make's.
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "USER", "LOGNAME", "CC", "PKG_CONFIG_PATH")
SUDO = """#!/bin/sh
# Root needs no password; a user cannot enter one here.
[ "$(id -u)" -eq 0 ] && exec "$@"
echo "sudo: not here" >&2
exit 1
"""


def copy_tree(root, to):
    """A copy with its times and with build/, so that make has little to do."""
    patterns = (root / ".gitignore").read_text(encoding="utf-8").split()
    here = [name.strip("/") for name in patterns if name.startswith("/")]
    everywhere = [name.strip("/") for name in patterns if not name.startswith("/")]

    def ignored(folder, names):
        # /class/ is the folder of that name here, not tests/class.
        only = [".git", *everywhere, *(here if Path(folder) == Path(root) else ())]
        return shutil.ignore_patterns(*only)(folder, names)

    shutil.copytree(root, to, symlinks=True, ignore=ignored)
    if (root / "build").is_dir():
        shutil.copytree(root / "build", to / "build", symlinks=True,
                        ignore=shutil.ignore_patterns("dist"))


def unpack(archive, to):
    """The student archive: its one folder becomes `to`."""
    parent = to.parent / "unpacked"
    with tarfile.open(archive) as tar:
        # Newer versions of Python ask how far to trust an archive.
        tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
        tar.extractall(parent)
    (folder,) = parent.iterdir()
    folder.rename(to)


class Workspace:
    """A work folder for `with`: a copy of ROOT, or of what is in ARCHIVE."""

    def __init__(self, root, archive=None):
        self.root, self.archive = root, archive

    def __enter__(self):
        self.top = Path(tempfile.mkdtemp(prefix="docs-")).resolve()
        self.work = self.top / "chat-lab"
        try:
            (self.top / "home").mkdir()
            (self.top / "bin").mkdir()
            (self.top / "bin/sudo").write_text(SUDO, encoding="utf-8")
            (self.top / "bin/sudo").chmod(0o755)
            if self.archive:
                unpack(self.archive, self.work)
            else:
                copy_tree(self.root, self.work)
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
