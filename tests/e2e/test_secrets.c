/* SPDX-License-Identifier: MIT */
/*
 * What nobody else may see stays out of everything that can be seen: both
 * streams of each program, its arguments, its environment, the database.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/json.h"
#include "tests/e2e/chat.h"
#include "tests/support/forgery.h"
#include "tests/support/http_client.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"

#define TOKEN  "0123456789abcdef-token-of-both"
#define SECRET "fedcba9876543210-secret-of-this-chat"

/* Whether SECRET stands anywhere in LEN bytes of TEXT. */
static bool holds(const char *text, size_t len, const char *secret)
{
    size_t n = strlen(secret);

    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(text + i, secret, n) == 0)
            return true;
    return false;
}

static void nothing_said(const struct process *p, const char *secret)
{
    ck_assert_msg(!holds(p->out.bytes, p->out.len, secret) &&
                      !holds(p->err.bytes, p->err.len, secret),
                  "%s says %s", p->name, secret);
}

/* Where the system has /proc: nothing in what ps shows of P. */
static void nothing_shown(const struct process *p, const char *secret)
{
    static const char *const names[] = {"cmdline", "environ"};
    char path[64], text[8192];

    for (size_t i = 0; i < 2; i++) {
        FILE *file;

        snprintf(path, sizeof path, "/proc/%d/%s", (int)p->pid, names[i]);
        file = fopen(path, "r");
        if (file == NULL)
            continue;
        ck_assert(!holds(text, fread(text, 1, sizeof text, file), secret));
        fclose(file);
    }
}

/* With a server whose token and secret we know. */
START_TEST(both_ends)
{
    static const char *const secrets[] = {TOKEN, SECRET, "alice-pw", "bob-pw"};
    char body[8192], ticket[KIT_SEALED_SIZE];
    struct http_server oracle;
    struct process *bob, *alice;
    const char *where, *json = "{\"username\":\"alice\",\"ip_addr\":"
                               "\"127.0.0.1\",\"secret\":\"" SECRET "\"}";

    forgery_seal(ticket, TOKEN, KIT_LABEL_TICKET, "senderinfo>bob", json,
                 strlen(json));
    /* Bob is where M4 says only after he has said where he is. */
    http_server_open(&oracle, 200, body);
    snprintf(body, sizeof body, "{\"token\":\"" TOKEN "\"}");
    chat.url = oracle.url;
    bob = fixture_receiver(&chat, fixture_builds[0], "solution", "bob", NULL,
                           &where);
    snprintf(body, sizeof body,
             "{\"token\":\"" TOKEN "\",\"ip_addr\":\"127.0.0.1\",\"secret\":"
             "\"" SECRET "\",\"senderinfo\":\"%s\",\"port\":%s}",
             ticket, strrchr(where, ':') + 1);
    alice =
        fixture_sender(&chat, fixture_builds[1], "solution", "alice", "bob");
    process_write(alice, "hello\n", 6);
    fixture_expect(bob, "alice: hello");
    for (size_t i = 0; i < 4; i++) {
        nothing_shown(alice, secrets[i]);
        nothing_shown(bob, secrets[i]);
    }
    process_exits(alice, 0);
    ck_assert_int_eq(process_kill(bob, SIGTERM), 0);
    for (size_t i = 0; i < 4; i++) {
        nothing_said(alice, secrets[i]);
        nothing_said(bob, secrets[i]);
    }
    process_end(alice);
    process_end(bob);
    http_server_close(&oracle);
}
END_TEST

/* The server's log and its files know no token, no secret, no password. */
START_TEST(server)
{
    char token[KIT_TOKEN_MAX + 1], secret[KIT_TOKEN_MAX + 1], body[512];
    struct http http;
    char file[1 << 18];
    const char *const ends[] = {"", "-wal", "-shm"};

    fixture_serve(&chat, fixture_builds[0]);
    http_open(&http, chat.url, NULL);
    ck_assert_int_eq(http_login(&http, "bob", "bob-pw", token), 200);
    ck_assert(kit_is_token(token));
    ck_assert_int_eq(http_login(&http, "alice", "alice-pw", token), 200);
    ck_assert(kit_is_token(token));
    ck_assert_int_eq(http_ask(&http, "alice", token, "bob"), 200);
    http_string(&http, "secret", secret, sizeof secret);
    ck_assert(kit_is_token(secret));
    http_close(&http);

    for (size_t i = 0; i < 3; i++) {
        FILE *in;
        size_t len;

        snprintf(body, sizeof body, "%s%s", chat.db, ends[i]);
        in = fopen(body, "r");
        len = in == NULL ? 0 : fread(file, 1, sizeof file, in);
        if (in != NULL)
            fclose(in);
        ck_assert(i > 0 || len > 0);
        ck_assert(!holds(file, len, token) && !holds(file, len, secret) &&
                  !holds(file, len, "alice-pw"));
    }
    ck_assert_int_eq(process_kill(chat.server, SIGTERM), 0);
    nothing_said(chat.server, token);
    nothing_said(chat.server, secret);
    nothing_said(chat.server, "alice-pw");
    /* The log is there: three requests, and who asked. */
    ck_assert(holds(chat.server->err.bytes, chat.server->err.len, "alice"));
}
END_TEST

TEST_SUITE(secrets)
{
    Suite *suite = suite_create("secrets");
    TCase *tcase = suite_add_case(suite, "secrets");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, chat_begin, chat_end);
    tcase_add_tests(tcase, both_ends, server);
    return suite;
}
