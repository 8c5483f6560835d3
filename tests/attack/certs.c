/* SPDX-License-Identifier: MIT */
/* All files are in the folder of the target, which target_close removes. */
#include "tests/attack/certs.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

bool certs_possible(void)
{
    return process_has("openssl");
}

void certs_run(struct target *target, const char *command)
{
    char folder[PATH_SIZE + 2], line[8 * PATH_SIZE];
    const struct process_way way = {.settings = {folder}};
    char *argv[] = {"sh", "-c", line, NULL};

    /* The path is a variable, not shell code. Without IFS, $D is one word. */
    ck_assert_int_lt(snprintf(line, sizeof line, "set -euf; IFS=; %s", command),
                     (int)sizeof line);
    snprintf(folder, sizeof folder, "D=%s", target->fixture.dir);
    process_succeeds(process_start_in(argv, &way));
}

void certs_make(struct target *target, const char *name, const char *host)
{
    char command[1024];

    snprintf(command, sizeof command,
             "CERTS=\"$D/new\" sh server/certs.sh %s && cd \"$D/new\" &&"
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

    snprintf(cert, sizeof cert, "%s/%s.pem", target->fixture.dir, name);
    snprintf(key, sizeof key, "%s/%s-key.pem", target->fixture.dir, name);
    target_serve(target, options, NULL);
}
