/* SPDX-License-Identifier: MIT */
/* crypto.h must cost next to nothing over the library behind it. */
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/parts.h"
#include "tests/support/suites.h"

enum { MS = 300 };

static const struct {
    const char *work, *ours, *direct;
    int build; /* see fixture_builds */
} works[] = {
    {"seal 64 bytes, libsodium", "seal 64", "direct-seal 64", 0},
    {"seal 64 bytes, OpenSSL", "seal 64", "direct-seal 64", 1},
    {"seal 1 KiB, libsodium", "seal 1024", "direct-seal 1024", 0},
    {"seal 1 KiB, OpenSSL", "seal 1024", "direct-seal 1024", 1},
    {"seal 16 KiB, libsodium", "seal 16384", "direct-seal 16384", 0},
    {"seal 16 KiB, OpenSSL", "seal 16384", "direct-seal 16384", 1},
    {"open 64 bytes, libsodium", "open 64", "direct-open 64", 0},
    {"open 64 bytes, OpenSSL", "open 64", "direct-open 64", 1},
    {"open 1 KiB, libsodium", "open 1024", "direct-open 1024", 0},
    {"open 1 KiB, OpenSSL", "open 1024", "direct-open 1024", 1},
    {"open 16 KiB, libsodium", "open 16384", "direct-open 16384", 0},
    {"open 16 KiB, OpenSSL", "open 16384", "direct-open 16384", 1},
};

START_TEST(seal_and_open)
{
    struct parts parts = parts_open(works[_i].build);
    char ours[64], direct[64];
    struct part part[] = {{&parts, ours}, {&parts, direct}};
    const struct bench bench = {
        .work = works[_i].work,
        .unit = "box",
        .judged_spinners = 1,
        .sides = {{"crypto.h", parts_run, &part[0], 0},
                  {"the library alone", parts_run, &part[1], 0}},
        .goals = {{"speed, times the library's", BENCH_CPU, BENCH_SUM, 0, 1, 1,
                   ROUND_AT_LEAST, 0.97, 0}},
    };

    snprintf(ours, sizeof ours, "%s %d", works[_i].ours, MS);
    snprintf(direct, sizeof direct, "%s %d", works[_i].direct, MS);
    bench_compare(&bench);
    parts_close(&parts);
}
END_TEST

TEST_SUITE(seal, 120, NULL, NULL)
{
    tcase_add_rows(tcase, seal_and_open, works);
}
