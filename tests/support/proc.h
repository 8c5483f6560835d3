/* SPDX-License-Identifier: MIT */
/* What Linux knows about a process (proc(5)). */
#ifndef TESTS_SUPPORT_PROC_H
#define TESTS_SUPPORT_PROC_H

#include <stdbool.h>
#include <sys/types.h>

/* proc_memory, proc_peak: KiB that PID has now, and that it had at the most. */
long proc_memory(pid_t pid);
long proc_peak(pid_t pid);

/* proc_files: how many descriptors it has open. */
long proc_files(pid_t pid);

/* proc_cpu: milliseconds of processor time until now. */
double proc_cpu(pid_t pid);

/*
 * proc_ended: waits until PID, a child, has ended, or until a moment of
 * stopwatch_now. Returns whether it has; its exit code is still to be fetched.
 */
bool proc_ended(pid_t pid, double until);

#endif
