/* SPDX-License-Identifier: MIT */
/* Comparing work that consists of hashing passwords with scrypt alone. */
#ifndef TESTS_BENCH_HASHING_H
#define TESTS_BENCH_HASHING_H

#include "tests/bench/bench.h"

struct hashing {
    const char *work; /* as in struct bench */
    const char *unit; /* that needs one hash: "login" */
    void (*run)(struct bench_result *result, const struct bench_side *side);
    const void *context; /* for RUN */
    int threads;         /* that hash */
    int count;           /* units in a slice */
    int slices;          /* in a round */
    double goal;         /* the least speed by CPU, as a share of scrypt's */
};

/* hashing_compare: compares HASHING with as many hashes in as many threads. */
void hashing_compare(const struct hashing *hashing);

#endif
