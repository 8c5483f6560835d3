/* SPDX-License-Identifier: MIT */
/* The wall: browsers that do not read it, web pages that must not read it, and
   secrets that must not be on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/wall.h"
#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    LOGINS = 400, /* of a class */
    ASKS = 30000, /* in each round, at full speed */
    ROUNDS = 5,
    CONNECTIONS = 40,
    RATIO = 2,          /* the wall may double the times */
    SMALL = 4096,       /* bytes that the kernel keeps for a browser */
    GIVE_UP_MS = 60000, /* the longest wait for some bytes */
    MEMORY_MIB = 32,
    STREAM = 1 << 20,
};

static struct target twin;
static char stream[STREAM];

static void setup(void)
{
    static const char *const extra[] = {"--wall", "0", NULL};

    target_open(&target, "10");
    target_serve(&target, extra, NULL);
}

/* The address of the wall: "127.0.0.1:12345". */
static const char *wall_address(void)
{
    static char address[64];
    const char *line =
        strstr(target.fixture.server->out.bytes, "wall: http://");

    ck_assert_ptr_nonnull(line);
    ck_assert_int_eq(sscanf(line, "wall: http://%63[0-9.:]/", address), 1);
    return address;
}

/* Asks for /events with a Host and more header FIELDS. */
static int ask_for_events(const char *host, const char *fields)
{
    char text[256];
    int fd = tcp_connect_to(wall_address());
    int len =
        snprintf(text, sizeof text,
                 "GET /events HTTP/1.1\r\nHost: %s\r\n%s\r\n", host, fields);

    tcp_write(fd, text, (size_t)len);
    return fd;
}

/* Reads from FD until STREAM contains PART. Whether it did. */
static bool read_until(int fd, const char *part)
{
    size_t len = 0;

    memset(stream, 0, sizeof stream);
    while (strstr(stream, part) == NULL) {
        ssize_t n = -1;

        if (len < sizeof stream - 1 && tcp_waits_within(fd, GIVE_UP_MS))
            n = read(fd, stream + len, sizeof stream - 1 - len);
        if (n <= 0)
            return false;
        len += (size_t)n;
    }
    return true;
}

static const char *write_login(char *out, size_t out_size, int number)
{
    const char *name = target.names[number % TARGET_USERS];

    http_login_json(out, out_size, name, target_password(name));
    return "/login";
}

static const char *write_ask(char *out, size_t out_size, int number)
{
    char token[2 * KIT_TOKEN_BYTES + 1];

    snprintf(token, sizeof token, "%0*d", 2 * KIT_TOKEN_BYTES, number);
    http_ask_json(out, out_size, "u00", token, "u01");
    return "/userinfo";
}

/* Runs a storm, all of whose answers must have STATUS. Adds how long all of it
   took to TIMES unless that is NULL. */
static void run_storm(struct times *times, const struct target *at,
                      int requests, storm_writer *write, int status)
{
    struct storm storm = {.url = at->fixture.url,
                          .connections = CONNECTIONS,
                          .requests = requests,
                          .write = write};

    storm_run(&storm);
    if (times != NULL)
        times_add(times, stopwatch_now() - storm.began);
    storm_judge(&storm, storm_count(&storm, status));
    free(storm.answers);
}

/* As many browsers as the wall has room for, none of which reads. */
static void open_stalled(int fds[WALL_CONNECTIONS])
{
    const int bytes = SMALL;

    for (int i = 0; i < WALL_CONNECTIONS; i++) {
        fds[i] = ask_for_events(wall_address(), "");
        setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
}

static void close_all(const int fds[WALL_CONNECTIONS])
{
    for (int i = 0; i < WALL_CONNECTIONS; i++)
        close(fds[i]);
}

/* Whether the wall answers a browser that reads, within GIVE_UP_MS. */
static bool answers(const char *part)
{
    int fd = ask_for_events(wall_address(), "");
    bool ok = read_until(fd, part);

    close(fd);
    return ok;
}

/* The server is as fast as one without a wall. */
START_TEST(stalled)
{
    const int asks = figure_scaled(ASKS);
    struct times times = {.count = 0}, baseline = {.count = 0};
    int fds[WALL_CONNECTIONS];
    char count[64];

    row_begin("22 the wall: %d logins, %d x %d requests, no browser reads",
              LOGINS, ROUNDS, asks);
    target_begin(&twin, "10");
    for (int i = 0; i < ROUNDS; i++) {
        open_stalled(fds);
        run_storm(NULL, &target, LOGINS / ROUNDS, write_login, 200);
        run_storm(&times, &target, asks, write_ask, 401);
        if (i < ROUNDS - 1)
            close_all(fds);
        run_storm(&baseline, &twin, asks, write_ask, 401);
    }
    figure_quantile("a round takes", &times, &baseline, 0.5, RATIO, 0);
    /* All connections are in use: the wall closes one for a new browser. */
    snprintf(count, sizeof count, "[\"bad_token\",%d]", ROUNDS * asks);
    figure_is("a new browser sees the last state (1: yes)", answers(count), 1);
    figure_most("peak memory of the server",
                (double)target_peak(&target) / 1024, "MiB", MEMORY_MIB);
    close_all(fds);
    target_stop(&target);
    times_free(&times);
    times_free(&baseline);
    target_close(&twin);
    row_end();
}
END_TEST

/* The status of the answer to a request with HOST and FIELDS. */
static long status_of(const char *host, const char *fields)
{
    int fd = ask_for_events(host, fields);
    int status = 0;

    read_until(fd, "\r\n\r\n");
    close(fd);
    sscanf(stream, "HTTP/1.1 %d", &status);
    return status;
}

START_TEST(other_pages)
{
    const char *port = strchr(wall_address(), ':');
    char host[64];

    row_begin("22 the wall: requests from other web pages");
    figure_is("its own page", status_of(wall_address(), ""), 200);
    figure_is("an Origin",
              status_of(wall_address(), "Origin: http://evil.example\r\n"),
              403);
    snprintf(host, sizeof host, "evil.example%s", port);
    figure_is("a Host that resolves to this machine", status_of(host, ""), 403);
    figure_is("an image or a script of another page",
              status_of(wall_address(), "Sec-Fetch-Site: cross-site\r\n"), 403);
    row_end();
}
END_TEST

/* Secrets that must not be on the wall, besides users' passwords and tokens. */
static struct {
    char secret[KIT_TOKEN_MAX + 1], ticket[KIT_TICKET_MAX + 1];
} answer;

/* A password that a user typed in the place of the name. */
#define TYPED "password-instead-of-name"

/* How many of these secrets are in STREAM. */
static long leaks(void)
{
    long count = (strstr(stream, TARGET_MARK) != NULL) +
                 (strstr(stream, TYPED) != NULL) +
                 (strstr(stream, answer.secret) != NULL) +
                 (strstr(stream, answer.ticket) != NULL);

    for (int i = 0; i < TARGET_USERS; i++)
        count += strstr(stream, target.tokens[i]) != NULL;
    return count;
}

START_TEST(secrets)
{
    char token[KIT_TOKEN_MAX + 1];
    struct http http;
    int fd;

    row_begin("22 the wall: what is on it");
    fd = ask_for_events(wall_address(), "");
    target_log_in(&target);
    http_open(&http, target.fixture.url, NULL);
    figure_is("status of an unknown name",
              http_login(&http, TYPED, target_password("u00"), token), 401);
    figure_is("status of a request", target_ask(&target, &http, 5), 200);
    http_string(&http, "secret", answer.secret, sizeof answer.secret);
    http_string(&http, "senderinfo", answer.ticket, sizeof answer.ticket);
    http_close(&http);
    ck_assert_uint_ge(strlen(answer.secret), KIT_TOKEN_MIN);
    ck_assert_uint_ge(strlen(answer.ticket), KIT_TOKEN_MIN);

    /* First for the browser that was connected before, then for a new one. */
    for (int i = 0; i < 2; i++) {
        figure_is("the request is there (1: yes)",
                  read_until(fd, "[\"requests\",1],[\"bad_login\",1]],"
                                 "\"events\":[[") &&
                      strstr(stream, "\"u63\"") != NULL,
                  1);
        figure_is("passwords, tokens, secrets and tickets", leaks(), 0);
        close(fd);
        fd = ask_for_events(wall_address(), "");
    }
    close(fd);
    row_end();
}
END_TEST

TEST_SUITE(wall, 240, setup, teardown_target)
{
    tcase_add_tests(tcase, stalled, other_pages, secrets);
}
