/* SPDX-License-Identifier: MIT */
/*
 * A request that two readers would end in two places, and right behind it a
 * good one: it is refused, and the good one is never read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/raw.h"
#include "tests/attack/shapes.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/rejected.h"
#include "tests/support/suites.h"
#include "tests/support/target.h"

enum {
    TIMES = 5, /* each shape, and an baseline request beside it */
    RATIO = 5, /* the longest shapes have 40,000 bytes */
};

static const char sessions[] = "SELECT count(*) FROM sessions";

static struct target target;
static struct raw_answer answer;

/* What all shapes together have come to. */
static struct {
    long tried, wrong, open, repeated;
    struct times times, baseline;
} sum;

static void setup(void)
{
    target_open(&target, "10");
    target_serve(&target, NULL, NULL);
    memset(&sum, 0, sizeof sum);
}

static void teardown(void)
{
    target_close(&target);
}

/* One answer, or none where any refusal will do; then the end. */
static void judge(const char *what, int wanted)
{
    sum.tried++;
    if (!status_fits(answer.status, wanted) || answer.answers > 1 ||
        (answer.answers == 0 && wanted != REFUSED)) {
        sum.wrong++;
        fprintf(stderr, "%s: %d answers, the first is %d, wanted is %d\n", what,
                answer.answers, answer.status, wanted);
    }
    if (!answer.ended) {
        sum.open++;
        fprintf(stderr, "%s: the connection stays open\n", what);
    }
    sum.repeated += answer.more > 0;
}

/* The bytes of a shape and the second request, in a text to be freed. */
static char *with_second(const void *bytes, size_t *len)
{
    char *all = malloc(*len + sizeof SHAPE_SECOND);

    ck_assert_ptr_nonnull(all);
    memcpy(all, bytes, *len);
    memcpy(all + *len, SHAPE_SECOND, sizeof SHAPE_SECOND);
    *len += sizeof SHAPE_SECOND - 1;
    return all;
}

static void try(const char *what, const void *bytes, size_t len, int wanted)
{
    char *all = with_second(bytes, &len);

    for (int i = 0; i < TIMES; i++) {
        raw_post(&answer, target.fixture.url, "/nowhere", "{}", 2);
        times_add(&sum.baseline, answer.ms);
        raw_send(&answer, target.fixture.url, all, len, RAW_AT_ONCE);
        times_add(&sum.times, answer.ms);
        judge(what, wanted);
    }
    free(all);
}

/* The parts of a long shape, put together; to be freed. */
static char *unfold(const struct long_shape *shape, size_t *len)
{
    size_t before = strlen(shape->before), filler = strlen(shape->filler);
    size_t all = before + filler * (size_t)shape->times;
    char *bytes = malloc(all + strlen(shape->behind) + 1);

    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, shape->before, before);
    for (size_t at = before; at < all; at += filler)
        memcpy(bytes + at, shape->filler, filler);
    strcpy(bytes + all, shape->behind);
    *len = all + strlen(shape->behind);
    return bytes;
}

static void show_sum(void)
{
    figure_note("requests", (double)sum.tried, "");
    figure_is("not refused, or answered twice", sum.wrong, 0);
    figure_is("connections left open", sum.open, 0);
    figure_note("answers whose head the library says twice",
                (double)sum.repeated, "");
    figure_is("first or second requests that ran",
              database_number(&target, sessions), 0);
}

START_TEST(at_once)
{
    row_begin("07 requests that end in two places");
    for (size_t i = 0; i < shape_count; i++)
        try(shapes[i].what, shapes[i].bytes, shapes[i].len, shapes[i].wanted);
    for (size_t i = 0; i < long_shape_count; i++) {
        size_t len;
        char *bytes = unfold(&long_shapes[i], &len);

        try(long_shapes[i].what, bytes, len, long_shapes[i].wanted);
        free(bytes);
    }
    show_sum();
    figure_times("answers", &sum.times, &sum.baseline, RATIO);
    times_free(&sum.times);
    times_free(&sum.baseline);
    row_end();
}
END_TEST

/* The server sees them grow byte by byte: nothing depends on where it reads. */
START_TEST(byte_by_byte)
{
    row_begin("07 the same, each byte in a packet of its own");
    for (size_t i = 0; i < shape_count; i++) {
        size_t len = shapes[i].len;
        char *all = with_second(shapes[i].bytes, &len);

        raw_send(&answer, target.fixture.url, all, len, RAW_BYTE_BY_BYTE);
        judge(shapes[i].what, shapes[i].wanted);
        free(all);
    }
    show_sum();
    row_end();
}
END_TEST

/* A good first request does not hinder the second: the attacks above could. */
START_TEST(good)
{
    static const char first[] = SHAPE_LINE SHAPE_LENGTH "\r\n" SHAPE_BODY;
    size_t len = sizeof first - 1;
    char *all = with_second(first, &len);

    row_begin("07 the same with a good first request");
    raw_send(&answer, target.fixture.url, all, len, RAW_AT_ONCE);
    figure_is("status", answer.status, 200);
    figure_is("answers", answer.answers, 2);
    figure_is("requests that ran", database_number(&target, sessions), 2);
    free(all);
    row_end();
}
END_TEST

TEST_SUITE(smuggling)
{
    Suite *suite = suite_create("smuggling");
    TCase *tc = suite_add_case(suite, "smuggling");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_tests(tc, at_once, byte_by_byte, good);
    return suite;
}
