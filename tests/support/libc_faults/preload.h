/* SPDX-License-Identifier: MIT */
/*
 * Faults that a test injects into a running program. preload.c becomes a shared
 * library that the dynamic linker loads before all others (LD_PRELOAD,
 * ld.so(8)), so its functions replace those of libc. The test controls them
 * through a file, FAULT_FILE in the environment, that both map.
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
     * streams. The write that exceeds them is a short one; after that, writes,
     * fsync and ftruncate fail with ENOSPC.
     */
    atomic_long room;

    /* The allocation of this number from now on fails: 1 the next, 0 none. */
    atomic_long fail_at;
    atomic_bool fail_on; /* and all that come after it */

    /* The allocations that failed, and the blocks that are not freed. */
    atomic_long failed, blocks;

    /* Seconds by which the time of day is ahead of the true one. */
    atomic_long seconds;
};

#endif
