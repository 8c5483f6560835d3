/* SPDX-License-Identifier: MIT */
/* Old versions of TLS, plain HTTP, renegotiation, and unfinished handshakes. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/daemon.h"
#include "tests/attack/certs.h"
#include "tests/attack/raw.h"
#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/http_client.h"
#include "tests/support/stopwatch.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

enum {
    TLS_1_2 = 0x0303,
    RECORD_ALERT = 21,
    RECORD_HANDSHAKE = 22,
    SERVER_HELLO = 2,
    HELLO_SIZE = 512,
    /* The server closes a connection without a request after ten seconds. */
    ANSWER_MS = 60000,
    HALVES = 1000,
    LOGINS = 40, /* good logins during the attack, and as many before */
    /* During the attack the server is busy with 1,000 handshakes. */
    RATIO = 5,
    GIVE_UP_MS = 60000,
};

static char where[64]; /* the address of the TLS port */

static void setup(void)
{
    setup_accounts();
    certs_make(&target, "ours", "127.0.0.1");
    certs_serve(&target, "ours");
    snprintf(where, sizeof where, "%s", strstr(target.fixture.url, "//") + 2);
}

/* For libcurl: discards the answer. */
static size_t ignore(char *data, size_t one, size_t len, void *context)
{
    return one * len;
}

/* Logs in by libcurl with TLS VERSIONS. Returns the status, or 0. */
static long login(long versions)
{
    CURL *curl = curl_easy_init();
    char ca[PATH_SIZE], path[128];
    long status = 0;

    ck_assert_ptr_nonnull(curl);
    snprintf(ca, sizeof ca, "%s/ours-ca.pem", target.fixture.dir);
    snprintf(path, sizeof path, "%s/login", target.fixture.url);
    curl_easy_setopt(curl, CURLOPT_URL, path);
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, versions);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, RAW_BODY);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)HTTP_SECONDS);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    return status;
}

static void login_succeeds(void)
{
    figure_is("a login afterwards", login(CURL_SSLVERSION_TLSv1_2), 200);
}

/* --- The first message of a client (RFC 5246, section 7.4.1.2) ------------ */

/* For ECDSA and RSA, with the oldest versions and with TLS 1.2. */
static const uint16_t usual[] = {0xc02b, 0xc02c, 0xcca9, 0xc02f, 0xc030,
                                 0xc009, 0xc00a, 0xc013, 0xc014, 0x002f,
                                 0x0035, 0x000a, 0x00ff};

/* Curves, their form, and signatures with every hash. */
static const uint8_t extensions[] = {
    0x00, 0x0a, 0x00, 0x06, 0x00, 0x04, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x0b,
    0x00, 0x02, 0x01, 0x00, 0x00, 0x0d, 0x00, 0x0e, 0x00, 0x0c, 0x04, 0x03,
    0x05, 0x03, 0x02, 0x03, 0x04, 0x01, 0x05, 0x01, 0x02, 0x01,
};

static uint8_t *put16(uint8_t *out, size_t number)
{
    *out++ = (uint8_t)(number >> 8);
    *out++ = (uint8_t)number;
    return out;
}

/*
 * Writes a ClientHello that offers at most VERSION (0x0301: TLS 1.0) and COUNT
 * cipher suites CIPHERS, or NULL: what a client of TLS 1.0 to 1.2 would offer.
 * Returns its length in OUT, HELLO_SIZE bytes.
 */
static size_t write_hello(uint8_t *out, unsigned version,
                          const uint16_t *ciphers, size_t count)
{
    uint8_t *at = out + 9; /* after the headers of record and message */

    if (ciphers == NULL) {
        ciphers = usual;
        count = sizeof usual / sizeof usual[0];
    }
    at = put16(at, version);
    memset(at, 0x5a, 32); /* the random */
    at += 32;
    *at++ = 0; /* no session */
    at = put16(at, 2 * count);
    for (size_t i = 0; i < count; i++)
        at = put16(at, ciphers[i]);
    *at++ = 1; /* no compression */
    *at++ = 0;
    at = put16(at, sizeof extensions);
    memcpy(at, extensions, sizeof extensions);
    at += sizeof extensions;

    out[0] = RECORD_HANDSHAKE;
    put16(out + 1, version > 0x0301 ? 0x0301 : version);
    put16(out + 3, (size_t)(at - out) - 5);
    out[5] = 1; /* ClientHello */
    out[6] = 0;
    put16(out + 7, (size_t)(at - out) - 9);
    return (size_t)(at - out);
}

/*
 * Sends a hello of VERSION with CIPHERS. Returns 1 if the server continues with
 * a ServerHello of the same version; 0 if it refuses; -1 if it does neither.
 */
static long continues(unsigned version, const uint16_t *ciphers, size_t count)
{
    uint8_t hello[HELLO_SIZE], back[256];
    size_t len = write_hello(hello, version, ciphers, count);
    int fd = tcp_connect_to(where);
    bool answers;
    ssize_t n;

    tcp_send(fd, hello, len);
    answers = tcp_waits_within(fd, ANSWER_MS);
    n = recv(fd, back, sizeof back, MSG_DONTWAIT);
    close(fd);
    if (answers && (n <= 0 || back[0] == RECORD_ALERT))
        return 0;
    return n > 10 && back[0] == RECORD_HANDSHAKE && back[5] == SERVER_HELLO &&
                   (unsigned)(back[9] << 8 | back[10]) == version
               ? 1
               : -1;
}

/* The hellos differ only in their version, and the last one is accepted. */
START_TEST(versions)
{
    row_begin("18 versions of TLS");
    figure_is("ServerHello for SSL 3", continues(0x0300, NULL, 0), 0);
    figure_is("ServerHello for TLS 1.0", continues(0x0301, NULL, 0), 0);
    figure_is("ServerHello for TLS 1.1", continues(0x0302, NULL, 0), 0);
    figure_is("ServerHello for TLS 1.2", continues(TLS_1_2, NULL, 0), 1);
    figure_is("a login with TLS 1.2 alone",
              login(CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2),
              200);
    figure_is("a login with TLS 1.3 alone",
              login(CURL_SSLVERSION_TLSv1_3 | CURL_SSLVERSION_MAX_TLSv1_3),
              200);
    row_end();
}
END_TEST

START_TEST(ciphers)
{
    static const struct {
        const char *what;
        uint16_t ciphers[4];
        size_t count;
        bool accepted;
    } all[] = {
        {"no encryption", {0xc006, 0xc010, 0x0002, 0x003b}, 4, false},
        {"no authentication", {0xc018, 0xc019, 0x0034, 0x006d}, 4, false},
        {"40 bits", {0x0003, 0x0006, 0x0008, 0x0014}, 4, false},
        {"RC4", {0xc007, 0xc011, 0x0004, 0x0005}, 4, false},
        {"DES", {0x0009, 0x0015}, 2, false},
        {"triple DES", {0xc008, 0xc012, 0x000a, 0x0016}, 4, false},
        {"a fallback", {0xc02b, 0xc02c, 0x5600}, 3, false},
        {"none", {0x00ff}, 1, false},
        {"AES-128-GCM with an ephemeral key", {0xc02b}, 1, true},
    };

    row_begin("18 ciphers of TLS 1.2");
    for (size_t i = 0; i < COUNT(all); i++)
        figure_is(all[i].what, continues(TLS_1_2, all[i].ciphers, all[i].count),
                  all[i].accepted);
    row_end();
}
END_TEST

/* --- HTTP for TLS, and TLS for HTTP --------------------------------------- */

START_TEST(plain)
{
    static struct raw_answer answer;
    char url[80];
    uint8_t hello[HELLO_SIZE];
    size_t len = write_hello(hello, TLS_1_2, NULL, 0);

    row_begin("18 HTTP to a port of TLS, and TLS to one of HTTP");
    snprintf(url, sizeof url, "http://%s", where);
    raw_send(&answer, url, RAW_LOGIN, sizeof RAW_LOGIN - 1, RAW_AT_ONCE);
    figure_is("bytes of HTTP in the answer",
              strstr(answer.bytes, "HTTP") != NULL ? (long)answer.len : 0, 0);
    figure_most("bytes of TLS in the answer", (double)answer.len, "", 7);
    figure_is("the connection is closed (1: yes)", answer.ended, 1);
    figure_is("logins", target_log_count(&target, "/login"), 0);
    login_succeeds();

    target_stop(&target);
    target_serve(&target, NULL, NULL);
    raw_send(&answer, target.fixture.url, hello, len, RAW_AT_ONCE);
    figure_most("answers of HTTP to a ClientHello", answer.answers, "", 1);
    figure_is("answers other than 400",
              answer.answers > 0 && answer.status != 400, 0);
    figure_is("a login by HTTP", target_login(&target, "u00"), 200);
    row_end();
}
END_TEST

/* --- Renegotiation -------------------------------------------------------- */

/* Renegotiation costs the server more than the client, so it is refused. */
START_TEST(renegotiation)
{
    struct process *p;

    row_begin("18 renegotiation");
    p = process_words(NULL, "openssl", "s_client", "-connect", where, "-tls1_2",
                      NULL);
    figure_is("a session of TLS 1.2 (1: yes)",
              process_find(p, &p->out, "Verify return code") != NULL, 1);
    process_write(p, "R\n", 2);
    figure_is("a renegotiation was begun (1: yes)",
              process_find(p, &p->err, "RENEGOTIATING") != NULL, 1);
    process_write(p, "GET / HTTP/1.1\r\n\r\n", 18);
    process_wait(p);
    figure_is("an answer after it", strstr(p->out.bytes, "HTTP/1.1 ") != NULL,
              0);
    process_end(p);
    login_succeeds();
    row_end();
}
END_TEST

/* --- Unfinished handshakes ------------------------------------------------ */

/* A third each: nothing, half a ClientHello, a whole ClientHello. */
static void open_halves(struct pollfd *all)
{
    uint8_t hello[HELLO_SIZE];
    size_t len = write_hello(hello, TLS_1_2, NULL, 0);

    for (int i = 0; i < HALVES; i++) {
        all[i].fd = tcp_connect_to(where);
        all[i].events = POLLIN;
        tcp_send(all[i].fd, hello, len * (size_t)(i % 3) / 2);
    }
}

/* Logs in, one time after the other; returns how many failed. */
static long login_often(struct times *times)
{
    long failed = 0;

    for (int i = 0; i < LOGINS; i++) {
        double began = stopwatch_now();

        failed += login(CURL_SSLVERSION_TLSv1_2) != 200;
        times_add(times, stopwatch_now() - began);
    }
    return failed;
}

START_TEST(halves)
{
    static struct pollfd all[HALVES];
    struct times before = {.count = 0}, meanwhile = {.count = 0};
    long failed, memory = target_memory(&target);
    double began;

    row_begin("18 1,000 handshakes that stop half-way");
    failed = login_often(&before);
    began = stopwatch_now();
    open_halves(all);
    failed += login_often(&meanwhile);
    figure_is("logins before and meanwhile that failed", failed, 0);
    figure_times("logins meanwhile", &meanwhile, &before, RATIO);
    figure_note("memory that they take",
                (double)(target_memory(&target) - memory) / 1024, "MiB");
    while (tcp_still_open(all, HALVES, 1000) > 0 &&
           stopwatch_now() - began < GIVE_UP_MS)
        ;
    figure_wait("all closed after", stopwatch_now() - began,
                DAEMON_IDLE_TIMEOUT);
    figure_is("still open", tcp_still_open(all, HALVES, 0), 0);
    times_free(&before);
    times_free(&meanwhile);
    login_succeeds();
    row_end();
}
END_TEST

START_TEST(skipped)
{
    row_begin("18 TLS");
    figure_skip("all of it", "the openssl command is absent");
    row_end();
}
END_TEST

TEST_CASES(tls)
{
    TCase *none = suite_case(suite, "none", 60, NULL, NULL);
    TCase *tls = suite_case(suite, "tls", 60, setup, teardown_target);

    if (!certs_possible())
        tcase_add_test(none, skipped);
    else
        tcase_add_tests(tls, versions, ciphers, plain, renegotiation, halves);
}
