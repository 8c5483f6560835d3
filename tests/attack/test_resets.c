/* SPDX-License-Identifier: MIT */
/* Clients that reset the connection at every byte of a request. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum {
    RESETS = 10000,
    WARM_UP = 10000,
    THREADS = 4,
    HASHED = 8, /* one in 8 resets comes while the password is hashed */
    GROWN_KIB = 2048,
};

static atomic_int next, not_sent, unanswered;
static int last;
static long files; /* descriptors open before the first connection */

static void setup(void)
{
    setup_server();
    files = target_files(&target);
    target_log_in(&target);
}

/* Sends LEN bytes of TEXT on a new connection. */
static void begin(struct http *http, const char *text, size_t len)
{
    if (http_connect(http) < 0 || !tcp_send(http->fd, text, len))
        atomic_fetch_add(&not_sent, 1);
}

/* Resets the connection, and drops what is in transit both ways. */
static void reset(struct http *http)
{
    if (http->fd >= 0)
        tcp_reset_on_close(http->fd);
    http_close(http);
}

static size_t write_login(char *out, size_t out_size, int number)
{
    char json[128], name[32];

    snprintf(name, sizeof name, "nobody%d", number);
    http_login_json(json, sizeof json, name, "gone");
    return http_request(out, out_size, "/login", "", json);
}

/*
 * Resets while the password is hashed. Sends another request and then the
 * login, in one piece: when the first is answered, the server has the login,
 * too.
 */
static void reset_while_hashed(struct http *http, int number)
{
    char text[1024];
    size_t len = http_request(text, sizeof text, "/userinfo", "", "{}");

    len += write_login(text + len, sizeof text - len, number);
    begin(http, text, len);
    if (http_read(http) != 400)
        atomic_fetch_add(&unanswered, 1);
    reset(http);
}

/* Resets after a number of bytes that differs every time. */
static void reset_cut(struct http *http, int number)
{
    char text[512];
    size_t len = write_login(text, sizeof text, number);

    begin(http, text, (size_t)number % (len + 1));
    reset(http);
}

static void *run(void *context)
{
    struct http *http = context;
    int number;

    while ((number = atomic_fetch_add(&next, 1)) < last) {
        if (number % HASHED == 0)
            reset_while_hashed(http, number);
        else
            reset_cut(http, number);
    }
    return NULL;
}

static void reset_many(int count)
{
    static struct http clients[THREADS];
    struct threads threads;

    last += count;
    for (int i = 0; i < THREADS; i++)
        http_open(&clients[i], target.fixture.url, NULL);
    threads_begin(&threads, THREADS, run, clients, sizeof clients[0]);
    threads_end(&threads);
    atomic_store(&next, last);
}

/* How many more descriptors stay open than at first. */
static long files_left(void)
{
    return proc_files_left(target.fixture.server->pid, files) - files;
}

START_TEST(in_mid_request)
{
    struct bystander bystander = {.here = &target};
    double began;
    long memory;

    row_begin("14 10,000 resets in mid-request");
    reset_many(WARM_UP);
    files_left();
    memory = target_memory(&target);

    began = stopwatch_now();
    bystander_begin(&bystander);
    reset_many(RESETS);
    bystander_end(&bystander);
    figure_note("resets a second", RESETS * 1e3 / (stopwatch_now() - began),
                "");
    figure_is("connections or bytes not accepted", atomic_load(&not_sent), 0);
    figure_is("answers missing before a reset", atomic_load(&unanswered), 0);
    bystander_judge(&bystander);
    figure_is("descriptors that stay open", files_left(), 0);
    figure_most("memory has grown by",
                (double)(target_memory(&target) - memory), "KiB", GROWN_KIB);
    target_stop(&target);
    row_end();
}
END_TEST

TEST_SUITE(resets, 120, setup, teardown_target)
{
    tcase_add_test(tcase, in_mid_request);
}
