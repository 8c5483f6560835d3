/* SPDX-License-Identifier: MIT */
/* crypto.h must cost next to nothing over the library behind it. */
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/parts.h"
#include "tests/support/suites.h"

/* Each side works for MS milliseconds at a time. */
enum { MS = 2, SLICES = 100 };

static const char *const commands[] = {"seal", "open"};
static const struct {
    const char *name;
    int bytes;
} sizes[] = {{"64 bytes", 64}, {"1 KiB", 1024}, {"16 KiB", 16384}};
static const char *const backends[] = {"libsodium", "OpenSSL"};

enum { ROWS = COUNT(commands) * COUNT(sizes) * COUNT(backends) };

/* One of ROWS: each command with each size and each backend. */
START_TEST(seal_and_open)
{
    int build = _i % (int)COUNT(backends); /* see fixture_builds */
    int size = _i / (int)COUNT(backends) % (int)COUNT(sizes);
    const char *command = commands[_i / (int)(COUNT(backends) * COUNT(sizes))];
    struct parts parts = parts_open(build);
    struct part ours =
        parts_part(&parts, "%s %d %d", command, sizes[size].bytes, MS);
    struct part direct =
        parts_part(&parts, "direct-%s %d %d", command, sizes[size].bytes, MS);
    char work[64];
    const struct bench bench = {
        .work = work,
        .unit = "box",
        .judged_spinners = 1,
        .slices = SLICES,
        .sides = {{.name = "crypto.h", .run = parts_run, .context = &ours},
                  {.name = "the library alone",
                   .run = parts_run,
                   .context = &direct}},
        .goals = {{.what = "speed, times the library's",
                   .figure = BENCH_CPU,
                   .first = 1,
                   .count = 1,
                   .goal = ROUND_AT_LEAST,
                   .limit = 0.97}},
    };

    snprintf(work, sizeof work, "%s %s, %s", command, sizes[size].name,
             backends[build]);
    bench_compare(&bench);
    parts_close(&parts);
}
END_TEST

START_TEST(growth)
{
    struct parts parts = parts_open(0);
    struct part part[] = {parts_part(&parts, "seal 100 %d", MS),
                          parts_part(&parts, "seal 1000 %d", MS),
                          parts_part(&parts, "seal 10000 %d", MS)};
    const struct bench bench = {
        .work = "seal more and more bytes, libsodium",
        .unit = "box",
        .judged_spinners = 1,
        .slices = SLICES,
        .sides =
            {{.name = "100 bytes", .run = parts_run, .context = &part[0]},
             {.name = "1,000 bytes", .run = parts_run, .context = &part[1]},
             {.name = "10,000 bytes", .run = parts_run, .context = &part[2]}},
        .goals = {bench_growth(BENCH_CPU, 0, 2, 100)},
    };

    bench_compare(&bench);
    parts_close(&parts);
}
END_TEST

TEST_SUITE(seal, 120, NULL, NULL)
{
    tcase_add_loop_test(tcase, seal_and_open, 0, ROWS);
    tcase_add_tests(tcase, growth);
}
