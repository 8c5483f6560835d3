/* SPDX-License-Identifier: MIT */
/*
 * Runs the suites of this folder: real programs over real sockets:
 *
 *     e2e-tests build/libsodium build/openssl
 *
 * KIT_ONLY=chat,tls runs only these.
 */
#include <stdio.h>
#include <sysexits.h>

#include "lib/streams.h"
#include "tests/support/fixture.h"

#define SUITES_FILE "e2e_suites.inc"
#include "tests/support/suite_table.h"

int main(int argc, char **argv)
{
    kit_streams_open();
    if (argc != 3) {
        fprintf(stderr, "usage: e2e-tests BUILD BUILD (one of each backend)\n");
        return EX_USAGE;
    }
    fixture_builds[0] = argv[1];
    fixture_builds[1] = argv[2];
    return suites_run_chosen(suites, SUITES);
}
