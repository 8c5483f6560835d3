/* SPDX-License-Identifier: MIT */
/* POST /login without HTTP: M1 in, M2 or a refusal out. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "server/store/accounts.h"
#include "server/store/sessions.h"
#include "tests/support/captured_output.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/unit/embedded_server.h"

#define GOOD "{\"username\":\"alice\",\"password\":\"apple\"}"
#define BAD  "{\"username\":\"alice\",\"password\":\"pear\"}"

START_TEST(right_password)
{
    char m2[256];

    ck_assert_int_eq(embedded_login(GOOD), 200);
    ck_assert_str_eq(embedded.reply.user, "alice");
    ck_assert_int_eq(embedded.reply.retry_after, 0);

    /* Two members, and a token of 64 lower-case hex digits. */
    ck_assert_uint_eq(strlen(embedded_string("token")), 64);
    ck_assert_uint_eq(strspn(embedded_string("token"), "0123456789abcdef"), 64);
    snprintf(m2, sizeof m2, "{\"token\":\"%s\",\"expires_in\":43200}",
             embedded_string("token"));
    ck_assert_str_eq(embedded.reply.json, m2);
}
END_TEST

START_TEST(session_is_stored)
{
    struct sessions_pair pair;
    char token[KIT_TOKEN_MAX + 1];

    embedded_token(token, "alice", 5555);
    ck_assert_int_eq(
        sessions_lookup(&pair, embedded.store, token, "bob", embedded.now),
        SESSIONS_NO_RECEIVER);
    ck_assert_str_eq(pair.sender.user, "alice");
    ck_assert_str_eq(pair.sender.ip, EMBEDDED_IP);
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
    ck_assert_int_eq(embedded_login(malformed[_i]), 400);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"bad_request\"}");
}
END_TEST

START_TEST(length_of_password)
{
    char json[512];

    snprintf(json, sizeof json,
             "{\"username\":\"alice\",\"password\":\"%0128d\"}", 0);
    ck_assert_int_eq(embedded_login(json), 401);
    snprintf(json, sizeof json,
             "{\"username\":\"alice\",\"password\":\"%0129d\"}", 0);
    ck_assert_int_eq(embedded_login(json), 400);
}
END_TEST

START_TEST(unknown_members)
{
    ck_assert_int_eq(embedded_login("{\"x\":{\"username\":\"bob\"},"
                                    "\"username\":\"alice\",\"Password\":\"p\""
                                    ",\"password\":\"apple\",\"ip_addr\":"
                                    "\"1.2.3.4\",\"port\":1}"),
                     200);
    ck_assert_str_eq(embedded.reply.user, "alice");
}
END_TEST

START_TEST(unknown_user)
{
    char wrong[REPLY_JSON_SIZE];

    ck_assert_int_eq(embedded_login(BAD), 401);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"bad_login\"}");
    memcpy(wrong, embedded.reply.json, sizeof wrong);
    ck_assert_int_eq(embedded_login_as("nobody", "apple"), 401);
    ck_assert_str_eq(embedded.reply.json, wrong);
}
END_TEST

/* An account NAME whose password is "pass", hashed at cost LN and P. */
static void add(const char *name, unsigned ln, unsigned p)
{
    char once[PASSWORD_HASH_SIZE], phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(password_hash_make(once, "pass", EMBEDDED_LN), 0);
    ck_assert_int_eq(password_hash_upgrade(phc, once, "pass",
                                           (struct password_hash_cost){ln, p}),
                     0);
    ck_assert_int_eq(accounts_add(embedded.store, name, phc), 0);
}

static int login_as(const char *name, const char *password)
{
    char json[256];

    snprintf(json, sizeof json, "{\"username\":\"%s\",\"password\":\"%s\"}",
             name, password);
    return embedded_login(json);
}

/* What a wrong guess at NAME hashes. */
static const char *work_for(const char *name)
{
    fault_hashes();
    ck_assert_int_eq(login_as(name, "wrong"), 401);
    return fault_hashes();
}

/* Whether the stored password of NAME begins with FORM. */
static bool is_stored_as(const char *form, const char *name)
{
    char phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(accounts_find(phc, embedded.store, name), 0);
    return strncmp(phc, form, strlen(form)) == 0;
}

/* The same hashes for every name, whatever its own password costs. */
START_TEST(names_cost_the_same)
{
    embedded.service->ln = 14; /* accounts were made with 10 */
    ck_assert_str_eq(work_for("alice"), "10/5 ");
    ck_assert_str_eq(work_for("nobody"), "10/5 ");

    add("dear", 12, 5);
    add("cheap", 10, 1);
    ck_assert_str_eq(work_for("alice"), "12/5 10/5 10/1 ");
    ck_assert_str_eq(work_for("dear"), "12/5 10/5 10/1 ");
    ck_assert_str_eq(work_for("cheap"), "12/5 10/5 10/1 ");
    ck_assert_str_eq(work_for("nobody"), "12/5 10/5 10/1 ");
}
END_TEST

/* Who writes to the database does not raise the cost without limit. */
START_TEST(costs_are_limited)
{
    char name[8];

    for (unsigned p = 1; p <= 10; p++) {
        snprintf(name, sizeof name, "p%u", p);
        add(name, 11, p);
    }
    ck_assert_str_eq(work_for("nobody"), "11/10 11/9 11/8 11/7 ");
    ck_assert_str_eq(work_for("p10"), "11/10 11/9 11/8 11/7 ");
    ck_assert_str_eq(work_for("p1"), "11/10 11/9 11/8 11/1 ");
}
END_TEST

/* A database without accounts has the cost that is the server's own. */
START_TEST(no_accounts)
{
    ck_assert_int_eq(accounts_remove(embedded.store, "alice"), 0);
    ck_assert_int_eq(accounts_remove(embedded.store, "bob"), 0);
    embedded.service->ln = 11;
    ck_assert_str_eq(work_for("alice"), "11/5 ");
}
END_TEST

/* Once all have logged in, there is one cost again. */
START_TEST(cheap_passwords_are_upgraded)
{
    embedded.service->ln = 14;
    add("dear", 12, 5);
    ck_assert_int_eq(login_as("alice", "wrong"), 401);
    ck_assert(is_stored_as("$scrypt$ln=10,r=8,p=5$", "alice"));
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(login_as("alice", "apple"), 200);
        ck_assert(is_stored_as("$scrypt$ln=12,r=8,p=5$", "alice"));
        ck_assert_int_eq(login_as("bob", "banana"), 200);
    }
    ck_assert_int_eq(login_as("alice", "wrong"), 401);
    fault_hashes();
    ck_assert_int_eq(login_as("bob", "banana"), 200);
    ck_assert_str_eq(fault_hashes(), FAULTS_POSSIBLE ? "12/5 " : "");
}
END_TEST

/* No password is upgraded to a cost above the server's own. */
START_TEST(upgrades_are_limited)
{
    embedded.service->ln = 11;
    add("dear", 12, 5);
    ck_assert_int_eq(login_as("alice", "apple"), 200);
    ck_assert(is_stored_as("$scrypt$ln=10,r=8,p=5$", "alice"));
    add("own", 11, 5);
    ck_assert_int_eq(login_as("alice", "apple"), 200);
    ck_assert(is_stored_as("$scrypt$ln=11,r=8,p=5$", "alice"));
}
END_TEST

/* Two logins at once, both with the right password: both are good. */
START_TEST(upgraded_meanwhile)
{
    cJSON *body = kit_json_object(GOOD, strlen(GOOD));
    struct request request = {body, EMBEDDED_IP, EMBEDDED_NOW, 1};
    struct reply reply = {0};
    struct login logins[2];

    embedded.service->ln = 14;
    add("dear", 12, 5);
    for (int i = 0; i < 2; i++) {
        login_begin(&reply, &logins[i], embedded.service, &request);
        login_hash(&logins[i]);
    }
    for (int i = 0; i < 2; i++) {
        login_finish(&reply, &logins[i], embedded.service, EMBEDDED_NOW);
        ck_assert_int_eq(reply.status, 200);
    }
    ck_assert_int_eq(login_as("alice", "apple"), 200);
    kit_json_free(body);
}
END_TEST

START_TEST(password_is_wiped)
{
    cJSON *body = kit_json_object(GOOD, strlen(GOOD));
    struct request request = {body, EMBEDDED_IP, EMBEDDED_NOW, 1};
    static const struct login zero;
    struct reply reply = {0};
    struct login login;

    login_begin(&reply, &login, embedded.service, &request);
    ck_assert_str_eq(login.password, "apple");
    login_hash(&login);
    ck_assert_mem_eq(login.password, zero.password, sizeof login.password);
    login_finish(&reply, &login, embedded.service, EMBEDDED_NOW);
    ck_assert_int_eq(reply.status, 200);
    ck_assert_mem_eq(&login, &zero, sizeof login);
    kit_json_free(body);
}
END_TEST

/* The password is changed while the old one is being hashed. */
START_TEST(changed_meanwhile)
{
    cJSON *body = kit_json_object(GOOD, strlen(GOOD));
    struct request request = {body, EMBEDDED_IP, EMBEDDED_NOW, 1};
    struct reply reply = {0};
    struct login login;
    char phc[PASSWORD_HASH_SIZE];

    login_begin(&reply, &login, embedded.service, &request);
    login_hash(&login);
    ck_assert_int_eq(login.result, LOGIN_RIGHT);
    ck_assert_int_eq(password_hash_make(phc, "other", EMBEDDED_LN), 0);
    ck_assert_int_eq(accounts_set_password(embedded.store, "alice", phc), 0);
    login_finish(&reply, &login, embedded.service, EMBEDDED_NOW);
    ck_assert_int_eq(reply.status, 401);
    ck_assert_str_eq(reply.json, "{\"error\":\"bad_login\"}");
    kit_json_free(body);
}
END_TEST

/* A database that cannot write: no token goes out. */
START_TEST(nothing_stored_no_token)
{
    embedded_execute("PRAGMA query_only = ON");
    ck_assert_int_eq(embedded_login(GOOD), 500);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"internal\"}");
}
END_TEST

START_TEST(tampered_row)
{
    ck_assert_int_eq(accounts_set_password(embedded.store, "bob", ""), 0);
    ck_assert_int_eq(embedded_login_as("bob", "banana"), 500);
    ck_assert_int_eq(
        accounts_set_password(embedded.store, "alice",
                              "$scrypt$ln=31,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$"
                              "1G5RfCzjKRcC/LgE3RJJUhGgvovUaGPhRY2m55Tfpi4"),
        0);
    ck_assert_int_eq(embedded_login(GOOD), 500);
}
END_TEST

/* A damaged row does not tell which names nobody has. */
START_TEST(rows_are_damaged)
{
    const char *json = "{\"username\":\"nobody\",\"password\":\"apple\"}";

    embedded_execute("UPDATE accounts SET phc = hex(zeroblob(1000))");
    ck_assert_int_eq(embedded_login(json), 401);
    embedded_execute("UPDATE accounts SET phc = x'' WHERE name = 'bob'");
    ck_assert_int_eq(embedded_login(json), 401);
}
END_TEST

TEST_SUITE(login)
{
    Suite *suite = suite_create("login");
    TCase *tc = suite_add_case(suite, "login");

    tcase_add_checked_fixture(tc, embedded_begin, embedded_end);
    tcase_set_timeout(tc, 30);
    tcase_add_tests(tc, right_password, session_is_stored);
    tcase_add_loop_test(tc, malformed_request, 0,
                        sizeof malformed / sizeof malformed[0]);
    tcase_add_tests(tc, length_of_password, unknown_members, unknown_user);
    if (FAULTS_POSSIBLE) {
        tcase_add_tests(tc, names_cost_the_same, costs_are_limited,
                        no_accounts);
    }
    tcase_add_tests(tc, cheap_passwords_are_upgraded, upgrades_are_limited,
                    upgraded_meanwhile, password_is_wiped, changed_meanwhile,
                    nothing_stored_no_token, tampered_row, rows_are_damaged);
    return suite;
}
