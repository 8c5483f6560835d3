/* SPDX-License-Identifier: MIT */
/* Tokens of other users, and a million that do not exist. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/suites.h"

enum {
    CONNECTIONS = 16,
    WRONG_OWNERS = 10000,
    GUESSES = 1000000,
    ASKS = 20,  /* M3 of one owner, in a burst */
    OWNERS = 5, /* owners who send M3 directly before and after the guesses */
    RATIO = 3,
    KINDS = 8,
    PURE = 64, /* turns in which a guess has only the change of its kind */
};

static const char *write_m3(char *out, size_t out_size, int who,
                            const char *token)
{
    http_ask_json(out, out_size, target.names[who], token,
                  target.names[(who + 1) % TARGET_USERS]);
    return "/userinfo";
}

/* A live token with the name of another user, each one in turn. */
static const char *write_wrong_owner(char *out, size_t out_size, int number)
{
    int owner = number % TARGET_USERS;
    int who =
        (owner + 1 + number / TARGET_USERS % (TARGET_USERS - 1)) % TARGET_USERS;

    return write_m3(out, out_size, who, target.tokens[owner]);
}

/* --- Guesses: changes to a live token ------------------------------------- */
/*
 * TURN counts how often a kind has changed this token before. Each turn makes
 * the change at a different place.
 */

/* Replaces all digits by random ones; the seed is TOKEN and TURN. */
static void replace_all(char *token, size_t turn)
{
    unsigned long long state = turn;

    for (; *token != '\0'; token++) {
        state = (state + (unsigned char)*token) * 6364136223846793005ULL + 1;
        *token = "0123456789abcdef"[state >> 60];
    }
}

static void replace_one(char *token, size_t turn)
{
    char *digit = &token[turn % strlen(token)];

    *digit = *digit == 'f' ? '0' : *digit == '9' ? 'a' : (char)(*digit + 1);
}

static void swap_two(char *token, size_t turn)
{
    size_t at = turn % (strlen(token) - 1);
    char kept = token[at];

    token[at] = token[at + 1];
    token[at + 1] = kept;
    if (token[at] == kept)
        replace_one(token, turn);
}

static void cut(char *token, size_t turn)
{
    token[KIT_TOKEN_MIN + turn % (strlen(token) - KIT_TOKEN_MIN)] = '\0';
}

static void lengthen(char *token, size_t turn)
{
    size_t len = strlen(token), more = 1 + turn % (KIT_TOKEN_MAX - len);

    memset(token + len, token[0], more);
    token[len + more] = '\0';
}

static void capitalize(char *token, size_t turn)
{
    (void)turn;
    for (; *token != '\0'; token++)
        *token = (char)toupper((unsigned char)*token);
}

static void insert_wildcard(char *token, size_t turn)
{
    token[turn % strlen(token)] = "%_*?"[turn % 4];
}

static void rotate(char *token, size_t turn)
{
    size_t len = strlen(token), by = 1 + turn % (len - 1);
    char twice[2 * KIT_TOKEN_MAX + 1];

    snprintf(twice, sizeof twice, "%s%s", token, token);
    memcpy(token, twice + by, len);
}

static void (*const kinds[KINDS])(char *token, size_t turn) = {
    replace_all, replace_one, swap_two,        cut,
    lengthen,    capitalize,  insert_wildcard, rotate,
};

/* After PURE turns, changes other digits as well, so that guesses differ. */
static void spread(char *token, size_t turn)
{
    static const size_t places[] = {2, 7, 11};
    size_t more = turn / PURE;

    for (int i = 0; more > 0; i++, more /= 10)
        token[places[i]] = (char)('0' + more % 10);
}

static const char *write_guess(char *out, size_t out_size, int number)
{
    char token[KIT_TOKEN_MAX + 1];
    int who = number % TARGET_USERS, kind = number / TARGET_USERS % KINDS;
    size_t turn = (size_t)number / TARGET_USERS / KINDS;

    memcpy(token, target.tokens[who], sizeof token);
    kinds[kind](token, turn);
    spread(token, turn);
    if (strcmp(token, target.tokens[who]) == 0)
        replace_all(token, turn); /* the changes have cancelled out */
    return write_m3(out, out_size, who, token);
}

/* --- The tests ------------------------------------------------------------ */

/*
 * The OWNERS from number FIRST on, whose tokens are guessed, send M3 in a burst
 * as large as permitted. Returns how many were not answered with 200.
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
    struct storm storm = {.url = target.fixture.url,
                          .connections = CONNECTIONS,
                          .requests = requests,
                          .write = write};
    struct times before = {.count = 0}, after = {.count = 0};
    double began = stopwatch_now();
    long failed = ask_as_owners(&before, 0);

    storm_run(&storm);
    figure_note("answered in", (stopwatch_now() - began) / 1e3, "s");
    figure_is("answered with 200", storm_count(&storm, 200), 0);
    storm_judge(&storm, storm_count(&storm, 401));
    failed += ask_as_owners(&after, OWNERS);
    figure_is("M3 of owners, before and after, that failed", failed, 0);
    figure_times("M3 of owners afterwards", &after, &before, RATIO);
    times_free(&before);
    times_free(&after);
    free(storm.answers);
    row_end();
}

START_TEST(wrong_owner)
{
    row_begin("04 10,000 valid tokens under another user's name");
    refuse_all(WRONG_OWNERS, write_wrong_owner);
}
END_TEST

START_TEST(guessed)
{
    row_begin("04 %d guessed tokens", figure_scaled(GUESSES));
    refuse_all(figure_scaled(GUESSES), write_guess);
}
END_TEST

TEST_SUITE(tokens, 400, setup_users, teardown_target)
{
    tcase_add_tests(tcase, wrong_owner, guessed);
}
