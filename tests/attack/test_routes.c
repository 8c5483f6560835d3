/* SPDX-License-Identifier: MIT */
/* Good logins to a wrong path, with a wrong method, or from a web page. */
#include <stdio.h>
#include <string.h>

#include "tests/attack/raw.h"
#include "tests/attack/setup.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/rejected.h"
#include "tests/support/suites.h"

/* Paths, separated by blanks. */
static const char paths[] =
    "/ // /x * login /LOGIN /Login /login/ /login// //login ///login "
    "/./login /../login /x/../login /login/. /login/.. /login. "
    "/login/userinfo /userinfo/../login /.%2e/login /%2e/login /%2flogin "
    "%2flogin /%6cogin /%6Cogin /logi%6e /%256cogin /login%00 /login%20 "
    "/login%0d%0a /login% /login%2 /login%zz /login? /login?x "
    "/login?username=u00 /login# /login; /login;x=1 /login\\ \\login "
    "/\\login /login:80 /log\tin /login\v /login\xc2\xa0 /l\xd0\xbegin "
    "/\xef\xbd\x8cogin /login\xff /loginx /logi /user /userinfo1 /users "
    "/admin /healthz /index.html /favicon.ico /robots.txt /.git/config "
    "/etc/passwd /../../../../etc/passwd /cgi-bin/login lab/login lab:80 "
    "http://lab/login http://lab:80/login HTTP://LAB/login "
    "https://lab/login http:/login http:///login file:///login //lab/login "
    "http://u00:u00@lab/login";

static const char methods[] =
    "GET HEAD PUT DELETE PATCH OPTIONS TRACE TRACK CONNECT PROPFIND QUERY "
    "post Post POSt POS POSTT POST,GET P _ * \x1bPOST";

static const char *const origins[] = {
    "Origin: http://127.0.0.1:8080\r\n",
    "Origin: http://localhost\r\n",
    "Origin: http://lab\r\n",
    "Origin: https://elsewhere.example\r\n",
    "Origin: null\r\n",
    "Origin: \r\n",
    "Origin:\r\n",
    "Origin:null\r\n",
    "origin: x\r\n",
    "ORIGIN: x\r\n",
    "oRiGiN:\tx\r\n",
    "Origin: x\r\nOrigin: y\r\n",
    "Origin: x\r\nContent-Type: text/plain\r\n",
    "Content-Type: text/plain\r\nOrigin: x\r\n",
};

/* Copies the first of WORDS to OUT. Returns what follows it, or NULL. */
static const char *next_word(char *out, size_t out_size, const char *words)
{
    size_t len = strcspn(words, " ");

    snprintf(out, out_size, "%.*s", (int)len, words);
    return words[len] == ' ' ? words + len + 1 : NULL;
}

/*
 * Sends a login of u00 with METHOD to PATH and with one more header FIELD, and
 * directly after it a login of u01. Returns whether the first is answered with
 * WANTED and the connection closed. See judge: neither may be executed.
 */
static bool is_answered(int wanted, const char *method, const char *path,
                        const char *field)
{
    static struct raw_answer answer;
    char text[1024];
    int len = snprintf(text, sizeof text,
                       "%s %s HTTP/1.1\r\nHost: lab\r\n%s" RAW_LENGTH
                       "\r\n" RAW_BODY RAW_SECOND,
                       method, path, field);

    raw_send(&answer, target.fixture.url, text, (size_t)len, RAW_AT_ONCE);
    if (status_fits(answer.status, wanted) && answer.ended)
        return true;
    fprintf(stderr, "%s %s %s: %d instead of %d\n", method, path, field,
            answer.status, wanted);
    return false;
}

/* Adds figures: COUNT requests have made no session; a good login works. */
static void judge(const char *what, size_t count, long wrong)
{
    figure_note("requests", (double)count, "");
    figure_is(what, wrong, 0);
    figure_is("sessions that they made",
              database_number(&target, "SELECT count(*) FROM sessions"), 0);
    figure_is("a good login afterwards", target_login(&target, "u00"), 200);
    row_end();
}

START_TEST(wrong_paths)
{
    const char *rest = paths;
    char path[64];
    size_t count = 0;
    long wrong = 0;

    row_begin("10 good logins to other paths");
    for (; rest != NULL; count++) {
        rest = next_word(path, sizeof path, rest);
        /* A control character makes the request line malformed. */
        wrong += !is_answered(strpbrk(path, "\t\v") != NULL ? REFUSED : 404,
                              "POST", path, "");
    }
    judge("not answered with 404 and closed", count, wrong);
}
END_TEST

START_TEST(wrong_methods)
{
    const char *rest = methods;
    char method[64];
    size_t count = 0;
    long wrong = 0;

    row_begin("10 good logins with other methods");
    for (; rest != NULL; count += 2) {
        rest = next_word(method, sizeof method, rest);
        wrong += !is_answered(405, method, "/login", "");
        wrong += !is_answered(405, method, "/userinfo", "");
    }
    judge("not answered with 405 and closed", count, wrong);
}
END_TEST

START_TEST(from_pages)
{
    long wrong = 0;

    row_begin("10 good logins with an Origin");
    for (size_t i = 0; i < COUNT(origins); i++) {
        wrong += !is_answered(403, "POST", "/login", origins[i]);
        wrong += !is_answered(403, "POST", "/userinfo", origins[i]);
        wrong += !is_answered(403, "OPTIONS", "/login", origins[i]);
        wrong += !is_answered(403, "GET", "/", origins[i]);
    }
    judge("not answered with 403 and closed", 4 * COUNT(origins), wrong);
}
END_TEST

TEST_SUITE(routes, 60, setup_server, teardown_target)
{
    tcase_add_tests(tcase, wrong_paths, wrong_methods, from_pages);
}
