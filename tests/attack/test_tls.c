/* SPDX-License-Identifier: MIT */
/* Old versions, no TLS at all, too much of it, and half of it. */
#include <curl/curl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/daemon.h"
#include "tests/attack/certs.h"
#include "tests/attack/client_hello.h"
#include "tests/attack/raw.h"
#include "tests/attack/shapes.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    TLS_1_0 = 0x0301,
    TLS_1_1 = 0x0302,
    TLS_1_2 = 0x0303,
    HALVES = 1000,
    LOGINS = 40, /* good ones meanwhile, and as many before */
    /* The server is still at work on 1,000 handshakes. */
    RATIO = 5,
    GIVE_UP_MS = 60000,
};

static struct target target;
static char url[64]; /* of the TLS port, as if it were a plain one */

static void setup(void)
{
    target_open(&target, "10");
    certs_make(&target, "ours", "127.0.0.1");
    certs_serve(&target, "ours");
    snprintf(url, sizeof url, "http%s", target.fixture.url + strlen("https"));
}

static void teardown(void)
{
    target_close(&target);
}

/* libcurl throws nothing of the answer at the terminal. */
static size_t swallow(char *data, size_t one, size_t len, void *context)
{
    return one * len;
}

/* A login by libcurl with TLS from MIN to MAX; returns the status, or 0. */
static long login(long min, long max, double *ms)
{
    CURL *curl = curl_easy_init();
    char ca[PATH_SIZE], path[128];
    double began = stopwatch_now();
    long status = 0;

    ck_assert_ptr_nonnull(curl);
    snprintf(ca, sizeof ca, "%s/ours-ca.pem", target.fixture.dir);
    snprintf(path, sizeof path, "%s/login", target.fixture.url);
    curl_easy_setopt(curl, CURLOPT_URL, path);
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, min | max);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, SHAPE_BODY);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)HTTP_SECONDS);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    if (ms != NULL)
        *ms = stopwatch_now() - began;
    return status;
}

static long login_with(long min, long max)
{
    return login(min, max, NULL);
}

/* --- Versions ------------------------------------------------------------- */

/* Whether the server goes on after a ClientHello of VERSION with CIPHERS. */
static bool goes_on(unsigned version, const uint16_t *ciphers, size_t count)
{
    uint8_t hello[CLIENT_HELLO_SIZE];
    size_t len = client_hello_write(hello, version, ciphers, count);
    unsigned answered;
    enum client_hello_answer answer =
        client_hello_send(&answered, url, hello, len);

    if (answer == CLIENT_HELLO_SERVER && answered != version)
        fprintf(stderr, "%04x is answered with %04x\n", version, answered);
    if (answer == CLIENT_HELLO_SILENCE || answer == CLIENT_HELLO_OTHER)
        fprintf(stderr, "%04x is not answered as TLS is\n", version);
    return answer != CLIENT_HELLO_ALERT && answer != CLIENT_HELLO_NOTHING;
}

/* The same hello with a higher number is answered: it is the number alone. */
START_TEST(versions)
{
    row_begin("18 versions of TLS");
    figure_is("ServerHello for SSL 3", goes_on(0x0300, NULL, 0), 0);
    figure_is("ServerHello for TLS 1.0", goes_on(TLS_1_0, NULL, 0), 0);
    figure_is("ServerHello for TLS 1.1", goes_on(TLS_1_1, NULL, 0), 0);
    figure_is("ServerHello for TLS 1.2", goes_on(TLS_1_2, NULL, 0), 1);
    figure_is("a login with TLS 1.2 alone",
              login_with(CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_2),
              200);
    figure_is("a login with TLS 1.3 alone",
              login_with(CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_TLSv1_3),
              200);
    row_end();
}
END_TEST

/* No key, no cipher, half of a cipher, or one that was found out. */
START_TEST(ciphers)
{
    static const struct {
        const char *what;
        uint16_t ciphers[4];
        size_t count;
    } weak[] = {
        {"nothing encrypted", {0xc006, 0xc010, 0x0002, 0x003b}, 4},
        {"nobody authenticated", {0xc018, 0xc019, 0x0034, 0x006d}, 4},
        {"40 bits", {0x0003, 0x0006, 0x0008, 0x0014}, 4},
        {"RC4", {0xc007, 0xc011, 0x0004, 0x0005}, 4},
        {"DES", {0x0009, 0x0015}, 2},
        {"three times DES", {0xc008, 0xc012, 0x000a, 0x0016}, 4},
        {"a fallback", {0xc02b, 0xc02c, 0x5600}, 3},
        {"none", {0x00ff}, 1},
    };
    static const uint16_t strong[] = {0xc02b};

    row_begin("18 ciphers of TLS 1.2");
    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++)
        figure_is(weak[i].what,
                  goes_on(TLS_1_2, weak[i].ciphers, weak[i].count), 0);
    figure_is("AES-128-GCM with an ephemeral key", goes_on(TLS_1_2, strong, 1),
              1);
    row_end();
}
END_TEST

/* --- No TLS, or where none is wanted -------------------------------------- */

START_TEST(plain)
{
    static const char request[] = SHAPE_LINE SHAPE_LENGTH "\r\n" SHAPE_BODY;
    static struct raw_answer answer;
    uint8_t hello[CLIENT_HELLO_SIZE];
    size_t len = client_hello_write(hello, TLS_1_2, NULL, 0);

    row_begin("18 HTTP to a port of TLS, and TLS to one of HTTP");
    raw_send(&answer, url, request, sizeof request - 1, RAW_AT_ONCE);
    figure_is("bytes of HTTP in the answer",
              strstr(answer.bytes, "HTTP") != NULL ? (long)answer.len : 0, 0);
    figure_most("bytes of TLS in it", (double)answer.len, "", 7);
    figure_is("the connection is closed (1: yes)", answer.ended, 1);
    figure_is("logins", target_log_count(&target, "/login"), 0);
    figure_is("a login as it should be", login_with(CURL_SSLVERSION_TLSv1_2, 0),
              200);

    target_stop(&target);
    target_serve(&target, NULL, NULL);
    raw_send(&answer, target.fixture.url, hello, len, RAW_AT_ONCE);
    figure_most("answers of HTTP to a ClientHello", answer.answers, "", 1);
    figure_is("of them other than 400",
              answer.answers > 0 && answer.status != 400, 0);
    figure_is("a login by HTTP", target_login(&target, "u00"), 200);
    row_end();
}
END_TEST

/* --- Too much of it ------------------------------------------------------- */

/* Keys anew, as often as one likes, would be work for one side alone. */
START_TEST(renegotiation)
{
    char where[64];
    char *argv[] = {"openssl", "s_client", "-connect", where, "-tls1_2", NULL};
    struct process *p;
    const char *line;

    row_begin("18 renegotiation");
    snprintf(where, sizeof where, "%s", url + strlen("http://"));
    p = process_start(argv);
    do
        line = process_line(p, &p->out);
    while (line != NULL && strstr(line, "Verify return code") == NULL);
    figure_is("a session of TLS 1.2 (1: yes)", line != NULL, 1);
    process_write(p, "R\n", 2);
    do
        line = process_line(p, &p->err);
    while (line != NULL && strncmp(line, "RENEGOTIATING", 13) != 0);
    process_write(p, "GET / HTTP/1.1\r\n\r\n", 18);
    process_wait(p);
    figure_is("an answer after it", strstr(p->out.bytes, "HTTP/1.1 ") != NULL,
              0);
    process_end(p);
    figure_is("a login then", login_with(CURL_SSLVERSION_TLSv1_2, 0), 200);
    row_end();
}
END_TEST

/* --- Half of it ----------------------------------------------------------- */

/* A third each: nothing, half a ClientHello, all of it and then no more. */
static void open_halves(struct pollfd *all)
{
    uint8_t hello[CLIENT_HELLO_SIZE];
    size_t len = client_hello_write(hello, TLS_1_2, NULL, 0);

    for (int i = 0; i < HALVES; i++) {
        all[i].fd = tcp_connect_to(url + strlen("http://"));
        all[i].events = POLLIN;
        tcp_send(all[i].fd, hello, len * (size_t)(i % 3) / 2);
    }
}

/* Waits until the server has closed all of them; returns the milliseconds. */
static double closed_after(struct pollfd *all, double began)
{
    char waste[4096];
    int left = HALVES;

    while (left > 0 && stopwatch_now() - began < GIVE_UP_MS) {
        poll(all, HALVES, 1000);
        for (int i = 0; i < HALVES; i++) {
            if (all[i].fd < 0 || all[i].revents == 0 ||
                recv(all[i].fd, waste, sizeof waste, MSG_DONTWAIT) > 0)
                continue;
            close(all[i].fd);
            all[i].fd = -1;
            left--;
        }
    }
    return stopwatch_now() - began;
}

static long count_open(const struct pollfd *all)
{
    long open = 0;

    for (int i = 0; i < HALVES; i++)
        open += all[i].fd >= 0;
    return open;
}

/* Logs in, one time after the other; returns how many failed. */
static long log_in_often(struct times *times)
{
    long failed = 0;

    for (int i = 0; i < LOGINS; i++) {
        double ms;

        failed += login(CURL_SSLVERSION_TLSv1_2, 0, &ms) != 200;
        times_add(times, ms);
    }
    return failed;
}

START_TEST(halves)
{
    static struct pollfd all[HALVES];
    struct times before = {.count = 0}, behind = {.count = 0};
    long failed = 0, memory = target_memory(&target);
    double began;

    row_begin("18 1,000 handshakes that stop half-way");
    failed += log_in_often(&before);
    began = stopwatch_now();
    open_halves(all);
    failed += log_in_often(&behind);
    figure_is("logins before and meanwhile that failed", failed, 0);
    figure_times("meanwhile, behind their handshakes", &behind, &before, RATIO);
    figure_note("memory that they take",
                (double)(target_memory(&target) - memory) / 1024, "MiB");
    figure_wait("all closed after", closed_after(all, began),
                DAEMON_IDLE_TIMEOUT);
    figure_is("still open", count_open(all), 0);
    times_free(&before);
    times_free(&behind);
    figure_is("a login then", login_with(CURL_SSLVERSION_TLSv1_2, 0), 200);
    row_end();
}
END_TEST

START_TEST(skipped)
{
    row_begin("18 TLS");
    figure_skip("all of it", "there is no openssl command");
    row_end();
}
END_TEST

TEST_SUITE(tls)
{
    Suite *suite = suite_create("tls");
    TCase *tc = suite_add_case(suite, "tls");

    tcase_set_timeout(tc, 60);
    if (!certs_can()) {
        tcase_add_test(tc, skipped);
        return suite;
    }
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_tests(tc, versions, ciphers, plain, renegotiation, halves);
    return suite;
}
