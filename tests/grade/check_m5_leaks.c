/* SPDX-License-Identifier: MIT */
/* What leaks from the sender: secrets (sent, printed or stored), and memory. */
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "lib/hkdf.h"
#include "lib/json.h"
#include "tests/grade/checks.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/secret_leaks.h"
#include "tests/grade/sender_harness.h"
#include "tests/grade/transcript.h"

static struct sender_harness harness;

/* --- Secrets -------------------------------------------------------------- */

/* How LINE contains TEXT, in words for the report; NULL if it does not. */
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
        fail("The text is sent in the clear: \"%s\" is in the line, %s. Send "
             "only the sealed text.",
             text, how);
    }
    expect_no_other_member(&m5);
}

/* Searches what the sender has printed, and the files that it made. */
static void expect_no_leaks(void)
{
    struct kit_key key;
    const struct known_secret secrets[] = {
        {"secret", harness.secret, 0},
        {"token", harness.token, 0},
        {"password", harness.password, 0},
        {"key of the chat", &key, sizeof key},
        {NULL, NULL, 0}};

    must(kit_derive(&key, harness.secret, KIT_LABEL_MESSAGE) == 0);
    if (harness.program->pid != 0)
        secret_leaks_in_process(harness.program, secrets);
    secret_leaks_in_output(harness.program, secrets);
    secret_leaks_in_files(secrets);
}

static void end_and_expect_no_leaks(void)
{
    (void)mock_receiver_wait_exit(&harness.connection, &harness.receiver_side,
                                  harness.program);
    expect_no_leaks();
}

/* The server answers with VALUE as MEMBER of message 4: it must be refused. */
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

enum { FEW = 400, MANY = 6000 };

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
    program_check_growth("texts", FEW, few, MANY, many);
}
