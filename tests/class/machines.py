# SPDX-License-Identifier: MIT
"""machines.py [COUNT]: grades a class on one machine and on two, and compares.

The two machines are accounts that it makes on this one, with nothing but the
kit in their home folders. It reaches them through an sshd that it starts with
new keys on a free port of the loopback device. It needs root, and removes all
of this at the end. make check-machines calls it.
"""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile

import make_class

KIT = pathlib.Path(__file__).resolve().parents[2]
SSHD = "/usr/sbin/sshd"         # it must be called by an absolute path

SSHD_CONFIG = """Port {port}
ListenAddress 127.0.0.1
HostKey {top}/host_key
AuthorizedKeysFile {top}/key.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
"""
SSH_CONFIG = """Host *
HostName 127.0.0.1
Port {port}
IdentityFile {top}/key
IdentitiesOnly yes
UserKnownHostsFile {top}/known_hosts
StrictHostKeyChecking yes
BatchMode yes
LogLevel ERROR
"""


def run(*command, **how):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, **how)


@contextlib.contextmanager
def account(name, home):
    """A user NAME, without a password, whose home folder is HOME."""
    run("useradd", "--no-create-home", "--home-dir", home, "--shell", "/bin/sh",
        "--password", "*", name)
    try:
        yield
    finally:
        # After an interruption its gradings may still be ending.
        subprocess.run(["pkill", "-KILL", "-u", name], check=False)
        run("userdel", "--force", name)


def copy_kit(home):
    """Puts the kit, without what was built, into HOME/kit."""
    home.mkdir(mode=0o755)
    shutil.copytree(KIT, home / "kit", symlinks=True,
                    ignore=shutil.ignore_patterns("build", ".git"))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def ssh_server(top):
    """An sshd; ssh_config in TOP leads to it.

    Another program may take its port first, so it tries several.
    """
    for name in ("host_key", "key"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", top / name)
    os.chmod(top / "key.pub", 0o644)
    made = not os.path.isdir("/run/sshd")
    os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    for _ in range(20):
        port = free_port()
        for name, words in (("sshd_config", SSHD_CONFIG),
                            ("ssh_config", SSH_CONFIG)):
            (top / name).write_text(words.format(port=port, top=top))
        host_key = (top / "host_key.pub").read_text()
        (top / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}")
        server = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", top / "sshd_config"],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        words = server.stderr.readline()
        if "listening" in words:
            break
        server.wait()
    else:
        sys.exit(f"sshd does not start: {words}")
    try:
        yield
    finally:
        server.terminate()
        server.wait()
        if made:
            os.rmdir("/run/sshd")


def grade(top, kit, *options):
    """Grades TOP/class in KIT. Returns (gradebook, seconds, joblog)."""
    results = kit / "build/class/class"
    shutil.rmtree(results, ignore_errors=True)
    # The make that runs this test exports its variables, MACHINES among them.
    env = {name: value for name, value in os.environ.items()
           if name not in ("MACHINES", "JOBS", "MAKEFLAGS")}
    run("make", "-s", "grade-class", f"SUBMISSIONS={top}/class", *options,
        cwd=kit, env={**env, "HOME": str(kit.parent), "GRADING": "checks"})
    joblog = (results / "joblog").read_text()
    return (results / "gradebook.csv").read_bytes(), seconds(joblog), joblog


def seconds(joblog):
    """From the start of the first job to the end of the last."""
    rows = [line.split("\t") for line in joblog.splitlines()
            if line[0].isdigit()]
    return max(float(row[2]) + float(row[3]) for row in rows) - min(
        float(row[2]) for row in rows)


def compare(top, count):
    make_class.write_class(top / "class", count, "canvas", seed=17)
    users = [f"chatlab-{name}" for name in ("a", "b")]
    with contextlib.ExitStack() as stack:
        for user in users:
            copy_kit(top / user)
            stack.enter_context(account(user, top / user))
            run("chown", "-R", f"{user}:", top / user)
        stack.enter_context(ssh_server(top))
        copy_kit(top / "home")
        kit = top / "home/kit"
        run("make", "-s", "grader", cwd=kit, stdout=subprocess.DEVNULL)
        cores = len(os.sched_getaffinity(0))
        # Together they use as many cores as the one machine.
        (top / "hosts").write_text("".join(
            f"{max(cores // 2, 1)}/ssh -F {top}/ssh_config {user}@{user}\n"
            for user in users))
        two = grade(top, kit, f"MACHINES={top}/hosts")
        one = grade(top, kit)
    shares = [len(re.findall(rf"\t[^\t]*{user}\t", two[2])) for user in users]
    print(f"{count} hand-ins on one machine: {one[1]:.0f} s; on two: "
          f"{two[1]:.0f} s, which graded {shares[0]} and {shares[1]}")
    if 0 in shares:
        sys.exit("one machine graded nothing: repeat with a greater N")
    if one[0] != two[0]:
        (KIT / "build").mkdir(exist_ok=True)
        (KIT / "build/one.csv").write_bytes(one[0])
        (KIT / "build/two.csv").write_bytes(two[0])
        sys.exit("they differ: compare build/one.csv and build/two.csv")
    print("the gradebooks are the same, byte for byte")


def main():
    if os.getuid() != 0 or not os.path.exists(SSHD):
        sys.exit("make check-machines: run it as root, with sshd installed")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory(prefix="machines-") as top:
        os.chmod(top, 0o755)
        compare(pathlib.Path(top), count)


if __name__ == "__main__":
    main()
