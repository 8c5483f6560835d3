/* SPDX-License-Identifier: MIT */
/* Message 5 from the sender: its line, ticket, box and texts, and leaks. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base64.h"
#include "lib/clock.h"
#include "lib/hkdf.h"
#include "lib/json.h"
#include "tests/grade/checks.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/secret_leaks.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"
#include "tests/support/forgery.h"

static struct sender_harness harness;

/* --- The line ------------------------------------------------------------- */

void m5_line(void)
{
    /* Boxes with and without padding, one with every base64 character. */
    static const size_t lengths[] = {20, 21, 22, 400};
    char text[401];
    struct m5 m5;

    /* Slow, but if memory is used after a library freed it, the report has the
       line that called the library. */
    harness.asan = "detect_leaks=0:fast_unwind_on_malloc=0";
    sender_setup_and_start(&harness);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        random_letters(text, lengths[i]);
        sender_type(&harness, text, lengths[i]);
        sender_read_m5(&m5, &harness);
    }
}

/* --- The ticket ----------------------------------------------------------- */

static void expect_ticket(void)
{
    struct m5 m5;

    sender_type(&harness, "hello", 5);
    sender_read_m5(&m5, &harness);
    if (strcmp(m5.senderinfo, harness.senderinfo) == 0)
        return;
    detail_difference(harness.senderinfo, strlen(harness.senderinfo),
                      m5.senderinfo, strlen(m5.senderinfo));
    expected("senderinfo of %zu characters, as in message 4",
             strlen(harness.senderinfo));
    got("%zu characters: %s", strlen(m5.senderinfo),
        printable(m5.senderinfo, strlen(m5.senderinfo)));
    if (strchr(m5.senderinfo, '\\') != NULL)
        fail("The escapes in message 4 were not decoded: read its members with "
             "the functions of lib/members.h.");
    fail("Send senderinfo exactly as the server gave it.");
}

/*
 * Writes VALUE to JSON, of SIZE bytes, as a string with escapes: its first
 * character as \u00hh, and each slash as \/.
 */
static void escape(char *json, size_t size, const char *value)
{
    size_t n = (size_t)snprintf(json, size, "\"\\u%04x", (unsigned)*value);

    for (const char *p = value + 1; *p != '\0'; p++)
        n += (size_t)snprintf(json + n, size - n, *p == '/' ? "\\/" : "%c", *p);
    snprintf(json + n, size - n, "\"");
}

void m5_ticket(void)
{
    char text[741];

    sender_setup_and_start(&harness);
    expect_ticket();
    sender_expect_exit(&harness, true);
    /* The sender cannot open a ticket, so any box of that length will do. */
    step("The sender runs again, with a ticket of the maximum length.");
    sender_new_secrets(&harness);
    random_letters(text, sizeof text - 1);
    forgery_seal(harness.senderinfo, sizeof harness.senderinfo, harness.secret,
                 "x", "", text, sizeof text - 1);
    step("Its JSON has escapes, which have to be decoded.");
    program_set_activity("message 4 has escapes in its strings");
    escape(harness.m4.senderinfo, sizeof harness.m4.senderinfo,
           harness.senderinfo);
    sender_set_answer(&harness);
    sender_start(&harness);
    expect_ticket();
}

/* --- The box -------------------------------------------------------------- */

void m5_box(void)
{
    static const char blocks[] =
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    struct m5 m5;
    char text[64];

    sender_setup_and_start(&harness);
    /* Equal blocks reveal ECB mode; see diagnose_box.c. */
    sender_type_and_open(&m5, &harness, blocks, sizeof blocks - 1);
    /* Up to a seq that has two digits and differs in hex. */
    for (int i = 2; i <= 17; i++) {
        random_text(text);
        sender_type_and_open(&m5, &harness, text, strlen(text));
    }
}

void m5_seq(void)
{
    enum { LINES = 300 }; /* seq must not be stored in a byte */
    struct m5 m5;
    long long last = 0;

    sender_setup_and_start(&harness);
    for (int i = 0; i < LINES; i++) {
        char text[64];

        random_text(text);
        sender_type(&harness, text, strlen(text));
        sender_read_m5(&m5, &harness);
        expected(i == 0 ? "seq 1" : "a seq greater than %lld", last);
        got("seq %lld", m5.seq);
        if (i == 0 && m5.seq != 1)
            fail("seq is %lld, expected 1.", m5.seq);
        if (m5.seq == last)
            fail("seq is %lld twice: the receiver will refuse the second.",
                 m5.seq);
        if (m5.seq < last)
            fail("seq goes back, from %lld to %lld: the receiver will refuse "
                 "it.",
                 last, m5.seq);
        last = m5.seq;
    }
}

/* --- Other secrets -------------------------------------------------------- */

void m5_secrets(void)
{
    static const size_t lengths[] = {16, 65, 128};
    struct m5 m5;

    sender_setup(&harness);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        program_set_activity("secret and token have %zu characters",
                             lengths[i]);
        step("Secret and token have %zu characters of any kind.", lengths[i]);
        if (lengths[i] == KIT_TOKEN_MAX) {
            step("The names have %d.", KIT_NAME_MAX);
            random_letters(harness.names[0], KIT_NAME_MAX);
            random_letters(harness.names[1], KIT_NAME_MAX);
            harness.names[1][0] = '9'; /* so that they differ */
        }
        sender_new_secrets(&harness);
        random_printable(harness.token, lengths[i]);
        random_printable(harness.secret, lengths[i]);
        snprintf(harness.m4.secret, sizeof harness.m4.secret, "\"%s\"",
                 harness.secret);
        sender_set_answer(&harness);
        sender_start(&harness);
        sender_type_and_open(&m5, &harness, "any secret", 10);
        sender_expect_exit(&harness, true);
    }
}

/* --- Texts ---------------------------------------------------------------- */

/* A line of input without a text in it is sent, too. */
static void expect_empty_text(void)
{
    struct m5 m5;

    sender_type(&harness, "", 0);
    sender_type(&harness, "after", 5);
    sender_read_m5(&m5, &harness);
    if (m5.len == 12 + 5 + 16) {
        expected("a box of 28 bytes for the empty line");
        got("that of the line after it");
        fail("An empty line was not sent: it is a text of 0 bytes.");
    }
    m5_open(&m5, &harness.inputs, "", 0);
    sender_read_m5(&m5, &harness);
    m5_open(&m5, &harness.inputs, "after", 5);
}

void m5_lengths(void)
{
    static const size_t lengths[] = {1, 64, 65, 1023, 1024, 4095, 4096};
    static char text[KIT_TEXT_MAX + 1];
    struct m5 m5;

    sender_setup_and_start(&harness);
    program_set_activity("a text has 0 bytes");
    expect_empty_text();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        program_set_activity("a text has %zu bytes", lengths[i]);
        random_letters(text, lengths[i]);
        sender_type_and_open(&m5, &harness, text, lengths[i]);
    }
    sender_expect_exit(&harness, true);
}

void m5_bytes(void)
{
    static const char utf8[] = "Gr\xc3\xbc\xc3\x9f"
                               "e \xe2\x82\xac \xf0\x9f\x94\x91 \"quoted\" \\ "
                               "back, {\"json\":1}, 100% %s%n";
    static const char *const plain[] = {
        "  two in front, two behind  ", "quit", "exit", "\t.\t", "/quit",
        "a carriage return\r"};
    char bytes[256];
    size_t n = 0;
    struct m5 m5;

    sender_setup_and_start(&harness);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        program_set_activity("the text is \"%s\"",
                             printable(plain[i], strlen(plain[i])));
        sender_type_and_open(&m5, &harness, plain[i], strlen(plain[i]));
    }
    program_set_activity("a text has bytes of every kind");
    sender_type_and_open(&m5, &harness, utf8, sizeof utf8 - 1);
    for (int i = 0; i < 256; i++) {
        if (i != '\n')
            bytes[n++] = (char)i;
    }
    step("Now every byte except the newline, beginning with the zero byte:");
    sender_type_and_open(&m5, &harness, bytes, n);
}

void m5_too_long(void)
{
    static char text[KIT_TEXT_MAX + 2];
    struct m5 m5;
    size_t len;
    const char *line;

    sender_setup_and_start(&harness);
    random_letters(text, KIT_TEXT_MAX + 1);
    sender_type(&harness, text, KIT_TEXT_MAX + 1);
    sender_type(&harness, "after", 5);
    program_close_input(harness.program);
    line = sender_next_line(&len, &harness);
    if (line != NULL) {
        step("It sends a line of %zu bytes.", len);
        m5_parse(&m5, line, len);
        if (m5.len != 12 + 5 + 16) {
            expected("nothing from a text of %d bytes", KIT_TEXT_MAX + 1);
            got("a box of %zu bytes", m5.len);
            fail("A text of more than 4096 bytes was truncated or split: print "
                 "an error instead.");
        }
        m5_open(&m5, &harness.inputs, "after", 5);
    }
    sender_expect_exit(&harness, false);
}

/* --- Leaks ---------------------------------------------------------------- */

/* How TEXT is contained in LINE, as words for the report; NULL: it is not. */
static const char *find_text(const char *line, const char *text)
{
    char coded[256], hex[256] = "";
    size_t len = strlen(text);

    if (strstr(line, text) != NULL)
        return "in the clear";
    must(kit_base64_encode(coded, sizeof coded, text, len) == 0);
    coded[len / 3 * 4] = '\0'; /* cut off the padding and what depends on it */
    if (strstr(line, coded) != NULL)
        return "in base64, which is not encryption";
    for (size_t i = 0; i < len; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char)text[i]);
    return strstr(line, hex) != NULL ? "in hex, which is not encryption" : NULL;
}

/* Everything else in the line would tell an eavesdropper something. */
static void expect_no_other_member(const struct m5 *m5)
{
    const cJSON *object = kit_json_object(m5->line, strlen(m5->line));

    for (const cJSON *at = object->child; at != NULL; at = at->next) {
        if (strcmp(at->string, "senderinfo") == 0 ||
            strcmp(at->string, "seq") == 0 ||
            strcmp(at->string, "message") == 0)
            continue;
        expected("senderinfo, seq and message, and nothing more");
        got("a member \"%s\"", printable(at->string, strlen(at->string)));
        fail("Message 5 has a member \"%s\": an eavesdropper reads it, too.",
             printable(at->string, strlen(at->string)));
    }
}

void m5_nothing_in_clear(void)
{
    const struct {
        const char *what, *text, *cause;
    } all[] = {
        {"secret", harness.secret,
         "The secret is sent to the receiver in the clear: an eavesdropper can "
         "open every text."},
        {"token", harness.token,
         "Your login token is sent to the receiver, who can now impersonate "
         "you."},
        {"password", harness.password,
         "Your password is sent to the receiver, who can now impersonate you."},
    };
    char text[64];
    struct m5 m5;
    const char *how;

    sender_setup_and_start(&harness);
    random_text(text);
    sender_type(&harness, text, strlen(text));
    sender_read_m5(&m5, &harness);
    expected("no text, secret, token or password in the line");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        how = find_text(m5.line, all[i].text);
        if (how == NULL)
            continue;
        got("the %s, %s", all[i].what, how);
        fail("%s", all[i].cause);
    }
    how = find_text(m5.line, text);
    if (how == NULL && secret_leaks_contain(m5.box, m5.len, text))
        how = "inside the box";
    if (how != NULL) {
        got("the text, %s", how);
        fail("The text is sent in the clear: \"%s\" is in the line, %s.", text,
             how);
    }
    expect_no_other_member(&m5);
}

/* Searches what the sender has printed, and the files that it made. */
static void expect_no_leaks(void)
{
    struct kit_key key;
    const struct secret_name leaks[] = {{"secret", harness.secret, 0},
                                        {"token", harness.token, 0},
                                        {"password", harness.password, 0},
                                        {"key of the chat", &key, sizeof key},
                                        {NULL, NULL, 0}};

    must(kit_derive(&key, harness.secret, KIT_LABEL_MESSAGE) == 0);
    if (harness.program->pid != 0)
        secret_leaks_in_process(harness.program, leaks);
    secret_leaks_in_output(harness.program, leaks);
    secret_leaks_in_files(leaks);
}

static void end_and_expect_no_leaks(void)
{
    (void)mock_receiver_wait_exit(&harness.connection, &harness.receiver_side,
                                  harness.program);
    expect_no_leaks();
}

/* The sender gets a message 4 whose MEMBER is VALUE, and must refuse it. */
static void refuse_and_expect_no_leaks(char *member, const char *value)
{
    program_free(harness.program);
    sender_new_secrets(&harness);
    strcpy(member, value);
    sender_set_answer(&harness);
    sender_start(&harness);
    end_and_expect_no_leaks();
}

void m5_nothing_leaks(void)
{
    static char text[KIT_TEXT_MAX + 2];
    struct m5 m5;

    sender_setup_and_start(&harness);
    sender_type_and_open(&m5, &harness, "one", 3);
    expect_no_leaks();
    sender_type_and_open(&m5, &harness, "two", 3);
    random_letters(text, KIT_TEXT_MAX + 1);
    sender_type(&harness, text, KIT_TEXT_MAX + 1);
    end_and_expect_no_leaks();
    step("The sender runs again, and the receiver refuses a text.");
    program_free(harness.program);
    sender_new_secrets(&harness);
    sender_start(&harness);
    sender_type_and_open(&m5, &harness, "three", 5);
    mock_receiver_reset(&harness.connection);
    end_and_expect_no_leaks();
    step("It runs again, with answers of the server that it refuses.");
    refuse_and_expect_no_leaks(harness.m4.receiver, "\"someone-else\"");
    refuse_and_expect_no_leaks(harness.m4.port, "0");
    refuse_and_expect_no_leaks(harness.m4.senderinfo, "\"\"");
    refuse_and_expect_no_leaks(harness.m4.ip_addr, "\"nowhere\"");
}

/* --- Memory --------------------------------------------------------------- */

enum { FEW = 400, MANY = 6000, GROWTH_KB = 8192 };

/* Runs the sender with COUNT texts. Returns its memory in KiB. */
static long run_many(int count)
{
    size_t len;
    char text[64];
    long memory;

    /* Slow, but it finds the callers of libraries without frame pointers. */
    harness.asan = count == FEW ? "fast_unwind_on_malloc=0" : "";
    sender_start(&harness);
    step("%d texts are typed.", count);
    for (int i = 0; i < count; i++) {
        snprintf(text, sizeof text, "text number %d\n", i);
        program_write(harness.program, text, strlen(text));
        while (sender_next_line(&len, &harness) == NULL) {
            if (harness.program->pid == 0)
                program_fail(harness.program, "a line for every text");
            mock_receiver_hang_up(&harness.connection);
        }
    }
    memory = program_memory(harness.program);
    sender_expect_exit(&harness, true);
    if (memory == 0)
        memory = harness.program->rss;
    detail("its memory: %ld KiB", memory);
    return memory;
}

void m5_memory(void)
{
    long few, many;

    sender_setup(&harness);
    few = run_many(FEW);
    many = run_many(MANY);
    if (many - few <= GROWTH_KB)
        return;
    expected("no more memory for %d texts than for %d", MANY, FEW);
    got("%ld KiB more", many - few);
    fail("After %d more messages, memory grew by %ld MB: each one leaves "
         "something in memory.",
         MANY - FEW, (many - few) / 1024);
}
