/* SPDX-License-Identifier: MIT */
/*
 * Runs the suites of this folder, real programs over real sockets:
 *
 *     e2e-tests build/libsodium build/openssl
 *
 * KIT_ONLY=chat,replay runs these alone.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "lib/streams.h"
#include "tests/e2e/stage.h"
#include "tests/e2e/wanted.h"

#define SUITE(name) Suite *name##_suite(void);
#include "e2e_suites.inc"
#undef SUITE

static const struct {
    const char *name;
    Suite *(*suite)(void);
} suites[] = {
#define SUITE(name) {#name, name##_suite},
#include "e2e_suites.inc"
#undef SUITE
};

int main(int argc, char **argv)
{
    SRunner *runner = srunner_create(NULL);

    kit_streams_open();
    if (argc != 3) {
        fprintf(stderr, "usage: e2e-tests BUILD BUILD, one of each backend\n");
        return EX_USAGE;
    }
    stage_builds[0] = argv[1];
    stage_builds[1] = argv[2];
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        if (wanted_is(suites[i].name))
            srunner_add_suite(runner, suites[i].suite());
    }
    return wanted_run(runner);
}
