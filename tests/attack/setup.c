/* SPDX-License-Identifier: MIT */
#include "tests/attack/setup.h"

#include "tests/support/database.h"

struct target target;

void setup_accounts(void)
{
    target_open(&target, "10");
}

void setup_cheap(void)
{
    setup_accounts();
    database_cheapen(&target);
}

void setup_server(void)
{
    setup_accounts();
    target_serve(&target, NULL, NULL);
}

void setup_users(void)
{
    setup_server();
    target_log_in(&target);
}

void setup_costly(void)
{
    target_begin(&target, target_ln());
}

void teardown_target(void)
{
    target_close(&target);
}
