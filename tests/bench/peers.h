/* SPDX-License-Identifier: MIT */
/* Whether this machine has what the programs in peers/ need. */
#ifndef TESTS_BENCH_PEERS_H
#define TESTS_BENCH_PEERS_H

enum { PEERS_VERSION = 64 };

/*
 * peers_python: finds a Python that can run SCRIPT, which imports packages and
 * prints their versions: python3 in PATH; or else Debian's, which has Debian's
 * packages. Copies the line that SCRIPT printed to VERSION. Returns the
 * program, or NULL.
 * peers_node: the same for Node. PEERS_NODE is the setting that lets it find
 * the packages that make deps-bench has installed.
 */
const char *peers_python(char version[PEERS_VERSION], const char *script);
const char *peers_node(char version[PEERS_VERSION], const char *script);

#define PEERS_NODE "NODE_PATH=build/bench/peers/node_modules"

#endif
