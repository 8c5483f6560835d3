/* SPDX-License-Identifier: MIT */
#include "tests/bench/hashing.h"

#include "tests/bench/parts.h"

void hashing_compare(const struct hashing *hashing)
{
    struct parts parts = parts_open(0);
    struct part scrypt =
        parts_part(&parts, "scrypt %d %d", hashing->threads, hashing->count);
    const struct bench bench = {
        .work = hashing->work,
        .unit = hashing->unit,
        .judged_spinners = hashing->threads,
        .slices = hashing->slices,
        .sides = {{.name = "our server",
                   .run = hashing->run,
                   .context = hashing->context},
                  {.name = "scrypt alone, as many threads",
                   .run = parts_run,
                   .context = &scrypt}},
        .goals = {{.what = "speed by CPU, times scrypt's",
                   .figure = BENCH_CPU,
                   .first = 1,
                   .count = 1,
                   .goal = ROUND_AT_LEAST,
                   .limit = hashing->goal},
                  {.what = "rate, times scrypt's",
                   .figure = BENCH_RATE,
                   .first = 1,
                   .count = 1}},
    };

    bench_compare(&bench);
    parts_close(&parts);
}
