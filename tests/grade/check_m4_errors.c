/* SPDX-License-Identifier: MIT */
/* Message 4 and the sender: error answers, and TLS. */
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/tls.h"
#include "tests/grade/transcript.h"

static struct sender_harness harness;

/* Each error has a valid message 4 as its body, which must be ignored. */
void m4_errors(void)
{
    static const int statuses[] = {404, 401, 403, 500, 302};
    char what[64], cause[128];

    sender_setup(&harness);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        snprintf(what, sizeof what, "status %d", statuses[i]);
        snprintf(cause, sizeof cause,
                 "The server answered %d, but your sender continued: check the "
                 "status before the body.",
                 statuses[i]);
        program_set_activity("the server answers %d", statuses[i]);
        mock_server_set_answer(&harness.server, &harness.server.userinfo,
                               statuses[i], NULL);
        step("The server answers message 3 with status %d.", statuses[i]);
        sender_expect_refusal(&harness, what, cause);
    }
    mock_server_set_answer(&harness.server, &harness.server.userinfo, 200,
                           NULL);
    sender_expect_accepted(&harness);
}

enum { REQUESTS_MAX = 3, WATCHED_MS = 1500 };

static void expect_few_retries(int status)
{
    struct route *route = &harness.server.userinfo;
    int64_t end = kit_ticks() + WATCHED_MS;
    enum event event = EVENT_OUTPUT;
    int before = mock_server_count(&harness.server, route), count = 0;

    mock_server_set_answer(&harness.server, route, status, NULL);
    route->retry_after = 3600;
    step("The server answers message 3 with %d and Retry-After: 3600.", status);
    sender_start(&harness);
    while (event == EVENT_OUTPUT && count <= REQUESTS_MAX) {
        event = program_poll_one(harness.program, -1, 0, end);
        count = mock_server_count(&harness.server, route) - before;
    }
    if (mock_receiver_has_peer(&harness.receiver_side)) {
        expected("no connection");
        got("a connection to the receiver, after status %d", status);
        fail("The server answered %d, but your sender continued.", status);
    }
    count = mock_server_count(&harness.server, route) - before;
    detail("%d requests", count);
    if (event == EVENT_EXITED)
        program_check_sanitizer(harness.program);
    program_free(harness.program);
    if (count <= REQUESTS_MAX)
        return;
    expected("one request, or no retry before the time in Retry-After");
    got("%d requests in %.1f s", count, WATCHED_MS / 1000.0);
    fail("%d requests in %.1f s after %d: do not retry before the time in "
         "Retry-After.",
         count, WATCHED_MS / 1000.0, status);
}

void m4_no_hot_retry(void)
{
    sender_setup(&harness);
    expect_few_retries(429);
    expect_few_retries(503);
}

/* --- TLS ------------------------------------------------------------------ */

void tls_works(void)
{
    struct tls *tls = tls_new("127.0.0.1");

    tls_save(tls, "ca.pem");
    harness.tls = tls;
    harness.cacert = "ca.pem";
    sender_setup_and_start(&harness);
    sender_type_and_accept(&harness);
}

/* The sender must exit without sending its password. */
static void expect_no_login(const char *cause)
{
    int code;

    sender_start(&harness);
    program_close_input(harness.program);
    code = program_wait_exit(harness.program);
    detail("exit code %d; standard error: %s", code,
           program_stderr_tail(harness.program));
    expected("a message on standard error, and no password sent");
    if (mock_server_count(&harness.server, &harness.server.login) > 0) {
        got("message 1 with the password");
        fail("%s", cause);
    }
    if (code == 0 || mock_receiver_has_peer(&harness.receiver_side)) {
        got("exit code %d", code);
        fail("Your sender could not log in, but exited as if it had.");
    }
}

void tls_unknown(void)
{
    harness.tls = tls_new("127.0.0.1");
    sender_setup(&harness);
    step("The server has a self-signed certificate that the sender does not "
         "know.");
    expect_no_login(
        "The password was sent to a server with an unknown certificate.");
}

void tls_wrong_name(void)
{
    struct tls *tls = tls_new("other.example");

    tls_save(tls, "ca.pem");
    harness.tls = tls;
    harness.cacert = "ca.pem";
    sender_setup(&harness);
    step("The server's certificate is valid, but for other.example.");
    expect_no_login("The certificate is for other.example, but you connected "
                    "to 127.0.0.1.");
}

void tls_no_fallback(void)
{
    char url[64];

    sender_setup(&harness);
    snprintf(url, sizeof url, "https%s", strchr(harness.server.url, ':'));
    strcpy(harness.server.url, url);
    step("The sender uses https, but the server speaks only http.");
    expect_no_login("TLS failed and the password was sent in the clear.");
}
