/* SPDX-License-Identifier: MIT */
/*
 * Fault injection: a call of a library that fails when a test tells it to.
 *
 * Each FAULT line of this folder replaces a function of a library in all
 * objects under test: the linker's --wrap makes their calls of NAME calls of
 * __wrap_NAME. The Makefile reads these lines too. Where the linker has no
 * --wrap (macOS), the files with FAULT lines are left out and FAULTS_POSSIBLE
 * is false.
 */
#ifndef TESTS_SUPPORT_LIBRARY_FAULTS_FAULT_H
#define TESTS_SUPPORT_LIBRARY_FAULTS_FAULT_H

#include <stdbool.h>

#ifdef __linux__
#define FAULTS_POSSIBLE true
#else
#define FAULTS_POSSIBLE false
#endif

/* faults_possible: FAULTS_POSSIBLE. If false, prints that SUITE skips tests. */
bool faults_possible(const char *suite);

/*
 * FAULT: replaces NAME, which returns TYPE, has PARAMETERS, and is called with
 * ARGUMENTS. Returns FAILURE when the fault comes.
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
 * FAULT_SEEN: the same, and NOTE is evaluated before each call that is passed
 * on to the library.
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

/* fault_hashed: for kit.c here; records the cost of a scrypt. */
void fault_hashed(unsigned ln, unsigned p);

/*
 * fault_hashes: what was hashed since the last call, in order, "14/5 10/1 "
 * for two hashes: LN and P. Static, and truncated if there were too many.
 */
const char *fault_hashes(void);

/* fault_comes: for FAULT only. Counts a call of NAME. */
bool fault_comes(const char *name);

/*
 * fault_order: call number COUNT, from 1, of any function in NAMES fails with
 * errno ERROR. NAMES are separated by spaces. A name that ends with "*" is a
 * prefix.
 */
void fault_order(const char *names, int count, int error);

/* fault_cancel: no more faults. Returns whether the ordered one has come. */
bool fault_cancel(void);

/*
 * fault_each: orders a fault in the first call of NAMES that WORK makes, then
 * in the second, and so on until a run has none. WORK returns 0 if it has
 * succeeded, and checks its results in either case. With STRICT it must fail if
 * there is a fault. Returns how many faults came. The last run, which has none,
 * must succeed.
 */
int fault_each(const char *names, int (*work)(void), bool strict);

/*
 * fault_lowest: the lowest descriptor that is free. It becomes higher if a
 * function leaves a descriptor open after a failure.
 */
int fault_lowest(void);

#endif
