/* SPDX-License-Identifier: MIT */
/* Runs the suites of this folder. KIT_ONLY=base64,json runs only these. */
#include "lib/streams.h"

#define SUITES_FILE "unit_suites.inc"
#include "tests/support/suite_table.h"

int main(void)
{
    kit_streams_open();
    return suites_run_chosen(suites, SUITES);
}
