/* SPDX-License-Identifier: MIT */
/* Requests that try to forge lines of the log, or to send escape sequences. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/attack/raw.h"
#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/harmless.h"
#include "tests/support/http_client.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

static struct raw_answer answer;
static long sent;

/* Texts that would fool a terminal, or a person or program reading the log. */
static const char *const evil[] = {
    /* Escape sequences. */
    "\x1b[2J", "\x1b[2J\x1b[H\x1b[31m", "\x1b]0;title\x07",
    "\x1b]8;;http://x\x1b\\", "\x1bP$q\x1b\\", "\x1b[6n", "\2332J",
    "\xc2\2332J",

    /* Control characters. */
    "\x07\x07\x07", "\b\b\b\b\b\b\b\b", "\x7f\x7f", "\v\f", "\x01\x02\x03\x04",
    "\x0e",

    /* Invisible ones, and invalid UTF-8. */
    "\xe2\x80\xae", "\xe2\x80\x8b", "\xe2\x80\xa8", "\xef\xbb\xbf",
    "\xf3\xa0\x81\x81", "\xff\xfe", "\xed\xa0\x80",

    /* Text. */
    "\\x1b[2J", "%1$s%n%n", "$(reboot)",
    "2024-05-01T09:30:00Z_127.0.0.1_POST_/login_200_root_1_ms"};

enum { GIVE_UP_MS = 60000 };

/* Sends the request FORMAT, with TEXT in it, and a body: one line in the log.
 */
static void fire(const char *format, const char *text, const char *body)
{
    char request[2048];
    int len = snprintf(request, sizeof request, format, text);

    len += snprintf(request + len, sizeof request - (size_t)len,
                    " HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n"
                    "Content-Length: %zu\r\n\r\n%s",
                    strlen(body), body);
    raw_send(&answer, target.fixture.url, request, (size_t)len, RAW_AT_ONCE);
    sent++;
}

/* The same, but the client closes the connection in the middle of the head. */
static void leave(const char *text)
{
    int fd = tcp_connect_to(target.fixture.url + strlen("http://"));
    char request[512];
    int len = snprintf(request, sizeof request, "POST /%s HTTP/1.1\r\nX: %s",
                       text, text);

    tcp_send(fd, request, (size_t)len);
    close(fd);
    sent++;
}

/* Eight words, as in "2024-05-01T09:30:00Z 127.0.0.1 POST / 404 - 0 ms". */
static bool is_in_form(const char *line)
{
    int words = 1, end = 0;

    sscanf(line,
           "%*4d-%*2d-%*2dT%*2d:%*2d:%*2dZ 127.0.0.1 %*s %*s %*s %*s "
           "%*d ms%n",
           &end);
    for (const char *p = line; *p != '\0'; p++)
        words += *p == ' ';
    return end > 0 && line[end] == '\n' && words == 8;
}

/* Clients that left got no answer, so this waits for their log lines. */
static void wait_for_lines(void)
{
    double began = stopwatch_now();

    while (target_log_count(&target, "") < sent &&
           stopwatch_now() - began < GIVE_UP_MS)
        stopwatch_wait_until(stopwatch_now() + 10);
}

/* Stops the server and checks its log. */
static void show_log(void)
{
    FILE *file;
    char line[2048];
    long lines = 0, harm = 0, unlike = 0;

    wait_for_lines();
    target_stop(&target);
    file = fopen(target.log, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        lines++;
        harm += !is_harmless(line, strcspn(line, "\n"));
        unlike += !is_in_form(line);
    }
    fclose(file);
    figure_note("requests", (double)sent, "");
    figure_is("lines more or fewer than requests", lines - sent, 0);
    figure_is("lines that a terminal would obey", harm, 0);
    figure_is("lines without the eight words", unlike, 0);
}

START_TEST(lines)
{
    static const char *const formats[] = {
        "POST /%s",  "POST /login%s", "POST %s/login", "POST /login?%s",
        "%s /login", "POST%s /",      "GET /\r%s",
    };
    char body[512];

    row_begin("17 requests that would forge lines of the log");
    for (size_t i = 0; i < COUNT(evil); i++) {
        for (size_t f = 0; f < COUNT(formats); f++)
            fire(formats[f], evil[i], "{}");
        snprintf(body, sizeof body, "{\"username\":\"%s\",\"password\":\"%s\"}",
                 evil[i], evil[i]);
        fire("POST /login%s", "", body);
        snprintf(body, sizeof body,
                 "{\"username\":\"a\\r\\n\\u001b[2J\",\"password\":\"%s\"}",
                 target_password("log"));
        fire("POST /login%s", "", body);
        leave(evil[i]);
    }
    show_log();
    row_end();
}
END_TEST

/* Passwords in places that are logged, such as paths and names. */
START_TEST(misplaced)
{
    const char *password = target_password("misplaced");
    char query[256];

    row_begin("17 passwords where they do not belong");
    snprintf(query, sizeof query, "?username=alice&password=%s", password);
    fire("GET /login%s", query, "");
    fire("POST /login%s", query, "{}");
    fire("POST /userinfo%s", query, "{}");
    snprintf(query, sizeof query, "{\"username\":\"%s!\",\"password\":\"x\"}",
             password);
    fire("POST /login%s", "", query);
    show_log();
    figure_is("lines with a password", target_log_count(&target, TARGET_MARK),
              0);
    row_end();
}
END_TEST

TEST_SUITE(logs, 60, setup_server, teardown_target)
{
    tcase_add_tests(tcase, lines, misplaced);
}
