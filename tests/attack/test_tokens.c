/* SPDX-License-Identifier: MIT */
/* Tokens of somebody else's, and a million that are nobody's. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tests/attack/pipeline.h"
#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/suites.h"

enum {
    CONNECTIONS = 4,
    WRONG_OWNERS = 10000,
    GUESSES = 1000000,
    ASKS = 20,  /* good ones of one user, at once */
    OWNERS = 5, /* who ask so, directly before and directly after */
    RATIO = 3,
    PURE = 64, /* turns of a kind that change nothing but what it says */
};

static const char *write_m3(char *out, size_t out_size, int who,
                            const char *token)
{
    http_ask_json(out, out_size, target.names[who], token,
                  target.names[(who + 1) % TARGET_USERS]);
    return "/userinfo";
}

/* A live token, in the name of each of the others in turn. */
static const char *of_another(char *out, size_t out_size, int number)
{
    int owner = number % TARGET_USERS;
    int who =
        (owner + 1 + number / TARGET_USERS % (TARGET_USERS - 1)) % TARGET_USERS;

    return write_m3(out, out_size, who, target.tokens[owner]);
}

/* --- Guesses: what becomes of a live token -------------------------------- */

/* How often this kind has been the turn of this token: where to change it. */
static size_t turn(int number)
{
    return (size_t)number / TARGET_USERS / 8;
}

/* Digits that depend on NUMBER alone, so that a run can be repeated. */
static void all_others(char *token, int number)
{
    unsigned long long state = (unsigned long long)number + 1;

    for (; *token != '\0'; token++) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        *token = "0123456789abcdef"[state >> 60];
    }
}

static void one_other(char *token, int number)
{
    char *digit = &token[turn(number) % strlen(token)];

    *digit = *digit == 'f' ? '0' : *digit == '9' ? 'a' : (char)(*digit + 1);
}

static void two_swapped(char *token, int number)
{
    size_t at = turn(number) % (strlen(token) - 1);
    char kept = token[at];

    token[at] = token[at + 1];
    token[at + 1] = kept;
    if (token[at] == kept)
        one_other(token, number);
}

static void cut(char *token, int number)
{
    token[KIT_TOKEN_MIN + turn(number) % (strlen(token) - KIT_TOKEN_MIN)] =
        '\0';
}

static void stretched(char *token, int number)
{
    size_t len = strlen(token), more = 1 + turn(number) % (KIT_TOKEN_MAX - len);

    memset(token + len, token[0], more);
    token[len + more] = '\0';
}

static void in_capitals(char *token, int number)
{
    for (; *token != '\0'; token++)
        *token = (char)toupper((unsigned char)*token);
}

static void with_a_wildcard(char *token, int number)
{
    token[turn(number) % strlen(token)] = "%_*?"[turn(number) % 4];
}

static void turned(char *token, int number)
{
    size_t len = strlen(token), by = 1 + turn(number) % (len - 1);
    char twice[2 * KIT_TOKEN_MAX + 1];

    snprintf(twice, sizeof twice, "%s%s", token, token);
    memcpy(token, twice + by, len);
}

static void (*const kinds[8])(char *token, int number) = {
    all_others, one_other,   two_swapped,     cut,
    stretched,  in_capitals, with_a_wildcard, turned,
};

/* After each kind has been its own, for every digit, they become many more. */
static void spread(char *token, int number)
{
    static const size_t places[] = {2, 7, 11};
    size_t more = turn(number) / PURE;

    for (int i = 0; more > 0; i++, more /= 10)
        token[places[i]] = (char)('0' + more % 10);
}

static const char *guess(char *out, size_t out_size, int number)
{
    char token[KIT_TOKEN_MAX + 1];
    int who = number % TARGET_USERS;

    memcpy(token, target.tokens[who], sizeof token);
    kinds[number / TARGET_USERS % 8](token, number);
    spread(token, number);
    if (strcmp(token, target.tokens[who]) == 0)
        all_others(token, number); /* it was back at what it had been */
    return write_m3(out, out_size, who, token);
}

/* --- The tests ------------------------------------------------------------ */

/*
 * OWNERS from number FIRST on, whose tokens are tried, ask as often as they
 * may at once. Returns how many were not answered with 200.
 */
static long ask_as_owners(struct times *times, int first)
{
    struct http http;
    long failed = 0;

    http_open(&http, target.fixture.url, NULL);
    for (int i = 0; i < ASKS * OWNERS; i++) {
        int who = first + i % OWNERS;

        failed += http_ask(&http, target.names[who], target.tokens[who],
                           target.names[who + 1]) != 200;
        times_add(times, http.ms);
    }
    http_close(&http);
    return failed;
}

static void refuse_all(int requests, storm_writer *write)
{
    static struct pipeline pipeline;
    struct times before = {.count = 0}, after = {.count = 0};
    double seconds;
    long failed = ask_as_owners(&before, 0);

    memset(&pipeline, 0, sizeof pipeline);
    pipeline.url = target.fixture.url;
    pipeline.connections = CONNECTIONS;
    pipeline.requests = requests;
    pipeline.write = write;
    seconds = pipeline_run(&pipeline);
    figure_is("answered with 200", pipeline.answers[200], 0);
    figure_is("answered with 401", pipeline.answers[401], requests);
    figure_note("in", seconds, "s");
    failed += ask_as_owners(&after, OWNERS);
    figure_is("questions of owners, before and after, that failed", failed, 0);
    figure_times("those after", &after, &before, RATIO);
    times_free(&before);
    times_free(&after);
}

START_TEST(wrong_owner)
{
    row_begin("04 10,000 live tokens in another's name");
    refuse_all(WRONG_OWNERS, of_another);
    row_end();
}
END_TEST

START_TEST(guessed)
{
    row_begin("04 %d guessed tokens", figure_scaled(GUESSES));
    refuse_all(figure_scaled(GUESSES), guess);
    row_end();
}
END_TEST

TEST_SUITE(tokens)
{
    Suite *suite = suite_create("tokens");
    TCase *tc = suite_add_case(suite, "tokens");

    tcase_add_checked_fixture(tc, setup_users, teardown_target);
    tcase_set_timeout(tc, 180);
    tcase_add_tests(tc, wrong_owner, guessed);
    return suite;
}
