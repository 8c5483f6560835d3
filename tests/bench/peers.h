/* SPDX-License-Identifier: MIT */
/* Whether this machine has what the programs in peers/ need. */
#ifndef TESTS_BENCH_PEERS_H
#define TESTS_BENCH_PEERS_H

#include <stdbool.h>

/* peers_python: whether python3 can import MODULE, such as "flask". */
bool peers_python(const char *module);

#endif
