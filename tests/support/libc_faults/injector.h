/* SPDX-License-Identifier: MIT */
/* Makes calls of libc fail in a running program, through preload.c. */
#ifndef TESTS_SUPPORT_LIBC_FAULTS_INJECTOR_H
#define TESTS_SUPPORT_LIBC_FAULTS_INJECTOR_H

#include "tests/support/fixture.h"
#include "tests/support/libc_faults/preload.h"

struct injector {
    struct libc_faults *fault; /* in memory that the programs share */
    long armed;                /* the NUMBER of injector_arm */
    long used;                 /* set by injector_disarm */
    char preload[PATH_SIZE], file[PATH_SIZE];
};

/*
 * injector_open: sets WAY, so that calls of programs started with it can fail.
 * The file that controls them is in the folder of FIXTURE. Returns false, and
 * adds a figure with the reason, if this build cannot inject faults.
 */
bool injector_open(struct injector *injector, struct fixture *fixture,
                   struct process_way *way);
void injector_close(struct injector *injector);

/*
 * injector_arm: counts allocations from now on, and makes number NUMBER fail;
 * if AND_LATER, also all after it. With INJECTOR_NEVER none fails.
 * injector_disarm: ends the failures. Returns how many there were. If there was
 * none, sets USED to the number of allocations since injector_arm.
 */
enum { INJECTOR_NEVER = 1 << 30 };

void injector_arm(struct injector *injector, long number, bool and_later);
long injector_disarm(struct injector *injector);

#endif
