/* SPDX-License-Identifier: MIT */
/*
 * The server at work when a call fails: one request is refused, nothing of it
 * is left half done, and the next one is answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/http/deadlines.h"
#include "server/http/log.h"
#include "server/store/secret_file.h"
#include "tests/support/captured_output.h"
#include "tests/support/http_client.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"
#include "tests/unit/raw_http.h"

#define DATABASE "sqlite3_prepare_v3 sqlite3_step sqlite3_column_* "
#define CRYPTO   "kit_random kit_sha256 kit_hmac kit_scrypt kit_seal "
#define MEMORY   "calloc "

static const char login[] = "{\"username\":\"alice\",\"password\":\"apple\"}";

static char token[KIT_TOKEN_MAX + 1];

static void setup(void)
{
    embedded_begin();
    embedded.now = kit_now();
    embedded_token(token, "bob", 0);
}

/* --- Handlers --------------------------------------------------------------*/

/* Whoever hears 200 has a token that counts; all others are refused. */
static int log_in(void)
{
    int status = embedded_login(login);

    if (status != 200)
        ck_assert_int_eq(status, 500);
    else
        snprintf(token, sizeof token, "%s", embedded_string("token"));
    return status == 200 ? 0 : -1;
}

START_TEST(login_fails)
{
    ck_assert_int_ge(fault_each(DATABASE CRYPTO MEMORY, log_in, true), 12);
    ck_assert_int_eq(embedded_ask("alice", token, "bob"), 200);
    /* None of this counted as a wrong guess. */
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(log_in(), 0);
}
END_TEST

/*
 * An unknown name is refused in the same way, and costs no less: also when
 * the account that says what is usual cannot be had.
 */
static int log_nobody_in(void)
{
    int status = embedded_login_as("nobody", "x");

    embedded.ticks += 60000;
    ck_assert(status == 401 || status == 500);
    return status == 401 ? 0 : -1;
}

START_TEST(login_of_nobody_fails)
{
    ck_assert_int_ge(fault_each(DATABASE CRYPTO, log_nobody_in, false), 5);
}
END_TEST

static int ask_for_bob(void)
{
    int status = embedded_ask("alice", token, "bob");

    embedded.ticks += 60000;
    if (status != 200) {
        ck_assert_int_eq(status, 500);
        ck_assert_ptr_null(strstr(embedded.reply.json, "secret"));
    }
    return status == 200 ? 0 : -1;
}

START_TEST(userinfo_fails)
{
    ck_assert_int_eq(log_in(), 0);
    ck_assert_int_ge(fault_each(DATABASE CRYPTO MEMORY, ask_for_bob, true), 11);
}
END_TEST

/* --- Starting --------------------------------------------------------------*/

static int start_workers(void)
{
    struct workers *workers = (struct workers *)&embedded;
    int rc = workers_start(&workers);

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

static char *file;

static int read_private(void)
{
    char *text = secret_file_read(file, SECRET_FILE_OWNER_ONLY, KIT_UTF8);
    int rc = text != NULL ? 0 : -1;

    if (text != NULL)
        ck_assert_str_eq(text, "a key");
    free(text);
    return rc;
}

START_TEST(private_file_fails)
{
    file = temp_file("a key", 5);
    ck_assert_int_ge(fault_each("fstat calloc read", read_private, true), 4);
    temp_remove(file);
}
END_TEST

/* --- HTTP ------------------------------------------------------------------*/

/* M3 over a connection of its own. Returns the status, or 0 for no answer. */
static int ask_by_http(void)
{
    char body[512];

    http_ask_json(body, sizeof body, "alice", token, "bob");
    return raw_http_finish(raw_http_post("/userinfo", body));
}

/*
 * A request that meets a fault is refused or its connection ends, whereupon
 * the client knows; the others go on. Not strict: without memory for its
 * deadline a connection is served, and so is what nobody waits for.
 */
static int ask_and_ask_again(void)
{
    int status = ask_by_http();

    ck_assert_msg(status == 200 || status == 500 || status == 0, "%s",
                  raw_http.out);
    if (status != 200)
        ck_assert_int_eq(ask_by_http(), 200);
    return status == 200 ? 0 : -1;
}

START_TEST(answer_fails)
{
    embedded_token(token, "alice", 0);
    embedded_serve();
    ck_assert_int_ge(fault_each("MHD_* calloc", ask_and_ask_again, false), 5);
    ck_assert_int_eq(ask_by_http(), 200);
}
END_TEST

TEST_SUITE(server_faults)
{
    Suite *suite = suite_create("server_faults");
    TCase *tcase = suite_add_case(suite, "server_faults");

    if (!FAULTS_POSSIBLE) {
        printf("server_faults: skipped, this linker has no --wrap\n");
        return suite;
    }
    tcase_add_checked_fixture(tcase, setup, embedded_end);
    tcase_add_tests(tcase, login_fails, login_of_nobody_fails, userinfo_fails,
                    threads_do_not_start, private_file_fails, answer_fails);
    return suite;
}
