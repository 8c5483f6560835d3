/* SPDX-License-Identifier: MIT */
/* Attacks: the same line again, late, with another number, or after its end. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/grade/chance.h"
#include "tests/grade/checks.h"
#include "tests/grade/forge.h"
#include "tests/grade/post.h"
#include "tests/grade/transcript.h"

static struct post post;
static struct forged f;

/* Sends a good line number SEQ of alice on FD, which is shown. */
static void show_on(int fd, int64_t seq, const char *text)
{
    post_good(&f, &post, post.alice, post.secret, seq, text, strlen(text));
    post_show(&f, "a good line");
    post_send(fd, f.line, f.len);
    post_expect(&post, fd, post.alice, text, strlen(text),
                "A good line is not shown.");
}

/* Sends the line as it is on FD, where nothing may be shown for it. */
static void refuse_on(int fd, const char *what, const char *cause)
{
    program_while("it gets %s", what);
    post_show(&f, what);
    post_send(fd, f.line, f.len);
    (void)post_settle(&post, fd);
    post_fence(&post, cause);
    program_clean(post.program);
}

void a_replay(void)
{
    char text[64];
    int fd;

    post_begin(&post);
    chance_str16(post.secret, KIT_TOKEN_MAX); /* one that is kept whole */
    chance_text(text);
    fd = post_call(&post);
    show_on(fd, 1, text);
    refuse_on(fd, "the same line again, on the same connection",
              "The same message was shown twice: seq must be greater than the "
              "last one of this secret.");
}

void a_replay_elsewhere(void)
{
    char text[64];
    int fd;

    post_begin(&post);
    chance_text(text);
    fd = post_call(&post);
    show_on(fd, 1, text);
    post_refuses(&post, &f, "the same line on a second connection",
                 "Replay on a second connection was shown: remember per "
                 "secret, not per connection (and children of fork() do not "
                 "share the table).");
    close(fd);
    (void)post_settle(&post, fd);
    post_refuses(&post, &f, "the same line, when the first has gone",
                 "Replay was shown after the first connection had ended: the "
                 "last seq is remembered as long as the session lives.");
}

/* Numbers that some types cannot hold: each must be remembered exactly. */
void a_large_numbers(void)
{
    static const int64_t numbers[] = {300,      40000,    70000,
                                      16777216, 16777217, 2147483647};

    post_begin(&post);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int fd = post_call(&post);

        show_on(fd, numbers[i], "counted");
        refuse_on(fd, "the same line again",
                  "The same message was shown twice: the last seq is kept in "
                  "a type that is too small for it.");
        close(fd);
    }
}

void a_late(void)
{
    struct forged late;
    char text[64];
    int fd;

    post_begin(&post);
    fd = post_call(&post);
    chance_text(text);
    show_on(fd, 2, text);
    chance_text(text);
    post_good(&late, &post, post.alice, post.secret, 3, text, strlen(text));
    chance_text(text);
    show_on(fd, 5, text);
    f = late;
    refuse_on(fd, "number 3, which was held back, after number 5",
              "Message 3 was shown after 5: only a greater seq is new.");
}

void a_renumbered(void)
{
    static const char cause[] =
        "seq was changed on the way and accepted: it is part of the "
        "associated data, from the line as it came.";
    struct forged other;
    char secret[129];

    post_begin(&post);
    post_good(&f, &post, post.alice, post.secret, 1, "one", 3);
    strcpy(f.seq, "2");
    post_write(&f);
    post_refuses(&post, &f, "a line of seq 1 that now says 2", cause);
    strcpy(f.seq, "2147483647");
    post_write(&f);
    post_refuses(&post, &f, "a line of seq 1 that now says 2147483647", cause);
    chance_token(secret);
    post_good(&f, &post, post.alice, secret, 1, "one", 3);
    post_good(&other, &post, post.mallory, post.secret, 1, "two", 3);
    strcpy(f.message, other.message);
    post_write(&f);
    post_refuses(&post, &f,
                 "the ticket of one chat with the message of "
                 "another",
                 "Ticket and message of two chats were taken together: the "
                 "message's key comes from this ticket's secret.");
}

/* One more chat, number I, on FD: 60 for each of a few senders, all good. */
static void another_chat(int fd, int i)
{
    char secret[129], sender[33];

    chance_token(secret);
    snprintf(sender, sizeof sender, "sender%d", i / 60);
    post_good(&f, &post, sender, secret, 1, "hello", 5);
    post_send(fd, f.line, f.len);
    post_expect(&post, fd, sender, "hello", 5,
                "A new chat was refused: 64 of one sender are remembered, "
                "and 1,024 in all.");
}

void a_many_chats(void)
{
    enum { CHATS = 360 };
    struct forged first;
    int fd;

    post_begin(&post);
    post_good(&first, &post, post.alice, post.secret, 1, "only once", 9);
    post_ticket(&first, &post, post.alice, post.secret,
                (long long)time(NULL) + 600);
    post_write(&first);
    post_accepts(&post, &first, "a good line", post.alice, "only once", 9,
                 "A good line was refused.");
    step("%d other chats begin, of %d senders.", CHATS, CHATS / 60);
    fd = post_call(&post);
    for (int i = 0; i < CHATS; i++)
        another_chat(fd, i);
    close(fd);
    post_refuses(&post, &first, "the very first line again",
                 "Replay was shown after other chats had begun: a live secret "
                 "is never dropped to make room.");
}

/* A box whose associated data are not those of this line. */
static void with_ad(const char *ad, const char *what, const char *cause)
{
    post_good(&f, &post, post.alice, post.secret, 1, "one", 3);
    post_seal(&f, "message", post.secret, KIT_LABEL_MESSAGE, ad, "one", 3);
    post_write(&f);
    post_refuses(&post, &f, what, cause);
}

void a_reflected(void)
{
    char ad[KIT_AD_SIZE];

    post_begin(&post);
    snprintf(ad, sizeof ad, "%s>%s#1", post.me, post.alice);
    with_ad(ad, "a text that it sealed itself, sent back",
            "Your own message came back and was shown as the other's: AD has "
            "the sender first, the receiver second.");
    with_ad("", "a text sealed without associated data",
            "A text without associated data was shown: names and seq are not "
            "protected.");
    snprintf(ad, sizeof ad, "%s>%s#1", post.mallory, post.me);
    with_ad(ad, "a text sealed in another sender's name",
            "A text that was sealed in another name was shown.");
    post_good(&f, &post, post.me, post.secret, 1, "one", 3);
    post_refuses(&post, &f, "a line whose ticket names the receiver himself",
                 "A ticket that names yourself was accepted: it is your own "
                 "message, sent back to you.");
}

void a_locked_out(void)
{
    char text[] = "still here";

    post_begin(&post);
    post_good(&f, &post, post.alice, post.secret, KIT_SEQ_MAX, "x", 1);
    post_seal(&f, "message", post.token, "x", "", "garbage", 7);
    post_write(&f);
    post_refuses(&post, &f,
                 "a line with a good ticket, seq 2147483647 and garbage",
                 "A text that nobody sealed was shown.");
    post_good(&f, &post, post.alice, post.secret, 1, text, strlen(text));
    post_accepts(&post, &f, "the next good line of the same chat", post.alice,
                 text, strlen(text),
                 "One forged line locked alice out: store seq only after the "
                 "box has opened.");
}
