/* SPDX-License-Identifier: MIT */
#include "tests/attack/faulty.h"

#include <stdatomic.h>

struct injector injector;
struct process_way way;
struct http http = {.fd = -1};

void teardown_faulty(void)
{
    http_close(&http);
    teardown_target();
    injector_close(&injector);
}

bool faulty_begin(void)
{
    return injector_open(&injector, &target.fixture, &way);
}

void faulty_start(void)
{
    target_serve(&target, NULL, &way);
    http_open(&http, target.fixture.url, NULL);
}

void faulty_restart(void)
{
    http_close(&http);
    target_stop(&target);
    faulty_start();
}

void faulty_clock(long seconds)
{
    atomic_store(&injector.fault->seconds, seconds);
}

int faulty_log_in(const char *name, char out[KIT_TOKEN_MAX + 1])
{
    return http_login(&http, name, target_password(name), out);
}
