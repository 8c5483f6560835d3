/* SPDX-License-Identifier: MIT */
/* The error message and the exit code for each refusal of the server. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/http_errors.h"
#include "tests/support/captured_output.h"
#include "tests/support/suites.h"

static const struct {
    int status, retry_after;
    const char *body, *whom;
    int code;
    const char *error; /* a part of it */
} refused[] = {
    {401, 0, "{\"error\":\"bad_login\"}", "alice", EX_NOPERM,
     "wrong user name or password"},
    {401, 0, "{\"error\":\"bad_token\"}", "bob", EX_NOPERM, "to log in again"},
    {401, 0, "", NULL, EX_NOPERM, "not the lab's server"},
    {404, 0, "{\"error\":\"no_receiver\"}", "bob", EX_NOUSER,
     "no receiver named bob is logged in: check the name, or ask bob to start "
     "the receiver (on your own server: make receiver ME=bob)\n"},
    {404, 0, "{\"error\":\"no_receiver\"}", NULL, EX_NOUSER,
     "no such receiver is logged in: check the name (404 no_receiver)"},
    {404, 0, "{\"error\":\"no_path\"}", "bob", EX_PROTOCOL, "404 no_path"},
    {404, 0, "<html>not found</html>", "bob", EX_PROTOCOL, "(404)"},
    {429, 12, "{\"error\":\"slow_down\"}", "bob", EX_TEMPFAIL,
     "too many requests: try again in 12 s"},
    {429, 0, "", NULL, EX_TEMPFAIL, "try again in a moment"},
    {503, 3, "{\"error\":\"busy\"}", NULL, EX_TEMPFAIL, "try again in 3 s"},
    {400, 0, "{\"error\":\"bad_request\"}", NULL, EX_PROTOCOL, "400"},
    {403, 0, "{\"error\":\"origin\"}", NULL, EX_PROTOCOL, "403 origin"},
    {405, 0, "{\"error\":\"method\"}", NULL, EX_PROTOCOL, "405"},
    {413, 0, "{\"error\":\"too_large\"}", NULL, EX_PROTOCOL, "413"},
    {500, 0, "{\"error\":\"internal\"}", NULL, EX_UNAVAILABLE, "500"},
    {502, 0, "bad gateway", NULL, EX_UNAVAILABLE, "(502)"},
    {302, 0, "", NULL, EX_PROTOCOL, "(302)"},
    {418, 0, "{\"error\":\"teapot\"}", NULL, EX_PROTOCOL, "418 teapot"},
    {204, 0, "", NULL, EX_PROTOCOL, "(204)"},
    /* An error code that belongs to another status is ignored. */
    {404, 0, "{\"error\":\"bad_login\"}", "bob", EX_PROTOCOL, "404"},
    {401, 0, "{\"error\":7}", NULL, EX_NOPERM, "not the lab's server"},
    /* An error code cannot control the terminal. */
    {418, 0, "{\"error\":\"\\u001b[2J\\n\"}", NULL, EX_PROTOCOL,
     "\\x1b[2J\\x0a"},
};

START_TEST(refusals)
{
    struct kit_reply refusal = {.status = refused[_i].status,
                                .retry_after = refused[_i].retry_after,
                                .len = strlen(refused[_i].body)};

    snprintf(refusal.body, sizeof refusal.body, "%s", refused[_i].body);
    ck_assert_int_eq(kit_http_refusal(&refusal, refused[_i].whom),
                     refused[_i].code);
    captured_one_line(refused[_i].error);
}
END_TEST

TEST_SUITE(http_errors, 60, capture_errors, NULL)
{
    tcase_add_rows(tcase, refusals, refused);
}
