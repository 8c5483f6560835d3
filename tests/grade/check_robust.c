/* SPDX-License-Identifier: MIT */
/* Robustness: lines that are not a valid message 5. */
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/seal.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* Sets the line to LEN bytes of TEXT and a newline. */
static void set_line(const char *text, size_t len)
{
    memcpy(crafted.line, text, len);
    crafted.line[len] = '\n';
    crafted.len = len + 1;
}

void x_goes_on(void)
{
    static const char *const bad[] = {"", "hello", "{\"senderinfo\":\"x"};

    receiver_setup_and_start(&harness);
    program_set_exit_cause(
        "Your receiver exited after one bad line: anyone can shut it down.");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        set_line(bad[i], strlen(bad[i]));
        receiver_expect_refusal(&harness, &crafted, "a line that is not JSON",
                                "A line that is not a message 5 was shown.");
    }
}

/* --- JSON ----------------------------------------------------------------- */

/*
 * Sets the line to FORMAT, in which $ is replaced by the good object, & by the
 * same without its first brace, and # by its seq.
 */
static void set_json(const char *format)
{
    char line[CRAFT_LINE_MAX];
    size_t n = 0;

    for (; *format != '\0'; format++) {
        const char *part = format;
        size_t len = 1;

        if (*format == '$' || *format == '&') {
            part = crafted.line + (*format == '&');
            len = crafted.len - 1 - (*format == '&');
        } else if (*format == '#') {
            part = crafted.seq;
            len = strlen(crafted.seq);
        }
        memcpy(line + n, part, len);
        n += len;
    }
    set_line(line, n);
}

/* Lines that are nearly valid, and the cause if one is accepted. */
static const char around[] =
    "Text before or after the JSON object was ignored: a line is one object "
    "and nothing else (kit_json_object).";
static const char twice[] =
    "A line with the same member twice was accepted: refuse it, because "
    "programs differ in which one they use.";
static const char strict[] =
    "A line that is not JSON by section 4 was accepted (kit_json_object).";
static const struct {
    const char *format, *what, *cause;
} not_json[] = {
    {"$x", "a good object and a letter after it", around},
    {"$ $", "two objects", around},
    {"[$]", "the object inside an array", around},
    {"$,", "a good object and a comma", around},
    {"\xef\xbb\xbf$", "a byte order mark before the object", around},
    {"$/* comment */", "a comment after the object", around},
    {"{\"seq\":#,&", "an object with two members \"seq\"", twice},
    {"{\"s\\u0065q\":#,&", "two members \"seq\", one spelled s\\u0065q", twice},
    {"{\"x\":\"\\u0000\",&", "an unknown member with a zero character", strict},
    {"{\"x\":[[[[[[[[[1]]]]]]]]],&", "arrays nested more than 8 deep", strict},
    {"{\"x\":\"\xff\",&", "a byte that is not UTF-8", strict},
    {"{\"x\":\"\t\",&", "a raw control character in a string", strict},
    {"{\"x\":01,&", "a number that begins with 0", strict},
};

void x_json(void)
{
    receiver_setup_and_start(&harness);
    for (size_t i = 0; i < sizeof not_json / sizeof not_json[0]; i++) {
        craft_good(&crafted, &harness, harness.alice, harness.secret,
                   (long)i + 1, "json", 4);
        set_json(not_json[i].format);
        receiver_expect_refusal(&harness, &crafted, not_json[i].what,
                                not_json[i].cause);
    }
    craft_good(&crafted, &harness, harness.alice, harness.secret, 49, "json",
               4);
    memcpy(crafted.line + crafted.len - 1, "\0 more\n", 7);
    crafted.len += 6;
    receiver_expect_refusal(&harness, &crafted,
                            "a good object, a zero byte and more",
                            "Bytes after a zero byte were ignored: a line ends "
                            "at its newline, not at a zero byte.");
    craft_good(&crafted, &harness, harness.alice, harness.secret, 50, "json",
               4);
    crafted.len = (size_t)snprintf(
        crafted.line, sizeof crafted.line,
        "{\"seq\":1,\"senderinfo\":\"%s\",\"seq\":50,\"message\":\"%s\"}\n",
        crafted.ticket, crafted.message);
    receiver_expect_refusal(&harness, &crafted,
                            "an object with two members \"seq\"", twice);
}

/* Assembles the line without the member NAME. */
static void assemble_without(const char *name)
{
    snprintf(crafted.line, sizeof crafted.line, "{");
    crafted.len = 1;
    for (int i = 0; i < 3; i++) {
        const char *names[] = {"senderinfo", "seq", "message"};
        const char *values[] = {crafted.ticket, crafted.seq, crafted.message};
        const char *quote = i == 1 ? "" : "\"";

        if (strcmp(names[i], name) == 0)
            continue;
        crafted.len += (size_t)snprintf(
            crafted.line + crafted.len, sizeof crafted.line - crafted.len,
            "%s\"%s\":%s%s%s", crafted.len > 1 ? "," : "", names[i], quote,
            values[i], quote);
    }
    crafted.len += (size_t)snprintf(crafted.line + crafted.len,
                                    sizeof crafted.line - crafted.len, "}\n");
}

/* Crafts a line whose ticket lacks member number MISSING. */
static void craft_ticket_without(int missing)
{
    const char *members[] = {"\"username\":\"%s\"", "\"ip_addr\":\"127.0.0.1\"",
                             "\"secret\":\"%s\""};
    const char *values[] = {harness.alice, "", harness.secret};
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
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "gap", 3);
    craft_ticket_json(&crafted, &harness, json);
    craft_assemble(&crafted);
}

void x_missing(void)
{
    static const char *const outer[] = {"senderinfo", "seq", "message"};
    static const char *const inner[] = {"username", "ip_addr", "secret"};
    char what[64];

    receiver_setup_and_start(&harness);
    for (int i = 0; i < 3; i++) {
        craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "gap",
                   3);
        assemble_without(outer[i]);
        snprintf(what, sizeof what, "a line without \"%s\"", outer[i]);
        receiver_expect_refusal(&harness, &crafted, what,
                                "A line without a required member was shown.");
    }
    for (int i = 0; i < 3; i++) {
        craft_ticket_without(i);
        snprintf(what, sizeof what, "a ticket without \"%s\"", inner[i]);
        receiver_expect_refusal(
            &harness, &crafted, what,
            "A ticket without a required member was accepted.");
    }
}

void x_seq_bounds(void)
{
    /* The JSON of seq, and the number that a lax parser would read. */
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

    receiver_setup_and_start(&harness);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        craft_good(&crafted, &harness, harness.alice, harness.secret, 1,
                   "bounds", 6);
        snprintf(crafted.seq, sizeof crafted.seq, "%s", all[i].seq);
        snprintf(ad, sizeof ad, "%s>%s#%" PRId64, harness.alice, harness.me,
                 all[i].sealed);
        craft_seal(&crafted, "message", harness.secret, KIT_LABEL_MESSAGE, ad,
                   "bounds", 6);
        craft_assemble(&crafted);
        snprintf(what, sizeof what, "a line with seq %s", all[i].seq);
        snprintf(
            cause, sizeof cause,
            "seq %s was accepted: it must be an integer from 1 to 2147483647.",
            all[i].seq);
        receiver_expect_refusal(&harness, &crafted, what, cause);
        random_token(harness.secret);
    }
}

/* --- The answer to a refused line ----------------------------------------- */

/* The line must be refused: nothing to the peer, but an error on stderr. */
static void expect_silent_refusal(const char *what)
{
    struct pollfd one = {.events = POLLIN};
    size_t before = harness.program->err.len;
    char bytes[64];
    ssize_t n;

    one.fd = receiver_connect(&harness);
    craft_describe(&crafted, what);
    receiver_send(one.fd, crafted.line, crafted.len);
    receiver_send_sentinel(&harness, "A line that must be refused was shown.");
    expected("the connection is closed, and nothing is sent on it");
    if (!receiver_wait_closed(&harness, one.fd)) {
        n = recv(one.fd, bytes, sizeof bytes, MSG_DONTWAIT);
        got("%s", n > 0 ? printable(bytes, (size_t)n) : "it stays open");
        if (n > 0)
            fail("Your receiver sent something to the peer after a refused "
                 "line: that helps an attacker.");
        fail("The connection stays open after a refused line: close it.");
    }
    if (harness.program->err.len == before) {
        expected("one line \"refused: WORD\" on standard error");
        got("nothing");
        fail("A refused line is not reported on standard error: nobody would "
             "notice an attack.");
    }
    close(one.fd);
}

void x_silent(void)
{
    receiver_setup_and_start(&harness);
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "silent",
               6);
    craft_flip_bit(crafted.message, 12, 0);
    craft_assemble(&crafted);
    expect_silent_refusal("a forged line");
    set_line("hello", 5);
    expect_silent_refusal("a line that is not JSON");
    craft_next(&crafted, &harness, "once");
    receiver_expect_accepted(&harness, &crafted, "a good line", harness.alice,
                             "once", 4, "A good line was refused.");
    expect_silent_refusal("the same line again");
}
