/* SPDX-License-Identifier: MIT */
/* Threads that ask, each in its turn, for one thing after the other. */
#include "tests/soak/mix.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/attack/storm.h"

/* One thread: users of its own, so that nobody's token changes under it. */
struct asker {
    struct mix *mix;
    struct http http;
    int first, count; /* its users */
    long number;      /* of its requests, from 0 */
    pthread_t thread;
};

static struct asker askers[MIX_THREADS];

/* --- What may be asked, and what the answer must be ---------------------- */

static int user_of(const struct asker *asker)
{
    return asker->first + (int)(asker->number % asker->count);
}

static int good_ask(struct asker *asker)
{
    struct mix *mix = asker->mix;
    int user = user_of(asker), slot;

    http_ask(&asker->http, mix->names[user], mix->tokens[user],
             mix->names[(user + 1) % MIX_USERS]);
    slot = atomic_fetch_add(&mix->timed, 1);
    if (slot < MIX_TIMES)
        mix->ms[slot] = asker->http.ms;
    return 200;
}

static int good_login(struct asker *asker)
{
    struct mix *mix = asker->mix;
    int user = user_of(asker);

    http_login(&asker->http, mix->names[user],
               target_password(mix->names[user]), mix->tokens[user]);
    return 200;
}

static int wrong_password(struct asker *asker)
{
    char token[KIT_STR16_MAX + 1];

    http_login(&asker->http, asker->mix->names[user_of(asker)], "wrong", token);
    return 401;
}

static int unknown_name(struct asker *asker)
{
    char name[64], token[KIT_STR16_MAX + 1];

    snprintf(name, sizeof name, "nobody%d-%ld", asker->first, asker->number);
    http_login(&asker->http, name, "wrong", token);
    return 401;
}

static int guessed_token(struct asker *asker)
{
    char token[65];

    snprintf(token, sizeof token, "%064lx", (unsigned long)asker->number);
    http_ask(&asker->http, asker->mix->names[user_of(asker)], token, "bob");
    return 401;
}

static int no_json(struct asker *asker)
{
    http_post(&asker->http, "/login", "{\"username\":\"alice\",}");
    return 400;
}

static int own_receiver(struct asker *asker)
{
    const char *name = asker->mix->names[user_of(asker)];

    http_ask(&asker->http, name, asker->mix->tokens[user_of(asker)], name);
    return 400;
}

static int no_path(struct asker *asker)
{
    http_post(&asker->http, "/Login", "{}");
    return 404;
}

/* Whole requests on a connection of their own, which these end. */
static int raw(struct asker *asker, const char *text, int wanted)
{
    http_raw(&asker->http, text, strlen(text));
    return wanted;
}

static int wrong_method(struct asker *asker)
{
    return raw(asker, "GET /login HTTP/1.1\r\nHost: lab\r\n\r\n", 405);
}

static int too_large(struct asker *asker)
{
    return raw(asker,
               "POST /login HTTP/1.1\r\nHost: lab\r\n"
               "Content-Length: 4097\r\n\r\n",
               413);
}

static int from_a_page(struct asker *asker)
{
    return raw(asker,
               "POST /login HTTP/1.1\r\nHost: lab\r\nOrigin: http://x\r\n"
               "Content-Length: 2\r\n\r\n{}",
               403);
}

/* Half a request and a reset: nobody answers that. */
static int half_and_reset(struct asker *asker)
{
    static const char half[] = "POST /userinfo HTTP/1.1\r\nContent-Le";
    const struct linger rude = {.l_onoff = 1};
    int fd = http_connect(&asker->http);

    if (fd >= 0) {
        send(fd, half, sizeof half - 1, MSG_NOSIGNAL);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &rude, sizeof rude);
    }
    http_close(&asker->http);
    asker->http.status = 0;
    return 0;
}

/* Twenty requests: most of them as they should be. */
static int (*const mixture[])(struct asker *) = {
    good_ask, good_login,     good_ask, wrong_password, good_ask,
    good_ask, guessed_token,  good_ask, no_json,        good_ask,
    good_ask, wrong_method,   good_ask, no_path,        good_ask,
    good_ask, half_and_reset, good_ask, too_large,      good_ask,
};

/* In the place of the last one, now and then. */
static int (*const rare[])(struct asker *) = {unknown_name, own_receiver,
                                              from_a_page, good_ask};

enum {
    MIXTURE = sizeof mixture / sizeof mixture[0],
    RARE = sizeof rare / sizeof rare[0],
};

/* --- The threads ---------------------------------------------------------- */

/*
 * In every pass over the users each is one thing further on: so everybody
 * asks for everything, and nobody for one thing too often.
 */
static void ask_one(struct asker *asker)
{
    long pass = asker->number / asker->count;
    int i = (int)((asker->number + pass) % MIXTURE);
    int wanted =
        i == MIXTURE - 1 ? rare[pass % RARE](asker) : mixture[i](asker);

    atomic_fetch_add(&asker->mix->requests, 1);
    if (asker->http.status != wanted) {
        atomic_fetch_add(&asker->mix->errors, 1);
        fprintf(stderr, "request %d: wanted %d, came %d: %s\n", i, wanted,
                asker->http.status, asker->http.body);
    }
    asker->number++;
}

static void rest(struct asker *asker)
{
    struct mix *mix = asker->mix;

    http_close(&asker->http);
    atomic_fetch_add(&mix->paused, 1);
    while (atomic_load(&mix->pause) && !atomic_load(&mix->stop))
        wait_until(clock_ms() + 10);
    atomic_fetch_sub(&mix->paused, 1);
}

static void *run(void *context)
{
    struct asker *asker = context;
    struct mix *mix = asker->mix;
    const double every = 1e3 * MIX_THREADS / MIX_RATE;

    while (!atomic_load(&mix->stop)) {
        if (atomic_load(&mix->pause))
            rest(asker);
        wait_until(mix->began + mix->lost + (double)asker->number * every);
        ask_one(asker);
    }
    http_close(&asker->http);
    return NULL;
}

void mix_open(struct mix *mix)
{
    struct http http;

    target_open(&mix->target, "10");
    for (int i = 0; i < MIX_USERS; i++)
        snprintf(mix->names[i], TARGET_NAME, "s%03d", i);
    target_import(&mix->target, "10", (const char(*)[TARGET_NAME])mix->names,
                  MIX_USERS);
    target_serve(&mix->target, NULL, NULL);
    http_open(&http, mix->target.stage.url, NULL);
    for (int i = 0; i < MIX_USERS; i++)
        ck_assert_int_eq(http_login(&http, mix->names[i],
                                    target_password(mix->names[i]),
                                    mix->tokens[i]),
                         200);
    http_close(&http);
}

void mix_start(struct mix *mix)
{
    mix->began = clock_ms();
    for (int i = 0; i < MIX_THREADS; i++) {
        askers[i] = (struct asker){.mix = mix,
                                   .first = i * (MIX_USERS / MIX_THREADS),
                                   .count = MIX_USERS / MIX_THREADS};
        http_open(&askers[i].http, mix->target.stage.url, NULL);
        ck_assert_int_eq(
            pthread_create(&askers[i].thread, NULL, run, &askers[i]), 0);
    }
}

long mix_rest(struct mix *mix)
{
    /* Connections that linger are drained for two seconds. */
    enum { STEADY_MS = 4000 };
    double began = clock_ms();
    long least;

    atomic_store(&mix->pause, true);
    while (atomic_load(&mix->paused) < MIX_THREADS)
        sched_yield();
    least = target_files(&mix->target);
    for (double at = clock_ms(); clock_ms() - at < STEADY_MS;) {
        long now = target_files(&mix->target);

        least = now < least ? now : least;
        wait_until(clock_ms() + 10);
    }
    mix->lost += clock_ms() - began;
    return least;
}

void mix_go_on(struct mix *mix)
{
    atomic_store(&mix->pause, false);
}

void mix_close(struct mix *mix)
{
    atomic_store(&mix->stop, true);
    for (int i = 0; i < MIX_THREADS; i++)
        pthread_join(askers[i].thread, NULL);
    target_stop(&mix->target);
    target_close(&mix->target);
}
