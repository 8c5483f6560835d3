/* SPDX-License-Identifier: MIT */
/* Threads with a small stack, on which deep recursion crashes. */
#ifndef TESTS_SUPPORT_SMALL_STACK_H
#define TESTS_SUPPORT_SMALL_STACK_H

#include <stddef.h>

/*
 * small_stack_size: the smallest stack that this system gives a thread, in
 * bytes: whole pages, and at least 64 KiB. On Linux for arm64 it is 128 KiB.
 */
size_t small_stack_size(void);

/*
 * small_stack_run: calls RUN with CONTEXT in a thread with small_stack_size
 * bytes of stack. Returns RUN's result; fails the test if there is no thread.
 */
void *small_stack_run(void *(*run)(void *), void *context);

#endif
