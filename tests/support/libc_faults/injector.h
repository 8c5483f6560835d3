/* SPDX-License-Identifier: MIT */
/* Makes calls of libc fail in a running program, through preload.c. */
#ifndef TESTS_SUPPORT_LIBC_FAULTS_INJECTOR_H
#define TESTS_SUPPORT_LIBC_FAULTS_INJECTOR_H

#include "tests/support/fixture.h"
#include "tests/support/libc_faults/preload.h"

struct injector {
    struct libc_faults *fault; /* what the programs read */
    long armed, used; /* allocations until the fault, and those that were */
    char preload[PATH_SIZE], file[PATH_SIZE];
};

/*
 * injector_open: no faults yet. From here on what is started in WAY on STAGE
 * has them; both must live as long. Returns false, with the reason in the
 * table, where this build cannot have faults.
 */
bool injector_open(struct injector *injector, struct fixture *fixture,
                   struct process_way *way);
void injector_close(struct injector *injector);

/*
 * injector_arm: allocation NUMBER from now on fails, and where it goes ON all
 * that come after it; INJECTOR_NEVER only counts. injector_disarm: none does
 * any more; returns how many did, and sets USED to how many there were.
 */
enum { INJECTOR_NEVER = 1 << 30 };

void injector_arm(struct injector *injector, long number, bool on);
long injector_disarm(struct injector *injector);

#endif
