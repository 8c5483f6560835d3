/* SPDX-License-Identifier: MIT */
/* Makes calls of libc fail in a running program, through preload.c. */
#ifndef TESTS_SUPPORT_LIBC_FAULTS_INJECTOR_H
#define TESTS_SUPPORT_LIBC_FAULTS_INJECTOR_H

#include "tests/support/fixture.h"
#include "tests/support/libc_faults/preload.h"

struct injector {
    struct libc_faults *fault; /* in memory that the programs share */
    long armed, used; /* allocations until the fault; those made so far */
    char preload[PATH_SIZE], file[PATH_SIZE];
};

/*
 * injector_open: programs that are started with WAY can have faults from now
 * on; the file that controls them is in the folder of FIXTURE. Returns false,
 * with a figure that gives the reason, if this build cannot have faults.
 */
bool injector_open(struct injector *injector, struct fixture *fixture,
                   struct process_way *way);
void injector_close(struct injector *injector);

/*
 * injector_arm: allocation NUMBER from now on fails, and if ON all after it,
 * too; INJECTOR_NEVER only counts them. injector_disarm: no more failures.
 * Returns how many there were, and sets USED to the number of allocations.
 */
enum { INJECTOR_NEVER = 1 << 30 };

void injector_arm(struct injector *injector, long number, bool on);
long injector_disarm(struct injector *injector);

#endif
