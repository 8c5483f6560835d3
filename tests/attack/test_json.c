/* SPDX-License-Identifier: MIT */
/*
 * Bodies that are not JSON, too much JSON, the wrong JSON, or dangerous
 * strings, sent to a server whose threads have the smallest stack that the
 * system permits.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/utf8.h"
#include "lib/wire.h"
#include "tests/attack/bodies.h"
#include "tests/attack/raw.h"
#include "tests/attack/setup.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/small_stack.h"
#include "tests/support/suites.h"

#define JSON_TEST_SUITE "../shared/data/jsontestsuite/test_parsing"

static struct raw_answer answer;
static struct body body;
static long tried, wrong;

static void limit_stack(void)
{
    const struct rlimit little = {small_stack_size(), small_stack_size()};

    setrlimit(RLIMIT_STACK, &little);
}

static void setup(void)
{
    const struct process_way way = {.before = limit_stack};

    setup_accounts();
    target_serve(&target, NULL, &way);
    target_log_in(&target);
}

/* How many of its threads have the small stack: a mapping after a guard page.
 */
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

/* Posts BODY, which the server must reject, to PATH. WHAT names it. */
static void refuse(const char *what, const char *path)
{
    int wanted = body.len > KIT_REQUEST_MAX ? 413 : 400;
    int got = raw_post(&answer, target.fixture.url, path, body.bytes, body.len);

    tried++;
    wrong += got != wanted;
    if (got != wanted)
        fprintf(stderr, "%s, %.60s: %d instead of %d\n", path, what, got,
                wanted);
}

/* Adds the figure of PART, whose requests have been sent. */
static void show(const char *part)
{
    char what[64];

    snprintf(what, sizeof what, "%s, of %ld", part, tried);
    figure_is(what, wrong, 0);
    tried = wrong = 0;
}

/* Adds figures: good requests are still answered. */
static void show_good(void)
{
    char token[KIT_TOKEN_MAX + 1];
    struct http http;

    http_open(&http, target.fixture.url, NULL);
    figure_is("a good login afterwards",
              http_login(&http, "u63", target_password("u63"), token), 200);
    figure_is("a good M3 afterwards", http_ask(&http, "u63", token, "u62"),
              200);
    http_close(&http);
}

static void wrong_values(void)
{
    for (int m = 0; m < BODY_MEMBERS; m++) {
        for (size_t i = 0; i < body_value_count; i++) {
            body_with(&body, m, &body_values[i]);
            refuse(body_values[i].bytes, body_path(m));
        }
    }
    show("wrong values accepted");
}

static void wrong_bodies(void)
{
    for (int m = 0; m < BODY_MEMBERS; m += 3) {
        for (size_t i = 0; i < body_non_request_count; i++) {
            const struct body_wrapper wrapper = {.before =
                                                     body_non_requests[i]};

            body_wrapped(&body, m, &wrapper);
            refuse(body_non_requests[i].bytes, body_path(m));
        }
        for (size_t i = 0; i < body_wrapper_count; i++) {
            body_wrapped(&body, m, &body_wrappers[i]);
            refuse(body_wrappers[i].before.bytes, body_path(m));
        }
    }
    show("wrong bodies accepted");
}

/* Values with which body_around repeats a member, spelt the same or not. */
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
    for (size_t i = 0; i < COUNT(twice); i++) {
        const struct body_piece value = {twice[i], strlen(twice[i])};

        body_around(&body, &value);
        refuse(twice[i], "/login");
    }
    show("duplicate members accepted");
}

static void all_depths(void)
{
    static const int depths[] = {9, 64, 500, 1000, 2000, 4000, 4096, 20000};
    static const char *const openers[] = {"[", "{\"a\":", "[{\"\":"};
    static struct body value;

    for (size_t i = 0; i < COUNT(depths) * COUNT(openers); i++) {
        const char *opener = openers[i % COUNT(openers)];
        int depth = depths[i / COUNT(openers)];

        body_deep(&body, opener, depth, false);
        refuse(opener, "/login");
        refuse(opener, "/userinfo");
        body_deep(&value, opener, depth, true);
        body_around(&body, &(struct body_piece){value.bytes, value.len});
        refuse("deep inside a good login", "/login");
    }
    show("9 to 20,000 levels accepted");
}

START_TEST(our_own)
{
    row_begin("08 invalid and unusual JSON, small stack");
    figure_least("threads with such a stack", (double)small_stacks(), "", 2);
    wrong_values();
    wrong_bodies();
    duplicates();
    all_depths();
    show_good();
    row_end();
}
END_TEST

/* --- JSONTestSuite -------------------------------------------------------- */

/* Reads each file of it into BODY and calls TRY. */
static void each_file(void (*try)(const char *name))
{
    DIR *dir = opendir(JSON_TEST_SUITE);
    struct dirent *entry;
    char path[512];

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        FILE *file;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, JSON_TEST_SUITE "/%s", entry->d_name);
        file = fopen(path, "rb");
        ck_assert_ptr_nonnull(file);
        body.len = fread(body.bytes, 1, sizeof body.bytes, file);
        fclose(file);
        try(entry->d_name);
    }
    if (dir != NULL)
        closedir(dir);
}

static void refuse_file(const char *name)
{
    refuse(name, "/login");
    refuse(name, "/userinfo");
}

/* Sends the file as an unknown member: invalid JSON makes the login fail. */
static void try_inside(const char *name)
{
    static char bytes[BODY_SIZE];
    const struct body_piece value = {bytes, body.len};
    int status;

    memcpy(bytes, body.bytes, body.len);
    body_around(&body, &value);
    if (name[0] == 'n') { /* n_*.json are invalid */
        refuse(name, "/login");
        return;
    }
    /* Valid JSON is permitted there, within the limits of the protocol. */
    tried++;
    status =
        raw_post(&answer, target.fixture.url, "/login", body.bytes, body.len);
    wrong += status != 200 && status != 400 && status != 413;
}

START_TEST(test_suite)
{
    row_begin("08 JSONTestSuite, small stack");
    each_file(refuse_file);
    if (tried == 0) {
        figure_skip("JSONTestSuite", "there is no " JSON_TEST_SUITE);
    } else {
        show("files accepted as bodies");
        each_file(try_inside);
        show("wrong answers to files in good logins");
    }
    show_good();
    row_end();
}
END_TEST

/* --- Dangerous strings ---------------------------------------------------- */

/* TEXT as a JSON string. Bytes that are not ASCII are copied unchanged. */
static struct body_piece escaped(const char *text)
{
    static char out[6 * 4096];
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

/* The same without escapes, so TEXT may end the string. */
static struct body_piece bare(const char *text)
{
    static char out[4096];
    int len = snprintf(out, sizeof out, "\"%s\"", text);

    return (struct body_piece){out, (size_t)len};
}

/*
 * Posts BODY to PATH from an address that only string NUMBER uses, so that the
 * limit of failures does not apply. Returns the status.
 */
static int ask(const char *path, size_t number)
{
    struct http http;
    char from[32];

    snprintf(from, sizeof from, "127.0.%zu.%zu", 1 + number / 200,
             1 + number % 200);
    http_open(&http, target.fixture.url, from);
    http_post(&http, path, body.bytes);
    http_close(&http);
    return http.status;
}

/* String NUMBER, as VALUE, in each member: the server must reject it. */
static void refuse_string(size_t number, const struct body_piece *value)
{
    for (int m = 0; m < BODY_MEMBERS; m++) {
        int status;

        body_with(&body, m, value);
        status = ask(body_path(m), number);
        tried++;
        if (status == 400 || status == 401 || status == 404 || status == 413)
            continue;
        wrong++;
        fprintf(stderr,
                "member %d, %.60s: status %d instead of 400, 401, 404 or 413\n",
                m, value->bytes, status);
    }
}

static bool is_utf8(const char *text)
{
    size_t len = strlen(text), used = 1;
    uint32_t code;

    for (; len > 0 && used > 0; text += used, len -= used)
        used = kit_utf8_next(&code, text, len);
    return used > 0;
}

/*
 * Adds a member called NAME, which is string NUMBER, to a good login. Returns
 * whether the answer is wrong: unknown members are ignored, but a body that is
 * not UTF-8 must be rejected.
 */
static bool breaks_as_a_name(size_t number, const struct body_piece *name)
{
    static char member[2 * HTTP_REPLY];
    int wanted = is_utf8(body_strings[number]) ? 200 : 400;
    int len = snprintf(member, sizeof member, "0,%.*s:0", (int)name->len,
                       name->bytes);
    int status;

    body_around(&body, &(struct body_piece){member, (size_t)len});
    status = ask("/login", number);
    if (status != wanted)
        fprintf(stderr, "name %s: status %d instead of %d\n", name->bytes,
                status, wanted);
    return status != wanted;
}

START_TEST(strings)
{
    char *before = database_all(&target), *after;
    long broken = 0;

    row_begin("09 SQL and naughty strings in every member");
    for (size_t i = 0; i < body_string_count; i++) {
        const struct body_piece forms[] = {escaped(body_strings[i]),
                                           bare(body_strings[i])};

        refuse_string(i, &forms[0]);
        refuse_string(i, &forms[1]);
        broken += breaks_as_a_name(i, &forms[0]);
    }
    after = database_all(&target);
    figure_note("strings", (double)body_string_count, "");
    figure_note("requests", (double)tried, "");
    figure_is("not answered with 400, 401, 404 or 413", wrong, 0);
    figure_is("good logins with one as a name, answered wrongly", broken, 0);
    figure_is("schema and accounts as before (1: yes)",
              strcmp(before, after) == 0, 1);
    figure_is("errors that SQLite finds", database_complaints(&target), 0);
    free(before);
    free(after);
    row_end();
}
END_TEST

TEST_SUITE(json, 120, setup, teardown_target)
{
    tcase_add_tests(tcase, our_own, test_suite, strings);
}
