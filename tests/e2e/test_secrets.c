/* SPDX-License-Identifier: MIT */
/* The server's log and its files contain no token, no secret, no password. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lib/wire.h"
#include "tests/e2e/chat.h"
#include "tests/support/http_client.h"
#include "tests/support/temp.h"

/* Whether LEN bytes of TEXT contain WORD. */
static bool contains(const char *text, size_t len, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(text + i, word, n) == 0)
            return true;
    return false;
}

/* Whether the file of the database with this ENDING contains WORD. */
static bool database_contains(const char *ending, const char *word)
{
    char path[PATH_SIZE + 8];
    const char *bytes;
    size_t len;

    snprintf(path, sizeof path, "%s%s", chat.db, ending);
    bytes = file_read(path, &len);
    return contains(bytes, len, word);
}

START_TEST(server)
{
    char token[KIT_TOKEN_MAX + 1], secret[KIT_TOKEN_MAX + 1];
    const char *const secrets[] = {token, secret, "alice-pw"};
    struct http http;
    const struct stream *log, *out;

    fixture_serve(&chat, fixture_builds[0]);
    http_open(&http, chat.url, NULL);
    ck_assert_int_eq(http_login(&http, "bob", "bob-pw", token), 200);
    ck_assert_int_eq(http_login(&http, "alice", "alice-pw", token), 200);
    ck_assert(kit_is_token(token));
    ck_assert_int_eq(http_ask(&http, "alice", token, "bob"), 200);
    http_string(&http, "secret", secret, sizeof secret);
    ck_assert(kit_is_token(secret));
    http_close(&http);

    ck_assert(database_contains("", "alice") ||
              database_contains("-wal", "alice"));
    for (size_t i = 0; i < 3; i++) {
        ck_assert(!database_contains("", secrets[i]));
        ck_assert(!database_contains("-wal", secrets[i]));
        ck_assert(!database_contains("-shm", secrets[i]));
    }
    ck_assert_int_eq(process_kill(chat.server, SIGTERM), 0);
    log = &chat.server->err;
    out = &chat.server->out;
    ck_assert(contains(log->bytes, log->len, "alice"));
    for (size_t i = 0; i < 3; i++) {
        ck_assert(!contains(log->bytes, log->len, secrets[i]));
        ck_assert(!contains(out->bytes, out->len, secrets[i]));
    }
}
END_TEST

TEST_SUITE(secrets, 60, chat_begin, chat_end)
{
    tcase_add_test(tcase, server);
}
