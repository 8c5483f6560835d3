/* SPDX-License-Identifier: MIT */
/*
 * Faults on order: a call of a library that fails when a test says so.
 *
 * Each FAULT line of this folder puts a function of ours in front of one of a
 * library, for all objects that the unit tests test: the linker's --wrap sends
 * their calls of NAME to __wrap_NAME. Makefile and macro read the same line.
 * Where the linker has no --wrap (macOS), the files with FAULT lines are left
 * out and FAULTS_POSSIBLE is false.
 */
#ifndef TESTS_SUPPORT_LIBRARY_FAULTS_FAULT_H
#define TESTS_SUPPORT_LIBRARY_FAULTS_FAULT_H

#include <stdbool.h>

#ifdef __linux__
#define FAULTS_POSSIBLE true
#else
#define FAULTS_POSSIBLE false
#endif

/* faults_possible: the same. If not, prints that SUITE skips such tests. */
bool faults_possible(const char *suite);

/*
 * FAULT: NAME, which returns TYPE, has PARAMETERS and gets them as ARGUMENTS,
 * gives FAILURE when its time has come.
 */
#define FAULT(type, name, parameters, arguments, failure)                      \
    type __wrap_##name parameters;                                             \
    type __wrap_##name parameters                                              \
    {                                                                          \
        if (fault_comes(#name))                                                \
            return failure;                                                    \
        return name arguments;                                                 \
    }

/*
 * FAULT_SEEN: the same, and NOTE is evaluated before a call that succeeds.
 */
#define FAULT_SEEN(type, name, parameters, arguments, failure, note)           \
    type __wrap_##name parameters;                                             \
    type __wrap_##name parameters                                              \
    {                                                                          \
        if (fault_comes(#name))                                                \
            return failure;                                                    \
        note;                                                                  \
        return name arguments;                                                 \
    }

/* fault_hashed: for kit.c here; notes the work of a scrypt. */
void fault_hashed(unsigned ln, unsigned p);

/*
 * fault_hashes: what was hashed since the last call, in order, "14/5 10/1 "
 * for two hashes: LN and P. Static; cut where there were too many.
 */
const char *fault_hashes(void);

/* fault_comes: for FAULT alone; counts a call of NAME. */
bool fault_comes(const char *name);

/*
 * fault_order: the call number COUNT, from 1, of any function that stands in
 * NAMES fails with errno ERROR. NAMES is words with a blank between them; one
 * that ends in "*" is all names that begin so.
 */
void fault_order(const char *names, int count, int error);

/* fault_cancel: no more faults. Returns whether the ordered one has come. */
bool fault_cancel(void);

/*
 * fault_each: orders a fault in the first call of NAMES that WORK makes, then
 * in the second, and so on until one run has had none. WORK returns 0 when it
 * has succeeded, and looks itself that all is in order either way. With STRICT
 * it must not succeed in spite of a fault. Returns how many faults came; the
 * last run, without any, must succeed.
 */
int fault_each(const char *names, int (*work)(void), bool strict);

/*
 * fault_lowest: the lowest descriptor that is free. Work that keeps one open
 * behind a failure makes it higher.
 */
int fault_lowest(void);

#endif
