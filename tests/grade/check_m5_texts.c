/* SPDX-License-Identifier: MIT */
/* Message 5: every text arrives as it was typed, and nothing else leaks. */
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "tests/grade/chance.h"
#include "tests/grade/chat.h"
#include "tests/grade/checks.h"
#include "tests/grade/leaks.h"
#include "tests/grade/transcript.h"

static struct chat chat;

void m5_lengths(void)
{
    static const size_t lengths[] = {0, 1, 64, 65, 1023, 1024, 4095, 4096};
    static char text[KIT_TEXT_MAX + 1];
    struct m5 m5;

    chat_begin(&chat);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        program_while("a text has %zu bytes", lengths[i]);
        chance_fill(text, lengths[i]);
        chat_say(&m5, &chat, text, lengths[i]);
    }
    chat_exits(&chat, true);
}

void m5_bytes(void)
{
    static const char utf8[] = "Gr\xc3\xbc\xc3\x9f"
                               "e \xe2\x82\xac \xf0\x9f\x94\x91 \"quoted\" "
                               "\\ back, {\"json\":1}, 100% %s%n";
    static const char *const plain[] = {
        "  two in front, two behind  ", "quit", "exit", "\t.\t", "/quit",
        "a carriage return\r"};
    char bytes[256];
    size_t n = 0;
    struct m5 m5;

    chat_begin(&chat);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        chat_say(&m5, &chat, plain[i], strlen(plain[i]));
    chat_say(&m5, &chat, utf8, sizeof utf8 - 1);
    for (int i = 0; i < 256; i++) {
        if (i != '\n')
            bytes[n++] = (char)i;
    }
    step("Now every byte but the newline, the zero byte first:");
    chat_say(&m5, &chat, bytes, n);
}

void m5_too_long(void)
{
    static char text[KIT_TEXT_MAX + 2];
    struct m5 m5;
    size_t len;
    const char *line;

    chat_begin(&chat);
    chance_fill(text, KIT_TEXT_MAX + 1);
    chat_type(&chat, text, KIT_TEXT_MAX + 1);
    chat_type(&chat, "after", 5);
    program_close_input(chat.program);
    line = chat_line(&len, &chat);
    if (line != NULL) {
        step("A line of %zu bytes comes.", len);
        m5_read(&m5, line, len);
        if (m5.len != 12 + 5 + 16) {
            expected("nothing of a text of %d bytes", KIT_TEXT_MAX + 1);
            got("a box of %zu bytes", m5.len);
            fail("A text of over 4096 bytes was cut or split; say an error "
                 "instead.");
        }
        m5_open(&m5, &chat.secrets, "after", 5);
    }
    chat_exits(&chat, false);
}

/* --- What nobody but the two should read ---------------------------------- */

/* Whether TEXT stands in LINE, plainly or in base64 or hex. */
static const char *find_text(const char *line, const char *text)
{
    char coded[256], hex[256] = "";
    size_t len = strlen(text);

    if (strstr(line, text) != NULL)
        return "in clear";
    must(kit_base64_encode(coded, sizeof coded, text, len) == 0);
    coded[len / 3 * 4] = '\0'; /* what stands before the padding */
    if (strstr(line, coded) != NULL)
        return "in base64, which is no encryption";
    for (size_t i = 0; i < len; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char)text[i]);
    return strstr(line, hex) != NULL ? "in hex, which is no encryption" : NULL;
}

void m5_nothing_in_clear(void)
{
    const struct {
        const char *what, *text, *cause;
    } all[] = {
        {"secret", chat.secret,
         "The secret travels in clear to the receiver: whoever listens can "
         "open every text."},
        {"token", chat.token,
         "Your login token travels to the receiver: he can now be you."},
        {"password", chat.password,
         "Your password travels to the receiver: he can now be you."},
    };
    char text[64];
    struct m5 m5;
    const char *how;

    chat_begin(&chat);
    chance_text(text);
    chat_type(&chat, text, strlen(text));
    chat_read(&m5, &chat);
    expected("nothing of it in the line, for whoever listens");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        how = find_text(m5.line, all[i].text);
        got("the %s, %s", all[i].what, how != NULL ? how : "");
        if (how != NULL)
            fail("%s", all[i].cause);
    }
    how = find_text(m5.line, text);
    if (how == NULL && leaks_find(m5.box, m5.len, text))
        how = "inside the box";
    got("the text, %s", how != NULL ? how : "");
    if (how != NULL)
        fail("The text travels in clear: \"%s\" stands in the line, %s.", text,
             how);
}

void m5_nothing_leaks(void)
{
    const struct leak leaks[] = {{"secret", chat.secret},
                                 {"token", chat.token},
                                 {"password", chat.password},
                                 {NULL, NULL}};
    struct m5 m5;

    chat_begin(&chat);
    chat_say(&m5, &chat, "one", 3);
    leaks_in_process(chat.program, leaks);
    chat_say(&m5, &chat, "two", 3);
    chat_exits(&chat, true);
    leaks_in_output(chat.program, leaks);
    leaks_in_files(leaks);
}
