/* SPDX-License-Identifier: MIT */
#include "tests/bench/peers.h"

#include <stdbool.h>
#include <stdio.h>

#include "tests/support/process.h"

/*
 * Whether PROGRAM exits with 0 when OPTION tells it to run SCRIPT, whose output
 * goes to VERSION.
 */
static bool runs(char version[PEERS_VERSION], const char *program,
                 const char *option, const char *script)
{
    const struct process_way way = {.settings = {PEERS_NODE}};
    struct process *p = process_words(&way, program, option, script, NULL);
    int code = process_wait(p);
    const char *line = process_line(p, &p->out);

    snprintf(version, PEERS_VERSION, "%s", line != NULL ? line : "");
    process_end(p);
    return code == 0;
}

const char *peers_python(char version[PEERS_VERSION], const char *script)
{
    static const char *const programs[] = {"python3", "/usr/bin/python3"};

    for (int i = 0; i < 2; i++) {
        if (runs(version, programs[i], "-c", script))
            return programs[i];
    }
    return NULL;
}

const char *peers_node(char version[PEERS_VERSION], const char *script)
{
    return runs(version, "node", "-e", script) ? "node" : NULL;
}
