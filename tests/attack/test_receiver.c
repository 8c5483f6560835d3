/* SPDX-License-Identifier: MIT */
/* Peers that keep a receiver busy with nothing, and one who has a message. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/attack/reader.h"
#include "tests/attack/reconnector.h"
#include "tests/support/figure.h"
#include "tests/support/forgery.h"
#include "tests/support/http_client.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    GOOD = 30, /* good texts, or as many as it takes the crowd to speak, */
    GOOD_EVERY = 100, /* one in so many milliseconds, */
    CALM = 30,        /* as many before the attack, */
    RATIO = 10,       /* which a good text of an attack is compared with */
    SECONDS = 60,     /* for a text to be shown */
    IDLE = 1000,      /* peers that say nothing */
    SLOW = 30,        /* peers that say one byte after the other */
    SLOW_MS = 10,
    RESETS = 10000,
    RESETS_GOOD = 500, /* a good text after so many */
    GROWN_KIB = 512,
    PEAK_KIB = 1024,
    GIVE_UP_MS = 60000, /* for connections to be closed */
};

static struct reader reader;
static struct reconnector crowd;
static struct times times, calm; /* of good texts, and before the attack */
static long memory, peak, files; /* of the receiver, before the attack */

static void begin(const char *build)
{
    memset(&crowd, 0, sizeof crowd);
    reader_begin(&reader, build);
    files = proc_files(reader.bob->pid);
    /* What a receiver needs for a peer, it has needed then. */
    for (int i = 0; i < CALM; i++)
        times_add(&calm, reader_good(&reader, 0, SECONDS));
    memory = proc_memory(reader.bob->pid);
    peak = proc_peak(reader.bob->pid);
}

/* Waits until no more than the first descriptors are open. */
static long files_left(void)
{
    double began = stopwatch_now();

    while (proc_files(reader.bob->pid) > files &&
           stopwatch_now() - began < GIVE_UP_MS)
        stopwatch_wait_until(stopwatch_now() + 10);
    return proc_files(reader.bob->pid) - files;
}

/* One good text in the middle of an attack. */
static void say_good(void)
{
    times_add(&times, reader_good(&reader, 0, SECONDS));
}

/* What must hold after each attack. */
static void end(void)
{
    long grown = proc_memory(reader.bob->pid) - memory;
    long good = (long)(calm.count + times.count);

    figure_quantile("a good text is shown after, median", &times, &calm, 0.5,
                    RATIO, READER_AGAIN_MS);
    /* One that has to make room for others comes again, more than once. */
    figure_quantile("... 90th percentile", &times, &calm, 0.9, RATIO,
                    5 * READER_AGAIN_MS);
    figure_note("times that a text had to come again",
                (double)(reader.sent - good), "");
    figure_is("good texts not shown", good - reader.shown, 0);
    figure_is("anything else shown", reader.wrong, 0);
    figure_most("memory grown by", (double)grown, "KiB", GROWN_KIB);
    figure_most("... at the most", (double)(proc_peak(reader.bob->pid) - peak),
                "KiB", PEAK_KIB);
    figure_is("descriptors that stay open", files_left(), 0);
    figure_is("ends well", reader_end(&reader), 0);
    times_free(&times);
    times_free(&calm);
    row_end();
}

/* --- Crowds --------------------------------------------------------------- */

/* Good texts while the crowd is there, and until it has said BYTES. */
static void hold_against_crowd(long bytes)
{
    double due = stopwatch_now();

    reconnector_begin(&crowd, reader.where);
    while (times.count < GOOD || crowd.bytes < bytes) {
        say_good();
        due = fmax(due + GOOD_EVERY, stopwatch_now());
        stopwatch_wait_until(due);
    }
    reconnector_end(&crowd);
    figure_note("connections of the crowd", (double)crowd.came, "");
    figure_least("bytes that they said", (double)crowd.bytes, "",
                 (double)bytes);
    end();
}

START_TEST(idle)
{
    row_begin("21 receiver: 1,000 peers that say nothing");
    begin(fixture_builds[_i]);
    crowd.count = IDLE;
    hold_against_crowd(0);
}
END_TEST

/* 8 KiB without a newline, from 30 at once: each byte is a read of its own. */
static void say_junk(double every, long bytes)
{
    static char junk[KIT_LINE_MAX];

    begin(fixture_builds[0]);
    memset(junk, '{', sizeof junk);
    crowd.text = junk;
    crowd.len = sizeof junk;
    crowd.count = SLOW;
    crowd.every = every;
    hold_against_crowd(bytes);
}

START_TEST(fast_bytes)
{
    row_begin("21 receiver: 30 long lines, byte by byte");
    say_junk(0, SLOW * KIT_LINE_MAX);
}
END_TEST

START_TEST(slow_bytes)
{
    row_begin("21 receiver: 30 long lines, a byte every 10 ms");
    say_junk(SLOW_MS, SLOW * GOOD);
}
END_TEST

/* --- Resets --------------------------------------------------------------- */

/* The beginning of a good line, and a reset. */
static void leave_rudely(const char *line, size_t len)
{
    int fd = tcp_connect_to(reader.where);

    tcp_send(fd, line, len);
    tcp_reset_on_close(fd);
    close(fd);
}

START_TEST(resets)
{
    struct forgery f;

    row_begin("21 receiver: 10,000 resets in mid line");
    begin(fixture_builds[0]);
    reader_line(&f, 1, 1);
    for (int i = 0; i < RESETS; i++) {
        leave_rudely(f.line, (size_t)i % strlen(f.line));
        if (i % RESETS_GOOD == 0)
            say_good();
    }
    end();
}
END_TEST

/* --- Garbage -------------------------------------------------------------- */

/* What is no line, or no good one; then the end, or half of it. */
static const struct {
    const char *begin; /* then FILL up to LEN bytes, then the end */
    size_t len;
    char fill;
    const char *end;
} garbage[] = {
    {"", 8191, 'x', "\n"},
    {"", 8192, 'x', "\n"},
    {"", 8191, '\0', "\n"},
    {"", 8192, '\0', ""},
    {"", 65536, '\0', "\n"},
    {"", 65536, '{', "\n"},
    {"", 8000, '[', "\n"},
    {"{\"seq\":", 8000, '9', "}\n"},
    {"", 1, '\xff', "\n"},
    {"", 0, 0, "\n"},
    {"", 8191, ' ', "\n"},
    {"\xef\xbb\xbf{}", 6, 0, "\n"},
    {"GET / HTTP/1.1", 14, 0, "\r\n\r\n"},
    {"", 0, 0, ""},
};

static void send_garbage(const char *bytes, size_t len, bool half)
{
    int fd = tcp_connect_to(reader.where);

    tcp_send(fd, bytes, len);
    if (half) {
        shutdown(fd, SHUT_WR);
        ck_assert_uint_eq(tcp_drain(fd), 0);
    } else {
        close(fd);
    }
}

/* Sends number I of the table. */
static void send_known(size_t i)
{
    static char bytes[70000];
    size_t begin = strlen(garbage[i].begin), len = garbage[i].len;

    memset(bytes, garbage[i].fill, len);
    memcpy(bytes, garbage[i].begin, begin);
    memcpy(bytes + len, garbage[i].end, strlen(garbage[i].end));
    send_garbage(bytes, len + strlen(garbage[i].end), i % 2 == 0);
}

static void send_random(void)
{
    static char bytes[KIT_LINE_MAX];

    ck_assert_int_eq(kit_random(bytes, sizeof bytes), 0);
    send_garbage(bytes, sizeof bytes, false);
}

START_TEST(no_lines)
{
    const size_t known = sizeof garbage / sizeof garbage[0];

    row_begin("21 receiver: what is no line");
    begin(fixture_builds[_i]);
    for (size_t i = 0; i < GOOD; i++) {
        send_known(i % known);
        send_random();
        say_good();
    }
    end();
}
END_TEST

TEST_SUITE(receiver)
{
    Suite *suite = suite_create("receiver");
    TCase *tc = suite_add_case(suite, "receiver");

    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, idle, 0, 2);
    tcase_add_tests(tc, fast_bytes, slow_bytes, resets);
    tcase_add_loop_test(tc, no_lines, 0, 2);
    return suite;
}
