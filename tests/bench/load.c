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
    SLICE_MS = 1000 / LOAD_SLICES,
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

/* What has come of the answer on each connection to the server that is
   measured now. */
static struct {
    size_t len;
    char text[HTTP_REPLY];
} received[LOAD_CONNECTIONS];

static void open_connection(struct load_server *server, int number)
{
    const char *url = server->process->where;
    struct http http;

    http_open(&http, url, NULL);
    server->all[number].fd = http_connect(&http);
    ck_assert_msg(http.fd >= 0, "%s is refused: has the server ended?", url);
    server->all[number].events = POLLIN;
}

static void send_next(struct load_server *server, int number)
{
    struct load *load = server->load;
    int count = askers(load), asker = (int)(load->next++ % (size_t)count);
    const char *request = load->requests[asker * (load->users / count)];

    /* If this fails, poll reports the end of the connection. */
    tcp_send(server->all[number].fd, request, strlen(request));
    received[number].len = 0;
}

/*
 * Reads once from connection NUMBER. Returns whether the answer, which ends
 * with a brace, is complete.
 */
static bool read_answer(struct load_server *server, int number)
{
    char *text = received[number].text;
    size_t *len = &received[number].len;
    int fd = server->all[number].fd;
    ssize_t n = recv(fd, text + *len, HTTP_REPLY - 1 - *len, 0);

    if (n <= 0) {
        close(fd);
        server->load->lost++;
        open_connection(server, number);
        send_next(server, number);
        return false;
    }
    *len += (size_t)n;
    if (text[*len - 1] != '}')
        return false;
    text[*len] = '\0';
    ck_assert_msg(strncmp(text, "HTTP/1.1 200 ", 13) == 0, "%s answers: %s",
                  server->process->where, text);
    return true;
}

static void connect_all(const struct bench_side *side)
{
    for (int i = 0; i < LOAD_CONNECTIONS; i++)
        open_connection((struct load_server *)side->context, i);
}

static void disconnect_all(const struct bench_side *side)
{
    const struct load_server *server = side->context;

    for (int i = 0; i < LOAD_CONNECTIONS; i++)
        close(server->all[i].fd);
}

void load_run(struct bench_result *result, const struct bench_side *side)
{
    struct load_server *server = (struct load_server *)side->context;
    long most = (long)ROUND_TURNS * askers(server->load) / LOAD_SLICES;
    double start = stopwatch_now(), end = start + SLICE_MS;
    long sent = LOAD_CONNECTIONS, answers = 0;

    bench_begin(&server->process->pid, 1);
    for (int i = 0; i < LOAD_CONNECTIONS; i++)
        send_next(server, i);
    while (answers < sent) {
        double now = stopwatch_now();
        bool more = sent < most && now < end;

        ck_assert_msg(now < start + stopwatch_patience(),
                      "%s does not answer: %ld answers to %ld requests",
                      server->process->where, answers, sent);
        poll(server->all, LOAD_CONNECTIONS, 0);
        for (int i = 0; i < LOAD_CONNECTIONS; i++) {
            if (server->all[i].revents == 0 || !read_answer(server, i))
                continue;
            answers++;
            if (more) {
                send_next(server, i);
                sent++;
            }
        }
    }
    bench_end(result, (double)answers);
}

struct bench_side load_side(const char *name, struct load_server *server)
{
    return (struct bench_side){.name = name,
                               .run = load_run,
                               .context = server,
                               .open = connect_all,
                               .close = disconnect_all};
}
