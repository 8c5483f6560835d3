/* SPDX-License-Identifier: MIT */
/* Clients that are gone in the middle of a request, at every byte of it. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum {
    RESETS = 10000,
    WARM_UP = 10000,
    CLIENTS = 4,
    HASHED = 8,         /* one in so many is hashed when it leaves */
    GIVE_UP_MS = 60000, /* for all that they leave behind */
    GROWN_KIB = 2048,
};

static struct target target;
static atomic_int next, untaken, unanswered;
static int last;
static long files; /* open when nobody has come yet */

static void setup(void)
{
    target_open(&target, "10");
    target_serve(&target, NULL, NULL);
    files = target_files(&target);
    target_log_in(&target);
}

static void teardown(void)
{
    target_close(&target);
}

/* A request with BODY for PATH, added to what stands in OUT. */
static void add(char *out, size_t size, const char *path, const char *body)
{
    size_t used = strlen(out);

    snprintf(out + used, size - used,
             "POST %s HTTP/1.1\r\nHost: lab\r\nContent-Length: %zu\r\n\r\n%s",
             path, strlen(body), body);
}

static void add_login(char *out, size_t size, int number)
{
    char body[128];

    snprintf(body, sizeof body,
             "{\"username\":\"nobody%d\",\"password\":\"gone\"}", number);
    add(out, size, "/login", body);
}

/* Sends LEN bytes of TEXT on a new connection. */
static void begin(struct http *http, const char *text, size_t len)
{
    if (http_connect(http) < 0 ||
        send(http->fd, text, len, MSG_NOSIGNAL) != (ssize_t)len)
        atomic_fetch_add(&untaken, 1);
}

/* Leaves at once: what is under way is thrown away, in both directions. */
static void reset(struct http *http)
{
    if (http->fd >= 0)
        tcp_reset_on_close(http->fd);
    http_close(http);
}

/*
 * Leaves while the password is hashed. The login comes in one piece behind
 * another request: whoever has the answer to that knows that it is there.
 */
static void leave_hashed(struct http *http, int number)
{
    char text[1024] = "";

    add(text, sizeof text, "/userinfo", "{}");
    add_login(text, sizeof text, number);
    begin(http, text, strlen(text));
    if (http_read(http) != 400)
        atomic_fetch_add(&unanswered, 1);
    reset(http);
}

/* Leaves after as many bytes as say that it is another place every time. */
static void leave_cut(struct http *http, int number)
{
    char text[512] = "";

    add_login(text, sizeof text, number);
    begin(http, text, (size_t)number % (strlen(text) + 1));
    reset(http);
}

static void *leave(void *context)
{
    struct http *http = context;
    int number;

    while ((number = atomic_fetch_add(&next, 1)) < last) {
        if (number % HASHED == 0)
            leave_hashed(http, number);
        else
            leave_cut(http, number);
    }
    return NULL;
}

static void reset_many(int count)
{
    static struct http clients[CLIENTS];
    struct threads threads;

    last += count;
    for (int i = 0; i < CLIENTS; i++)
        http_open(&clients[i], target.fixture.url, NULL);
    threads_begin(&threads, CLIENTS, leave, clients, sizeof clients[0]);
    threads_end(&threads);
    atomic_store(&next, last);
}

/* Waits until no more than WANTED files are open; returns how many are. */
static long files_left(long wanted)
{
    double began = stopwatch_now();

    while (target_files(&target) > wanted &&
           stopwatch_now() - began < GIVE_UP_MS)
        stopwatch_wait_until(stopwatch_now() + 20);
    return target_files(&target);
}

START_TEST(in_mid_request)
{
    struct bystander bystander = {.here = &target};
    double began;
    long memory;

    row_begin("14 10,000 resets in mid-request");
    reset_many(WARM_UP);
    files_left(files);
    memory = target_memory(&target);

    began = stopwatch_now();
    bystander_begin(&bystander);
    reset_many(RESETS);
    bystander_end(&bystander);
    figure_note("resets a second", RESETS * 1e3 / (stopwatch_now() - began),
                "");
    figure_is("connections or bytes not taken", atomic_load(&untaken), 0);
    figure_is("answers missing before a reset", atomic_load(&unanswered), 0);
    bystander_judge(&bystander);
    figure_is("files that stay open", files_left(files) - files, 0);
    figure_most("memory grown by", (double)(target_memory(&target) - memory),
                "KiB", GROWN_KIB);
    target_stop(&target);
    row_end();
}
END_TEST

TEST_SUITE(resets)
{
    Suite *suite = suite_create("resets");
    TCase *tc = suite_add_case(suite, "resets");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, in_mid_request);
    return suite;
}
