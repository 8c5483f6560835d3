/* SPDX-License-Identifier: MIT */
/* All files lie in the folder itself, with which they go. */
#include "tests/attack/certs.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

bool certs_can(void)
{
    return system("command -v openssl >/dev/null") == 0;
}

void certs_run(struct target *target, const char *command)
{
    char line[8 * PATH_SIZE];
    char *argv[] = {"sh", "-c", line, NULL};
    struct process *p;

    ck_assert_int_lt(snprintf(line, sizeof line, "set -eu; D=%s; %s",
                              target->stage.dir, command),
                     (int)sizeof line);
    p = process_start(argv);
    process_exits(p, 0);
    process_end(p);
}

void certs_make(struct target *target, const char *name, const char *host)
{
    char command[1024];

    snprintf(command, sizeof command,
             "CERTS=$D/new sh server/certs.sh %s && cd $D/new &&"
             " mv ca.pem ../%s-ca.pem && mv ca-key.pem ../%s-ca-key.pem &&"
             " mv server.pem ../%s.pem && mv server-key.pem ../%s-key.pem &&"
             " cd .. && rmdir new",
             host, name, name, name, name);
    certs_run(target, command);
}

void certs_serve(struct target *target, const char *name)
{
    char cert[PATH_SIZE], key[PATH_SIZE];
    const char *const options[] = {"--tls-cert", cert, "--tls-key", key, NULL};

    snprintf(cert, sizeof cert, "%s/%s.pem", target->stage.dir, name);
    snprintf(key, sizeof key, "%s/%s-key.pem", target->stage.dir, name);
    target_serve(target, options, NULL);
}
