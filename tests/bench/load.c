/* SPDX-License-Identifier: MIT */
#include "tests/bench/load.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/store/accounts.h"
#include "server/store/password_hash.h"
#include "server/store/sessions.h"
#include "tests/support/stopwatch.h"
#include "tests/support/tcp.h"

enum {
    ROUND_MS = 1000,
    /* Requests of each user in a round. With five rounds, each of them
       repeated, this is less than the burst of 30 in protocol.md section 3. */
    ROUND_TURNS = 2,
    /* Users who send requests. If there were more, some would have to share a
       token bucket: see RATE_ROWS in server/chat/rate.h. */
    ASKERS_MAX = 10000,
};

static int askers(const struct load *load)
{
    return load->users < ASKERS_MAX ? load->users : ASKERS_MAX;
}

/* --- The users ------------------------------------------------------------ */

/* The password of all users. */
static const char *password(void)
{
    return target_password("p");
}

const char *load_login(struct load *load, char *out, size_t out_size)
{
    char name[KIT_NAME_MAX + 1];

    snprintf(name, sizeof name, "p%d",
             atomic_fetch_add(&load->next_login, 1) % load->users);
    http_login_json(out, out_size, name, password());
    return "/login";
}

/* Adds an account with its session, and writes its request. */
static void add_user(struct load *load, struct store *store, const char *phc,
                     int user)
{
    char name[KIT_NAME_MAX + 1], next[KIT_NAME_MAX + 1], json[384];
    char token[2 * KIT_TOKEN_BYTES + 1];

    snprintf(name, sizeof name, "p%d", user);
    snprintf(next, sizeof next, "p%d", (user + 1) % load->users);
    ck_assert_int_eq(kit_random_hex(token, sizeof token), 0);
    ck_assert_int_eq(accounts_add(store, name, phc), 0);
    ck_assert_int_eq(
        sessions_add(store, name, phc, "127.0.0.1", 0, token, kit_now()), 0);
    http_ask_json(json, sizeof json, name, token, next);
    http_request(load->requests[user], LOAD_REQUEST, "/userinfo", "", json);
}

/* Directly in the database: the speed of logins is not measured. */
static void add_users(struct load *load, unsigned ln)
{
    char phc[PASSWORD_HASH_SIZE];
    struct store *store;

    ck_assert_int_eq(password_hash_make(phc, password(), ln), 0);
    ck_assert_int_eq(
        store_open(&store, load->target.fixture.db, STORE_EXISTING), EX_OK);
    sqlite3_exec(store->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    for (int i = 0; i < load->users; i++)
        add_user(load, store, phc, i);
    store_close(store);
}

void load_open(struct load *load, int users, unsigned ln)
{
    memset(load, 0, sizeof *load);
    load->users = users;
    load->requests = calloc((size_t)users, sizeof load->requests[0]);
    ck_assert_ptr_nonnull(load->requests);
    target_open(&load->target, "10");
    add_users(load, ln);
    target_serve(&load->target, NULL, NULL);
}

void load_close(struct load *load)
{
    target_stop(&load->target);
    target_close(&load->target);
    free(load->requests);
}

/* --- The requests --------------------------------------------------------- */

static struct pollfd all[LOAD_CONNECTIONS];
static struct {
    size_t len;
    char text[HTTP_REPLY];
} received[LOAD_CONNECTIONS];

static void send_next(struct load *load, int fd)
{
    int count = askers(load), asker = (int)(load->next++ % (size_t)count);
    const char *request = load->requests[asker * (load->users / count)];

    /* If this fails, poll reports the end of the connection. */
    tcp_send(fd, request, strlen(request));
}

/* Opens connection NUMBER to URL, and sends a request. */
static void begin(struct load *load, int number, const char *url)
{
    struct http http;

    http_open(&http, url, NULL);
    all[number].fd = http_connect(&http);
    ck_assert_msg(http.fd >= 0, "%s is refused: has the server ended?", url);
    all[number].events = POLLIN;
    received[number].len = 0;
    send_next(load, http.fd);
}

/*
 * Reads once from connection NUMBER. If the answer is complete, which ends with
 * a brace, sends the next request. Returns the number of answers, 0 or 1.
 */
static long serve(struct load *load, int number, const char *url)
{
    char *text = received[number].text;
    size_t *len = &received[number].len;
    int fd = all[number].fd;
    ssize_t n = recv(fd, text + *len, HTTP_REPLY - 1 - *len, 0);

    if (n <= 0) {
        close(fd);
        load->lost++;
        begin(load, number, url);
        return 0;
    }
    *len += (size_t)n;
    if (text[*len - 1] != '}')
        return 0;
    text[*len] = '\0';
    ck_assert_msg(strncmp(text, "HTTP/1.1 200 ", 13) == 0, "%s answers: %s",
                  url, text);
    *len = 0;
    send_next(load, fd);
    return 1;
}

void load_run(struct bench_result *result, const struct bench_side *side)
{
    const struct load_server *server = side->context;
    struct load *load = server->load;
    const char *url = server->process->where;
    double end = stopwatch_now() + ROUND_MS;
    long answers = 0;

    bench_begin(&server->process->pid, 1);
    for (int i = 0; i < LOAD_CONNECTIONS; i++)
        begin(load, i, url);
    do {
        poll(all, LOAD_CONNECTIONS, 0);
        for (int i = 0; i < LOAD_CONNECTIONS; i++) {
            if (all[i].revents != 0)
                answers += serve(load, i, url);
        }
    } while (stopwatch_now() < end && answers < ROUND_TURNS * askers(load));
    bench_end(result, (double)answers);
    for (int i = 0; i < LOAD_CONNECTIONS; i++)
        close(all[i].fd);
}
