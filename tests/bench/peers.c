/* SPDX-License-Identifier: MIT */
#include "tests/bench/peers.h"

#include <stdio.h>

#include "tests/support/process.h"

/* Whether the program, a word of COMMAND each, runs and exits with 0. */
static bool succeeds(struct process *p)
{
    int code = process_wait(p);

    process_end(p);
    return code == 0;
}

bool peers_python(const char *module)
{
    char command[128];

    snprintf(command, sizeof command, "import %s", module);
    return process_has("python3") &&
           succeeds(process_words(NULL, "python3", "-c", command, NULL));
}
