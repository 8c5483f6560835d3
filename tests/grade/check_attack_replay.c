/* SPDX-License-Identifier: MIT */
/* Attacks: a line that is replayed, delayed, renumbered or reflected. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/seal.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* Sends alice's good line number SEQ on FD. It must be shown. */
static void expect_shown_on(int fd, int64_t seq, const char *text)
{
    craft_good(&crafted, &harness, harness.alice, harness.secret, seq, text,
               strlen(text));
    craft_describe(&crafted, "a good line");
    receiver_send(fd, crafted.line, crafted.len);
    receiver_expect_text(&harness, fd, harness.alice, text, strlen(text),
                         "A good line is not shown.");
}

/* Sends the crafted line on FD. It must not be shown. */
static void expect_refusal_on(int fd, const char *what, const char *cause)
{
    program_set_activity("it gets %s", what);
    craft_describe(&crafted, what);
    receiver_send(fd, crafted.line, crafted.len);
    (void)receiver_wait_closed(&harness, fd);
    receiver_send_sentinel(&harness, cause);
    program_check_sanitizer(harness.program);
}

void a_replay(void)
{
    char text[64];
    int fd;

    receiver_setup_and_start(&harness);
    random_printable(harness.secret,
                     KIT_TOKEN_MAX); /* must be stored completely */
    random_text(text);
    fd = receiver_connect(&harness);
    expect_shown_on(fd, 1, text);
    expect_refusal_on(
        fd, "the same line again, on the same connection",
        "The same message was shown twice: seq must be greater than the "
        "last one of this secret.");
}

void a_replay_elsewhere(void)
{
    char text[64];
    int fd;

    receiver_setup_and_start(&harness);
    random_text(text);
    fd = receiver_connect(&harness);
    expect_shown_on(fd, 1, text);
    receiver_expect_refusal(
        &harness, &crafted, "the same line on a second connection",
        "A replay on a second connection was shown: remember the last seq for "
        "each secret, not for each connection (and children of fork() do not "
        "share the table).");
    close(fd);
    (void)receiver_wait_closed(&harness, fd);
    receiver_expect_refusal(
        &harness, &crafted,
        "the same line after the first connection was closed",
        "A replay was shown after the first connection was closed: remember "
        "the last seq for as long as your program runs.");
}

/* Numbers just beyond the range of uint8_t, int16_t, uint16_t and float. */
void a_large_numbers(void)
{
    static const int64_t numbers[] = {300,      40000,    70000,
                                      16777216, 16777217, 2147483647};

    receiver_setup_and_start(&harness);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int fd = receiver_connect(&harness);

        expect_shown_on(fd, numbers[i], "counted");
        expect_refusal_on(
            fd, "the same line again",
            "The same message was shown twice: the last seq is kept in a "
            "type that is too small for it.");
        close(fd);
    }
}

void a_late(void)
{
    struct crafted_m5 late;
    char text[64];
    int fd;

    receiver_setup_and_start(&harness);
    fd = receiver_connect(&harness);
    random_text(text);
    expect_shown_on(fd, 2, text);
    random_text(text);
    craft_good(&late, &harness, harness.alice, harness.secret, 3, text,
               strlen(text));
    random_text(text);
    expect_shown_on(fd, 5, text);
    crafted = late;
    expect_refusal_on(
        fd, "message 3, which was delayed, after message 5",
        "Message 3 was shown after 5: accept only a greater seq.");
}

void a_renumbered(void)
{
    static const char cause[] = "A changed seq was accepted: the seq of the "
                                "line must be part of the associated data.";
    struct crafted_m5 other;
    char secret[129];

    receiver_setup_and_start(&harness);
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "one", 3);
    strcpy(crafted.seq, "2");
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted,
                            "a line with seq 1 that was changed to 2", cause);
    strcpy(crafted.seq, "2147483647");
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted,
                            "a line with seq 1 that was changed to 2147483647",
                            cause);
    random_token(secret);
    craft_good(&crafted, &harness, harness.alice, secret, 1, "one", 3);
    craft_good(&other, &harness, harness.mallory, harness.secret, 1, "two", 3);
    strcpy(crafted.message, other.message);
    craft_assemble(&crafted);
    receiver_expect_refusal(
        &harness, &crafted,
        "the ticket of one chat with the message of another",
        "The ticket of one chat was accepted with the message of another: "
        "derive the key from the secret in this ticket.");
}

/* Begins one more chat, number I, on FD. Each sender has 60 chats. */
static void begin_chat(int fd, int i)
{
    char secret[129], sender[33];

    random_token(secret);
    snprintf(sender, sizeof sender, "sender%d", i / 60);
    craft_good(&crafted, &harness, sender, secret, 1, "hello", 5);
    receiver_send(fd, crafted.line, crafted.len);
    receiver_expect_text(&harness, fd, sender, "hello", 5,
                         "A new chat was refused: there must be room for 64 "
                         "chats of one sender and 1,024 in all.");
}

void a_many_chats(void)
{
    enum { CHATS = 360 };
    struct crafted_m5 first;
    int fd;

    receiver_setup_and_start(&harness);
    craft_good(&first, &harness, harness.alice, harness.secret, 1, "only once",
               9);
    craft_ticket(&first, &harness, harness.alice, harness.secret,
                 (long long)time(NULL) + 600);
    craft_assemble(&first);
    receiver_expect_accepted(&harness, &first, "a good line", harness.alice,
                             "only once", 9, "A good line was refused.");
    step("%d other chats begin, from %d senders.", CHATS, CHATS / 60);
    fd = receiver_connect(&harness);
    for (int i = 0; i < CHATS; i++)
        begin_chat(fd, i);
    close(fd);
    receiver_expect_refusal(&harness, &first, "the very first line again",
                            "A replay was shown after other chats had begun: "
                            "never forget a secret that is still valid.");
}

/* Sends a message that is sealed with a wrong AD. It must be refused. */
static void expect_ad_refused(const char *ad, const char *what,
                              const char *cause)
{
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "one", 3);
    craft_seal(&crafted, "message", harness.secret, KIT_LABEL_MESSAGE, ad,
               "one", 3);
    craft_assemble(&crafted);
    receiver_expect_refusal(&harness, &crafted, what, cause);
}

void a_reflected(void)
{
    char ad[KIT_AD_SIZE];

    receiver_setup_and_start(&harness);
    snprintf(ad, sizeof ad, "%s>%s#1", harness.me, harness.alice);
    expect_ad_refused(
        ad, "a message that the receiver itself sealed, reflected to it",
        "Your own message came back and was shown as another user's: the "
        "AD is the sender's name, then the receiver's.");
    expect_ad_refused(
        "", "a message sealed without associated data",
        "A message without associated data was shown: names and seq are "
        "not protected.");
    snprintf(ad, sizeof ad, "%s>%s#1", harness.mallory, harness.me);
    expect_ad_refused(
        ad, "a message sealed in another sender's name",
        "A message that was sealed in another sender's name was shown.");
    craft_good(&crafted, &harness, harness.me, harness.secret, 1, "one", 3);
    receiver_expect_refusal(
        &harness, &crafted,
        "a line whose ticket names the receiver as the sender",
        "A ticket with your own name was accepted: it is your own message, "
        "reflected to you.");
}

void a_locked_out(void)
{
    char text[] = "still here";

    receiver_setup_and_start(&harness);
    craft_good(&crafted, &harness, harness.alice, harness.secret, KIT_SEQ_MAX,
               "x", 1);
    craft_seal(&crafted, "message", harness.token, "x", "", "garbage", 7);
    craft_assemble(&crafted);
    receiver_expect_refusal(
        &harness, &crafted,
        "a line with a good ticket, seq 2147483647 and garbage",
        "A message sealed under a wrong key was shown.");
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, text,
               strlen(text));
    receiver_expect_accepted(&harness, &crafted,
                             "the next good line of the same chat",
                             harness.alice, text, strlen(text),
                             "One forged line locked alice out: store seq only "
                             "after the box has opened.");
}
