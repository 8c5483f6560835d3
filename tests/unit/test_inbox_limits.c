/* SPDX-License-Identifier: MIT */
/* Silence, a full house, and a system that gives or takes nothing more. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/show.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/inbox_script.h"

static void script_silent(void)
{
    int64_t since = kit_ticks();
    int silent = tcp_connect(inbox_script.port);

    ck_assert(tcp_ended(silent));
    ck_assert_int_ge(kit_ticks() - since, 100);
}

START_TEST(silence_ends_a_connection)
{
    ck_assert_int_eq(inbox_script.inbox->idle, 30000);
    inbox_script.inbox->idle = 100;
    inbox_script_run(script_silent);
}
END_TEST

/* Who says something, if only a byte, stays; the silent one leaves. */
static void script_alive(void)
{
    int alive = tcp_connect(inbox_script.port),
        silent = tcp_connect(inbox_script.port);

    while (!tcp_waits_within(silent, 50))
        inbox_script_say(alive, "x");
    ck_assert(tcp_ended(silent));
    inbox_script_say(alive, "\nstill here\n");
}

START_TEST(a_byte_is_no_silence)
{
    char got[KIT_LINE_MAX * 2];

    inbox_script.inbox->idle = 300;
    inbox_script_run(script_alive);
    close(inbox_script.handed[1]);
    tcp_read(inbox_script.handed[0], got, sizeof got);
    ck_assert_ptr_nonnull(strstr(got, "still here|"));
}
END_TEST

/* What came while a line was being shown for a long time was no silence. */
static struct {
    int fds[2], lines;
} waiting;

static int on_line_for_long(void *context, const char *peer_ip,
                            const char *line, size_t len)
{
    int64_t end = kit_ticks() + 2 * inbox_script.inbox->idle;

    if (++waiting.lines == 3)
        kill(getpid(), SIGTERM);
    if (memcmp(line, "first", 5) != 0)
        return 0;
    inbox_script_say(waiting.fds[0], "other\n");
    inbox_script_say(waiting.fds[1], "second\n");
    while (kit_ticks() < end)
        ;
    return 0;
}

START_TEST(what_waits_is_no_silence)
{
    inbox_script.inbox->idle = 100;
    waiting.fds[0] = tcp_connect(inbox_script.port);
    waiting.fds[1] = tcp_connect(inbox_script.port);
    inbox_script_say(waiting.fds[1], "first\n");
    ck_assert_int_eq(
        kit_inbox_serve(inbox_script.inbox, on_line_for_long, &inbox_script, 2),
        0);
    ck_assert_int_eq(waiting.lines, 3);
}
END_TEST

static void script_full(void)
{
    int all[KIT_INBOX_PEERS], one_more;

    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        all[i] = inbox_script_peer();
        inbox_script_next_tick();
    }
    /* The first speaks again: now the second is the one idle longest. */
    inbox_script_say(all[0], "again\n");
    inbox_script_expect("127.0.0.1: again|");
    one_more = inbox_script_peer();
    ck_assert(tcp_ended(all[1]));
    for (int i = 0; i < KIT_INBOX_PEERS; i++) {
        if (i == 1)
            continue;
        inbox_script_say(all[i], "here\n");
        inbox_script_expect("127.0.0.1: here|");
    }
    inbox_script_say(one_more, "here\n");
    inbox_script_expect("127.0.0.1: here|");
}

START_TEST(idlest_makes_room)
{
    inbox_script_run(script_full);
}
END_TEST

static void script_queue(void)
{
    for (int i = 0; i < 3 * KIT_INBOX_PEERS; i++)
        inbox_script_expect("127.0.0.1: me|");
}

/* Many who come at once wait in a queue; none is told to try again later. */
START_TEST(all_may_wait)
{
    for (int i = 0; i < 3 * KIT_INBOX_PEERS; i++)
        inbox_script_say(tcp_connect(inbox_script.port), "me\n");
    inbox_script_run(script_queue);
}
END_TEST

/* --- No descriptors ------------------------------------------------------- */

/* From now on this process can open MORE descriptors and no others. */
static void limit_descriptors(rlim_t more)
{
    int next;
    struct rlimit limit;

    /* poll takes no longer lists than there may be descriptors. */
    do
        next = dup(0);
    while (next < 2 * KIT_INBOX_PEERS);
    close(next);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = (rlim_t)next + more;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void script_five(void)
{
    inbox_script_expect(
        "127.0.0.1: me|127.0.0.1: me|127.0.0.1: me|127.0.0.1: me|"
        "127.0.0.1: me|");
}

/* Five peers wait where there is room for two: all get their turn. */
START_TEST(no_descriptor_for_one_more)
{
    for (int i = 0; i < 5; i++)
        inbox_script_say(tcp_connect(inbox_script.port), "me\n");
    limit_descriptors(2);
    inbox_script_run(script_five);
}
END_TEST

/* Nobody can leave, nobody can come in: then the loop rests, and idles. */
START_TEST(no_descriptor_at_all)
{
    clock_t before;

    tcp_connect(inbox_script.port);
    limit_descriptors(0);
    before = clock();
    ck_assert_int_eq(kit_inbox_serve(inbox_script.inbox, inbox_script_on_line,
                                     &inbox_script, 1),
                     1);
    ck_assert_int_lt((clock() - before) * 1000 / CLOCKS_PER_SEC, 300);
}
END_TEST

/* --- No output ------------------------------------------------------------ */

static int on_line_show(void *context, const char *peer_ip, const char *line,
                        size_t len)
{
    waiting.lines++;
    kit_show_message("alice", line, len);
    return 0;
}

/* What cannot be shown is not taken in: the sender may see that it is not. */
START_TEST(no_output)
{
    int ends[2], peer = tcp_connect(inbox_script.port);

    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert_int_eq(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    inbox_script_say(peer, "one\ntwo\n");
    ck_assert_int_eq(
        kit_inbox_serve(inbox_script.inbox, on_line_show, &inbox_script, 60),
        -1);
    ck_assert_int_eq(waiting.lines, 1);
    ck_assert_int_eq(captured_lines(), 2);
}
END_TEST

TEST_SUITE(inbox_limits)
{
    Suite *suite = suite_create("inbox_limits");
    TCase *tcase = suite_add_case(suite, "inbox_limits");

    tcase_add_checked_fixture(tcase, inbox_script_begin, inbox_script_end);
    tcase_add_tests(tcase, silence_ends_a_connection, a_byte_is_no_silence,
                    what_waits_is_no_silence, idlest_makes_room, all_may_wait,
                    no_descriptor_for_one_more, no_descriptor_at_all,
                    no_output);
    return suite;
}
