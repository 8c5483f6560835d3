/* SPDX-License-Identifier: MIT */
/*
 * Compares the speed of the server with that of libmicrohttpd alone, and shows
 * how much memory a class costs and how much time a receiver needs:
 *
 *     bench build/libsodium [BUILD]...
 *
 * For comparison it measures the receivers of the other BUILDs as well, in turn
 * with the first: those of an older commit, for example.
 *
 * The limits are ratios between two processes that are measured on the same
 * machine in the same minute.
 */
#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/streams.h"
#include "server/store/accounts.h"
#include "server/store/password_hash.h"
#include "server/store/sessions.h"
#include "tests/bench/receiver.h"
#include "tests/support/figure.h"
#include "tests/support/single_test.h"
#include "tests/support/stopwatch.h"
#include "tests/support/storm.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

enum {
    SESSIONS = 10000,
    CONNECTIONS = 32,
    ROUNDS = 5,
    ROUND_SECONDS = 2,
    /* Three times ROUNDS against our server: every user asks 30 times, the
       burst that protocol.md section 3 allows, however fast the machine is. */
    ROUND_ANSWERS = 2 * SESSIONS,
    LOGINS_A_MINUTE = 2000,
    MEMORY_MIB = 16,
};

static struct target ours, constant;
static const char *const *builds; /* from the command line */
static int build_count;

/* --- Ten thousand users who are logged in --------------------------------- */

static char requests[SESSIONS][512]; /* whole, one of each user */

/* Adds an account with its session, and writes its request. */
static void add_user(struct store *store, const char *phc, int user)
{
    char name[KIT_NAME_MAX + 1], next[KIT_NAME_MAX + 1], json[384];
    char token[2 * KIT_TOKEN_BYTES + 1];

    snprintf(name, sizeof name, "p%d", user);
    snprintf(next, sizeof next, "p%d", (user + 1) % SESSIONS);
    ck_assert_int_eq(kit_random_hex(token, sizeof token), 0);
    ck_assert_int_eq(accounts_add(store, name, phc), 0);
    ck_assert_int_eq(
        sessions_add(store, name, phc, "127.0.0.1", 0, token, kit_now()), 0);
    http_ask_json(json, sizeof json, name, token, next);
    http_request(requests[user], sizeof requests[user], "/userinfo", "", json);
}

/* Directly in the database: the speed of logins is not measured. */
static void add_users(void)
{
    char phc[PASSWORD_HASH_SIZE];
    struct store *store;

    ck_assert_int_eq(
        password_hash_make(phc, target_password("p"), PASSWORD_HASH_LN), 0);
    ck_assert_int_eq(store_open(&store, ours.fixture.db, STORE_CREATE), EX_OK);
    sqlite3_exec(store->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    for (int i = 0; i < SESSIONS; i++)
        add_user(store, phc, i);
    store_close(store);
}

static void start(void)
{
    char program[PATH_SIZE];

    target_open(&ours, "10");
    add_users();
    target_serve(&ours, NULL, NULL);
    /* In a class, some users log in after the server has started. */
    target_log_in(&ours);
    snprintf(program, sizeof program, "%s/constant", fixture_builds[0]);
    constant.fixture.server = process_words(NULL, program, NULL);
    constant.fixture.url =
        process_ready(constant.fixture.server, &constant.fixture.server->out);
}

/* --- The load ------------------------------------------------------------- */
/*
 * The client is one thread that never sleeps: it must need little time itself,
 * and waking it would cost the server time.
 */

static struct pollfd all[CONNECTIONS];
static struct {
    size_t len;
    char text[HTTP_REPLY];
} received[CONNECTIONS];
static size_t next; /* request */
static long lost;   /* connections that ended, and were opened again */

static void send_next(int fd)
{
    const char *request = requests[next++ % SESSIONS];

    /* Where this fails, poll reports the end of the connection. */
    tcp_send(fd, request, strlen(request));
}

/* Opens connection NUMBER to URL, and sends a request. */
static void begin(int number, const char *url)
{
    struct http http;

    http_open(&http, url, NULL);
    all[number].fd = http_connect(&http);
    ck_assert_msg(http.fd >= 0, "%s is refused: has the server ended?", url);
    all[number].events = POLLIN;
    received[number].len = 0;
    send_next(http.fd);
}

/*
 * Reads what has come on connection NUMBER, and sends the next request after
 * an answer, which ends with a brace. Returns the number of answers.
 */
static long serve(int number, const char *url)
{
    char *text = received[number].text;
    size_t *len = &received[number].len;
    int fd = all[number].fd;
    ssize_t n = recv(fd, text + *len, HTTP_REPLY - 1 - *len, 0);

    if (n <= 0) {
        close(fd);
        lost++;
        begin(number, url);
        return 0;
    }
    *len += (size_t)n;
    if (text[*len - 1] != '}')
        return 0;
    text[*len] = '\0';
    ck_assert_msg(strncmp(text, "HTTP/1.1 200 ", 13) == 0, "the answer is: %s",
                  text);
    *len = 0;
    send_next(fd);
    return 1;
}

struct rate {
    double wall, cpu; /* answers a second, and in a second of its CPU */
};

/* A round against TARGET, with one request under way on each connection. */
static struct rate measure(const struct target *target)
{
    double cpu = target_cpu(target), began = stopwatch_now(), now;
    long answers = 0;

    for (int i = 0; i < CONNECTIONS; i++)
        begin(i, target->fixture.url);
    do {
        poll(all, CONNECTIONS, 0);
        for (int i = 0; i < CONNECTIONS; i++) {
            if (all[i].revents != 0)
                answers += serve(i, target->fixture.url);
        }
        now = stopwatch_now();
    } while (now - began < 1e3 * ROUND_SECONDS && answers < ROUND_ANSWERS);
    for (int i = 0; i < CONNECTIONS; i++)
        close(all[i].fd);
    return (struct rate){
        1e3 * (double)answers / (now - began),
        1e3 * (double)answers / (target_cpu(target) - cpu),
    };
}

/* --- The comparison ------------------------------------------------------- */

/*
 * Rounds against both in turn; the medians of their ratios. Against the
 * constant answer, the client is as busy as the server, so the ratio of the
 * rates is higher than that by processor time.
 */
static void compare(void)
{
    double wall[ROUNDS], cpu[ROUNDS], one[ROUNDS], two[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        struct rate them = measure(&constant), us = measure(&ours);

        wall[i] = us.wall / them.wall;
        cpu[i] = us.cpu / them.cpu;
        one[i] = them.wall;
        two[i] = us.wall;
    }
    figure_note("libmicrohttpd alone, answers a second",
                percentile(one, ROUNDS, 0.5), "");
    figure_note("/userinfo, answers a second", percentile(two, ROUNDS, 0.5),
                "");
    figure_least("ratio of these", percentile(wall, ROUNDS, 0.5), "", 0.5);
    figure_note("ratio by processor time", percentile(cpu, ROUNDS, 0.5), "");
}

static const char *write_login(char *out, size_t out_size, int number)
{
    snprintf(out, out_size, "{\"username\":\"nobody%d\",\"password\":\"x\"}",
             number);
    return "/login";
}

static void *run_storm(void *storm)
{
    storm_run(storm);
    return NULL;
}

/* The median of some rounds against our server. */
static double median_rate(void)
{
    double rates[ROUNDS];

    for (int i = 0; i < ROUNDS; i++)
        rates[i] = measure(&ours).wall;
    return percentile(rates, ROUNDS, 0.5);
}

/* Rounds without a storm of logins, and during one. */
static void compare_in_storm(void)
{
    struct storm storm = {.url = ours.fixture.url,
                          .connections = 100,
                          .seconds = (ROUNDS + 1) * ROUND_SECONDS,
                          .write = write_login};
    double calm = median_rate();
    pthread_t thread;

    storm.requests = (int)(LOGINS_A_MINUTE * storm.seconds / 60);
    thread = thread_begin(run_storm, &storm);
    figure_least("ratio under 2,000 logins a minute", median_rate() / calm, "",
                 0.5);
    pthread_join(thread, NULL);
    free(storm.answers);
}

START_TEST(bench)
{
    start();
    row_begin("speed");
    compare();
    /* Before the storm: two hashes take 32 MiB while they last. */
    figure_most("memory, after 10,000 sessions have asked",
                (double)target_memory(&ours) / 1024, "MiB", MEMORY_MIB);
    compare_in_storm();
    figure_is("connections that ended", lost, 0);
    process_end(constant.fixture.server);
    target_stop(&ours);
    target_close(&ours);
    row_end();
    receiver_compare(builds, build_count);
    exit(EXIT_SUCCESS);
}
END_TEST

int main(int argc, char **argv)
{
    kit_streams_open();
    if (argc < 2) {
        fprintf(stderr, "usage: bench BUILD...\n");
        return EX_USAGE;
    }
    builds = (const char *const *)argv + 1;
    build_count = argc - 1;
    fixture_builds[0] = fixture_builds[1] = argv[1];
    printf("%s\n", argv[1]);
    return single_test_run("bench", bench, 300);
}
