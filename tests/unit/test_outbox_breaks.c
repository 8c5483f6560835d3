/* SPDX-License-Identifier: MIT */
/* Sends that go wrong, by plan: no line twice, none cut, none out of order. */
#include <errno.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/outbox_peer.h"

START_TEST(short_sends)
{
    const struct outbox_peer_step bits[] = {
        {1, 0}, {2, 0}, {0, EINTR}, {3, 0}, {0, EAGAIN}, {1, 0}, {0, 0}};
    int peer = outbox_peer_open();

    outbox_peer.plan = bits;
    outbox_peer_put("first line");
    outbox_peer_put("second line");
    outbox_peer_flush();
    outbox_peer_hears(peer, "first line\nsecond line\n");
    ck_assert_int_eq(outbox_peer.sends, 7);
    ck_assert(!tcp_waits(outbox_peer.listener));
}
END_TEST

/*
 * "one" is handed over whole, "two" up to a point, then the connection
 * breaks: "two" goes first over the new one, and "one" does not go again.
 */
static const struct {
    size_t sent;
    const char *before, *after;
} breaks[] = {
    {3, "one", "one\ntwo\nthree\n"}, /* the newline is part of a line */
    {4, "one\n", "two\nthree\n"},       {5, "one\nt", "two\nthree\n"},
    {7, "one\ntwo", "two\nthree\n"},    {8, "one\ntwo\n", "three\n"},
    {13, "one\ntwo\nthree", "three\n"},
};
enum { BREAKS = sizeof breaks / sizeof breaks[0] };

START_TEST(break_in_the_middle)
{
    const struct outbox_peer_step broken[] = {
        {breaks[_i].sent, 0}, {0, EPIPE}, {0, 0}};
    int peer = outbox_peer_open(), again;

    outbox_peer.plan = broken;
    outbox_peer_put("one");
    outbox_peer_put("two");
    outbox_peer_put("three");
    outbox_peer_flush();
    again = tcp_accept(outbox_peer.listener);
    outbox_peer_hears_last(peer, breaks[_i].before);
    ck_assert_int_eq(kit_outbox_close(&outbox_peer.link), 0);
    outbox_peer_hears_last(again, breaks[_i].after);
    ck_assert_str_eq(captured(), "");
}
END_TEST

/*
 * As long as connections take lines, there is one more. The third takes none,
 * which is forgiven once; the fourth takes one and breaks, too.
 */
START_TEST(breaks_with_progress)
{
    const struct outbox_peer_step broken[] = {
        {4, 0},     {0, ECONNRESET}, {4, 0},     {0, EPIPE},
        {0, EPIPE}, {6, 0},          {0, EPIPE}, {0, 0}};
    const char *const heard[] = {"one\n", "two\n", "", "three\n"};
    int peer = outbox_peer_open();

    outbox_peer.plan = broken;
    outbox_peer_put("one");
    outbox_peer_put("two");
    outbox_peer_put("three");
    outbox_peer_put("four");
    outbox_peer_flush();
    for (int i = 0; i < 4; i++) {
        outbox_peer_hears_last(peer, heard[i]);
        peer = tcp_accept(outbox_peer.listener);
    }
    ck_assert_int_eq(kit_outbox_close(&outbox_peer.link), 0);
    outbox_peer_hears_last(peer, "four\n");
    ck_assert(!tcp_waits(outbox_peer.listener));
}
END_TEST

/* Without progress there is one more try, and then an end. */
START_TEST(breaks_without_progress)
{
    const struct outbox_peer_step broken[] = {
        {0, EPIPE}, {2, 0}, {0, EPIPE}, {0, EPIPE}, {0, 0}};

    outbox_peer_open();
    outbox_peer.plan = broken;
    outbox_peer_put("one");
    ck_assert_int_eq(kit_outbox_flush(&outbox_peer.link), -1);
    ck_assert_int_eq(captured_lines(), 1);
    close(tcp_accept(outbox_peer.listener));
    ck_assert(!tcp_waits(outbox_peer.listener));
    ck_assert_int_eq(outbox_peer.link.fd, -1);
}
END_TEST

TEST_SUITE(outbox_breaks)
{
    Suite *suite = suite_create("outbox_breaks");
    TCase *tcase = suite_add_case(suite, "outbox_breaks");

    tcase_add_checked_fixture(tcase, outbox_peer_begin, NULL);
    tcase_add_test(tcase, short_sends);
    tcase_add_loop_test(tcase, break_in_the_middle, 0, BREAKS);
    tcase_add_tests(tcase, breaks_with_progress, breaks_without_progress);
    return suite;
}
