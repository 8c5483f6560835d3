/* SPDX-License-Identifier: MIT */
/* A receiver whose output is not read, for a while or until it ends. */
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/inbox.h"
#include "tests/attack/receiver.h"
#include "tests/support/figure.h"
#include "tests/support/forgery.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum {
    TALKERS = 4,
    TEXTS = 6000,    /* of each talker: more than a pipe holds */
    FULL = 60000,    /* bytes in a full pipe, which usually holds 65,536 */
    QUIET = TALKERS, /* a chat with few texts */
    NEW,             /* a chat that begins while the pipe is full */
    STEADY_MS = 300,
    GIVE_UP_MS = 60000, /* the longest wait for the end of a receiver */
    ENDS = 5,           /* idle receivers to end, for comparison */
    RATIO = 5, /* it may take 5 times as long to end as an idle receiver */
};

static struct receiver receiver;

static void say(int fd, int chat, long seq)
{
    struct forgery f;

    receiver_line(&f, chat, seq);
    tcp_send(fd, f.line, strlen(f.line));
}

/* Sends many texts of one chat over one connection. */
static void *talk(void *context)
{
    const int *chat = context;
    int fd = tcp_connect_to(receiver.where);

    for (long seq = 1; seq <= TEXTS; seq++)
        say(fd, *chat, seq);
    close(fd);
    return NULL;
}

/* The number of bytes in the pipe. */
static int waiting(void)
{
    int bytes = 0;

    ck_assert_int_eq(ioctl(receiver.process->out.fd, FIONREAD, &bytes), 0);
    return bytes;
}

/* Stops reading, and returns when the pipe is full. */
static void stop_reading(struct threads *threads)
{
    static int chats[TALKERS] = {0, 1, 2, 3};
    int before = -1;

    atomic_store(&receiver.paused, true);
    threads_begin(threads, TALKERS, talk, chats, sizeof chats[0]);
    while (waiting() < FULL || waiting() != before) {
        before = waiting();
        stopwatch_wait_until(stopwatch_now() + STEADY_MS);
    }
}

START_TEST(for_a_while)
{
    const long all = TALKERS * TEXTS + 3;
    struct threads threads;
    double until;
    int quiet, new;

    row_begin("21 receiver: its output is not read for 32 s");
    receiver_begin(&receiver, fixture_builds[0]);
    quiet = tcp_connect_to(receiver.where);
    say(quiet, QUIET, 1);
    receiver_shown(&receiver, 1);
    stop_reading(&threads);
    until = stopwatch_now() + (KIT_INBOX_IDLE_SECONDS + 2) * 1e3;
    say(quiet, QUIET, 2);
    new = tcp_connect_to(receiver.where);
    say(new, NEW, 1);
    stopwatch_wait_until(until);
    atomic_store(&receiver.paused, false);
    figure_is("texts shown afterwards, in order",
              receiver_shown(&receiver, all), all);
    figure_is("anything else shown", receiver.wrong, 0);
    figure_is("lines refused", receiver.refused, 0);
    threads_end(&threads);
    close(quiet);
    close(new);
    figure_is("ends well", receiver_end(&receiver), 0);
    row_end();
}
END_TEST

/* Waits until the receiver has ended, without reading its output. */
static double ended_after(void)
{
    double began = stopwatch_now();

    proc_ended(receiver.process->pid, began + GIVE_UP_MS);
    return stopwatch_now() - began;
}

/* Compares how long the receiver takes to end with idle ones. */
static void judge_end(int wanted)
{
    struct times times = {.count = 0}, baseline = {.count = 0};

    times_add(&times, ended_after());
    figure_is("exit code", receiver_end(&receiver), wanted);
    for (int i = 0; i < ENDS; i++) {
        receiver_begin(&receiver, fixture_builds[1]);
        kill(receiver.process->pid, SIGTERM);
        times_add(&baseline, ended_after());
        receiver_end(&receiver);
    }
    figure_quantile("ends after", &times, &baseline, 1, RATIO, 0);
    times_free(&times);
    times_free(&baseline);
}

START_TEST(until_the_end)
{
    struct threads threads;

    row_begin("21 receiver: ended while its output is not read");
    receiver_begin(&receiver, fixture_builds[1]);
    stop_reading(&threads);
    kill(receiver.process->pid, SIGTERM);
    judge_end(0);
    threads_end(&threads);
    row_end();
}
END_TEST

START_TEST(output_closed)
{
    int fd;

    row_begin("21 receiver: its output is closed");
    receiver_begin(&receiver, fixture_builds[1]);
    receiver_stop_reading(&receiver);
    close(receiver.process->out.fd);
    receiver.process->out.fd = -1;
    fd = tcp_connect_to(receiver.where);
    say(fd, 0, 1);
    judge_end(EX_IOERR);
    close(fd);
    row_end();
}
END_TEST

TEST_SUITE(blocked, 180, NULL, NULL)
{
    tcase_add_tests(tcase, for_a_while, until_the_end, output_closed);
}
