/* SPDX-License-Identifier: MIT */
/*
 * The whole server on the loopback: its workers, slow logins next to quick
 * requests, stopping it, the timeouts and the number of its connections.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/chat/workers.h"
#include "server/http/deadlines.h"
#include "server/http/log.h"
#include "tests/support/http_client.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"
#include "tests/unit/embedded_server.h"

/* --- A gate that keeps the workers busy ------------------------------------*/

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int begun, dropped_count, done;

/* Work that waits until the gate is open. */
static void wait_at_gate(void *context, bool dropped)
{
    atomic_fetch_add(&begun, 1);
    atomic_fetch_add(&dropped_count, dropped);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    atomic_fetch_add(&done, 1);
}

static int submit(struct workers *workers)
{
    return workers_submit(workers, wait_at_gate, NULL);
}

/* Every worker of WORKERS waits from now on. */
static void close_gate(struct workers *workers)
{
    pthread_mutex_lock(&gate);
    for (int i = 0; i < WORKERS_THREADS; i++)
        ck_assert_int_eq(submit(workers), 0);
    while (atomic_load(&begun) < WORKERS_THREADS)
        sched_yield();
}

static void open_gate(void)
{
    pthread_mutex_unlock(&gate);
}

/* Opens the gate while STOP, in another thread, waits for the workers. */
static void stop_and_open_gate(void *(*stop)(void *), struct workers *workers)
{
    pthread_t thread = thread_begin(stop, NULL);

    while (workers != NULL && workers_have_room(workers))
        sched_yield();
    open_gate();
    pthread_join(thread, NULL);
}

/* --- Workers alone ---------------------------------------------------------*/

static struct workers *workers;

static void setup_workers(void)
{
    ck_assert_int_eq(workers_start(&workers), 0);
}

/* Closes the gate and fills the queue. Returns how much there is to do. */
static int fill(void)
{
    int taken = WORKERS_THREADS;

    close_gate(workers);
    for (; workers_have_room(workers); taken++)
        ck_assert_int_eq(submit(workers), 0);
    return taken;
}

START_TEST(queue_is_bounded)
{
    ck_assert_int_eq(fill(), WORKERS_THREADS + WORKERS_QUEUE);
    ck_assert_int_eq(submit(workers), -1);
    ck_assert_int_eq(atomic_load(&done), 0);
    open_gate();
    workers_free(workers);
    ck_assert_int_eq(atomic_load(&done), WORKERS_THREADS + WORKERS_QUEUE);
}
END_TEST

static void *stop_workers(void *context)
{
    workers_stop(workers);
    return context;
}

/* All work ends once; what had begun is not dropped. */
START_TEST(queue_is_dropped)
{
    int taken = fill();

    stop_and_open_gate(stop_workers, NULL);
    ck_assert_int_eq(atomic_load(&done), taken);
    ck_assert_int_le(atomic_load(&dropped_count), taken - WORKERS_THREADS);
    ck_assert(!workers_have_room(workers));
    ck_assert_int_eq(submit(workers), -1);
    workers_free(workers);
}
END_TEST

START_TEST(nothing_to_do)
{
    workers_free(workers);
    workers_free(NULL);
}
END_TEST

/* --- Slow logins -----------------------------------------------------------*/

static char token[KIT_TOKEN_MAX + 1];
static const char request[] = LINE LENGTH "\r\n" BODY;

static void setup(void)
{
    embedded_begin();
    embedded.now = kit_now();
    embedded_token(token, "bob", 0);
    embedded_token(token, "alice", 0);
    embedded_serve();
}

/* Sends a login of an unknown user, a different one for each NUMBER. */
static int begin_login(int number)
{
    char body[128];

    snprintf(body, sizeof body,
             "{\"username\":\"nobody%d\",\"password\":\"x\"}", number);
    return embedded_post("/login", body);
}

static int ask(void)
{
    char body[512];

    http_ask_json(body, sizeof body, "alice", token, "bob");
    return embedded_finish(embedded_post("/userinfo", body));
}

START_TEST(logins_delay_no_other_request)
{
    int fds[4];

    close_gate(embedded.workers);
    for (int i = 0; i < 4; i++)
        fds[i] = begin_login(i);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(ask(), 200);
    for (int i = 0; i < 4; i++)
        ck_assert(!tcp_waits(fds[i]));
    open_gate();
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(embedded_finish(fds[i]), 401);
}
END_TEST

enum { TOO_MANY = 8, LOGINS = WORKERS_QUEUE + TOO_MANY };

/* How many of FDS have an answer. */
static int answered(const int *fds)
{
    int count = 0;

    for (int i = 0; i < LOGINS; i++)
        count += tcp_waits(fds[i]);
    return count;
}

/* Those that the queue has no room for are rejected before the gate opens. */
START_TEST(too_many_logins)
{
    int fds[LOGINS];
    int busy = 0;

    close_gate(embedded.workers);
    for (int i = 0; i < LOGINS; i++)
        fds[i] = begin_login(i);
    while (answered(fds) < TOO_MANY)
        sched_yield();
    ck_assert_int_eq(ask(), 200);
    ck_assert_int_eq(answered(fds), TOO_MANY);

    open_gate();
    for (int i = 0; i < LOGINS; i++) {
        if (embedded_finish(fds[i]) == 401)
            continue;
        ck_assert(embedded_has("HTTP/1.1 503 "));
        ck_assert(embedded_has("\r\nRetry-After: 2\r\n"));
        ck_assert(embedded_has("{\"error\":\"busy\"}"));
        busy++;
    }
    ck_assert_int_eq(busy, TOO_MANY);
}
END_TEST

static void *stop_daemon(void *context)
{
    daemon_stop(embedded.daemon);
    embedded.daemon = NULL;
    return context;
}

/* Every request has an answer before the server ends. */
START_TEST(stopped_while_busy)
{
    int fds[WORKERS_QUEUE];

    close_gate(embedded.workers);
    for (int i = 0; i < WORKERS_QUEUE; i++)
        fds[i] = begin_login(i);
    while (workers_have_room(embedded.workers))
        sched_yield();
    stop_and_open_gate(stop_daemon, NULL);
    for (int i = 0; i < WORKERS_QUEUE; i++) {
        int status = embedded_finish(fds[i]);

        ck_assert_msg(status == 401 || status == 503, "came: %s", embedded.out);
    }
}
END_TEST

/* The last answer on a persistent connection says that it ends. */
START_TEST(stopped_while_persistent)
{
    int fd = tcp_connect(embedded.port);

    close_gate(embedded.workers);
    tcp_write(fd, request, sizeof request - 1);
    ck_assert_int_eq(ask(), 200);
    stop_and_open_gate(stop_daemon, embedded.workers);
    ck_assert_int_eq(embedded_finish(fd), 503);
    ck_assert(embedded_has("\r\nConnection: close\r\n"));
}
END_TEST

/* The timeout does not include the time of the hash. */
START_TEST(hash_longer_than_timeout)
{
    int login, slow;

    embedded_unserve();
    embedded_serve_with(200, 200, DAEMON_CONNECTIONS);
    close_gate(embedded.workers);
    login = begin_login(0);
    ck_assert_int_eq(ask(), 200);

    /* When a slow client that came later is disconnected, the time is up. */
    slow = tcp_connect(embedded.port);
    tcp_write(slow, "POST", 4);
    ck_assert(tcp_ended(slow));
    ck_assert(!tcp_waits(login));
    open_gate();
    ck_assert_int_eq(embedded_finish(login), 401);
    close(slow);
}
END_TEST

/* Clients that disconnect during their hash do not affect others. */
START_TEST(client_disconnects)
{
    for (int i = 0; i < 4; i++)
        tcp_reset(embedded_post("/login", BODY));
    ck_assert_int_eq(embedded_finish(embedded_post("/login", BODY)), 200);
    ck_assert_int_eq(ask(), 200);
}
END_TEST

START_TEST(address_of_the_connection)
{
    static const char body[] = "{\"username\":\"bob\",\"password\":\"banana\","
                               "\"ip_addr\":\"6.6.6.6\"}";

    ck_assert_int_eq(embedded_finish(embedded_post("/login", body)), 200);
    ck_assert_int_eq(ask(), 200);
    ck_assert(embedded_has("{\"ip_addr\":\"127.0.0.1\""));
}
END_TEST

START_TEST(retry_after)
{
    for (int i = 0; i < 30; i++)
        ck_assert_int_eq(ask(), 200);
    ck_assert_int_eq(ask(), 429);
    ck_assert(embedded_has("\r\nRetry-After: 1\r\n"));
}
END_TEST

/* --- Timeouts and the number of connections --------------------------------*/

enum {
    SHORT = 300,   /* milliseconds, for the timeout that a test is about */
    LONG = 60000,  /* and for the other one */
    INTERVAL = 20, /* between two bytes */
};

/*
 * Sends TEXT byte by byte and then an x again and again, or nothing if TEXT is
 * empty, until the server closes the connection without an answer. Returns how
 * many milliseconds that took.
 */
static int64_t closed_after(const char *text)
{
    bool sends = *text != '\0';
    int64_t start = kit_ticks();
    int fd = tcp_connect(embedded.port);

    while (!tcp_waits_within(fd, INTERVAL)) {
        if (sends)
            tcp_write(fd, *text != '\0' ? text++ : "x", 1);
        ck_assert_int_lt(kit_ticks() - start, LONG / 4);
    }
    ck_assert(tcp_ended(fd));
    close(fd);
    return kit_ticks() - start;
}

static const char *const slow[] = {
    "",
    "P",
    LINE "X: ",
    LINE LENGTH,
    LINE "Content-Length: 4000\r\n\r\n{\"user",
};

START_TEST(slow_requests)
{
    embedded_serve_with(SHORT, LONG, 10);
    ck_assert_int_ge(closed_after(slow[_i]), SHORT - 50);
}
END_TEST

/* Reads one answer, which ends with a brace, from FD. */
static void read_answer(int fd)
{
    char text[2048] = "";
    size_t len = 0;

    while (strchr(text, '}') == NULL) {
        ssize_t n = read(fd, text + len, sizeof text - 1 - len);

        ck_assert_int_gt(n, 0);
        len += (size_t)n;
        text[len] = '\0';
    }
    ck_assert_msg(strstr(text, "HTTP/1.1 200 ") == text, "came: %s", text);
}

/* Sends a login on FD and reads its answer. */
static void log_in(int fd)
{
    tcp_write(fd, request, sizeof request - 1);
    read_answer(fd);
}

START_TEST(timeout_between_requests)
{
    int fd, later;

    embedded_serve_with(SHORT, LONG, 10);
    fd = tcp_connect(embedded.port);
    log_in(fd);

    /* When a silent client that came later is disconnected, time is up. */
    later = tcp_connect(embedded.port);
    ck_assert(tcp_ended(later));
    ck_assert(!tcp_waits(fd));
    log_in(fd);

    /* A second request has no more time than the first. */
    tcp_write(fd, LINE LENGTH, strlen(LINE LENGTH));
    ck_assert(tcp_ended(fd));
    close(fd);
    close(later);
}
END_TEST

START_TEST(idle_timeout)
{
    int fd;

    embedded_serve_with(LONG, SHORT, 10);
    fd = tcp_connect(embedded.port);
    log_in(fd);
    ck_assert(tcp_ended(fd));
    close(fd);
}
END_TEST

/* One too many: the server closes the oldest that has sent nothing. */
START_TEST(too_many_connections)
{
    int fds[5];

    embedded_serve_with(LONG, LONG, 4);
    for (int i = 0; i < 5; i++) {
        fds[i] = tcp_connect(embedded.port);
        /* An answer shows that the server has accepted the connection. */
        if (i > 0)
            log_in(fds[i]);
    }
    ck_assert(tcp_ended(fds[0]));
    for (int i = 1; i < 5; i++)
        ck_assert(!tcp_waits(fds[i]));
}
END_TEST

/* Allows descriptors below FILES. */
static void limit_files(int files)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = (rlim_t)files;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* A connection that cannot be accepted waits without using the processor. */
START_TEST(no_descriptor)
{
    clock_t cpu;
    int fd;

    embedded_serve_with(LONG, LONG, 4);
    fd = dup(STDERR_FILENO);
    close(fd);
    limit_files(fd + 1); /* enough for our end of it */
    ck_assert_int_eq(tcp_connect(embedded.port), fd);
    cpu = clock();
    tcp_write(fd, request, sizeof request - 1);
    ck_assert(!tcp_waits_within(fd, SHORT));
    ck_assert_int_lt(clock() - cpu, CLOCKS_PER_SEC / 1000 * SHORT / 10);

    limit_files(fd + 16);
    read_answer(fd);
}
END_TEST

/* --- With faults -----------------------------------------------------------*/

static int start_workers(void)
{
    int rc;

    workers = (struct workers *)&embedded;
    rc = workers_start(&workers);
    ck_assert((workers == NULL) == (rc != 0));
    workers_free(workers);
    return rc;
}

static int start_deadlines(void)
{
    struct deadlines *deadlines = (struct deadlines *)&embedded;
    int rc = deadlines_start(&deadlines, 1);

    ck_assert((deadlines == NULL) == (rc != 0));
    deadlines_stop(deadlines);
    return rc;
}

static int start_log(void)
{
    struct log *log = (struct log *)&embedded;
    int rc = log_start(&log);

    ck_assert((log == NULL) == (rc != 0));
    log_stop(log);
    return rc;
}

START_TEST(threads_do_not_start)
{
    ck_assert_int_eq(fault_each("calloc pthread_create", start_log, true), 2);
    ck_assert_int_eq(fault_each("calloc pthread_create", start_workers, true),
                     1 + WORKERS_THREADS);
    ck_assert_int_eq(
        fault_each("calloc pipe pthread_create", start_deadlines, true), 3);
}
END_TEST

/*
 * After a fault the request is rejected or its connection ends, and the next
 * one is answered. It may also succeed: without memory for its deadline, a
 * connection is served without one.
 */
static int ask_twice(void)
{
    int status = ask();

    ck_assert_msg(status == 200 || status == 500 || status == 0, "came: %s",
                  embedded.out);
    if (status != 200)
        ck_assert_int_eq(ask(), 200);
    return status == 200 ? 0 : -1;
}

START_TEST(answer_fails)
{
    ck_assert_int_ge(fault_each("MHD_* calloc", ask_twice, false), 5);
    ck_assert_int_eq(ask(), 200);
}
END_TEST

TEST_CASES(daemon)
{
    TCase *alone = suite_case(suite, "workers", 60, setup_workers, NULL);
    TCase *logins = suite_case(suite, "slow_logins", 60, setup, embedded_end);
    TCase *connections =
        suite_case(suite, "connections", 60, embedded_begin, embedded_end);

    tcase_add_tests(alone, queue_is_bounded, queue_is_dropped, nothing_to_do);
    tcase_add_tests(logins, logins_delay_no_other_request, too_many_logins,
                    stopped_while_busy, stopped_while_persistent,
                    hash_longer_than_timeout, client_disconnects,
                    address_of_the_connection, retry_after);
    if (FAULTS_POSSIBLE)
        tcase_add_tests(logins, threads_do_not_start, answer_fails);
    tcase_add_rows(connections, slow_requests, slow);
    tcase_add_tests(connections, timeout_between_requests, idle_timeout,
                    too_many_connections, no_descriptor);
}
