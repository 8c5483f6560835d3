/* SPDX-License-Identifier: MIT */
/* POST /login without HTTP: M1 in, M2 or a refusal out. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "server/accounts.h"
#include "server/sessions.h"
#include "tests/unit/capture.h"
#include "tests/unit/lab.h"

#define GOOD "{\"username\":\"alice\",\"password\":\"apple\"}"
#define BAD  "{\"username\":\"alice\",\"password\":\"pear\"}"

static struct lab lab;

static void setup(void)
{
    capture(STDERR_FILENO);
    lab_open(&lab);
}

static void teardown(void)
{
    lab_close(&lab);
}

START_TEST(right_password)
{
    char m2[256];

    ck_assert_int_eq(lab_login(&lab, GOOD), 200);
    ck_assert_str_eq(lab.reply.user, "alice");
    ck_assert_int_eq(lab.reply.retry_after, 0);

    /* Two members, and a token of 64 lower-case hex digits. */
    ck_assert_uint_eq(strlen(lab_said(&lab, "token")), 64);
    ck_assert_uint_eq(strspn(lab_said(&lab, "token"), "0123456789abcdef"), 64);
    snprintf(m2, sizeof m2, "{\"token\":\"%s\",\"expires_in\":43200}",
             lab_said(&lab, "token"));
    ck_assert_str_eq(lab.reply.json, m2);
}
END_TEST

START_TEST(session_is_stored)
{
    struct sessions_pair pair;
    char token[KIT_STR16_MAX + 1];
    struct sessions_question question = {token, "bob", lab.now};

    lab_token(token, &lab, "alice", 5555);
    ck_assert_int_eq(sessions_pair(&pair, lab.store, &question),
                     SESSIONS_NO_RECEIVER);
    ck_assert_str_eq(pair.sender.user, "alice");
    ck_assert_str_eq(pair.sender.ip, LAB_IP);
    ck_assert_uint_eq(pair.sender.port, 5555);
}
END_TEST

/* Each of these is a bad request, and no password is hashed for it. */
static const char *const malformed[] = {
    "",
    "[]",
    "{}",
    "{\"username\":\"alice\"}",
    "{\"password\":\"apple\"}",
    "{\"username\":1,\"password\":\"apple\"}",
    "{\"username\":null,\"password\":\"apple\"}",
    "{\"username\":\"Alice\",\"password\":\"apple\"}",
    "{\"username\":\"\",\"password\":\"apple\"}",
    "{\"username\":\"a b\",\"password\":\"apple\"}",
    "{\"username\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"password\":\"p\"}",
    "{\"username\":\"alice\",\"password\":\"\"}",
    "{\"username\":\"alice\",\"password\":12}",
    "{\"username\":\"alice\",\"password\":[\"apple\"]}",
    "{\"username\":\"alice\",\"password\":\"a\\u0000\"}",
    "{\"username\":\"alice\",\"username\":\"alice\",\"password\":\"apple\"}",
    "{\"username\":\"alice\",\"password\":\"apple\",\"port\":0}",
    "{\"username\":\"alice\",\"password\":\"apple\",\"port\":65536}",
    "{\"username\":\"alice\",\"password\":\"apple\",\"port\":-1}",
    "{\"username\":\"alice\",\"password\":\"apple\",\"port\":\"4444\"}",
    "{\"username\":\"alice\",\"password\":\"apple\",\"port\":4444.0}",
    "{\"username\":\"alice\",\"password\":\"apple\",\"port\":4e3}",
    "{\"username\":\"alice\",\"password\":\"apple\",\"port\":null}",
    "{\"username\":\"alice\",\"password\":\"apple\"} x",
};

START_TEST(malformed_request)
{
    ck_assert_int_eq(lab_login(&lab, malformed[_i]), 400);
    ck_assert_str_eq(lab.reply.json, "{\"error\":\"bad_request\"}");
}
END_TEST

START_TEST(length_of_password)
{
    char json[512];

    snprintf(json, sizeof json,
             "{\"username\":\"alice\",\"password\":\"%0128d\"}", 0);
    ck_assert_int_eq(lab_login(&lab, json), 401);
    snprintf(json, sizeof json,
             "{\"username\":\"alice\",\"password\":\"%0129d\"}", 0);
    ck_assert_int_eq(lab_login(&lab, json), 400);
}
END_TEST

START_TEST(unknown_members)
{
    ck_assert_int_eq(lab_login(&lab, "{\"x\":{\"username\":\"bob\"},"
                                     "\"username\":\"alice\",\"Password\":\"p\""
                                     ",\"password\":\"apple\",\"ip_addr\":"
                                     "\"1.2.3.4\",\"port\":1}"),
                     200);
    ck_assert_str_eq(lab.reply.user, "alice");
}
END_TEST

START_TEST(unknown_user)
{
    char wrong[REPLY_JSON_SIZE];

    ck_assert_int_eq(lab_login(&lab, BAD), 401);
    ck_assert_str_eq(lab.reply.json, "{\"error\":\"bad_login\"}");
    memcpy(wrong, lab.reply.json, sizeof wrong);
    ck_assert_int_eq(
        lab_login(&lab, "{\"username\":\"nobody\",\"password\":\"apple\"}"),
        401);
    ck_assert_str_eq(lab.reply.json, wrong);
}
END_TEST

/* An unknown user is hashed as well, at the cost of those that are known. */
START_TEST(unknown_user_costs_the_same)
{
    const char *json = "{\"username\":\"nobody\",\"password\":\"apple\"}";
    cJSON *body = kit_json_object(json, strlen(json));
    struct request request = {body, LAB_IP, LAB_NOW, 1};
    struct reply reply = {0};
    struct login login;

    lab.service->ln = 14; /* accounts were made with 10 */
    login_begin(&reply, &login, lab.service, &request);
    ck_assert_int_eq(reply.status, 0);
    ck_assert_int_eq(strncmp(login.phc, "$scrypt$ln=10,r=8,p=5$", 22), 0);
    login_hash(&login);
    ck_assert_int_eq(login.result, LOGIN_WRONG);
    kit_json_free(body);
}
END_TEST

START_TEST(password_is_wiped)
{
    cJSON *body = kit_json_object(GOOD, strlen(GOOD));
    struct request request = {body, LAB_IP, LAB_NOW, 1};
    static const struct login zero;
    struct reply reply = {0};
    struct login login;

    login_begin(&reply, &login, lab.service, &request);
    ck_assert_str_eq(login.password, "apple");
    login_hash(&login);
    ck_assert_mem_eq(login.password, zero.password, sizeof login.password);
    login_finish(&reply, &login, lab.service, LAB_NOW);
    ck_assert_int_eq(reply.status, 200);
    ck_assert_mem_eq(&login, &zero, sizeof login);
    kit_json_free(body);
}
END_TEST

/* The password is changed while the old one is being hashed. */
START_TEST(changed_meanwhile)
{
    cJSON *body = kit_json_object(GOOD, strlen(GOOD));
    struct request request = {body, LAB_IP, LAB_NOW, 1};
    struct reply reply = {0};
    struct login login;
    char phc[PHC_SIZE];

    login_begin(&reply, &login, lab.service, &request);
    login_hash(&login);
    ck_assert_int_eq(login.result, LOGIN_RIGHT);
    ck_assert_int_eq(phc_make(phc, "other", LAB_LN), 0);
    ck_assert_int_eq(accounts_set(lab.store, "alice", phc), 0);
    login_finish(&reply, &login, lab.service, LAB_NOW);
    ck_assert_int_eq(reply.status, 401);
    ck_assert_str_eq(reply.json, "{\"error\":\"bad_login\"}");
    kit_json_free(body);
}
END_TEST

/* A database that cannot write: no token goes out. */
START_TEST(nothing_stored_no_token)
{
    ck_assert_int_eq(
        sqlite3_exec(lab.store->db, "PRAGMA query_only = ON", NULL, NULL, NULL),
        SQLITE_OK);
    ck_assert_int_eq(lab_login(&lab, GOOD), 500);
    ck_assert_str_eq(lab.reply.json, "{\"error\":\"internal\"}");
}
END_TEST

START_TEST(tampered_row)
{
    ck_assert_int_eq(
        accounts_set(lab.store, "alice",
                     "$scrypt$ln=31,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$"
                     "1G5RfCzjKRcC/LgE3RJJUhGgvovUaGPhRY2m55Tfpi4"),
        0);
    ck_assert_int_eq(lab_login(&lab, GOOD), 500);
}
END_TEST

/* A damaged row does not tell which names nobody has. */
START_TEST(newest_is_damaged)
{
    const char *json = "{\"username\":\"nobody\",\"password\":\"apple\"}";

    ck_assert_int_eq(
        sqlite3_exec(lab.store->db,
                     "UPDATE accounts SET phc = hex(zeroblob(1000))", NULL,
                     NULL, NULL),
        SQLITE_OK);
    ck_assert_int_eq(lab_login(&lab, json), 401);
}
END_TEST

Suite *login_suite(void);

Suite *login_suite(void)
{
    Suite *suite = suite_create("login");
    TCase *tc = tcase_create("login");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, right_password);
    tcase_add_test(tc, session_is_stored);
    tcase_add_loop_test(tc, malformed_request, 0,
                        sizeof malformed / sizeof malformed[0]);
    tcase_add_test(tc, length_of_password);
    tcase_add_test(tc, unknown_members);
    tcase_add_test(tc, unknown_user);
    tcase_add_test(tc, unknown_user_costs_the_same);
    tcase_add_test(tc, password_is_wiped);
    tcase_add_test(tc, changed_meanwhile);
    tcase_add_test(tc, nothing_stored_no_token);
    tcase_add_test(tc, tampered_row);
    tcase_add_test(tc, newest_is_damaged);
    suite_add_tcase(suite, tc);
    return suite;
}
