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
     * How many more bytes may be written to files other than the standard
     * streams. The write that exceeds this is a short write. After it, write,
     * fsync and ftruncate fail with ENOSPC.
     */
    atomic_long room;

    /* Which allocation fails: 1 the next one, 2 the one after it, 0 none. */
    atomic_long fail_at;
    atomic_bool and_later; /* whether all after it fail as well */

    /* The allocations that failed, and the blocks that are not freed. */
    atomic_long failed, blocks;

    /* Seconds by which the time of day is ahead of the true one. */
    atomic_long seconds;
};

#endif
