/* SPDX-License-Identifier: MIT */
/*
 * Compares the speed of the kit with that of other ways to do the same work:
 *
 *     bench build/libsodium build/openssl RESULTS.json [OLD]
 *
 * Each suite compares one kind of work. KIT_ONLY=seal,userinfo runs only these,
 * and ROUNDS=9 measures everything nine times instead of five.
 *
 * OLD is the build folder of an older version, build/libsodium elsewhere: its
 * server and its receiver are measured in turn with ours.
 *
 * It fails if a goal is missed. An undecided goal is not a failure: run the
 * benchmark again when the machine has no other work.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "lib/streams.h"
#include "tests/bench/bench.h"
#include "tests/bench/report.h"
#include "tests/support/figure.h"
#include "tests/support/fixture.h"

#define SUITES_FILE "bench_suites.inc"
#include "tests/support/suite_table.h"

/* Prints what was recorded, and writes it to PATH. Returns the exit code. */
static int report(const char *path)
{
    char records[128];
    cJSON *results;
    int missed, written;

    snprintf(records, sizeof records, "%s/" BENCH_RECORDS, run_dir);
    results = report_read(records);
    missed = report_print(results);
    written = report_write(path, results);
    if (written == 0)
        printf("written: %s\n", path);
    cJSON_Delete(results);
    return missed == 0 && written == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    int ran, reported;

    kit_streams_open();
    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: bench BUILD BUILD RESULTS.json [OLD] (one "
                        "BUILD of each backend)\n");
        return EX_USAGE;
    }
    suites_check(suites, SUITES);
    fixture_builds[0] = argv[1];
    fixture_builds[1] = argv[2];
    bench_old = argv[4]; /* or NULL */
    /* Timeouts are for programs that hang. If they are only slow because the
       machine is busy, the report mentions that the rounds were disturbed. */
    setenv("CK_TIMEOUT_MULTIPLIER", "10", 0);
    if (figures_begin("bench") != 0)
        return EX_OSERR;
    ran = suites_run_chosen(suites, SUITES);
    reported = report(argv[3]);
    figures_end();
    return ran == EXIT_SUCCESS ? reported : ran;
}
