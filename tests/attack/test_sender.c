/* SPDX-License-Identifier: MIT */
/* Receivers that are no good, and a sender who has texts for them. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/lines.h"
#include "lib/outbox.h"
#include "tests/attack/hostile_server.h"
#include "tests/attack/sender_run.h"
#include "tests/support/figure.h"
#include "tests/support/fixture.h"
#include "tests/support/http_server.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    TEXTS = 200,
    MANY = 5000,   /* more than all buffers on the way take */
    SECONDS = 180, /* after which a sender is killed */
    QUEUE = 8,     /* who fill the queue of a listener */
    CUT = 20000,   /* bytes that are read before a reset, at the most */
    PEAK_KIB = 32 * 1024,
};

/* Bob, and the server that says where he is. */
struct bob {
    int listener;
    struct http_server server;
    char m4[1024];
    void (*meet)(struct bob *bob, int fd); /* whoever comes */
    struct kit_lines in;
    long came, lines, twice; /* connections, texts, texts too late */
    long long last;          /* number of a text */
    pthread_t thread;
};

static void *serve(void *context)
{
    struct bob *bob = context;
    int fd;

    while ((fd = tcp_next(bob->listener)) >= 0) {
        bob->came++;
        memset(&bob->in, 0, sizeof bob->in);
        bob->meet(bob, fd);
        close(fd);
    }
    return NULL;
}

/* A bob who listens; who meets nobody leaves them waiting. */
static void open_bob(struct bob *bob, void (*meet)(struct bob *bob, int fd))
{
    uint16_t port;

    memset(bob, 0, sizeof *bob);
    bob->listener = tcp_listen(&port);
    snprintf(bob->m4, sizeof bob->m4,
             "{\"token\":\"" HOSTILE_TOKEN "\",\"ip_addr\":\"127.0.0.1\","
             "\"port\":%u,\"secret\":\"" HOSTILE_SECRET "\",\"senderinfo\":"
             "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
             (unsigned)port);
    http_server_open(&bob->server, 200, bob->m4);
    bob->meet = meet;
    if (meet != NULL)
        ck_assert_int_eq(pthread_create(&bob->thread, NULL, serve, bob), 0);
}

static void close_bob(struct bob *bob)
{
    shutdown(bob->listener, SHUT_RDWR);
    if (bob->meet != NULL)
        pthread_join(bob->thread, NULL);
    close(bob->listener);
    http_server_close(&bob->server);
}

/* --- Who does not read ---------------------------------------------------- */

/* Listens, but no more connection is taken: all places are. */
static void fill_queue(const struct bob *bob, int fds[QUEUE])
{
    struct sockaddr_in at;
    socklen_t size = sizeof at;

    ck_assert_int_eq(listen(bob->listener, 0), 0);
    getsockname(bob->listener, (struct sockaddr *)&at, &size);
    for (int i = 0; i < QUEUE; i++) {
        fds[i] = http_socket();
        fcntl(fds[i], F_SETFL, O_NONBLOCK);
        (void)!connect(fds[i], (struct sockaddr *)&at, sizeof at);
    }
}

START_TEST(not_read)
{
    static struct bob deaf, full;
    struct sender_run to_deaf, to_full;
    int small = 4096, fds[QUEUE];

    row_begin("21 sender: a receiver that reads nothing, or takes nobody");
    open_bob(&deaf, NULL);
    setsockopt(deaf.listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    open_bob(&full, NULL);
    fill_queue(&full, fds);
    sender_run_begin(&to_deaf, fixture_builds[0], deaf.server.url, MANY);
    sender_run_begin(&to_full, fixture_builds[1], full.server.url, 1);
    sender_run_end(&to_full, SECONDS);
    sender_run_end(&to_deaf, SECONDS);
    figure_is("not taken in: exit code", to_full.code, EX_UNAVAILABLE);
    figure_wait("not taken in: ended after", to_full.ms,
                KIT_OUTBOX_CONNECT_SECONDS * 1e3);
    figure_is("not read: exit code", to_deaf.code, EX_IOERR);
    figure_wait("not read: ended after", to_deaf.ms,
                KIT_OUTBOX_SEND_SECONDS * 1e3);
    figure_most("memory of the largest", (double)sender_run_peak(), "KiB",
                PEAK_KIB);
    for (int i = 0; i < QUEUE; i++)
        close(fds[i]);
    close_bob(&full);
    close_bob(&deaf);
    row_end();
}
END_TEST

/* --- Who is rude ---------------------------------------------------------- */

static void leave(struct bob *bob, int fd)
{
    (void)bob;
    (void)fd;
}

static void leave_rudely(struct bob *bob, int fd)
{
    (void)bob;
    tcp_reset_on_close(fd);
}

/* Looks at the numbers of the whole lines that have come. */
static void look(struct bob *bob)
{
    const char *line;
    size_t len;

    while (kit_lines_take(&line, &len, &bob->in)) {
        cJSON *m5 = kit_json_object(line, len);
        long long seq = 0;

        if (kit_json_integer(&seq, m5, "seq", 1, KIT_SEQ_MAX) != 0)
            seq = 0;
        kit_json_free(m5);
        bob->lines++;
        bob->twice += seq <= bob->last;
        bob->last = seq;
    }
}

/* Reads a while, and leaves in the middle of a line. */
static void cut(struct bob *bob, int fd)
{
    ssize_t n;

    for (long left = 1 + (bob->came * 7919) % CUT; left > 0; left -= n) {
        n = kit_lines_read(&bob->in, fd);
        if (n <= 0)
            break;
        look(bob);
    }
    tcp_reset_on_close(fd);
}

/*
 * Talks where he should listen, as much as is taken, and listens too. What he
 * has not read when she leaves, he loses by it.
 */
static void talk(struct bob *bob, int fd)
{
    static const char nonsense[65536];
    struct pollfd one = {.fd = fd, .events = POLLIN | POLLOUT};

    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (poll(&one, 1, -1) == 1) {
        if ((one.revents & POLLOUT) != 0)
            (void)!send(fd, nonsense, sizeof nonsense, MSG_NOSIGNAL);
        if ((one.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            if (kit_lines_read(&bob->in, fd) <= 0)
                return;
            look(bob);
        }
    }
}

static const struct {
    const char *row;
    void (*meet)(struct bob *bob, int fd);
    long least; /* texts that must come */
} rude[] = {
    {"21 sender: a receiver that leaves", leave, 0},
    {"21 sender: a receiver that resets", leave_rudely, 0},
    {"21 sender: a receiver that resets in mid line", cut, 1},
    {"21 sender: a receiver that talks", talk, 1},
};

START_TEST(rudeness)
{
    static struct bob bob;
    struct sender_run run;

    row_begin("%s", rude[_i].row);
    open_bob(&bob, rude[_i].meet);
    sender_run_begin(&run, fixture_builds[_i % 2], bob.server.url, TEXTS);
    sender_run_end(&run, SECONDS);
    close_bob(&bob);
    figure_note("connections", (double)bob.came, "");
    figure_least("texts that came", (double)bob.lines, "",
                 (double)rude[_i].least);
    figure_is("of them twice, or too late", bob.twice, 0);
    figure_note("exit code", run.code, "");
    figure_least("ended by itself", run.code, "", 0);
    /* It comes again for as long as it may take to connect. */
    figure_wait("ended after", run.ms, KIT_OUTBOX_CONNECT_SECONDS * 1e3);
    figure_most("memory", (double)sender_run_peak(), "KiB", PEAK_KIB);
    row_end();
}
END_TEST

TEST_SUITE(sender)
{
    Suite *suite = suite_create("sender");
    TCase *tc = suite_add_case(suite, "sender");

    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, not_read);
    tcase_add_loop_test(tc, rudeness, 0, sizeof rude / sizeof rude[0]);
    return suite;
}
