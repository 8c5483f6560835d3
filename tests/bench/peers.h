/* SPDX-License-Identifier: MIT */
/* Whether this machine has what the programs in peers/ need. */
#ifndef TESTS_BENCH_PEERS_H
#define TESTS_BENCH_PEERS_H

enum { PEERS_VERSION = 64 };

/*
 * peers_python: the python3 that runs SCRIPT, such as "import flask": the first
 * one in PATH, or Debian's, which has Debian's packages. NULL if neither does.
 * SCRIPT prints what is there, with versions, which is copied to VERSION.
 * peers_node: the same for Node. Its packages may be in PEERS_NODE, where make
 * deps-bench puts them.
 */
const char *peers_python(char version[PEERS_VERSION], const char *script);
const char *peers_node(char version[PEERS_VERSION], const char *script);

#define PEERS_NODE "NODE_PATH=build/bench/peers/node_modules"

#endif
