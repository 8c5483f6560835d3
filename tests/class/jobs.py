# SPDX-License-Identifier: MIT
"""Runs worker.py for many hand-ins with GNU parallel, here or on MACHINES.

parallel gives each worker one line, a job, and passes on the line that the
worker prints. The command is the same for all of them, and everything else is
in these lines, so no name and no path passes through a shell. MACHINES is a
file as for parallel's --sshloginfile. The kit must be there in the same folder
as here: the same path below the home folder, or else the same absolute path.
"""

import base64
import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import record

# Without --will-cite, parallel asks for a citation in the middle of the output.
PARALLEL = ["parallel", "--will-cite"]
WORKER = ["python3", "-B", "tests/class/worker.py"]


class Unusable(Exception):
    """Why nothing can be graded."""


@dataclasses.dataclass
class Options:
    """How to grade; what a job has besides the files."""

    grader: str             # build/libsodium/grade.sh
    grading: str            # attempt or checks
    sandbox: str            # the value of SANDBOX

    def as_dict(self):
        return {"grader": self.grader, "grading": self.grading,
                "sandbox": self.sandbox}


def job_line(entry_id, files, options):
    """The line for worker.py."""
    return json.dumps({
        "id": entry_id,
        "files": {name: base64.b64encode(data).decode("ascii")
                  for name, data in files.items()},
        "grader": options.grader,
        # Three checks at a time keep a core busy: they wait a lot.
        "options": ["--grading", options.grading, "--jobs", "3"],
        "environment": {"SANDBOX": options.sandbox},
    }) + "\n"


def environment(folder):
    """The environment, without the user's options and profiles for parallel."""
    mine = dict(os.environ)
    mine.pop("PARALLEL", None)
    mine["PARALLEL_HOME"] = str(pathlib.Path(folder, "parallel"))
    mine["PARALLEL_SHELL"] = "/bin/sh"
    mine["SHELL"] = "/bin/sh"
    return mine


def find_parallel():
    """Raises Unusable if parallel is missing, or is the one of moreutils."""
    try:
        words = subprocess.run(["parallel", "--version"], text=True,
                               capture_output=True, stdin=subprocess.DEVNULL,
                               check=False).stdout
    except OSError:
        words = ""
    if not words.startswith("GNU parallel"):
        raise Unusable("there is no GNU parallel: type make deps-class")


# --- Machines -----------------------------------------------------------------

def read_hosts(path):
    """The lines of the file PATH that name a machine."""
    try:
        lines = pathlib.Path(path).read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise Unusable(f"MACHINES={path}: {error}: name a file with a machine in "
                       "each line, as for ssh") from error
    hosts = [line.strip() for line in lines
             if line.strip() and not line.lstrip().startswith("#")]
    if not hosts:
        raise Unusable(f"MACHINES={path}: it names no machine: write one in each "
                       "line, as for ssh")
    return hosts


def ask_machines(hosts, crypto, folder):
    """Builds the grader on each of HOSTS. Returns the lines of usable ones.

    The grader must be that of this kit, or verdicts would depend on where they
    were made.
    """
    kit, usable = record.fingerprint_of_kit(), []
    command = (f"make -s grader CRYPTO={crypto} >&2 && "
               "python3 -B tests/class/worker.py --machine")
    # One job, as below. (--nonall does not work in a TMPDIR with spaces.)
    asked = [subprocess.Popen(
        PARALLEL + ["--pipe", "-N1", "--workdir", ".", "-S", host, command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(folder)) for host in hosts]
    for host, child in zip(hosts, asked):
        out, errors = child.communicate(b"\n")
        try:
            machine = json.loads(out)
        except ValueError:
            last = errors.decode("utf-8", "replace").strip().splitlines()[-1:]
            print(f"MACHINES: {host}: not used: "
                  f"{''.join(last)[-200:] or 'no answer'}")
            continue
        if machine["kit"] != kit:
            print(f"MACHINES: {host}: not used: its kit differs from this one: "
                  "copy this one there")
            continue
        print(f"MACHINES: {host}: {machine['machine']}, {machine['cores']} cores")
        usable.append((host, machine["cores"]))
    if not usable:
        raise Unusable("no machine of MACHINES can be used: see the reasons above")
    return [host if host.split("/")[0].isdigit() else f"{cores}/{host}"
            for host, cores in usable]


# --- One run ------------------------------------------------------------------

@contextlib.contextmanager
def started(command, queue, folder):
    """parallel with QUEUE as its input; killed when the caller leaves early."""
    child = subprocess.Popen(command, stdin=queue, stdout=subprocess.PIPE,
                             env=environment(folder))
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()       # the first signal stops new jobs,
            child.terminate()       # the second one ends running jobs
        child.wait()


def run(lines, jobs, hosts, folder):
    """Yields what worker.py answers to each of LINES, in any order.

    JOBS workers run at a time on each machine; 0 means one for each core. HOSTS
    are lines of ask_machines, or nothing. A worker that dies has no answer.
    """
    folder = pathlib.Path(folder)
    command = PARALLEL + ["--pipe", "-N1", "--block", "8M", "--jobs",
                          str(jobs or "100%"), "--joblog",
                          "+" + str(folder / "joblog")]
    for host in hosts:
        command += ["--sshlogin", host]
    if hosts:
        # If a machine loses a job, each of the others may try it once.
        command += ["--workdir", ".", "--retries", str(len(hosts) + 1)]
    shutil.rmtree(folder / "parallel", ignore_errors=True)
    (folder / "parallel").mkdir(parents=True)
    with tempfile.TemporaryFile(dir=folder) as queue:
        queue.writelines(line.encode() for line in lines)
        queue.seek(0)
        with started(command + WORKER, queue, folder) as child:
            for line in child.stdout:
                with contextlib.suppress(ValueError):
                    yield json.loads(line)
