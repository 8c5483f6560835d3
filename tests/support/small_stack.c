/* SPDX-License-Identifier: MIT */
#include "tests/support/small_stack.h"

#include <check.h>
#include <pthread.h>
#include <unistd.h>

enum { AT_LEAST = 65536 };

size_t small_stack_size(void)
{
    long page = sysconf(_SC_PAGESIZE);
    long least = sysconf(_SC_THREAD_STACK_MIN);

    ck_assert_int_gt(page, 0);
    if (least < AT_LEAST)
        least = AT_LEAST;
    return (size_t)((least + page - 1) / page * page);
}

void *small_stack_run(void *(*run)(void *), void *context)
{
    pthread_attr_t small;
    pthread_t thread;
    void *result;

    ck_assert_int_eq(pthread_attr_init(&small), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&small, small_stack_size()), 0);
    ck_assert_int_eq(pthread_create(&thread, &small, run, context), 0);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    pthread_attr_destroy(&small);
    return result;
}
