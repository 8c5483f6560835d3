/* SPDX-License-Identifier: MIT */
/* What nobody who knows the keys has made: no ticket, no message of it. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/e2e/attack.h"

/* One bit in each of 37 places, of the ticket and the message in turn. */
START_TEST(flipped_bits)
{
    start_bob(NULL);
    for (int i = 0; i < 37; i++) {
        char *sealed;
        struct kit_box box;

        good(1, "a text of some length");
        sealed = i % 2 == 0 ? attack.f.senderinfo : attack.f.message;
        ck_assert_int_eq(kit_box_decode(&box, sealed), 0);
        if (i < 12)
            box.nonce.bytes[i] ^= (uint8_t)(1 << i % 8);
        else
            box.bytes[(size_t)(i - 12) * (box.len - 1) / 24] ^=
                (uint8_t)(1 << i % 8);
        ck_assert_int_eq(kit_box_encode(sealed, KIT_SEALED_SIZE, &box), 0);
        refuse(forge_line(&attack.f));
    }
    accept_line(good(1, "whole"), "whole");
}
END_TEST

/* Tickets that the server would not have made, or not for us. */
START_TEST(tickets)
{
    static const char *const jsons[] = {
        "{\"ip_addr\":\"127.0.0.1\",\"secret\":\"" SECRET "\"}",
        "{\"username\":\"alice\",\"secret\":\"" SECRET "\"}",
        "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.1\"}",
        "{\"username\":\"bob\",\"ip_addr\":\"127.0.0.1\","
        "\"secret\":\"" SECRET "\"}",
        "{\"username\":\"Alice\",\"ip_addr\":\"127.0.0.1\","
        "\"secret\":\"" SECRET "\"}",
        "{\"username\":\"alice\\u0000x\",\"ip_addr\":\"127.0.0.1\","
        "\"secret\":\"" SECRET "\"}",
        "{\"username\":7,\"ip_addr\":\"127.0.0.1\","
        "\"secret\":\"" SECRET "\"}",
        "{\"username\":\"alice\",\"username\":\"alice\","
        "\"ip_addr\":\"127.0.0.1\",\"secret\":\"" SECRET "\"}",
        "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.1\","
        "\"secret\":\"short\"}",
        "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.1\","
        "\"secret\":\"" SECRET "\",\"exp\":\"2000000000\"}",
        "[\"alice\"]",
        "",
    };

    start_bob(NULL);
    for (size_t i = 0; i < sizeof jsons / sizeof jsons[0]; i++) {
        good(1, "never");
        forge_ticket(&attack.f, TOKEN, jsons[i]);
        refuse(forge_line(&attack.f));
    }
    /* Bob's own name, with a box that fits it. */
    forge_good(&attack.f, TOKEN, "bob", SECRET, 1, "to myself");
    refuse(attack.f.line);
}
END_TEST

/* A good ticket's words, sealed for another, or under another key. */
START_TEST(misdirected)
{
    static const char json[] = "{\"username\":\"alice\",\"ip_addr\":"
                               "\"127.0.0.1\",\"secret\":\"" SECRET "\"}";
    static const struct {
        const char *token, *label, *ad;
        bool is_good;
    } cases[] = {
        {TOKEN, KIT_LABEL_TICKET, "senderinfo>bob", true},
        {TOKEN, KIT_LABEL_TICKET, "senderinfo>carol", false},
        {TOKEN, KIT_LABEL_TICKET, "", false},
        {TOKEN, KIT_LABEL_MESSAGE, "senderinfo>bob", false},
        {SECRET, KIT_LABEL_TICKET, "senderinfo>bob", false},
    };

    start_bob(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        good((long)i + 1, "for bob");
        forge_seal(attack.f.senderinfo, cases[i].token, cases[i].label,
                   cases[i].ad, json, strlen(json));
        if (cases[i].is_good)
            accept_line(forge_line(&attack.f), "for bob");
        else
            refuse(forge_line(&attack.f));
    }
}
END_TEST

/* The message: names and number are part of it, and so is who sends. */
START_TEST(messages)
{
    start_bob(NULL);
    good(1, "never");
    forge_message(&attack.f, SECRET, "bob", "alice", 1, "reflected");
    refuse(forge_line(&attack.f));
    forge_message(&attack.f, SECRET, "alice", "carol", 1, "for carol");
    refuse(forge_line(&attack.f));
    forge_message(&attack.f, SECRET, "alice", "bob", 2, "another number");
    refuse(forge_line(&attack.f));
    forge_message(&attack.f, "another-secret-entirely", "alice", "bob", 1, "x");
    refuse(forge_line(&attack.f));
    snprintf(attack.f.message, sizeof attack.f.message, "in clear");
    refuse(forge_line(&attack.f));
    snprintf(attack.f.message, sizeof attack.f.message, "aGVsbG8gYm9i");
    refuse(forge_line(&attack.f));
    /* Base64 of one box in another spelling. */
    good(1, "spelling");
    ck_assert_int_lt(snprintf(attack.f.line, sizeof attack.f.line,
                              "{\"senderinfo\":\"%s\",\"seq\":1,"
                              "\"message\":\"%s\\n\"}\n",
                              attack.f.senderinfo, attack.f.message),
                     (int)sizeof attack.f.line);
    refuse(attack.f.line);
    good(1, "padding");
    attack.f.message[strcspn(attack.f.message, "=")] = '\0';
    refuse(forge_line(&attack.f));
}
END_TEST

/* An address is a hint: noted, and refused only when that was asked for. */
START_TEST(addresses)
{
    start_bob(_i == 0 ? NULL : "--strict-ip");
    good(1, "from elsewhere");
    forge_ticket(&attack.f, TOKEN,
                 "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.2\","
                 "\"secret\":\"" SECRET "\"}");
    if (_i == 0)
        accept_line(forge_line(&attack.f), "from elsewhere");
    else
        refuse(forge_line(&attack.f));
}
END_TEST

Suite *forgery_suite(void);

Suite *forgery_suite(void)
{
    Suite *suite = suite_create("forgery");
    TCase *tcase = tcase_create("forgery");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, attack_begin, attack_end);
    tcase_add_test(tcase, flipped_bits);
    tcase_add_test(tcase, tickets);
    tcase_add_test(tcase, misdirected);
    tcase_add_test(tcase, messages);
    tcase_add_loop_test(tcase, addresses, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
