/* SPDX-License-Identifier: MIT */
/* TLS between sender and server: which certificates the sender trusts. */
#include <stdio.h>
#include <string.h>

#include "tests/grade/checks.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/tls.h"
#include "tests/grade/transcript.h"

static struct sender_harness harness;

/* The server has a certificate for HOST, from a CA that the sender trusts. */
static void set_up_tls(const char *host)
{
    harness.tls = tls_new(host);
    harness.cacert = "ca.pem";
    tls_save(harness.tls, harness.cacert);
    sender_setup(&harness);
}

void tls_works(void)
{
    set_up_tls("127.0.0.1");
    sender_start(&harness);
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
        fail("Your sender could not log in, but exited as if it had: exit with "
             "a code other than 0.");
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
    set_up_tls("other.example");
    step("The server's certificate is valid, but for other.example.");
    expect_no_login("The password was sent to a server whose certificate is "
                    "for other.example, not for 127.0.0.1.");
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
