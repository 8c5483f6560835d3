/* SPDX-License-Identifier: MIT */
/* Message 5 from the sender: texts arrive unchanged, and no secret leaks. */
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/secret_leaks.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"

static struct sender_harness harness;

void m5_lengths(void)
{
    static const size_t lengths[] = {0, 1, 64, 65, 1023, 1024, 4095, 4096};
    static char text[KIT_TEXT_MAX + 1];
    struct m5 m5;

    sender_setup_and_start(&harness);
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
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        sender_type_and_open(&m5, &harness, plain[i], strlen(plain[i]));
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
    expected("none of it in the line, which an eavesdropper reads");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        how = find_text(m5.line, all[i].text);
        got("the %s, %s", all[i].what, how != NULL ? how : "");
        if (how != NULL)
            fail("%s", all[i].cause);
    }
    how = find_text(m5.line, text);
    if (how == NULL && secret_leaks_contain(m5.box, m5.len, text))
        how = "inside the box";
    got("the text, %s", how != NULL ? how : "");
    if (how != NULL)
        fail("The text is sent in the clear: \"%s\" is in the line, %s.", text,
             how);
}

void m5_nothing_leaks(void)
{
    const struct secret_name leaks[] = {{"secret", harness.secret},
                                        {"token", harness.token},
                                        {"password", harness.password},
                                        {NULL, NULL}};
    struct m5 m5;

    sender_setup_and_start(&harness);
    sender_type_and_open(&m5, &harness, "one", 3);
    secret_leaks_in_process(harness.program, leaks);
    sender_type_and_open(&m5, &harness, "two", 3);
    sender_expect_exit(&harness, true);
    secret_leaks_in_output(harness.program, leaks);
    secret_leaks_in_files(leaks);
}
