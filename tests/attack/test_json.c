/* SPDX-License-Identifier: MIT */
/*
 * Bodies that are no JSON, too much JSON, or JSON that says the wrong thing,
 * to a server whose threads have the smallest stack that the system gives.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/wire.h"
#include "tests/attack/bodies.h"
#include "tests/attack/raw.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/small_stack.h"
#include "tests/support/suites.h"
#include "tests/support/target.h"

#define SUITE "../shared/data/jsontestsuite/test_parsing"

enum { FILE_SIZE = 1 << 18 };

static struct target target;
static struct raw_answer answer;
static char text[FILE_SIZE];
static long tried, wrong;

static void little_stack(void)
{
    const struct rlimit little = {small_stack_size(), small_stack_size()};

    setrlimit(RLIMIT_STACK, &little);
}

static void setup(void)
{
    const struct process_way way = {.before = little_stack};

    target_open(&target, "10");
    target_serve(&target, NULL, &way);
    target_log_in(&target);
    tried = wrong = 0;
}

static void teardown(void)
{
    target_close(&target);
}

/* How many of its threads have the small stack: a map behind a guard page. */
static long small_stacks(void)
{
    char path[64], line[512], mode[8];
    unsigned long from, to, guard = 0;
    long count = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/maps",
             (long)target.fixture.server->pid);
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3)
            continue;
        count += guard == from && to - from == small_stack_size() &&
                 strncmp(mode, "rw", 2) == 0;
        guard = strncmp(mode, "---", 3) == 0 ? to : 0;
    }
    fclose(file);
    return count;
}

/* One more that is to be refused, as the body of a POST to PATH. */
static void refuse(const char *what, const char *path, const char *bytes,
                   size_t len)
{
    int wanted = len > KIT_REQUEST_MAX ? 413 : 400;

    tried++;
    if (raw_post(&answer, target.fixture.url, path, bytes, len) == wanted)
        return;
    wrong++;
    fprintf(stderr, "%s, %.60s: %d, wanted is %d\n", path, what, answer.status,
            wanted);
}

/* What one PART of a row came to. */
static void show(const char *part)
{
    char what[64];

    snprintf(what, sizeof what, "%s, of %ld", part, tried);
    figure_is(what, wrong, 0);
    tried = wrong = 0;
}

/* Both good requests are answered: nobody has broken, and nobody is hurt. */
static void show_good(void)
{
    char token[KIT_TOKEN_MAX + 1];
    struct http http;

    http_open(&http, target.fixture.url, NULL);
    figure_is("a good login then",
              http_login(&http, "u63", target_password("u63"), token), 200);
    figure_is("a good M3 then", http_ask(&http, "u63", token, "u62"), 200);
    http_close(&http);
}

static void wrong_values(void)
{
    for (int m = 0; m < body_members; m++) {
        for (size_t i = 0; i < body_value_count; i++) {
            const char *path;
            size_t len = body_with(text, sizeof text, &path, &target, m,
                                   &body_values[i]);

            refuse(body_values[i].bytes, path, text, len);
        }
    }
    show("wrong values taken");
}

static void wrong_bodies(void)
{
    for (int i = 0; i < body_paths; i++) {
        for (size_t j = 0; j < body_whole_count; j++) {
            size_t len =
                body_whole(text, sizeof text, &target, i, &body_wholes[j]);

            refuse(body_wholes[j].before.bytes, body_path[i], text, len);
        }
    }
    show("wrong bodies taken");
}

/* What body_around makes a member twice of, in one spelling or in two. */
static const char *const twice[] = {
    "0,\"username\":\"u00\"",
    "0,\"\\u0075sername\":\"u00\"",
    "0,\"password\":\"\"",
    "0,\"passwor\\u0064\":\"\"",
    "0,\"port\":4444",
    "0,\"more\":0",
    "0,\"m\\u006Fre\":0",
    "{\"a\":0,\"a\":0}",
    "[{\"\":0,\"\":0}]",
    "{\"/\":0,\"\\/\":0}",
    "{\"\\ud83d\\ude00\":0,\"\xf0\x9f\x98\x80\":0}",
};

static void duplicates(void)
{
    for (size_t i = 0; i < sizeof twice / sizeof twice[0]; i++) {
        const struct body_piece piece = {twice[i], strlen(twice[i])};
        size_t len = body_around(text, sizeof text, &target, &piece);

        refuse(twice[i], "/login", text, len);
    }
    show("members that stand twice taken");
}

/* As deep as a request has room for, and deeper. */
static void deep(const char *opener, int depth)
{
    size_t size = strlen(opener), len = size * (size_t)depth;

    for (size_t at = 0; at < len; at += size)
        memcpy(text + at, opener, size);
    refuse(opener, "/login", text, len);
    refuse(opener, "/userinfo", text, len);
    len = body_deep(text, sizeof text, &target, opener, depth);
    refuse("deep inside a good login", "/login", text, len);
}

static void all_depths(void)
{
    static const int depths[] = {9, 64, 500, 1000, 2000, 4000, 4096, 20000};
    static const char *const openers[] = {"[", "{\"a\":", "[{\"\":"};

    for (size_t d = 0; d < sizeof depths / sizeof depths[0]; d++) {
        for (size_t o = 0; o < sizeof openers / sizeof openers[0]; o++)
            deep(openers[o], depths[d]);
    }
    show("9 to 20,000 deep taken");
}

START_TEST(our_own)
{
    row_begin("08 JSON and not quite JSON, little stack");
    figure_least("threads with such a stack", (double)small_stacks(), "", 2);
    wrong_values();
    wrong_bodies();
    duplicates();
    all_depths();
    show_good();
    row_end();
}
END_TEST

/* All of JSONTestSuite, each file FUNCTION is called with. */
static void each_file(void (*function)(const char *name, size_t len))
{
    DIR *dir = opendir(SUITE);
    struct dirent *entry;
    char path[512];

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        FILE *file;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, SUITE "/%s", entry->d_name);
        file = fopen(path, "rb");
        ck_assert_ptr_nonnull(file);
        function(entry->d_name, fread(text, 1, sizeof text, file));
        fclose(file);
    }
    if (dir != NULL)
        closedir(dir);
}

static void refuse_file(const char *name, size_t len)
{
    refuse(name, "/login", text, len);
    refuse(name, "/userinfo", text, len);
}

/* A file as a member nobody knows: what is no JSON spoils the whole login. */
static void try_inside(const char *name, size_t len)
{
    static char whole[FILE_SIZE];
    const struct body_piece member = {text, len};
    size_t all = body_around(whole, sizeof whole, &target, &member);
    int status;

    if (name[0] == 'n') {
        refuse(name, "/login", whole, all);
        return;
    }
    /* JSON may stand there; the protocol is stricter than that with some. */
    tried++;
    status = raw_post(&answer, target.fixture.url, "/login", whole, all);
    wrong += status != 200 && status != 400 && status != 413;
}

START_TEST(test_suite)
{
    row_begin("08 JSONTestSuite, little stack");
    each_file(refuse_file);
    if (tried == 0) {
        figure_skip("JSONTestSuite", "it is not here");
    } else {
        show("files taken as bodies");
        each_file(try_inside);
        show("wrong answers to files in good logins");
    }
    show_good();
    row_end();
}
END_TEST

TEST_SUITE(json)
{
    Suite *suite = suite_create("json");
    TCase *tc = suite_add_case(suite, "json");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_tests(tc, our_own, test_suite);
    return suite;
}
