/* SPDX-License-Identifier: MIT */
/* POST /login without HTTP: the answers to M1, and limits on guessing. */
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

/* The first step of a login with JSON; its reply if it ends there. */
static struct reply begin(struct login *login, const char *json)
{
    cJSON *body = kit_json_object(json, strlen(json));
    struct request request = {body, EMBEDDED_IP, EMBEDDED_NOW, 1};
    struct reply reply = {0};

    login_begin(&reply, login, embedded.service, &request);
    kit_json_free(body);
    return reply;
}

/* The last step. */
static struct reply finish(struct login *login)
{
    struct reply reply = {0};

    login_finish(&reply, login, embedded.service, EMBEDDED_NOW);
    return reply;
}

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

/* Adds an account with the password "pass", hashed at cost LN and P. */
static void add(const char *name, unsigned ln, unsigned p)
{
    char once[PASSWORD_HASH_SIZE], phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(password_hash_make(once, "pass", EMBEDDED_LN), 0);
    ck_assert_int_eq(password_hash_upgrade(phc, once, "pass",
                                           (struct password_hash_cost){ln, p}),
                     0);
    ck_assert_int_eq(accounts_add(embedded.store, name, phc), 0);
}

/* The costs of the hashes that a wrong password for NAME causes. */
static const char *hashes_for(const char *name)
{
    fault_hashes();
    ck_assert_int_eq(embedded_login_as(name, "wrong"), 401);
    return fault_hashes();
}

/* Whether the stored password of NAME begins with FORM. */
static bool is_stored_as(const char *form, const char *name)
{
    char phc[PASSWORD_HASH_SIZE];

    ck_assert_int_eq(accounts_find(phc, embedded.store, name), 0);
    return strncmp(phc, form, strlen(form)) == 0;
}

/* A wrong password costs the same for every name, cheap or costly. */
START_TEST(names_cost_the_same)
{
    embedded.service->ln = 14; /* accounts were made with 10 */
    ck_assert_str_eq(hashes_for("alice"), "10/5 ");
    ck_assert_str_eq(hashes_for("nobody"), "10/5 ");

    add("dear", 11, 5);
    add("cheap", 10, 1);
    ck_assert_str_eq(hashes_for("alice"), "11/5 10/5 10/1 ");
    ck_assert_str_eq(hashes_for("dear"), "11/5 10/5 10/1 ");
    ck_assert_str_eq(hashes_for("cheap"), "11/5 10/5 10/1 ");
    ck_assert_str_eq(hashes_for("nobody"), "11/5 10/5 10/1 ");
}
END_TEST

/* A program that writes to the database cannot make logins very slow. */
START_TEST(costs_are_limited)
{
    char name[8];

    for (unsigned p = 1; p <= 10; p++) {
        snprintf(name, sizeof name, "p%u", p);
        add(name, EMBEDDED_LN, p);
    }
    ck_assert_str_eq(hashes_for("nobody"), "10/10 10/9 10/8 10/7 ");
    ck_assert_str_eq(hashes_for("p10"), "10/10 10/9 10/8 10/7 ");
    ck_assert_str_eq(hashes_for("p1"), "10/10 10/9 10/8 10/1 ");
}
END_TEST

/* Without accounts, the cost is the server's setting. */
START_TEST(no_accounts)
{
    ck_assert_int_eq(accounts_remove(embedded.store, "alice"), 0);
    ck_assert_int_eq(accounts_remove(embedded.store, "bob"), 0);
    embedded.service->ln = 11;
    ck_assert_str_eq(hashes_for("alice"), "11/5 ");
}
END_TEST

/* Once all users have logged in, all hashes have the same cost. */
START_TEST(cheap_passwords_are_upgraded)
{
    embedded.service->ln = 14;
    add("dear", 11, 5);
    ck_assert_int_eq(embedded_login_as("alice", "wrong"), 401);
    ck_assert(is_stored_as("$scrypt$ln=10,r=8,p=5$", "alice"));
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(embedded_login_as("alice", "apple"), 200);
        ck_assert(is_stored_as("$scrypt$ln=11,r=8,p=5$", "alice"));
        ck_assert_int_eq(embedded_login_as("bob", "banana"), 200);
    }
    ck_assert_int_eq(embedded_login_as("alice", "wrong"), 401);
    fault_hashes();
    ck_assert_int_eq(embedded_login_as("bob", "banana"), 200);
    ck_assert_str_eq(fault_hashes(), FAULTS_POSSIBLE ? "11/5 " : "");
}
END_TEST

/* No password is upgraded to a cost above the server's setting. */
START_TEST(upgrades_are_limited)
{
    embedded.service->ln = 11;
    add("dear", 12, 5);
    ck_assert_int_eq(embedded_login_as("alice", "apple"), 200);
    ck_assert(is_stored_as("$scrypt$ln=10,r=8,p=5$", "alice"));
    add("own", 11, 5);
    ck_assert_int_eq(embedded_login_as("alice", "apple"), 200);
    ck_assert(is_stored_as("$scrypt$ln=11,r=8,p=5$", "alice"));
}
END_TEST

/* Two logins at the same time succeed, although each upgrades the hash. */
START_TEST(upgraded_meanwhile)
{
    struct login logins[2];

    embedded.service->ln = 14;
    add("dear", 11, 5);
    for (int i = 0; i < 2; i++) {
        begin(&logins[i], GOOD);
        login_hash(&logins[i]);
    }
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(finish(&logins[i]).status, 200);
    ck_assert_int_eq(embedded_login(GOOD), 200);
}
END_TEST

START_TEST(password_is_wiped)
{
    static const struct login zero;
    struct login login;

    begin(&login, GOOD);
    ck_assert_str_eq(login.password, "apple");
    login_hash(&login);
    ck_assert_mem_eq(login.password, zero.password, sizeof login.password);
    ck_assert_int_eq(finish(&login).status, 200);
    ck_assert_mem_eq(&login, &zero, sizeof login);
}
END_TEST

/* The password is changed while the old one is being hashed. */
START_TEST(changed_meanwhile)
{
    struct login login;
    struct reply reply;
    char phc[PASSWORD_HASH_SIZE];

    begin(&login, GOOD);
    login_hash(&login);
    ck_assert_int_eq(login.result, LOGIN_RIGHT);
    ck_assert_int_eq(password_hash_make(phc, "other", EMBEDDED_LN), 0);
    ck_assert_int_eq(accounts_set_password(embedded.store, "alice", phc), 0);
    reply = finish(&login);
    ck_assert_int_eq(reply.status, 401);
    ck_assert_str_eq(reply.json, "{\"error\":\"bad_login\"}");
}
END_TEST

/* A session that cannot be stored gets no token. */
START_TEST(read_only_database)
{
    embedded_execute("PRAGMA query_only = ON");
    ck_assert_int_eq(embedded_login(GOOD), 500);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"internal\"}");
}
END_TEST

START_TEST(damaged_row)
{
    ck_assert_int_eq(accounts_set_password(embedded.store, "bob", ""), 0);
    ck_assert_int_eq(embedded_login_as("bob", "banana"), 500);
    captured_one_line("chat-server passwd --db FILE bob");
    ck_assert_int_eq(
        accounts_set_password(embedded.store, "alice",
                              "$scrypt$ln=31,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$"
                              "1G5RfCzjKRcC/LgE3RJJUhGgvovUaGPhRY2m55Tfpi4"),
        0);
    ck_assert_int_eq(embedded_login(GOOD), 500);
}
END_TEST

/* An unknown name gets the same answer as before. */
START_TEST(other_rows_damaged)
{
    embedded_execute("UPDATE accounts SET phc = hex(zeroblob(1000))");
    ck_assert_int_eq(embedded_login_as("nobody", "apple"), 401);
    embedded_execute("UPDATE accounts SET phc = x'' WHERE name = 'bob'");
    ck_assert_int_eq(embedded_login_as("nobody", "apple"), 401);
}
END_TEST

/* --- Guessing passwords ----------------------------------------------------*/

START_TEST(five_failures_a_minute)
{
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(embedded_login(BAD), 401);
    ck_assert_int_eq(embedded_login(BAD), 429);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"slow_down\"}");
    ck_assert_int_eq(embedded.reply.retry_after, 12);

    /* Now even the right password is rejected. */
    ck_assert_int_eq(embedded_login(GOOD), 429);

    /* Another name and another address are not affected. */
    ck_assert_int_eq(embedded_login_as("bob", "banana"), 200);
    embedded.ip = "192.0.2.8";
    ck_assert_int_eq(embedded_login(GOOD), 200);

    /* After a while, attempts are allowed again. */
    embedded.ip = EMBEDDED_IP;
    embedded.ticks += 12000;
    ck_assert_int_eq(embedded_login(GOOD), 200);
}
END_TEST

/* A machine can have all addresses of a /64. */
START_TEST(network_of_ipv6)
{
    static const char *const ips[] = {"2001:db8::1",          "2001:db8::2",
                                      "2001:db8::ffff:0:0:3", "2001:db8::4",
                                      "2001:db8::5",          "2001:db8::6"};

    for (int i = 0; i < 6; i++) {
        embedded.ip = ips[i];
        ck_assert_int_eq(embedded_login(BAD), i < 5 ? 401 : 429);
    }
    embedded.ip = "2001:db8:0:1::1";
    ck_assert_int_eq(embedded_login(GOOD), 200);
}
END_TEST

START_TEST(successes_do_not_count)
{
    for (int i = 0; i < 50; i++)
        ck_assert_int_eq(embedded_login(GOOD), 200);
    ck_assert_int_eq(embedded_login(BAD), 401);
}
END_TEST

/* Only five of fifty guesses at the same time are hashed. */
START_TEST(attempts_in_flight_count)
{
    static struct login logins[50];
    struct reply reply;
    int hashed = 0;

    for (int i = 0; i < 50; i++)
        hashed += begin(&logins[i], BAD).status == 0;
    ck_assert_int_eq(hashed, 5);

    /* A guess that was dropped before its hash does not count. */
    reply = finish(&logins[0]);
    ck_assert_int_eq(reply.status, 503);
    ck_assert_int_gt(reply.retry_after, 0);
    ck_assert_str_eq(reply.json, "{\"error\":\"busy\"}");
    ck_assert_int_eq(embedded_login(BAD), 401);
    ck_assert_int_eq(embedded_login(BAD), 429);
}
END_TEST

/* --- With faults -----------------------------------------------------------*/

#define DATABASE "sqlite3_prepare_v3 sqlite3_step sqlite3_column_* "
#define CRYPTO   "kit_random kit_sha256 kit_hmac kit_scrypt kit_seal "

static int log_in(void)
{
    int status = embedded_login(GOOD);

    ck_assert(status == 200 || status == 500);
    return status == 200 ? 0 : -1;
}

/* After faults, a login gets a valid token. A fault is not a failed guess. */
START_TEST(login_fails)
{
    char token[KIT_TOKEN_MAX + 1];

    embedded_token(token, "bob", 0);
    ck_assert_int_ge(fault_each(DATABASE CRYPTO "calloc", log_in, true), 12);
    snprintf(token, sizeof token, "%s", embedded_string("token"));
    ck_assert_int_eq(embedded_ask("alice", token, "bob"), 200);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(log_in(), 0);
}
END_TEST

static int log_in_unknown(void)
{
    int status = embedded_login_as("nobody", "x");

    embedded.ticks += 60000;
    ck_assert(status == 401 || status == 500);
    return status == 401 ? 0 : -1;
}

START_TEST(login_of_unknown_user_fails)
{
    ck_assert_int_ge(fault_each(DATABASE CRYPTO, log_in_unknown, false), 5);
}
END_TEST

TEST_SUITE(login, 30, embedded_begin, embedded_end)
{
    tcase_add_tests(tcase, right_password, session_is_stored);
    tcase_add_rows(tcase, malformed_request, malformed);
    tcase_add_tests(tcase, length_of_password, unknown_members, unknown_user);
    if (faults_possible("login"))
        tcase_add_tests(tcase, names_cost_the_same, costs_are_limited,
                        no_accounts, login_fails, login_of_unknown_user_fails);
    tcase_add_tests(tcase, cheap_passwords_are_upgraded, upgrades_are_limited,
                    upgraded_meanwhile, password_is_wiped, changed_meanwhile,
                    read_only_database, damaged_row, other_rows_damaged,
                    five_failures_a_minute, network_of_ipv6,
                    successes_do_not_count, attempts_in_flight_count);
}
