/* SPDX-License-Identifier: MIT */
/*
 * Closed standard streams: /dev/null is opened in their place, in a mode in
 * which using them still fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "lib/streams.h"
#include "tests/support/suites.h"

enum { STREAMS = STDERR_FILENO + 1, SUBSETS = 1 << STREAMS };

/* Each bit of _i is a stream that is closed. */
START_TEST(filled)
{
    char byte = 0;
    int next;

    for (int fd = 0; fd < STREAMS; fd++) {
        if ((_i & 1 << fd) != 0)
            close(fd);
    }
    kit_streams_open();
    next = open("/dev/null", O_RDWR);
    ck_assert_int_gt(next, STDERR_FILENO);
    close(next);
    for (int fd = 0; fd < STREAMS; fd++) {
        bool reads = fd == STDIN_FILENO;
        ssize_t n;

        if ((_i & 1 << fd) == 0)
            continue;
        errno = 0;
        n = reads ? read(fd, &byte, 1) : write(fd, &byte, 1);
        ck_assert_int_eq(n, -1);
        ck_assert_int_eq(errno, EBADF);
        ck_assert(reads ? !kit_can_read(fd) : !kit_can_write(fd));
    }
}
END_TEST

START_TEST(open_ones_are_kept)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    kit_streams_open();
    ck_assert(kit_can_read(STDIN_FILENO) && !kit_can_write(STDIN_FILENO));
    ck_assert(kit_can_write(STDOUT_FILENO) && !kit_can_read(STDOUT_FILENO));
    close(ends[0]);
    ck_assert(!kit_can_read(ends[0]) && !kit_can_write(ends[0]));
}
END_TEST

TEST_SUITE(streams, 60, NULL, NULL)
{
    tcase_add_loop_test(tcase, filled, 0, SUBSETS);
    tcase_add_test(tcase, open_ones_are_kept);
}
