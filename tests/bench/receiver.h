/* SPDX-License-Identifier: MIT */
/* The processor time that receivers need for a message. */
#ifndef TESTS_BENCH_RECEIVER_H
#define TESTS_BENCH_RECEIVER_H

/*
 * receiver_compare: measures the receivers of COUNT BUILDS in turn, with 1, 100
 * and 1,000 chats. That of the first build must not need much more time with
 * 1,000 chats than with one.
 */
void receiver_compare(const char *const *builds, int count);

#endif
