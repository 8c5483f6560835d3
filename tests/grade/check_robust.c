/* SPDX-License-Identifier: MIT */
/* Robustness: lines that are no message 5, and what may come of them. */
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/chance.h"
#include "tests/grade/checks.h"
#include "tests/grade/forge.h"
#include "tests/grade/post.h"
#include "tests/grade/transcript.h"

static struct post post;
static struct forged f;

/* Makes the line LEN bytes of TEXT and a newline. */
static void set_line(const char *text, size_t len)
{
    memcpy(f.line, text, len);
    f.line[len] = '\n';
    f.len = len + 1;
}

void x_goes_on(void)
{
    static const char *const bad[] = {"", "hello", "{\"senderinfo\":\"x"};

    post_begin(&post);
    program_leaving("The receiver left after one bad line: anyone can switch "
                    "it off.");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        set_line(bad[i], strlen(bad[i]));
        post_refuses(&post, &f, "a line that is no JSON",
                     "A line that is no message 5 was shown.");
    }
}

/* --- JSON ----------------------------------------------------------------- */

/*
 * Makes the line what FORMAT says. $ is the good object, & the same without
 * its first brace, # its seq; everything else stands for itself.
 */
static void set_json(const char *format)
{
    char line[POST_LINE];
    size_t n = 0;

    for (; *format != '\0'; format++) {
        const char *part = format;
        size_t len = 1;

        if (*format == '$' || *format == '&') {
            part = f.line + (*format == '&');
            len = f.len - 1 - (*format == '&');
        } else if (*format == '#') {
            part = f.seq;
            len = strlen(f.seq);
        }
        memcpy(line + n, part, len);
        n += len;
    }
    set_line(line, n);
}

/* What is nearly a line, and what whoever takes it reads. */
static const char around[] =
    "Text after the JSON object was ignored, or before it: a line is one "
    "object and nothing else (kit_json_object).";
static const char twice[] =
    "A member that stands twice was accepted: which one counts?";
static const char strict[] =
    "The line is no JSON as section 4 wants it, and was taken for JSON "
    "(kit_json_object).";
static const struct {
    const char *format, *what, *cause;
} not_json[] = {
    {"$x", "a good object and a letter behind it", around},
    {"$ $", "two objects", around},
    {"[$]", "the object inside an array", around},
    {"$,", "a good object and a comma", around},
    {"\xef\xbb\xbf$", "a byte order mark before it", around},
    {"$/* comment */", "a comment behind it", around},
    {"{\"seq\":#,&", "an object with two members \"seq\"", twice},
    {"{\"s\\u0065q\":#,&", "two members \"seq\", one spelled s\\u0065q", twice},
    {"{\"x\":\"\\u0000\",&", "an unknown member with a zero character", strict},
    {"{\"x\":[[[[[[[[[1]]]]]]]]],&", "arrays, more than 8 deep", strict},
    {"{\"x\":\"\xff\",&", "a byte that is no UTF-8", strict},
    {"{\"x\":\"\t\",&", "a raw control character in a string", strict},
    {"{\"x\":01,&", "a number that begins with 0", strict},
};

void x_json(void)
{
    post_begin(&post);
    for (size_t i = 0; i < sizeof not_json / sizeof not_json[0]; i++) {
        post_good(&f, &post, post.alice, post.secret, (long)i + 1, "json", 4);
        set_json(not_json[i].format);
        post_refuses(&post, &f, not_json[i].what, not_json[i].cause);
    }
    post_good(&f, &post, post.alice, post.secret, 49, "json", 4);
    memcpy(f.line + f.len - 1, "\0 more\n", 7);
    f.len += 6;
    post_refuses(&post, &f, "a good object, a zero byte and more",
                 "What stands behind a zero byte was ignored: a line ends at "
                 "its newline.");
    post_good(&f, &post, post.alice, post.secret, 50, "json", 4);
    f.len = (size_t)snprintf(f.line, sizeof f.line,
                             "{\"seq\":1,\"senderinfo\":\"%s\",\"seq\":50,"
                             "\"message\":\"%s\"}\n",
                             f.ticket, f.message);
    post_refuses(&post, &f, "an object with two members \"seq\"", twice);
}

/* Copies the line of F without its member NAME, which is a string or seq. */
static void drop(const char *name)
{
    snprintf(f.line, sizeof f.line, "{");
    f.len = 1;
    for (int i = 0; i < 3; i++) {
        const char *names[] = {"senderinfo", "seq", "message"};
        const char *values[] = {f.ticket, f.seq, f.message};
        const char *quote = i == 1 ? "" : "\"";

        if (strcmp(names[i], name) == 0)
            continue;
        f.len += (size_t)snprintf(f.line + f.len, sizeof f.line - f.len,
                                  "%s\"%s\":%s%s%s", f.len > 1 ? "," : "",
                                  names[i], quote, values[i], quote);
    }
    f.len += (size_t)snprintf(f.line + f.len, sizeof f.line - f.len, "}\n");
}

static void drop_of_ticket(int missing)
{
    const char *members[] = {"\"username\":\"%s\"", "\"ip_addr\":\"127.0.0.1\"",
                             "\"secret\":\"%s\""};
    const char *values[] = {post.alice, "", post.secret};
    char json[512] = "{";
    size_t n = 1;

    for (int i = 0; i < 3; i++) {
        if (i == missing)
            continue;
        n +=
            (size_t)snprintf(json + n, sizeof json - n, n > 1 ? "," : "%s", "");
        n += (size_t)snprintf(json + n, sizeof json - n, members[i], values[i]);
    }
    snprintf(json + n, sizeof json - n, "}");
    post_good(&f, &post, post.alice, post.secret, 1, "gap", 3);
    post_ticket_of(&f, &post, json);
    post_write(&f);
}

void x_missing(void)
{
    static const char *const outer[] = {"senderinfo", "seq", "message"};
    static const char *const inner[] = {"username", "ip_addr", "secret"};
    char what[64];

    post_begin(&post);
    for (int i = 0; i < 3; i++) {
        post_good(&f, &post, post.alice, post.secret, 1, "gap", 3);
        drop(outer[i]);
        snprintf(what, sizeof what, "a line without \"%s\"", outer[i]);
        post_refuses(&post, &f, what, "A line that lacks a member was shown.");
    }
    for (int i = 0; i < 3; i++) {
        drop_of_ticket(i);
        snprintf(what, sizeof what, "a ticket without \"%s\"", inner[i]);
        post_refuses(&post, &f, what,
                     "A ticket that lacks a member was accepted.");
    }
}

void x_seq_bounds(void)
{
    /* What it says, and the number that a lax reader would seal with. */
    static const struct {
        const char *seq;
        int64_t sealed;
    } all[] = {
        {"0", 0},
        {"-1", -1},
        {"01", 1},
        {"2147483648", 2147483648},
        {"4294967297", 1},
        {"1.0", 1},
        {"1e0", 1},
        {"\"1\"", 1},
        {"1.5", 1},
        {"4294967297", 4294967297},
        {"2147483648", -2147483648},
        {"true", 1},
        {"null", 0},
    };
    char what[64], cause[96], ad[128];

    post_begin(&post);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        post_good(&f, &post, post.alice, post.secret, 1, "bounds", 6);
        snprintf(f.seq, sizeof f.seq, "%s", all[i].seq);
        snprintf(ad, sizeof ad, "%s>%s#%" PRId64, post.alice, post.me,
                 all[i].sealed);
        post_seal(&f, "message", post.secret, KIT_LABEL_MESSAGE, ad, "bounds",
                  6);
        post_write(&f);
        snprintf(what, sizeof what, "a line with seq %s", all[i].seq);
        snprintf(cause, sizeof cause,
                 "seq %s was accepted; it is an integer from 1 to 2147483647.",
                 all[i].seq);
        post_refuses(&post, &f, what, cause);
        chance_token(post.secret);
    }
}

/* --- What a refused line gives back --------------------------------------- */

/* The line of F is refused without a byte, but not without a word. */
static void refuses_silently(const char *what)
{
    struct pollfd one = {.events = POLLIN};
    size_t before = post.program->err.len;
    char bytes[64];
    ssize_t n;

    one.fd = post_call(&post);
    post_show(&f, what);
    post_send(one.fd, f.line, f.len);
    post_fence(&post, "A line that is to be refused was shown.");
    expected("not a byte, and the end of this connection");
    if (!post_settle(&post, one.fd)) {
        n = recv(one.fd, bytes, sizeof bytes, MSG_DONTWAIT);
        got("%s", n > 0 ? shown(bytes, (size_t)n) : "it stays open");
        if (n > 0)
            fail("The peer was told something about a refused line: that "
                 "helps whoever forges.");
        fail("The connection of a refused line stays open; it is to be "
             "closed.");
    }
    if (post.program->err.len == before) {
        expected("one line \"refused: WORD\" on standard error");
        got("nothing");
        fail("A refused line is not mentioned on standard error: nobody "
             "would know of an attack.");
    }
    close(one.fd);
}

void x_silent(void)
{
    post_begin(&post);
    post_good(&f, &post, post.alice, post.secret, 1, "silent", 6);
    post_flip(f.message, 12, 0);
    post_write(&f);
    refuses_silently("a forged line");
    set_line("hello", 5);
    refuses_silently("a line that is no JSON");
    post_next(&f, &post, "once");
    post_accepts(&post, &f, "a good line", post.alice, "once", 4,
                 "A good line was refused.");
    refuses_silently("the same line again");
}
