/* SPDX-License-Identifier: MIT */
/* Peers that the loop must disconnect without disconnecting others. */
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/loop.h"

/* --- Disconnected or kept ------------------------------------------------- */

static void script_bad(void)
{
    int bad = loop_peer(), good = loop_peer();

    loop_send(bad, "bad\nbehind it\n");
    loop_expect("bad|");
    ck_assert(tcp_was_reset(bad));
    loop_expect_connected(good);
}

static void script_too_long(void)
{
    static char text[KIT_LINE_MAX + 1];
    int good = loop_peer(), bad = loop_peer();

    memset(text, 'x', KIT_LINE_MAX);
    loop_send(bad, text);
    ck_assert(tcp_was_reset(bad));

    /* The longest line is just one byte shorter. */
    text[KIT_LINE_MAX - 1] = '\n';
    loop_send(good, text);
    text[KIT_LINE_MAX - 1] = '|';
    loop_expect(text);
}

static void script_unfinished(void)
{
    int bad = loop_peer(), good = loop_peer();

    loop_send(bad, "half a li");
    ck_assert_int_eq(shutdown(bad, SHUT_WR), 0);
    ck_assert(tcp_was_reset(bad));
    loop_expect_connected(good);
}

/* Each line of the peer was accepted before it closes the connection. */
static void script_normal_end(void)
{
    int peer = loop_peer(), good = loop_peer();

    loop_send(peer, "last\n");
    ck_assert_int_eq(shutdown(peer, SHUT_WR), 0);
    loop_expect("last|");
    ck_assert(!tcp_was_reset(peer));
    loop_expect_connected(good);
}

static void script_reset(void)
{
    int bad = loop_peer(), good = loop_peer();

    loop_send(bad, "half a li");
    tcp_reset(bad);
    loop_expect_connected(good);
}

/* --- Many peers ----------------------------------------------------------- */

static void script_full(void)
{
    int all[KIT_INBOX_PEERS], one_more;

    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        all[i] = loop_peer();
        loop_next_tick();
    }
    /* The first sends again: now the second has been silent longest. */
    loop_expect_connected(all[0]);
    one_more = loop_peer();
    ck_assert(!tcp_was_reset(all[1]));
    all[1] = one_more;
    for (int i = 0; i < KIT_INBOX_PEERS; i++)
        loop_expect_connected(all[i]);
}

static const struct {
    void (*script)(void);
    const char *refused; /* what is printed; NULL: not checked */
} scripts[] = {
    {script_bad, ""}, /* a handler prints the reason itself */
    {script_too_long, "refused: length\n"},
    {script_unfinished, "refused: unfinished\n"},
    {script_normal_end, ""},
    {script_reset, NULL},
    {script_full, ""},
};

START_TEST(disconnected_or_kept)
{
    loop_run_expect(scripts[_i].script, scripts[_i].refused);
}
END_TEST

/* From now on this process can open only MORE descriptors. */
static void limit_descriptors(rlim_t more)
{
    int next;
    struct rlimit limit;

    /* poll rejects a list longer than the limit. */
    do
        next = dup(0);
    while (next < 2 * KIT_INBOX_PEERS);
    close(next);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = (rlim_t)next + more;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static int waiting; /* the number of peers */

static void script_queue(void)
{
    for (int i = 0; i < waiting; i++)
        loop_expect("me|");
}

/*
 * Peers that connect at the same time wait in the backlog until there is room:
 * more of them than slots, or five with descriptors for only two.
 */
START_TEST(all_may_wait)
{
    waiting = _i == 0 ? 3 * KIT_INBOX_PEERS : 5;
    for (int i = 0; i < waiting; i++)
        loop_send(tcp_connect(loop.port), "me\n");
    if (_i == 1)
        limit_descriptors(2);
    loop_run(script_queue);
}
END_TEST

/* No peer can be accepted or disconnected: the loop waits without spinning. */
START_TEST(no_descriptor_at_all)
{
    clock_t before;

    tcp_connect(loop.port);
    limit_descriptors(0);
    before = clock();
    ck_assert_int_eq(loop_serve(loop_line, 1), 1);
    ck_assert_int_lt((clock() - before) * 1000 / CLOCKS_PER_SEC, 300);
}
END_TEST

TEST_SUITE(inbox_peers, 60, loop_setup, loop_teardown)
{
    tcase_add_test(tcase, no_descriptor_at_all);
    tcase_add_rows(tcase, disconnected_or_kept, scripts);
    tcase_add_loop_test(tcase, all_may_wait, 0, 2);
}
