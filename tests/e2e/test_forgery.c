/* SPDX-License-Identifier: MIT */
/* What nobody who knows the keys has made: no ticket, no message of it. */
#include <stdio.h>
#include <string.h>

#include "tests/e2e/attacked_receiver.h"
#include "tests/support/forgery.h"
#include "tests/support/suites.h"

/* One bit in each of 37 places, of the ticket and the message in turn. */
START_TEST(flipped_bits)
{
    attacked_start(NULL);
    for (int i = 0; i < 37; i++) {
        char *sealed;
        struct kit_box box;

        attacked_line(1, "a text of some length");
        sealed = i % 2 == 0 ? attacked.made.senderinfo : attacked.made.message;
        ck_assert_int_eq(kit_box_decode(&box, sealed), 0);
        if (i < 12)
            box.nonce.bytes[i] ^= (uint8_t)(1 << i % 8);
        else
            box.bytes[(size_t)(i - 12) * (box.len - 1) / 24] ^=
                (uint8_t)(1 << i % 8);
        ck_assert_int_eq(kit_box_encode(sealed, KIT_SEALED_SIZE, &box), 0);
        attacked_refuses(forgery_line(&attacked.made));
    }
    attacked_shows(attacked_line(1, "whole"), "whole");
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

    attacked_start(NULL);
    for (size_t i = 0; i < sizeof jsons / sizeof jsons[0]; i++) {
        attacked_line(1, "never");
        forgery_ticket(&attacked.made, TOKEN, jsons[i]);
        attacked_refuses(forgery_line(&attacked.made));
    }
    /* Bob's own name, with a box that fits it. */
    forgery_good(&attacked.made, TOKEN, "bob", SECRET, 1, "to myself");
    attacked_refuses(attacked.made.line);
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

    attacked_start(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        attacked_line((long)i + 1, "for bob");
        forgery_seal(attacked.made.senderinfo, cases[i].token, cases[i].label,
                     cases[i].ad, json, strlen(json));
        if (cases[i].is_good)
            attacked_shows(forgery_line(&attacked.made), "for bob");
        else
            attacked_refuses(forgery_line(&attacked.made));
    }
}
END_TEST

/* The message: names and number are part of it, and so is who sends. */
START_TEST(messages)
{
    attacked_start(NULL);
    attacked_line(1, "never");
    forgery_message(&attacked.made, SECRET, "bob", "alice", 1, "reflected");
    attacked_refuses(forgery_line(&attacked.made));
    forgery_message(&attacked.made, SECRET, "alice", "carol", 1, "for carol");
    attacked_refuses(forgery_line(&attacked.made));
    forgery_message(&attacked.made, SECRET, "alice", "bob", 2,
                    "another number");
    attacked_refuses(forgery_line(&attacked.made));
    forgery_message(&attacked.made, "another-secret-entirely", "alice", "bob",
                    1, "x");
    attacked_refuses(forgery_line(&attacked.made));
    snprintf(attacked.made.message, sizeof attacked.made.message, "in clear");
    attacked_refuses(forgery_line(&attacked.made));
    snprintf(attacked.made.message, sizeof attacked.made.message,
             "aGVsbG8gYm9i");
    attacked_refuses(forgery_line(&attacked.made));
    /* Base64 of one box in another spelling. */
    attacked_line(1, "spelling");
    ck_assert_int_lt(snprintf(attacked.made.line, sizeof attacked.made.line,
                              "{\"senderinfo\":\"%s\",\"seq\":1,"
                              "\"message\":\"%s\\n\"}\n",
                              attacked.made.senderinfo, attacked.made.message),
                     (int)sizeof attacked.made.line);
    attacked_refuses(attacked.made.line);
    attacked_line(1, "padding");
    attacked.made.message[strcspn(attacked.made.message, "=")] = '\0';
    attacked_refuses(forgery_line(&attacked.made));
}
END_TEST

/* An address is a hint: noted, and refused only when that was asked for. */
START_TEST(addresses)
{
    attacked_start(_i == 0 ? NULL : "--strict-ip");
    attacked_line(1, "from elsewhere");
    forgery_ticket(&attacked.made, TOKEN,
                   "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.2\","
                   "\"secret\":\"" SECRET "\"}");
    if (_i == 0)
        attacked_shows(forgery_line(&attacked.made), "from elsewhere");
    else
        attacked_refuses(forgery_line(&attacked.made));
}
END_TEST

TEST_SUITE(forgery)
{
    Suite *suite = suite_create("forgery");
    TCase *tcase = suite_add_case(suite, "forgery");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, attacked_begin, attacked_end);
    tcase_add_tests(tcase, flipped_bits, tickets, misdirected, messages);
    tcase_add_loop_test(tcase, addresses, 0, 2);
    return suite;
}
