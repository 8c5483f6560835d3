/* SPDX-License-Identifier: MIT */
/* A thread for each connection: simple, and honest about what one waits. */
#include "tests/attack/storm.h"

#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

enum { BYSTANDER_MS = 25, BYSTANDER_MAX = 1 << 16 };

static void *run(void *context)
{
    struct storm *storm = context;
    double every = storm->seconds * 1e3 / storm->requests;
    struct http http;
    char json[HTTP_REPLY];
    int i;

    http_open(&http, storm->url, storm->from);
    while ((i = atomic_fetch_add(&storm->next, 1)) < storm->requests) {
        const char *path = storm->write(json, sizeof json, i);

        double at;

        wait_until(storm->began + i * every);
        at = clock_ms() - storm->began;
        http_post(&http, path, json);
        storm->answers[i] =
            (struct storm_answer){http.status, http.retry_after, at, http.ms};
    }
    atomic_fetch_add(&storm->again, http.again);
    http_close(&http);
    return NULL;
}

void storm_run(struct storm *storm)
{
    pthread_t *threads = calloc((size_t)storm->connections, sizeof threads[0]);

    storm->answers = calloc((size_t)storm->requests, sizeof storm->answers[0]);
    ck_assert(threads != NULL && storm->answers != NULL);
    atomic_store(&storm->next, 0);
    atomic_store(&storm->again, 0);
    storm->began = clock_ms();
    for (int i = 0; i < storm->connections; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run, storm), 0);
    for (int i = 0; i < storm->connections; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

long storm_count(const struct storm *storm, int status)
{
    long count = 0;

    for (int i = 0; i < storm->requests; i++)
        count += storm->answers[i].status == status;
    return count;
}

static int by_value(const void *a, const void *b)
{
    const double *one = a, *two = b;

    return (*one > *two) - (*one < *two);
}

double percentile(double *values, size_t count, double fraction)
{
    qsort(values, count, sizeof values[0], by_value);
    return count == 0 ? INFINITY
                      : values[(size_t)((double)(count - 1) * fraction)];
}

double storm_time(const struct storm *storm, int status, double fraction)
{
    double *values = calloc((size_t)storm->requests, sizeof values[0]);
    double result;
    size_t count = 0;

    ck_assert_ptr_nonnull(values);
    for (int i = 0; i < storm->requests; i++) {
        if (storm->answers[i].status == status)
            values[count++] = storm->answers[i].ms;
    }
    result = percentile(values, count, fraction);
    free(values);
    return result;
}

/* How many answers with STATUS were awaited when request NUMBER was sent. */
static long awaited_with(const struct storm *storm, int status, int number)
{
    double at = storm->answers[number].at;
    long count = 0;

    for (int i = 0; i < storm->requests; i++) {
        const struct storm_answer *one = &storm->answers[i];

        count +=
            one->status == status && one->at <= at && one->at + one->ms > at;
    }
    return count;
}

long storm_at_once(const struct storm *storm, int status)
{
    long most = 0;

    for (int i = 0; i < storm->requests; i++) {
        long count = awaited_with(storm, status, i);

        if (storm->answers[i].status == status && count > most)
            most = count;
    }
    return most;
}

/* --- The bystander -------------------------------------------------------- */

static struct {
    const struct target *target;
    atomic_bool stop;
    pthread_t thread;
    long count, failed;
    double ms[BYSTANDER_MAX];
} bystander;

static void *stand_by(void *context)
{
    const struct target *target = bystander.target;
    double began = clock_ms();
    struct http http;

    http_open(&http, target->stage.url, NULL);
    while (!atomic_load(&bystander.stop) && bystander.count < BYSTANDER_MAX) {
        long i = bystander.count;
        int who = (int)(i % TARGET_CROWD);

        /* The moment that it was due counts: waiting for a late answer is
           waiting too. */
        wait_until(began + (double)(i * BYSTANDER_MS));
        http_ask(&http, target->names[who], target->tokens[who],
                 target->names[(who + 1) % TARGET_CROWD]);
        bystander.failed += http.status != 200;
        bystander.ms[i] = clock_ms() - began - (double)(i * BYSTANDER_MS);
        bystander.count++;
    }
    bystander.failed += http.again; /* what had to be sent twice */
    http_close(&http);
    return NULL;
}

void bystander_begin(const struct target *target)
{
    bystander.target = target;
    bystander.count = bystander.failed = 0;
    atomic_store(&bystander.stop, false);
    ck_assert_int_eq(pthread_create(&bystander.thread, NULL, stand_by, NULL),
                     0);
}

double bystander_end(long *failed, long *count)
{
    atomic_store(&bystander.stop, true);
    pthread_join(bystander.thread, NULL);
    *failed = bystander.failed;
    *count = bystander.count;
    return percentile(bystander.ms, (size_t)bystander.count, 0.99);
}
