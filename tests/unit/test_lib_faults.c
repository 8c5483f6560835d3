/* SPDX-License-Identifier: MIT */
/*
 * What both programs are given, when what stands below it fails: each failure
 * is passed on, leaves no half of a result behind, and is said to the user
 * where he can do something.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "lib/http.h"
#include "lib/json.h"
#include "lib/replay.h"
#include "lib/wire.h"
#include "tests/support/captured_output.h"
#include "tests/support/http_server.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/support/temp.h"

enum { LONG_KEY = 2 * KIT_DIGEST_LEN + 1 }; /* three blocks of HKDF */

static bool is_zero(const void *p, size_t len)
{
    const uint8_t *bytes = p;

    while (len > 0 && bytes[len - 1] == 0)
        len--;
    return len == 0;
}

/* --- Keys and secrets ------------------------------------------------------*/

static int derive(void)
{
    uint8_t out[LONG_KEY];
    int rc;

    memset(out, 0xaa, sizeof out);
    rc = kit_hkdf(out, sizeof out, NULL, 0, "input", 5, "info", 4);
    ck_assert(is_zero(out, sizeof out) == (rc != 0));
    return rc;
}

START_TEST(no_key)
{
    ck_assert_int_eq(fault_each("kit_hmac", derive, true), 4);
}
END_TEST

static int draw_token(void)
{
    char out[2 * KIT_TOKEN_BYTES + 1];
    int rc;

    memset(out, 'x', sizeof out);
    rc = kit_random_hex(out, sizeof out);
    ck_assert(is_zero(out, sizeof out) == (rc != 0));
    return rc;
}

START_TEST(no_token)
{
    ck_assert_int_eq(fault_each("kit_random", draw_token, true), 1);
}
END_TEST

/* Who cannot look a secret up takes no line for new, and forgets nothing. */
START_TEST(no_look_at_a_secret)
{
    static struct kit_replay replay;

    ck_assert_int_eq(kit_replay_store(&replay, "alice", "secret", 7, 0, 1), 0);
    fault_order("kit_sha256", 1, 0);
    ck_assert_int_eq(kit_replay_last(&replay, "another"), KIT_SEQ_MAX);
    ck_assert(fault_cancel());
    fault_order("kit_sha256", 1, 0);
    ck_assert_int_eq(kit_replay_store(&replay, "alice", "secret", 8, 0, 1), -1);
    ck_assert(fault_cancel());
    ck_assert_int_eq(kit_replay_last(&replay, "secret"), 7);
    ck_assert_uint_eq(replay.used, 1);
}
END_TEST

/* --- JSON ------------------------------------------------------------------*/

static int parse(void)
{
    static const char text[] = "{\"username\":\"alice\",\"seq\":1}";
    cJSON *tree;

    errno = 0;
    tree = kit_json_object(text, strlen(text));
    ck_assert((tree == NULL) == (errno == ENOMEM));
    kit_json_free(tree);
    return tree != NULL ? 0 : -1;
}

static int print(void)
{
    cJSON *object = cJSON_CreateObject();
    char out[64];
    int rc;

    memset(out, 'x', sizeof out);
    rc = kit_json_print(out, sizeof out, object);
    ck_assert_str_eq(out, rc == 0 ? "{}" : "");
    kit_json_free(object);
    return rc;
}

START_TEST(no_memory_for_json)
{
    ck_assert_int_eq(
        fault_each("malloc cJSON_ParseWithLengthOpts", parse, true), 2);
    ck_assert_int_ge(fault_each("calloc", print, true), 1);
}
END_TEST

/* --- HTTP ------------------------------------------------------------------*/

#define CURL_CALLS "calloc strdup curl_easy_init curl_slist_append curl_url*"

static const char *url, *cacert;

static int open_http(void)
{
    struct kit_http *http = (struct kit_http *)&url;
    int before = captured_lines();
    int rc = kit_http_open(&http, url, cacert);

    ck_assert_msg((http == NULL) == (rc != 0), "half an http");
    ck_assert_msg((captured_lines() > before) == (rc != 0), "who is told?");
    kit_http_close(http);
    return rc;
}

START_TEST(no_http)
{
    char *file = temp_file("a certificate, for now", 22);

    capture(STDERR_FILENO);
    url = "http://127.0.0.1:8080";
    cacert = file;
    ck_assert_int_ge(fault_each(CURL_CALLS, open_http, true), 12);
    url = "http://localhost";
    ck_assert_int_ge(fault_each(CURL_CALLS, open_http, true), 12);
    temp_remove(file);
}
END_TEST

static struct kit_http *client;

static int find_own_address(void)
{
    char ip[KIT_IP_SIZE] = "x";
    int before = captured_lines();
    int rc = kit_http_local_ip(ip, sizeof ip, client);

    ck_assert_str_eq(ip, rc == 0 ? "127.0.0.1" : "");
    ck_assert_int_eq(captured_lines() - before, rc == 0 ? 0 : 1);
    return rc;
}

/* A client of a listener that takes connections and says nothing. */
static int listener_for_client(void)
{
    char text[64];
    uint16_t port;
    int listener = tcp_listen(&port);

    capture(STDERR_FILENO);
    snprintf(text, sizeof text, "http://127.0.0.1:%d", port);
    ck_assert_int_eq(kit_http_open(&client, text, NULL), 0);
    return listener;
}

START_TEST(no_own_address)
{
    int listener = listener_for_client();

    ck_assert_int_eq(
        fault_each("curl_easy_init curl_easy_perform", find_own_address, true),
        2);
    kit_http_close(client);
    close(listener);
}
END_TEST

/* Without memory for the answer's JSON it is no JSON. */
START_TEST(no_memory_for_an_answer)
{
    static struct http_server server = {.status = 200, .body = "{}"};
    cJSON *question = cJSON_CreateObject(), *answer = question;
    int listener = listener_for_client();

    /* First for the question: nothing is sent then. */
    fault_order("calloc", 1, ENOMEM);
    ck_assert_int_eq(kit_http_ask(&answer, client, "/login", question, "me"),
                     EX_SOFTWARE);
    ck_assert(fault_cancel());
    ck_assert_ptr_null(answer);
    ck_assert(!tcp_waits(listener));

    http_server_start_on(&server, listener);
    answer = question;
    fault_order("malloc", 1, ENOMEM);
    ck_assert_int_eq(kit_http_ask(&answer, client, "/login", question, "me"),
                     EX_PROTOCOL);
    ck_assert(fault_cancel());
    ck_assert_ptr_null(answer);
    ck_assert_int_eq(captured_lines(), 2);
    http_server_close(&server);
    kit_json_free(question);
    kit_http_close(client);
}
END_TEST

TEST_SUITE(lib_faults)
{
    Suite *suite = suite_create("lib_faults");
    TCase *tcase = suite_add_case(suite, "lib_faults");

    if (!FAULTS_POSSIBLE) {
        printf("lib_faults: skipped, this linker has no --wrap\n");
        return suite;
    }
    tcase_add_tests(tcase, no_key, no_token, no_look_at_a_secret,
                    no_memory_for_json, no_http, no_own_address,
                    no_memory_for_an_answer);
    return suite;
}
