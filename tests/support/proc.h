/* SPDX-License-Identifier: MIT */
/* What Linux reports about the process PID (proc(5)). */
#ifndef TESTS_SUPPORT_PROC_H
#define TESTS_SUPPORT_PROC_H

#include <stdbool.h>
#include <sys/types.h>

/* proc_memory, proc_peak: its resident memory in KiB, now and at most. */
long proc_memory(pid_t pid);
long proc_peak(pid_t pid);

/*
 * proc_files: the number of its open descriptors. proc_files_left: the same
 * after waiting, for at most a minute, until no more than WANTED are left.
 */
long proc_files(pid_t pid);
long proc_files_left(pid_t pid, long wanted);

/* proc_cpu: the processor time it has used, in milliseconds. */
double proc_cpu(pid_t pid);

/*
 * proc_busy: for how many milliseconds the processors that this process may use
 * have been busy since the machine started, with work of any process or of
 * another virtual machine; sets CORES to their number. Negative if this is
 * unknown.
 */
double proc_busy(int *cores);

/*
 * proc_ended: waits for the end of PID, a child, until stopwatch_now is UNTIL.
 * Returns whether it has ended. It remains a zombie until process_wait.
 */
bool proc_ended(pid_t pid, double until);

#endif
