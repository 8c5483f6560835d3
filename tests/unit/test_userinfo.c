/* SPDX-License-Identifier: MIT */
/* POST /userinfo without HTTP: the answers to M3, and their tickets. */
#include <stdio.h>
#include <string.h>

#include "lib/box.h"
#include "lib/hkdf.h"
#include "tests/support/library_faults/fault.h"
#include "tests/support/suites.h"
#include "tests/unit/embedded_server.h"

static char alice[KIT_TOKEN_MAX + 1], bob[KIT_TOKEN_MAX + 1];

static void setup(void)
{
    embedded_begin();
    embedded.ip = "192.0.2.1";
    embedded_token(alice, "alice", 0);
    embedded.ip = "192.0.2.2";
    embedded_token(bob, "bob", 5555);
}

/* The text in the last ticket, or NULL if TOKEN and NAME do not open it. */
static const char *opened(const char *token, const char *name)
{
    static char text[KIT_TEXT_MAX + 1];
    struct kit_key key;
    struct kit_box box;
    struct kit_ad ad;

    memset(text, 0, sizeof text);
    ck_assert_int_eq(kit_derive(&key, token, "senderinfo"), 0);
    ck_assert_int_eq(kit_ad_ticket(&ad, name), 0);
    ck_assert_int_eq(kit_box_decode(&box, embedded_string("senderinfo")), 0);
    if (kit_open((uint8_t *)text, sizeof text - 1, &key, &box.nonce, ad.text,
                 strlen(ad.text), box.bytes, box.len) != 0)
        return NULL;
    return text;
}

START_TEST(answer)
{
    char m4[REPLY_JSON_SIZE], secret[KIT_TOKEN_MAX + 1];

    embedded.ip = "192.0.2.99"; /* M3 may come from another address */
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 200);
    ck_assert_str_eq(embedded.reply.user, "alice");
    snprintf(secret, sizeof secret, "%s", embedded_string("secret"));
    ck_assert_uint_eq(strlen(secret), 64);
    ck_assert_uint_eq(strspn(secret, "0123456789abcdef"), 64);
    snprintf(m4, sizeof m4,
             "{\"ip_addr\":\"192.0.2.2\",\"secret\":\"%s\","
             "\"senderinfo\":\"%s\",\"port\":5555,\"receiver\":\"bob\"}",
             secret, embedded_string("senderinfo"));
    ck_assert_str_eq(embedded.reply.json, m4);
}
END_TEST

START_TEST(ticket_opens)
{
    char text[512];

    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 200);
    snprintf(text, sizeof text,
             "{\"username\":\"alice\",\"ip_addr\":\"192.0.2.1\","
             "\"secret\":\"%s\",\"exp\":%lld}",
             embedded_string("secret"), embedded.now + 3600);
    ck_assert_str_eq(opened(bob, "bob"), text);

    /* Neither another name nor another token opens it. */
    ck_assert_ptr_null(opened(bob, "alice"));
    ck_assert_ptr_null(opened(alice, "bob"));
}
END_TEST

START_TEST(fresh_secret_and_ticket)
{
    char secret[KIT_TOKEN_MAX + 1], ticket[KIT_TICKET_MAX + 1];

    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 200);
    snprintf(secret, sizeof secret, "%s", embedded_string("secret"));
    snprintf(ticket, sizeof ticket, "%s", embedded_string("senderinfo"));
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 200);
    ck_assert_str_ne(embedded_string("secret"), secret);
    ck_assert_int_ne(strncmp(embedded_string("senderinfo"), ticket, 16), 0);
}
END_TEST

/* The longest name and address make a ticket of at most 1,024 characters. */
START_TEST(longest_ticket)
{
    char name[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", token[KIT_TOKEN_MAX + 1];

    embedded_add(name, "banana");
    embedded.ip = "1111:2222:3333:4444:5555:6666:7777:8888";
    embedded_token(token, name, 65535);
    ck_assert_int_eq(embedded_ask(name, token, "bob"), 200);
    ck_assert_uint_le(strlen(embedded_string("senderinfo")), 1024);
    ck_assert_int_eq(embedded_ask("alice", alice, name), 200);
}
END_TEST

/*
 * SENDER asks with TOKEN for RECEIVER. The answer must have IP and PORT, and a
 * ticket that RECEIVER_TOKEN opens.
 */
static void check_receiver(const char *sender, const char *token,
                           const char *receiver, const char *ip, int port,
                           const char *receiver_token)
{
    char part[64];

    ck_assert_int_eq(embedded_ask(sender, token, receiver), 200);
    ck_assert_str_eq(embedded_string("ip_addr"), ip);
    snprintf(part, sizeof part, ",\"port\":%d,", port);
    ck_assert_ptr_nonnull(strstr(embedded.reply.json, part));
    ck_assert_ptr_nonnull(opened(receiver_token, receiver));
}

/* A later login with a port replaces the receiver; one without does not. */
START_TEST(newest_that_listens)
{
    char newer[KIT_TOKEN_MAX + 1];

    embedded.ip = "192.0.2.3";
    embedded_token(newer, "bob", 0);
    check_receiver("alice", alice, "bob", "192.0.2.2", 5555, bob);
    embedded.ip = "192.0.2.4";
    embedded_token(newer, "bob", 6666);
    check_receiver("alice", alice, "bob", "192.0.2.4", 6666, newer);
}
END_TEST

START_TEST(newest_without_port)
{
    char newer[KIT_TOKEN_MAX + 1];

    check_receiver("bob", bob, "alice", "192.0.2.1", 4444, alice);
    embedded.ip = "192.0.2.5";
    embedded_token(newer, "alice", 0);
    check_receiver("bob", bob, "alice", "192.0.2.5", 4444, newer);
}
END_TEST

START_TEST(bad_token)
{
    char changed[KIT_TOKEN_MAX + 1];

    /* The token of another user, a changed one, a truncated one. */
    ck_assert_int_eq(embedded_ask("alice", bob, "bob"), 401);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"bad_token\"}");
    snprintf(changed, sizeof changed, "%s", alice);
    changed[63] ^= 1;
    ck_assert_int_eq(embedded_ask("alice", changed, "bob"), 401);
    snprintf(changed, sizeof changed, "%.63s", alice);
    ck_assert_int_eq(embedded_ask("alice", changed, "bob"), 401);
    ck_assert_int_eq(embedded_ask("nobody", alice, "bob"), 401);
}
END_TEST

START_TEST(no_receiver)
{
    ck_assert_int_eq(embedded_ask("alice", alice, "nobody"), 404);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"no_receiver\"}");

    /* An account that is not logged in gets the same answer. */
    embedded_add("carol", "cherry");
    ck_assert_int_eq(embedded_ask("alice", alice, "carol"), 404);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"no_receiver\"}");
}
END_TEST

#define TOKEN "0123456789abcdef"

static const char *const malformed[] = {
    "{}",
    "{\"token\":\"" TOKEN "\",\"receiver\":\"bob\"}",
    "{\"username\":\"alice\",\"receiver\":\"bob\"}",
    "{\"username\":\"alice\",\"token\":\"" TOKEN "\"}",
    "{\"username\":1,\"token\":\"" TOKEN "\",\"receiver\":\"bob\"}",
    "{\"username\":\"alice\",\"token\":1,\"receiver\":\"bob\"}",
    "{\"username\":\"alice\",\"token\":\"" TOKEN "\",\"receiver\":1}",
    "{\"username\":\"a b\",\"token\":\"" TOKEN "\",\"receiver\":\"bob\"}",
    "{\"username\":\"alice\",\"token\":\"short\",\"receiver\":\"bob\"}",
    "{\"username\":\"al\",\"token\":\"0123456789abcd f\",\"receiver\":\"bob\"}",
    "{\"username\":\"alice\",\"token\":\"" TOKEN "\",\"receiver\":\"B\"}",
    "{\"username\":\"alice\",\"token\":\"" TOKEN "\",\"receiver\":\"\"}",
    "{\"username\":\"alice\",\"token\":\"" TOKEN "\",\"receiver\":\"alice\"}",
};

START_TEST(malformed_request)
{
    ck_assert_int_eq(embedded_userinfo(malformed[_i]), 400);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"bad_request\"}");
}
END_TEST

START_TEST(unknown_members)
{
    char json[512];

    snprintf(json, sizeof json,
             "{\"port\":1,\"ip_addr\":\"6.6.6.6\",\"username\":\"alice\","
             "\"token\":\"%s\",\"receiver\":\"bob\",\"x\":[{}]}",
             alice);
    ck_assert_int_eq(embedded_userinfo(json), 200);
    ck_assert_ptr_nonnull(strstr(opened(bob, "bob"), "192.0.2.1"));
}
END_TEST

START_TEST(end_of_a_session)
{
    embedded.now += KIT_TOKEN_LIFE - 1;
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 200);
    embedded.now += 1;
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 401);

    /* A receiver whose session has ended is not found. */
    embedded_token(alice, "alice", 0);
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 404);
}
END_TEST

START_TEST(rate_of_a_user)
{
    for (int i = 0; i < 30; i++)
        ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 200);
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 429);
    ck_assert_str_eq(embedded.reply.json, "{\"error\":\"slow_down\"}");
    ck_assert_int_eq(embedded.reply.retry_after, 1);

    /* Another user is not affected. A second later one more is allowed. */
    ck_assert_int_eq(embedded_ask("bob", bob, "alice"), 200);
    embedded.ticks += 1000;
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 200);
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 429);
}
END_TEST

/* Without the token, requests do not count against the user. */
START_TEST(rate_needs_the_token)
{
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(embedded_ask("alice", bob, "bob"), 401);
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 200);
}
END_TEST

/* A damaged row of the receiver is found only after token and rate. */
START_TEST(damaged_receiver)
{
    embedded_execute("UPDATE sessions SET ip = '' WHERE user='bob'");
    ck_assert_int_eq(embedded_ask("carol", alice, "bob"), 401);
    for (int i = 0; i < 30; i++)
        ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 500);
    ck_assert_str_eq(embedded.reply.user, "alice");
    ck_assert_int_eq(embedded_ask("alice", alice, "bob"), 429);
}
END_TEST

static int ask_for_bob(void)
{
    int status = embedded_ask("alice", alice, "bob");

    embedded.ticks += 60000;
    if (status == 200)
        return 0;
    ck_assert_int_eq(status, 500);
    ck_assert_ptr_null(strstr(embedded.reply.json, "secret"));
    return -1;
}

START_TEST(userinfo_fails)
{
    ck_assert_int_ge(fault_each("sqlite3_prepare_v3 sqlite3_step "
                                "sqlite3_column_* kit_random kit_sha256 "
                                "kit_hmac kit_scrypt kit_seal calloc",
                                ask_for_bob, true),
                     11);
}
END_TEST

TEST_SUITE(userinfo, 60, setup, embedded_end)
{
    tcase_add_tests(tcase, answer, ticket_opens, fresh_secret_and_ticket,
                    longest_ticket, newest_that_listens, newest_without_port,
                    bad_token, no_receiver);
    tcase_add_rows(tcase, malformed_request, malformed);
    tcase_add_tests(tcase, unknown_members, end_of_a_session, rate_of_a_user,
                    rate_needs_the_token, damaged_receiver);
    if (faults_possible("userinfo"))
        tcase_add_test(tcase, userinfo_fails);
}
