/* SPDX-License-Identifier: MIT */
/* Peers that keep a receiver busy, while another one sends good messages. */
#include <math.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/attack/receiver.h"
#include "tests/attack/reconnector.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    GOOD = 30,        /* the fewest good texts during an attack */
    GOOD_EVERY = 100, /* milliseconds between two of them */
    BASELINE = 30,    /* good texts before the attack */
    RATIO = 10,       /* the attack may make the times 10 times as long */
    IDLE = 1000,      /* peers that send nothing */
    SLOW = 30,        /* peers that send byte by byte */
    SLOW_MS = 10,
    RESETS = 10000,
    RESETS_GOOD = 500, /* one good text after so many resets */
    GROWN_KIB = 512,
    PEAK_KIB = 1024,
};

static struct receiver receiver;
static struct reconnector peers;
static struct times times, baseline; /* of good texts during and before */

static void begin(const char *build)
{
    receiver_begin(&receiver, build);
    for (int i = 0; i < BASELINE; i++)
        times_add(&baseline, receiver_deliver(&receiver, 0));
    /* By now the receiver has allocated all that it needs for a peer. */
    receiver_watch(&receiver);
}

/* Sends a good text during an attack. */
static void deliver(void)
{
    times_add(&times, receiver_deliver(&receiver, 0));
}

/* Adds the figures of an attack. */
static void end(void)
{
    long good = (long)(baseline.count + times.count);

    figure_quantile("a good text is shown after, median", &times, &baseline,
                    0.5, RATIO, RECEIVER_AGAIN_MS);
    /* Some texts have to be sent more than twice. */
    figure_quantile("... 90th percentile", &times, &baseline, 0.9, RATIO,
                    5 * RECEIVER_AGAIN_MS);
    figure_note("times that a text was sent again",
                (double)(receiver.sent - good), "");
    figure_is("good texts not shown", good - receiver.shown, 0);
    times_free(&times);
    times_free(&baseline);
    receiver_judge(&receiver, GROWN_KIB, PEAK_KIB);
}

/* --- Many peers at the same time ------------------------------------------ */

/* Sends good texts until the peers have sent BYTES. */
static void deliver_among_peers(long bytes)
{
    double due = stopwatch_now();

    reconnector_begin(&peers, receiver.where);
    while (times.count < GOOD || peers.bytes < bytes) {
        deliver();
        due = fmax(due + GOOD_EVERY, stopwatch_now());
        stopwatch_wait_until(due);
    }
    reconnector_end(&peers);
    figure_note("connections of the peers", (double)peers.opened, "");
    figure_least("bytes that they sent", (double)peers.bytes, "",
                 (double)bytes);
    end();
}

START_TEST(idle)
{
    row_begin("21 receiver: 1,000 peers that send nothing");
    begin(fixture_builds[_i]);
    peers.count = IDLE;
    deliver_among_peers(0);
}
END_TEST

/* 30 peers send 8 KiB without a newline: each byte needs its own read. */
static const struct {
    const char *row;
    double every;
    long bytes;
} slow[] = {
    {"21 receiver: 30 long lines, byte by byte", 0, SLOW *KIT_LINE_MAX},
    {"21 receiver: 30 long lines, a byte every 10 ms", SLOW_MS, SLOW *GOOD},
};

START_TEST(long_lines)
{
    static char line[KIT_LINE_MAX];

    row_begin("%s", slow[_i].row);
    begin(fixture_builds[0]);
    memset(line, '{', sizeof line);
    peers.text = line;
    peers.len = sizeof line;
    peers.count = SLOW;
    peers.every = slow[_i].every;
    deliver_among_peers(slow[_i].bytes);
}
END_TEST

/* --- Many peers one after the other --------------------------------------- */

START_TEST(resets)
{
    struct forgery f;

    row_begin("21 receiver: 10,000 resets in mid-line");
    begin(fixture_builds[0]);
    receiver_line(&f, 1, 1);
    for (int i = 0; i < RESETS; i++) {
        int fd = tcp_connect_to(receiver.where);

        tcp_send(fd, f.line, (size_t)i % strlen(f.line));
        tcp_reset(fd);
        if (i % RESETS_GOOD == 0)
            deliver();
    }
    end();
}
END_TEST

/* Invalid lines, and parts of lines. */
static const struct {
    const char *begin; /* then FILL up to LEN bytes, then END */
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

/* Sends number I of the table, and closes or half-closes the connection. */
static void send_garbage(size_t i)
{
    static char bytes[70000];
    size_t len = garbage[i].len, all = len + strlen(garbage[i].end);

    memset(bytes, garbage[i].fill, len);
    memcpy(bytes, garbage[i].begin, strlen(garbage[i].begin));
    memcpy(bytes + len, garbage[i].end, all - len);
    if (i % 2 == 0) {
        ck_assert_uint_eq(tcp_deliver(receiver.where, bytes, all), 0);
    } else {
        int fd = tcp_connect_to(receiver.where);

        tcp_send(fd, bytes, all);
        close(fd);
    }
}

static void send_random(void)
{
    static char bytes[KIT_LINE_MAX];
    int fd = tcp_connect_to(receiver.where);

    ck_assert_int_eq(kit_random(bytes, sizeof bytes), 0);
    tcp_send(fd, bytes, sizeof bytes);
    close(fd);
}

START_TEST(invalid_lines)
{
    const size_t count = sizeof garbage / sizeof garbage[0];

    row_begin("21 receiver: invalid lines");
    begin(fixture_builds[_i]);
    for (size_t i = 0; i < GOOD; i++) {
        send_garbage(i % count);
        send_random();
        deliver();
    }
    end();
}
END_TEST

TEST_SUITE(receiver, 120, NULL, NULL)
{
    tcase_add_loop_test(tcase, idle, 0, 2);
    tcase_add_loop_test(tcase, long_lines, 0, sizeof slow / sizeof slow[0]);
    tcase_add_test(tcase, resets);
    tcase_add_loop_test(tcase, invalid_lines, 0, 2);
}
