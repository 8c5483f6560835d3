/* SPDX-License-Identifier: MIT */
/*
 * The attacker at the receiver's door. Every attack is one line; behind it
 * comes the fence, a good line of another sender on a connection of its own.
 * When the fence is shown, the attack has been dealt with: what was to be
 * shown stands before it, and what was not to be shown does not.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/e2e/forge.h"
#include "tests/e2e/stage.h"

#define TOKEN  "0123456789abcdef-token-of-bob"
#define SECRET "fedcba9876543210-secret-of-alice"
#define FENCE  "00000000aaaaaaaa-secret-of-carol"

static struct stage stage;
static struct oracle oracle;
static struct process *bob;
static const char *where;
static struct forgery f;
static long fences;

static void start_bob(const char *extra)
{
    bob = stage_receiver(&stage, stage_builds[0], "solution", "bob", extra,
                         &where);
}

static void setup(void)
{
    stage_open(&stage);
    oracle_open(&oracle, 200, "{\"token\":\"" TOKEN "\"}");
    stage.url = oracle.url;
    fences = 0;
}

static void teardown(void)
{
    process_end(bob);
    bob = NULL;
    oracle_close(&oracle);
    stage_close(&stage);
}

/* The fence: carol's next line comes through, and nothing before it. */
static void expect_fence(void)
{
    struct forgery fence;
    char text[32], wanted[64];
    int fd = raw_connect(where);

    snprintf(text, sizeof text, "fence %ld", ++fences);
    snprintf(wanted, sizeof wanted, "carol: fence %ld", fences);
    forge_good(&fence, TOKEN, "carol", FENCE, fences, text);
    raw_send(fd, fence.line, strlen(fence.line));
    stage_expect(bob, wanted);
    close(fd);
}

/* LEN bytes of LINE are refused: the connection ends without a byte. */
static void refuse_bytes(const char *line, size_t len)
{
    int fd = raw_connect(where);
    const char *said;

    raw_send(fd, line, len);
    ck_assert_uint_eq(raw_ended(fd), 0);
    while ((said = process_line(bob, &bob->err)) != NULL &&
           strncmp(said, "refused: ", 9) != 0)
        ;
    ck_assert_ptr_nonnull(said);
    expect_fence();
}

static void refuse(const char *line)
{
    refuse_bytes(line, strlen(line));
}

/* LINE is shown as alice's TEXT. */
static void accept_line(const char *line, const char *text)
{
    int fd = raw_connect(where);
    char wanted[128];

    raw_send(fd, line, strlen(line));
    snprintf(wanted, sizeof wanted, "alice: %s", text);
    stage_expect(bob, wanted);
    close(fd);
    expect_fence();
}

/* A good line of alice's with number SEQ and TEXT. */
static const char *good(long seq, const char *text)
{
    forge_good(&f, TOKEN, "alice", SECRET, seq, text);
    return f.line;
}

START_TEST(replays)
{
    int fd;

    start_bob(NULL);
    accept_line(good(1, "one"), "one");
    refuse(f.line);

    /* On the connection that it came on first, too. */
    fd = raw_connect(where);
    good(2, "two");
    raw_send(fd, f.line, strlen(f.line));
    stage_expect(bob, "alice: two");
    raw_send(fd, f.line, strlen(f.line));
    ck_assert_uint_eq(raw_ended(fd), 0);
    expect_fence();

    /* A gap is no fault; what comes late out of it is. */
    accept_line(good(5, "five"), "five");
    refuse(good(3, "three"));
    refuse(good(5, "another five"));
    accept_line(good(6, "six"), "six");
    accept_line(good(KIT_SEQ_MAX, "last"), "last");
    refuse(good(KIT_SEQ_MAX, "after the last"));
}
END_TEST

/* A new secret of the same pair begins at 1 again. */
START_TEST(second_chat)
{
    start_bob(NULL);
    accept_line(good(7, "seven"), "seven");
    forge_good(&f, TOKEN, "alice", "another-secret-of-alice", 1, "anew");
    accept_line(f.line, "anew");
    refuse(f.line);
    accept_line(good(8, "eight"), "eight");
}
END_TEST

/* Whatever does not open must not count either. */
START_TEST(forged_seq)
{
    start_bob(NULL);
    good(1, "one");
    snprintf(f.seq, sizeof f.seq, "%d", KIT_SEQ_MAX);
    refuse(forge_line(&f));
    accept_line(good(1, "one"), "one");
}
END_TEST

/* Every bit of both boxes, one in each of 37 places. */
START_TEST(flipped_bits)
{
    start_bob(NULL);
    for (int i = 0; i < 37; i++) {
        char *sealed;
        struct kit_box box;

        good(1, "a text of some length");
        sealed = i % 2 == 0 ? f.senderinfo : f.message;
        ck_assert_int_eq(kit_box_decode(&box, sealed), 0);
        if (i < 12)
            box.nonce.bytes[i] ^= (uint8_t)(1 << i % 8);
        else
            box.bytes[(size_t)(i - 12) * (box.len - 1) / 24] ^=
                (uint8_t)(1 << i % 8);
        ck_assert_int_eq(kit_box_encode(sealed, KIT_SEALED_SIZE, &box), 0);
        refuse(forge_line(&f));
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
        forge_ticket(&f, TOKEN, jsons[i]);
        refuse(forge_line(&f));
    }
    /* Bob's own name, with a box that fits it. */
    forge_good(&f, TOKEN, "bob", SECRET, 1, "to myself");
    refuse(f.line);
    /* Sealed for carol, under another token, and under another label. */
    good(1, "never");
    forge_seal(f.senderinfo, TOKEN, KIT_LABEL_TICKET, "senderinfo>carol", "{}",
               2);
    refuse(forge_line(&f));
    forge_good(&f, "another-token-of-bob", "alice", SECRET, 1, "never");
    refuse(f.line);
    good(1, "never");
    forge_seal(f.senderinfo, TOKEN, KIT_LABEL_MESSAGE, "senderinfo>bob", "{}",
               2);
    refuse(forge_line(&f));
}
END_TEST

/* A ticket is good until 300 s after its exp, and not a second longer. */
START_TEST(expiry)
{
    static const struct {
        int from_now;
        bool is_good;
    } cases[] = {
        {3600, true}, {0, true}, {-295, true}, {-301, false}, {-86400, false}};
    char json[256];

    start_bob(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(json, sizeof json,
                 "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.1\","
                 "\"secret\":\"" SECRET "\",\"exp\":%lld}",
                 (long long)time(NULL) + cases[i].from_now);
        good((long)i + 1, "in time");
        forge_ticket(&f, TOKEN, json);
        if (cases[i].is_good)
            accept_line(forge_line(&f), "in time");
        else
            refuse(forge_line(&f));
    }
}
END_TEST

/* The message: names and number are part of it, and so is who sends. */
START_TEST(messages)
{
    start_bob(NULL);
    good(1, "never");
    forge_message(&f, SECRET, "bob", "alice", 1, "reflected");
    refuse(forge_line(&f));
    forge_message(&f, SECRET, "alice", "carol", 1, "for carol");
    refuse(forge_line(&f));
    forge_message(&f, SECRET, "alice", "bob", 2, "another number");
    refuse(forge_line(&f));
    forge_message(&f, "another-secret-entirely", "alice", "bob", 1, "x");
    refuse(forge_line(&f));
    snprintf(f.message, sizeof f.message, "in clear");
    refuse(forge_line(&f));
    snprintf(f.message, sizeof f.message, "aGVsbG8gYm9i");
    refuse(forge_line(&f));
    /* Base64 of one box in another spelling. */
    good(1, "spelling");
    ck_assert_int_lt(snprintf(f.line, sizeof f.line,
                              "{\"senderinfo\":\"%s\",\"seq\":1,"
                              "\"message\":\"%s\\n\"}\n",
                              f.senderinfo, f.message),
                     (int)sizeof f.line);
    refuse(f.line);
    good(1, "padding");
    f.message[strcspn(f.message, "=")] = '\0';
    refuse(forge_line(&f));
}
END_TEST

/* The line itself: JSON to the letter, members of the right kind. */
START_TEST(lines)
{
    static const char *const seqs[] = {"0",    "-1",    "2147483648", "1.0",
                                       "1e0",  "\"1\"", "01",         "null",
                                       "true", "[1]",   "1,\"seq\":1"};
    static const char *const texts[] = {
        "",
        "{}",
        "[]",
        "null",
        "{\"seq\":1}",
        "hello bob",
        "{",
        "\xff",
        "{\"senderinfo\":\"\",\"seq\":1,\"message\":\"\"}"};
    static char large[2 * KIT_LINE_MAX];

    start_bob(NULL);
    for (size_t i = 0; i < sizeof seqs / sizeof seqs[0]; i++) {
        good(1, "never");
        snprintf(f.seq, sizeof f.seq, "%s", seqs[i]);
        refuse(forge_line(&f));
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        snprintf(large, sizeof large, "%s\n", texts[i]);
        refuse(large);
    }
    good(1, "never");
    snprintf(large, sizeof large, "%.*s{}\n", (int)strlen(f.line) - 1, f.line);
    refuse(large);

    /* One byte over the limit, and far over it. */
    memset(large, ' ', sizeof large);
    good(1, "never");
    memcpy(large, f.line, strlen(f.line) - 1);
    large[KIT_LINE_MAX] = '\n';
    refuse_bytes(large, KIT_LINE_MAX + 1);
    refuse_bytes(large, sizeof large);
    /* Exactly at the limit, with members that nobody knows. */
    large[KIT_LINE_MAX] = ' ';
    good(1, "full");
    memset(large, ' ', sizeof large);
    snprintf(large, sizeof large, "{\"x\":[1.5,null],%.*s", KIT_LINE_MAX / 2,
             f.line + 1);
    memset(large + strlen(large) - 1, ' ', KIT_LINE_MAX - strlen(large));
    large[KIT_LINE_MAX - 1] = '\n';
    large[KIT_LINE_MAX] = '\0';
    accept_line(large, "full");
}
END_TEST

/* Text is shown, never obeyed, and never a format. */
START_TEST(shown)
{
    start_bob(NULL);
    accept_line(good(1, "\x1b[2J\r\n\x07"), "\\x1b[2J\\x0d\\x0a\\x07");
    accept_line(good(2, "%s%n%p"), "%s%n%p");
    accept_line(good(3, "x\nmallory: y"), "x\\x0amallory: y");
}
END_TEST

/* An address is a hint: noted, and refused only when that was asked for. */
START_TEST(addresses)
{
    start_bob(_i == 0 ? NULL : "--strict-ip");
    good(1, "from elsewhere");
    forge_ticket(&f, TOKEN,
                 "{\"username\":\"alice\",\"ip_addr\":\"127.0.0.2\","
                 "\"secret\":\"" SECRET "\"}");
    if (_i == 0)
        accept_line(forge_line(&f), "from elsewhere");
    else
        refuse(forge_line(&f));
}
END_TEST

/* Lines in pieces, several at once, and one silent peer beside them. */
START_TEST(pieces)
{
    int silent, fd;

    start_bob(NULL);
    silent = raw_connect(where);
    raw_send(silent, "{", 1);
    fd = raw_connect(where);
    good(1, "byte by byte");
    for (const char *p = f.line; *p != '\0'; p++)
        raw_send(fd, p, 1);
    stage_expect(bob, "alice: byte by byte");
    expect_fence();
    close(fd);
    close(silent);
    expect_fence();
}
END_TEST

Suite *refusal_suite(void);

Suite *refusal_suite(void)
{
    Suite *suite = suite_create("refusal");
    TCase *tcase = tcase_create("refusal");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, replays);
    tcase_add_test(tcase, second_chat);
    tcase_add_test(tcase, forged_seq);
    tcase_add_test(tcase, flipped_bits);
    tcase_add_test(tcase, tickets);
    tcase_add_test(tcase, expiry);
    tcase_add_test(tcase, messages);
    tcase_add_test(tcase, lines);
    tcase_add_test(tcase, shown);
    tcase_add_loop_test(tcase, addresses, 0, 2);
    tcase_add_test(tcase, pieces);
    suite_add_tcase(suite, tcase);
    return suite;
}
