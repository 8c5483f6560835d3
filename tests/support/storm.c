/* SPDX-License-Identifier: MIT */
/* One thread for each connection, so that each measures its own waiting. */
#include "tests/support/storm.h"

#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "tests/support/figure.h"
#include "tests/support/stopwatch.h"
#include "tests/support/threads.h"

enum {
    BYSTANDER_MS = 25, /* between two of her requests */
    /* The attacked server has more to do than its twin, so she waits longer. */
    BYSTANDER_RATIO = 5,
};

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

        stopwatch_wait_until(storm->began + i * every);
        at = stopwatch_now() - storm->began;
        http_post(&http, path, json);
        atomic_fetch_add(&storm->late, http.late);
        storm->answers[i] =
            (struct storm_answer){http.status, http.retry_after, at, http.ms};
    }
    atomic_fetch_add(&storm->again, http.again);
    http_close(&http);
    return NULL;
}

void storm_run(struct storm *storm)
{
    struct threads threads;

    storm->answers = calloc((size_t)storm->requests, sizeof storm->answers[0]);
    ck_assert_ptr_nonnull(storm->answers);
    atomic_store(&storm->next, 0);
    atomic_store(&storm->again, 0);
    atomic_store(&storm->late, 0);
    storm->began = stopwatch_now();
    threads_begin(&threads, storm->connections, run, storm, 0);
    threads_end(&threads);
}

long storm_count(const struct storm *storm, int status)
{
    long count = 0;

    for (int i = 0; i < storm->requests; i++)
        count += storm->answers[i].status == status;
    return count;
}

/* Connections closed by the server's timeout: none on an idle machine. */
static void judge_late(long late)
{
    if (figure_judges_times())
        figure_is("ended by the server's timer", late, 0);
    else
        figure_note("ended by the server's timer", (double)late, "");
}

void storm_judge(const struct storm *storm, long expected)
{
    long late = atomic_load(&storm->late);

    figure_is("unexpected or missing answers",
              storm->requests - expected - late, 0);
    figure_is("requests sent twice", atomic_load(&storm->again), 0);
    judge_late(late);
}

void storm_times(const struct storm *storm, int status, struct times *times)
{
    for (int i = 0; i < storm->requests; i++) {
        if (storm->answers[i].status == status)
            times_add(times, storm->answers[i].ms);
    }
}

/* --- The bystander -------------------------------------------------------- */

/*
 * Asks TARGET as user WHO. A slow answer counts once more for each request that
 * the bystander could not send meanwhile (coordinated omission).
 */
static void ask_one(struct bystander *bystander, struct http *http,
                    const struct target *target, struct times *times, int who)
{
    target_ask(target, http, who);
    bystander->count++;
    bystander->failed += http->status != 200 && !http->late;
    bystander->late += http->late;
    for (double ms = http->ms; ms > 0; ms -= BYSTANDER_MS)
        times_add(times, ms);
}

static void *stand_by(void *context)
{
    struct bystander *bystander = context;
    struct http here, twin = {.fd = -1};
    double due = stopwatch_now();
    int who = 0;

    http_open(&here, bystander->here->fixture.url, NULL);
    if (bystander->twin != NULL)
        http_open(&twin, bystander->twin->fixture.url, NULL);
    do {
        ask_one(bystander, &here, bystander->here, &bystander->times, who);
        if (bystander->twin != NULL)
            ask_one(bystander, &twin, bystander->twin, &bystander->baseline,
                    who);
        who++;
        due = fmax(due + BYSTANDER_MS, stopwatch_now());
        stopwatch_wait_until(due);
    } while (!atomic_load(&bystander->stop));
    bystander->failed += here.again + twin.again; /* had to be sent twice */
    http_close(&here);
    http_close(&twin);
    return NULL;
}

void bystander_begin(struct bystander *bystander)
{
    bystander->thread = thread_begin(stand_by, bystander);
}

void bystander_end(struct bystander *bystander)
{
    atomic_store(&bystander->stop, true);
    pthread_join(bystander->thread, NULL);
}

void bystander_judge(struct bystander *bystander)
{
    if (bystander->twin != NULL)
        figure_times("good requests", &bystander->times, &bystander->baseline,
                     BYSTANDER_RATIO);
    figure_note("good requests, in all", (double)bystander->count, "");
    figure_is("good requests not answered with 200", bystander->failed, 0);
    judge_late(bystander->late);
    times_free(&bystander->times);
    times_free(&bystander->baseline);
}
