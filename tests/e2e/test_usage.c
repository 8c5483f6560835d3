/* SPDX-License-Identifier: MIT */
/*
 * Mistakes of users and of servers: the programs print an error and exit with a
 * code of sysexits.h, and no file is damaged.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "tests/e2e/chat.h"
#include "tests/support/http_server.h"
#include "tests/support/temp.h"

enum { ARGS_MAX = 12 };

static const char not_a_db[] =
    "This is not a database, but it is longer than the header of one, which "
    "has a hundred bytes.";

static void setup(void)
{
    chat_begin();
    /* The tables below name these files with an @. */
    fixture_file(&chat, "junk.db", not_a_db);
    fixture_file(&chat, "empty", "");
    fixture_file(&chat, "wrong", "not the password\n");
    fixture_file(&chat, "roster", "name,password\ndave,\nerin,ok\nalice,x\n");
    fixture_file(&chat, "ragged", "name,password\ndave\n");
    fixture_file(&chat, "names", "name,password\nDave,x\n");
    fixture_file(&chat, "headless", "dave,x\n");
}

/* A command line: words, where @name is a file of the chat. */
static const struct mistake {
    int code;
    const char *argv[ARGS_MAX];
} mistakes[] = {
    {EX_USAGE, {"chat-server", "serve"}},
    {EX_USAGE, {"chat-server", "frobnicate"}},
    {EX_USAGE, {"chat-server", "--port", "x", "--demo"}},
    {EX_USAGE, {"chat-server", "--port", "70000", "--demo"}},
    {EX_USAGE, {"chat-server", "--demo", "--db", "@chat.db"}},
    {EX_USAGE, {"chat-server", "--demo", "--listen", "0.0.0.0"}},
    {EX_USAGE, {"chat-server", "--demo", "--port", "0", "--wall", "x"}},
    {EX_USAGE, {"chat-server", "--demo", "--port", "0", "--wall", "65536"}},
    {EX_USAGE, {"chat-server", "--demo", "--port", "0", "--wall"}},
    {EX_USAGE, {"chat-server", "--db", "@chat.db", "--listen", "0.0.0.0"}},
    {EX_USAGE, {"chat-server", "--db", "@chat.db", "--listen", "localhost"}},
    {EX_USAGE, {"chat-server", "--db", "@chat.db", "--tls-cert", "@empty"}},
    {EX_USAGE, {"chat-server", "--db", "", "--port", "0"}},
    {EX_USAGE, {"chat-server", "users", "--db", ""}},
    {EX_USAGE, {"chat-server", "import", "--db", "", "@roster"}},
    {EX_DATAERR, {"chat-server", "--db", "@junk.db", "--port", "0"}},
    {EX_DATAERR, {"chat-server", "users", "--db", "@junk.db"}},
    {EX_NOINPUT, {"chat-server", "users", "--db", "@absent.db"}},
    {EX_NOINPUT,
     {"chat-server", "adduser", "--db", "@chat.db", "--password-file",
      "@absent", "dave"}},
    {EX_USAGE,
     {"chat-server", "adduser", "--db", "@chat.db", "--password-file", "@wrong",
      "Dave"}},
    {EX_CANTCREAT,
     {"chat-server", "adduser", "--db", "@chat.db", "--password-file", "@wrong",
      "alice"}},
    {EX_NOUSER, {"chat-server", "deluser", "--db", "@chat.db", "dave"}},
    {EX_CANTCREAT, {"chat-server", "import", "--db", "@chat.db", "@roster"}},
    {EX_DATAERR, {"chat-server", "import", "--db", "@chat.db", "@ragged"}},
    {EX_DATAERR, {"chat-server", "import", "--db", "@chat.db", "@names"}},
    {EX_DATAERR, {"chat-server", "import", "--db", "@chat.db", "@headless"}},
    {EX_DATAERR, {"chat-server", "import", "--db", "@chat.db", "@empty"}},
    {EX_NOINPUT, {"chat-server", "import", "--db", "@chat.db", "@absent"}},
    {EX_DATAERR, {"chat-server", "slips", "@roster"}},
    {EX_NOINPUT, {"chat-server", "slips", "@absent"}},
    {EX_USAGE, {"solution/sender", "--user", "alice"}},
    {EX_USAGE, {"solution/sender", "bob"}},
    /* These fail before they ask for a password: there is no terminal. */
    {EX_USAGE, {"solution/sender", "--user", "Alice", "bob"}},
    {EX_USAGE, {"solution/sender", "--user", "alice", "Bob"}},
    {EX_USAGE, {"solution/sender", "--user", "alice", ""}},
    {EX_USAGE, {"solution/sender", "--user", "alice", "alice"}},
    {EX_USAGE, {"solution/receiver", "--user", "Bob"}},
    {EX_USAGE, {"solution/receiver"}},
    {EX_USAGE, {"solution/sender", "--nonsense", "--user", "alice", "bob"}},
    {EX_USAGE,
     {"solution/sender", "--server", "ftp://127.0.0.1", "--user", "alice",
      "--password-file", "@alice", "bob"}},
    {EX_NOINPUT,
     {"solution/sender", "--user", "alice", "--password-file", "@absent",
      "bob"}},
    {EX_NOINPUT,
     {"solution/sender", "--user", "alice", "--password-file", "@empty",
      "bob"}},
    {EX_UNAVAILABLE,
     {"solution/sender", "--server", "http://127.0.0.1:1", "--user", "alice",
      "--password-file", "@alice", "bob"}},
    {EX_UNAVAILABLE,
     {"solution/receiver", "--server", "http://127.0.0.1:1", "--user", "bob",
      "--password-file", "@bob"}},
    {EX_USAGE,
     {"solution/receiver", "--port", "-1", "--user", "bob", "--password-file",
      "@bob"}},
    {EX_USAGE, {"solution/receiver", "--user", "bob", "too", "many"}},
};

/* Starts a program of BUILD with WORDS, where @name is a file of the chat. */
static struct process *start(const char *build, const char *const *words,
                             const struct process_way *way)
{
    char *argv[ARGS_MAX + 1] = {fixture_path(&chat, build, words[0])};

    for (size_t i = 1; i < ARGS_MAX && words[i] != NULL; i++)
        argv[i] = words[i][0] == '@'
                      ? fixture_path(&chat, chat.dir, words[i] + 1)
                      : (char *)words[i];
    return process_start_in(argv, way);
}

START_TEST(mistake)
{
    process_fails(start(fixture_builds[0], mistakes[_i].argv, NULL),
                  mistakes[_i].code, "");
}
END_TEST

/* Mistakes, and the words before the command that the program advises. */
static const struct {
    const char *argv[ARGS_MAX], *before;
} advices[] = {
    {{"chat-server", "frobnicate"}, "type: "},
    {{"chat-server", "--nonsense"}, "try: "},
    {{"chat-server", "import", "--nonsense"}, "try: "},
    {{"solution/sender", "--nonsense"}, "try: "},
    {{"solution/receiver", "--port=0x"}, "try: "},
};

/* Each of these errors ends with a command. It must work when it is typed. */
START_TEST(advice)
{
    struct process *p = start(fixture_builds[0], advices[_i].argv, NULL);
    char *command;

    process_exits(p, EX_USAGE);
    command = strstr(p->err.bytes, advices[_i].before);
    ck_assert_ptr_nonnull(command);
    command += strlen(advices[_i].before);
    command[strcspn(command, "\n")] = '\0';
    process_succeeds(process_words(NULL, "sh", "-c", command, NULL));
    process_end(p);
}
END_TEST

/* A roster with a mistake adds no account. */
START_TEST(mistake_in_a_roster)
{
    struct process *p;

    process_fails(fixture_command(&chat, fixture_builds[0], "import",
                                  fixture_path(&chat, chat.dir, "roster"),
                                  NULL),
                  EX_CANTCREAT, "");
    p = fixture_command(&chat, fixture_builds[0], "users", NULL);
    process_exits(p, 0);
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "alice"));
    ck_assert_ptr_null(strstr(p->out.bytes, "dave"));
    process_end(p);
}
END_TEST

/* A file that is not a database is not changed. A database has mode 0600. */
START_TEST(file_kept)
{
    char *junk = fixture_path(&chat, chat.dir, "junk.db");
    struct stat info;

    process_fails(
        process_words(NULL,
                      fixture_path(&chat, fixture_builds[0], "chat-server"),
                      "--db", junk, "--port", "0", NULL),
        EX_DATAERR, "");
    ck_assert_str_eq(file_read(junk, NULL), not_a_db);
    ck_assert_int_eq(stat(chat.db, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0600);
}
END_TEST

/* The server does not open a database that others may read. */
START_TEST(readable_by_others)
{
    ck_assert_int_eq(chmod(chat.db, 0644), 0);
    process_fails(
        fixture_command(&chat, fixture_builds[0], "serve", "--port", "0", NULL),
        EX_CONFIG, "chmod 600");
    ck_assert_int_eq(chmod(chat.db, 0600), 0);
    fixture_serve(&chat, fixture_builds[0]);
}
END_TEST

/* The port is in use. */
START_TEST(busy_port)
{
    struct process *bob;

    fixture_serve(&chat, fixture_builds[0]);
    process_fails(fixture_command(&chat, fixture_builds[0], "serve", "--port",
                                  strrchr(chat.url, ':') + 1, NULL),
                  EX_UNAVAILABLE, "");
    bob = fixture_receiver(&chat, fixture_builds[0], "bob");
    process_fails(fixture_client(&chat, fixture_builds[0], "solution/receiver",
                                 "carol", "--port",
                                 strrchr(bob->where, ':') + 1, NULL),
                  EX_UNAVAILABLE, "");
    process_end(bob);
}
END_TEST

/* A wrong password, and receivers that are not logged in or have gone. */
START_TEST(refused_by_server)
{
    struct process *bob;

    fixture_serve(&chat, fixture_builds[1]);
    process_fails(
        process_words(
            NULL, fixture_path(&chat, fixture_builds[0], "solution/sender"),
            "--server", chat.url, "--user", "alice", "--password-file",
            fixture_path(&chat, chat.dir, "wrong"), "bob", NULL),
        EX_NOPERM, "");
    process_fails(fixture_sender(&chat, fixture_builds[0], "alice", "bob"),
                  EX_NOUSER, "");
    process_fails(fixture_sender(&chat, fixture_builds[0], "alice", "nobody"),
                  EX_NOUSER, "");
    bob = fixture_receiver(&chat, fixture_builds[0], "bob");
    process_end(bob);
    process_fails(fixture_sender(&chat, fixture_builds[0], "alice", "bob"),
                  EX_UNAVAILABLE, "");
}
END_TEST

/* Bodies that are not a message 2, as answers to the login of each program. */
static const char *const no_token[] = {"<html>", "[]", "{}"};

START_TEST(login_without_token)
{
    struct http_server server;

    http_server_open(&server, 200, no_token[_i]);
    chat.url = server.url;
    process_fails(fixture_sender(&chat, fixture_builds[0], "alice", "bob"),
                  EX_PROTOCOL, "");
    ck_assert_int_eq(server.requests, 1);
    process_fails(fixture_client(&chat, fixture_builds[1], "solution/receiver",
                                 "bob", "--port", "0", NULL),
                  EX_PROTOCOL, "");
    ck_assert_int_eq(server.requests, 2);
    http_server_close(&server);
}
END_TEST

START_TEST(help_and_version)
{
    static const char *const programs[] = {"chat-server", "solution/sender",
                                           "solution/receiver"};
    static const char *const options[] = {"--help", "--version"};
    struct process *p = process_words(
        NULL, fixture_path(&chat, fixture_builds[0], programs[_i / 2]),
        options[_i % 2], NULL);

    process_exits(p, 0);
    ck_assert_uint_gt(p->out.len, 0);
    ck_assert_uint_eq(p->err.len, 0);
    process_end(p);
}
END_TEST

/*
 * The server sends senders to the address that the receiver logged in from. A
 * receiver that does not listen on that address prints a note. Every Linux has
 * the address 127.0.0.2, but macOS does not.
 */
static const struct {
    const char *listen;
    bool noted;
} places[] = {{"127.0.0.1", false}, {"0.0.0.0", false}, {"127.0.0.2", true}};

START_TEST(listens_elsewhere)
{
    struct process *p;

    fixture_serve(&chat, fixture_builds[0]);
    p = fixture_client(&chat, fixture_builds[0], "solution/receiver", "bob",
                       "--port", "0", "--listen", places[_i].listen, NULL);
    if (process_find(p, &p->err, "listening on ") != NULL) {
        ck_assert_int_eq(process_kill(p, SIGTERM), 0);
        ck_assert_int_eq(strstr(p->err.bytes, "log in from") != NULL,
                         places[_i].noted);
        process_end(p);
    } else {
        ck_assert(places[_i].noted);
        process_fails(p, EX_UNAVAILABLE, "is not an address of this machine");
    }
}
END_TEST

/* Programs that use cryptography. */
static const char *const needy[][ARGS_MAX] = {
    {"chat-server", "users", "--db", "@chat.db"},
    {"chat-server", "--db", "@chat.db", "--port", "0"},
    {"solution/sender", "--user", "alice", "--password-file", "@alice", "bob"},
    {"solution/receiver", "--user", "bob", "--password-file", "@bob"},
};

/* The build folder of the backend OpenSSL. */
static const char *openssl_build(void)
{
    struct process *p = process_words(
        NULL, fixture_path(&chat, fixture_builds[0], "chat-server"),
        "--version", NULL);
    bool first;

    process_exits(p, 0);
    first = strstr(p->out.bytes, "OpenSSL") != NULL;
    process_end(p);
    return fixture_builds[first ? 0 : 1];
}

/* OpenSSL in FIPS mode has no ChaCha20-Poly1305: no program starts. */
START_TEST(no_algorithms)
{
    char setting[PATH_SIZE];
    const struct process_way way = {.settings = {setting}};

    fixture_file(&chat, "fips.cnf",
                 "openssl_conf = main\n[main]\nalg_section = algorithms\n"
                 "[algorithms]\ndefault_properties = fips=yes\n");
    snprintf(setting, sizeof setting, "OPENSSL_CONF=%s/fips.cnf", chat.dir);
    process_fails(start(openssl_build(), needy[_i], &way), EX_UNAVAILABLE,
                  "ChaCha20-Poly1305");
}
END_TEST

TEST_SUITE(usage, 60, setup, chat_end)
{
    tcase_add_rows(tcase, mistake, mistakes);
    tcase_add_rows(tcase, advice, advices);
    tcase_add_tests(tcase, mistake_in_a_roster, file_kept, readable_by_others,
                    busy_port, refused_by_server);
    tcase_add_rows(tcase, login_without_token, no_token);
    tcase_add_loop_test(tcase, help_and_version, 0, 6);
    tcase_add_rows(tcase, listens_elsewhere, places);
    tcase_add_rows(tcase, no_algorithms, needy);
}
