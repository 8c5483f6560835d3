/* SPDX-License-Identifier: MIT */
/* How the helpers of this folder end a test that cannot go on. */
#ifndef TESTS_SUPPORT_FAILURE_H
#define TESTS_SUPPORT_FAILURE_H

#include <errno.h>
#include <string.h>

/*
 * fail_test: ends the test with a message, as by printf. The function of
 * failure.c fails a test of Check. A program that runs tests in another way, as
 * the grader does, links its own function instead.
 */
_Noreturn void fail_test(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* ensure: ends the test if CONDITION, which the test itself needs, is false. */
#define ensure(condition)                                                      \
    ((condition) ? (void)0                                                     \
                 : fail_test("%s: %s is false (%s)", __func__, #condition,     \
                             strerror(errno)))

#endif
