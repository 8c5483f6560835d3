/* SPDX-License-Identifier: MIT */
/* A chat whose three programs write traces, and what is in the files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "lib/json.h"
#include "tests/e2e/chat.h"
#include "tests/support/temp.h"

enum { SERVER, RECEIVER, SENDER, PROGRAMS };

/* The name of each program's file, and the messages that must be in it. */
static const struct {
    const char *file, *messages;
} programs[PROGRAMS] = {
    [SERVER] = {"server.jsonl", "1234"},
    [RECEIVER] = {"receiver.jsonl", "125"},
    [SENDER] = {"sender.jsonl", "12345"},
};

static char *trace_of(int program)
{
    return fixture_path(&chat, chat.dir, programs[program].file);
}

/* An option that writes keys to the trace, or one that does not. */
static const char *keys_if(bool keys)
{
    return keys ? "--trace-keys" : "--verbose";
}

/* Alice sends bob two texts. KEYS: the programs that trace their secrets. */
static void talk(const bool keys[PROGRAMS])
{
    struct process *bob, *alice;

    chat.server = fixture_command(&chat, fixture_builds[0], "serve", "--port",
                                  "0", "--trace", trace_of(SERVER),
                                  keys_if(keys[SERVER]), NULL);
    chat.url = process_ready(chat.server, &chat.server->out);
    bob = fixture_client(&chat, fixture_builds[0], "solution/receiver", "bob",
                         "--port", "0", "--trace", trace_of(RECEIVER),
                         keys_if(keys[RECEIVER]), NULL);
    process_ready(bob, &bob->err);
    alice = fixture_client(&chat, fixture_builds[1], "solution/sender", "alice",
                           "--trace", trace_of(SENDER), keys_if(keys[SENDER]),
                           "bob", NULL);
    process_write(alice, "hello bob\n<\xff>\n", 14);
    process_succeeds(alice);
    fixture_expect(bob, "alice: hello bob");
    fixture_expect(bob, "alice: <\\xff>");
    process_end(bob);
}

/* The messages in the trace of PROGRAM, as digits in their order. */
static const char *messages_in(int program)
{
    static char out[16];
    const char *text = file_read(trace_of(program), NULL);

    out[0] = '\0';
    for (int number = 1; number <= 5; number++) {
        char part[32];

        snprintf(part, sizeof part, "\"message\":%d", number);
        if (strstr(text, part) != NULL)
            snprintf(out + strlen(out), sizeof out - strlen(out), "%d", number);
    }
    return out;
}

START_TEST(all_messages)
{
    static const bool no_keys[PROGRAMS] = {false};

    talk(no_keys);
    for (int i = 0; i < PROGRAMS; i++) {
        struct stat status;

        ck_assert_str_eq(messages_in(i), programs[i].messages);
        ck_assert_int_eq(stat(trace_of(i), &status), 0);
        ck_assert_uint_eq(status.st_mode & 07777, 0600);
    }
    ck_assert_ptr_nonnull(
        strstr(file_read(trace_of(SENDER), NULL), "\"text\":\"hello bob\""));
    ck_assert_ptr_nonnull(strstr(file_read(trace_of(RECEIVER), NULL),
                                 "\"text\":\"alice: hello bob\""));
}
END_TEST

/* --- Without --trace-keys ------------------------------------------------- */

/* SECRET must not be in the trace of a program without KEYS. */
static void check_absent(const char *secret, const bool keys[PROGRAMS])
{
    for (int i = 0; i < PROGRAMS; i++)
        if (!keys[i] && strstr(file_read(trace_of(i), NULL), secret) != NULL)
            ck_abort_msg("%s has %s", programs[i].file, secret);
}

/* Checks all secrets in the object EVENT and in its fields. Counts them. */
static int check_secrets(const cJSON *event, const bool keys[PROGRAMS])
{
    static const char *const names[] = {"password", "token", "secret", "input",
                                        "key"};
    int count = 0;

    if (event == NULL)
        return 0;
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *secret = kit_json_string(event, names[i]);

        if (secret != NULL)
            check_absent(secret, keys);
        count += secret != NULL;
    }
    return count + check_secrets(
                       cJSON_GetObjectItemCaseSensitive(event, "fields"), keys);
}

/* Secrets that programs with --trace-keys trace are not in other traces. */
static const bool who_has_keys[][PROGRAMS] = {
    {[SERVER] = true},
    {[RECEIVER] = true, [SENDER] = true},
};

START_TEST(no_secrets)
{
    const bool *keys = who_has_keys[_i];
    int count = 0;

    talk(keys);
    for (int i = 0; i < PROGRAMS; i++) {
        char *text = keys[i] ? strdup(file_read(trace_of(i), NULL)) : NULL;
        const char *line = text;

        for (; line != NULL && *line != '\0'; line = strchr(line, '\n') + 1) {
            cJSON *event = kit_json_object(line, strcspn(line, "\n"));

            ck_assert_ptr_nonnull(event);
            count += check_secrets(event, keys);
            kit_json_free(event);
        }
        free(text);
    }
    /* Two passwords, two tokens and a secret, most of them more than once. */
    ck_assert_int_ge(count, 8);
}
END_TEST

/* Standard error has the same events, and no password. */
START_TEST(verbose)
{
    struct process *alice;

    fixture_serve(&chat, fixture_builds[0]);
    alice = fixture_client(&chat, fixture_builds[0], "solution/sender", "alice",
                           "--verbose", "bob", NULL);
    ck_assert_ptr_nonnull(
        process_find(alice, &alice->err, "[1] sent message=1"));
    process_exits(alice, EX_NOUSER);
    ck_assert_ptr_null(strstr(alice->err.bytes, "alice-pw"));
    process_end(alice);
}
END_TEST

/* The starter, whose code is not written yet, writes a trace, too. */
START_TEST(starter)
{
    struct process *bob, *alice;

    fixture_serve(&chat, fixture_builds[0]);
    bob = fixture_receiver(&chat, fixture_builds[0], "bob");
    alice = fixture_client(&chat, fixture_builds[0], "starter/sender", "alice",
                           "--trace", trace_of(SENDER), "bob", NULL);
    process_exits(alice, EX_PROTOCOL);
    process_end(alice);
    process_end(bob);
    ck_assert_str_eq(messages_in(SENDER), "1234");
    ck_assert_ptr_nonnull(strstr(file_read(trace_of(SENDER), NULL),
                                 "\"event\":\"refused\",\"step\":\"TODO 1\""));
}
END_TEST

/* --- With --trace-keys ---------------------------------------------------- */

/* A program in Python computes the same keys and opens the same boxes. */
START_TEST(recomputed)
{
    static const bool all_keys[PROGRAMS] = {true, true, true};
    struct process *python;

    talk(all_keys);
    python = process_words(NULL, "python3", "-B", "tests/interop/trace.py",
                           trace_of(SERVER), trace_of(RECEIVER),
                           trace_of(SENDER), NULL);
    process_exits(python, 0);
    ck_assert_str_eq(python->out.bytes,
                     "recomputed: derived opened received sealed sent\n");
    /* Passes on its message that a package is absent and a part skipped. */
    fwrite(python->err.bytes, 1, python->err.len, stdout);
    fflush(stdout);
    process_end(python);
}
END_TEST

TEST_SUITE(trace, 60, chat_begin, chat_end)
{
    tcase_add_tests(tcase, all_messages, verbose, starter);
    tcase_add_rows(tcase, no_secrets, who_has_keys);
    if (process_has("python3"))
        tcase_add_test(tcase, recomputed);
    else
        printf("skipped: trace, recomputed (python3 is absent)\n");
}
