/* SPDX-License-Identifier: MIT */
/*
 * Faults that a test puts into a running program. fault.c becomes a shared
 * object that the dynamic linker loads before all others (LD_PRELOAD, ld.so(8))
 * and stands between the program and its C library; the test steers it through
 * a file that both have mapped, named by FAULT_FILE in the environment.
 */
#ifndef TESTS_SUPPORT_LIBC_FAULTS_PRELOAD_H
#define TESTS_SUPPORT_LIBC_FAULTS_PRELOAD_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Enough room on the disk for anything. */
#define FAULT_ROOM LONG_MAX

struct libc_faults {
    /*
     * Bytes that may still be written to files other than the standard
     * streams. The write that goes beyond is a short one; then there is
     * ENOSPC, also for fsync and for a file made longer.
     */
    atomic_long room;

    /* The allocation of this number from now on fails: 1 the next, 0 none. */
    atomic_long fail_at;
    atomic_bool fail_on; /* and all that come after it */

    /* What came of it: failed ones, and blocks that were not given back. */
    atomic_long failed, blocks;

    /* Seconds that the time of day goes before, or after, the true one. */
    atomic_long seconds;
};

#endif
