/* SPDX-License-Identifier: MIT */
/* The server says no, or is not who it should be. */
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "tests/grade/chance.h"
#include "tests/grade/chat.h"
#include "tests/grade/checks.h"
#include "tests/grade/tls.h"
#include "tests/grade/transcript.h"

static struct chat chat;

/* Each error comes with all that a good message 4 has, to tempt. */
void m4_errors(void)
{
    static const int statuses[] = {404, 401, 403, 500, 302};
    char what[64], cause[128];

    chat_prepare(&chat);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        snprintf(what, sizeof what, "status %d", statuses[i]);
        snprintf(cause, sizeof cause,
                 "Server said %d, the sender went on; the status comes before "
                 "the body.",
                 statuses[i]);
        program_while("the server answers %d", statuses[i]);
        arbiter_say(&chat.arbiter, &chat.arbiter.userinfo, statuses[i], NULL);
        step("The server answers message 3 with status %d.", statuses[i]);
        chat_refuses(&chat, what, cause);
    }
    arbiter_say(&chat.arbiter, &chat.arbiter.userinfo, 200, NULL);
    chat_accepts(&chat);
}

/* Requests for message 4 that are too many for anybody's patience. */
enum { PATIENCE = 3, WATCHED_MS = 1500 };

static void count_retries(int status)
{
    struct route *route = &chat.arbiter.userinfo;
    int64_t end = kit_ticks() + WATCHED_MS;
    enum event event = EVENT_HEARD;
    int before = arbiter_count(&chat.arbiter, route), count = 0;

    arbiter_say(&chat.arbiter, route, status, NULL);
    route->retry_after = 3600;
    step("The server answers message 3 with %d and Retry-After: 3600.", status);
    chat_start(&chat);
    while (event == EVENT_HEARD && count <= PATIENCE) {
        event = program_turn(chat.program, -1, 0, end);
        count = arbiter_count(&chat.arbiter, route) - before;
    }
    if (door_knocked(&chat.door)) {
        expected("no connection");
        got("a connection to the receiver, after status %d", status);
        fail("Server said %d, the sender went on.", status);
    }
    count = arbiter_count(&chat.arbiter, route) - before;
    detail("%d requests", count);
    if (event == EVENT_GONE)
        program_clean(chat.program);
    program_end(chat.program);
    if (count <= PATIENCE)
        return;
    expected("one request, or a wait as Retry-After says");
    got("%d requests in %.1f s", count, WATCHED_MS / 1000.0);
    fail("%d requests in %.1f s after %d; wait as Retry-After says.", count,
         WATCHED_MS / 1000.0, status);
}

void m4_no_hot_retry(void)
{
    chat_prepare(&chat);
    count_retries(429);
    count_retries(503);
}

/* --- TLS ------------------------------------------------------------------ */

void tls_works(void)
{
    struct tls *tls = tls_open("127.0.0.1");

    tls_save(tls, "ca.pem");
    chat.tls = tls;
    chat.cacert = "ca.pem";
    chat_begin(&chat);
    chat_knock(&chat);
}

/* The sender must leave without having sent its password. */
static void expect_no_login(const char *cause)
{
    int code;

    chat_start(&chat);
    program_close_input(chat.program);
    code = program_wait(chat.program);
    detail("exit code %d; standard error: %s", code,
           program_said(chat.program));
    expected("a message on standard error, and no password sent");
    if (arbiter_count(&chat.arbiter, &chat.arbiter.login) > 0) {
        got("message 1 with the password");
        fail("%s", cause);
    }
    if (code == 0 || door_knocked(&chat.door)) {
        got("exit code %d", code);
        fail("There was no login, and your sender ends as if all were well.");
    }
}

void tls_unknown(void)
{
    chat.tls = tls_open("127.0.0.1");
    chat_prepare(&chat);
    step("The server shows a certificate that nobody has signed but itself.");
    expect_no_login("The password was sent to a server with an unknown "
                    "certificate.");
}

void tls_wrong_name(void)
{
    struct tls *tls = tls_open("other.example");

    tls_save(tls, "ca.pem");
    chat.tls = tls;
    chat.cacert = "ca.pem";
    chat_prepare(&chat);
    step("The server's certificate is good, but for other.example.");
    expect_no_login("Certificate is for other.example, you asked for "
                    "127.0.0.1.");
}

void tls_no_fallback(void)
{
    char url[64];

    chat_prepare(&chat);
    snprintf(url, sizeof url, "https%s", strchr(chat.arbiter.url, ':'));
    strcpy(chat.arbiter.url, url);
    step("The server that is asked with https speaks only http.");
    expect_no_login("TLS failed and the password was sent in clear.");
}
