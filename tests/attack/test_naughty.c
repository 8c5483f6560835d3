/* SPDX-License-Identifier: MIT */
/* Every naughty string in every member of messages 1 and 3. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/bodies.h"
#include "tests/attack/naughty.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/suites.h"

enum { ESCAPED_SIZE = 6 * 4096 };

static struct target target;
static long tried, wrong;

static void setup(void)
{
    target_open(&target, "10");
    target_serve(&target, NULL, NULL);
    target_log_in(&target);
    tried = wrong = 0;
}

static void teardown(void)
{
    target_close(&target);
}

/* TEXT between quotes, as JSON wants it, whatever bytes it is made of. */
static struct body_piece escaped(const char *text)
{
    static char out[ESCAPED_SIZE];
    size_t len = 0;

    out[len++] = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            len += (size_t)sprintf(out + len, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            len += (size_t)sprintf(out + len, "\\u%04x", *text);
        else
            out[len++] = *text;
    }
    out[len++] = '"';
    return (struct body_piece){out, len};
}

/* The same with nothing escaped: a string may end where it likes. */
static struct body_piece bare(const char *text)
{
    static char out[ESCAPED_SIZE];
    int len = snprintf(out, sizeof out, "\"%s\"", text);

    return (struct body_piece){out, (size_t)len};
}

/*
 * Each string comes from an address of its own, so that it is looked at and
 * not counted as one failure too many.
 */
static int ask(const char *path, const char *json, size_t number)
{
    struct http http;
    char from[32];

    snprintf(from, sizeof from, "127.0.%zu.%zu", 1 + number / 200,
             1 + number % 200);
    http_open(&http, target.fixture.url, from);
    http_post(&http, path, json);
    http_close(&http);
    return http.status;
}

/* String NUMBER, as VALUE, in member M: refused, and nothing breaks. */
static void refuse(size_t number, int m, const struct body_piece *value)
{
    static char json[HTTP_REPLY];
    const char *path;
    int status;

    json[body_with(json, sizeof json - 1, &path, &target, m, value)] = '\0';
    status = ask(path, json, number);
    tried++;
    if (status == 400 || status == 401 || status == 404 || status == 413)
        return;
    wrong++;
    fprintf(stderr, "%s, member %d, %.60s: %d\n", path, m, value->bytes,
            status);
}

/* A good login beside whose members stands one that is called like it. */
static long breaks_as_a_name(size_t number)
{
    static char json[2 * HTTP_REPLY], member[2 * HTTP_REPLY];
    struct body_piece name = escaped(naughty[number]), piece = {member, 0};
    int status;

    piece.len = (size_t)snprintf(member, sizeof member, "0,%.*s:0",
                                 (int)name.len, name.bytes);
    json[body_around(json, HTTP_REPLY, &target, &piece)] = '\0';
    status = ask("/login", json, number);
    return status != 200 && status != 400 && status != 413;
}

START_TEST(everywhere)
{
    char *before = database_all(&target), *after;
    long broken = 0;

    row_begin("09 SQL and naughty strings in every member");
    for (size_t i = 0; i < naughty_count; i++) {
        struct body_piece forms[] = {escaped(naughty[i]), bare(naughty[i])};

        for (int m = 0; m < body_members; m++) {
            refuse(i, m, &forms[0]);
            refuse(i, m, &forms[1]);
        }
        broken += breaks_as_a_name(i);
    }
    after = database_all(&target);
    figure_note("strings", (double)naughty_count, "");
    figure_note("requests", (double)tried, "");
    figure_is("not answered with 400, 401, 404 or 413", wrong, 0);
    figure_is("good logins that one as a name breaks", broken, 0);
    figure_is("schema and accounts as before (1: yes)",
              strcmp(before, after) == 0, 1);
    figure_is("complaints of SQLite", database_complaints(&target), 0);
    free(before);
    free(after);
    row_end();
}
END_TEST

TEST_SUITE(naughty)
{
    Suite *suite = suite_create("naughty");
    TCase *tc = suite_add_case(suite, "naughty");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, everywhere);
    return suite;
}
