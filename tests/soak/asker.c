/* SPDX-License-Identifier: MIT */
/* What may be asked, and what the answer must be. */
#include "tests/soak/asker.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"

enum { ENDED_MS = 15000 }; /* a silent connection has ended by then */

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
    char token[KIT_TOKEN_MAX + 1];

    http_login(&asker->http, asker->mix->names[user_of(asker)], "wrong", token);
    return 401;
}

static int unknown_name(struct asker *asker)
{
    char name[64], token[KIT_TOKEN_MAX + 1];

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
    int fd = http_connect(&asker->http);

    if (fd >= 0) {
        send(fd, half, sizeof half - 1, MSG_NOSIGNAL);
        tcp_reset_on_close(fd);
    }
    http_close(&asker->http);
    asker->http.status = 0;
    return 0;
}

/* A connection on which nothing was ever said. */
static int come_and_go(struct asker *asker)
{
    int fd = http_connect(&asker->http);

    http_close(&asker->http);
    asker->http.status = 0;
    return fd >= 0 ? 0 : -1;
}

/*
 * A connection that is forgotten: after ten seconds the server ends it, with
 * not a byte on it. Before that there is nothing to see; a good request is
 * made in its place.
 */
static int leave_alone(struct asker *asker)
{
    int fd = asker->silent.fd;
    ssize_t n = 0;
    char byte;

    if (fd >= 0 && stopwatch_now() - asker->left < ENDED_MS)
        return good_ask(asker);
    if (fd >= 0)
        n = recv(fd, &byte, 1, MSG_DONTWAIT);
    asker->left = stopwatch_now();
    asker->http.status = 0;
    return http_connect(&asker->silent) >= 0 && n == 0 ? 0 : -1;
}

/* Twenty requests: most of them as they should be. */
static int (*const mixture[])(struct asker *) = {
    good_ask, good_login,     good_ask, wrong_password, good_ask,
    good_ask, guessed_token,  good_ask, no_json,        good_ask,
    good_ask, wrong_method,   good_ask, no_path,        good_ask,
    good_ask, half_and_reset, good_ask, too_large,      good_ask,
};

/* In the place of the last one, now and then. */
static int (*const rare[])(struct asker *) = {
    unknown_name, own_receiver, from_a_page, come_and_go, leave_alone, good_ask,
};

enum {
    MIXTURE = sizeof mixture / sizeof mixture[0],
    RARE = sizeof rare / sizeof rare[0],
};

/*
 * In every pass over the users each is one thing further on: so everybody
 * asks for everything, and nobody for one thing too often.
 */
void asker_ask(struct asker *asker)
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

void asker_open(struct asker *asker, struct mix *mix, int first, int count)
{
    *asker = (struct asker){.mix = mix, .first = first, .count = count};
    http_open(&asker->http, mix->target.fixture.url, NULL);
    http_open(&asker->silent, mix->target.fixture.url, NULL);
}

void asker_hang_up(struct asker *asker)
{
    http_close(&asker->http);
    http_close(&asker->silent);
}
