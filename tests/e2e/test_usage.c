/* SPDX-License-Identifier: MIT */
/*
 * What a user does wrong, and meets: an exit code of sysexits.h, something on
 * standard error, nothing on standard output, and no harm done.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/e2e/chat.h"
#include "tests/support/suites.h"

enum { ARGS_MAX = 12 };

static void setup(void)
{
    chat_begin();
    /* What the tables below name with an @ stands in the stage's folder. */
    fixture_file(&chat, "junk.db",
                 "this is no database, and long enough to "
                 "have a header of a hundred bytes, or so "
                 "one might think who reads it");
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
    {EX_USAGE, {"solution/sender", "--user", "alice"}},
    {EX_USAGE, {"solution/sender", "bob"}},
    /* Without a terminal: what is wrong must come before the password. */
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

/* WORD as it goes to the program: a build's, a file's, or itself. */
static char *resolve(const char *build, const char *word, bool is_program)
{
    static char texts[ARGS_MAX][PATH_SIZE];
    static size_t used;
    char *text = texts[used++ % ARGS_MAX];

    if (is_program)
        snprintf(text, PATH_SIZE, "%s/%s", build, word);
    else if (word[0] == '@')
        snprintf(text, PATH_SIZE, "%s/%s", chat.dir, word + 1);
    else
        snprintf(text, PATH_SIZE, "%s", word);
    return text;
}

static struct process *run_in(const char *build, const char *const *words,
                              const struct process_way *way)
{
    char *argv[ARGS_MAX + 1] = {NULL};

    for (size_t i = 0; i < ARGS_MAX && words[i] != NULL; i++)
        argv[i] = resolve(build, words[i], i == 0);
    return process_start_in(argv, way);
}

static struct process *run(const char *const *words)
{
    const struct process_way usual = {.log = NULL};

    return run_in(fixture_builds[0], words, &usual);
}

START_TEST(mistake)
{
    struct process *p = run(mistakes[_i].argv);

    process_exits(p, mistakes[_i].code);
    ck_assert_uint_gt(p->err.len, 0);
    ck_assert_uint_eq(p->out.len, 0);
    process_end(p);
}
END_TEST

/* Nothing was added by a roster with a mistake, and ours is as it was. */
START_TEST(nothing_lost)
{
    static const char *const import[ARGS_MAX] = {"chat-server", "import",
                                                 "--db", "@chat.db", "@roster"};
    static const char *const serve[ARGS_MAX] = {"chat-server", "--db",
                                                "@junk.db", "--port", "0"};
    static const char *const users[ARGS_MAX] = {"chat-server", "users", "--db",
                                                "@chat.db"};
    char path[PATH_SIZE], before[512], after[512];
    struct process *p;
    struct stat info;
    FILE *file;

    process_end(run(import));
    p = run(users);
    process_exits(p, 0);
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "alice"));
    ck_assert_ptr_null(strstr(p->out.bytes, "dave"));
    process_end(p);

    snprintf(path, sizeof path, "%s/junk.db", chat.dir);
    for (int i = 0; i < 2; i++) {
        size_t n;

        file = fopen(path, "r");
        n = fread(i == 0 ? before : after, 1, sizeof before, file);
        ck_assert_uint_gt(n, 0);
        fclose(file);
        p = run(serve);
        process_exits(p, EX_DATAERR);
        process_end(p);
    }
    ck_assert_int_eq(memcmp(before, after, 100), 0);
    snprintf(path, sizeof path, "%s/chat.db", chat.dir);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0600);
}
END_TEST

/* A database that others may read is refused until that is mended. */
START_TEST(readable_by_others)
{
    static const char *const serve[ARGS_MAX] = {"chat-server", "--db",
                                                "@chat.db", "--port", "0"};
    char path[PATH_SIZE];
    struct process *p;

    snprintf(path, sizeof path, "%s/chat.db", chat.dir);
    ck_assert_int_eq(chmod(path, 0644), 0);
    p = run(serve);
    ck_assert_int_ne(process_wait(p), 0);
    ck_assert_ptr_nonnull(strstr(p->err.bytes, "chmod 600"));
    process_end(p);
    ck_assert_int_eq(chmod(path, 0600), 0);
    fixture_serve(&chat, fixture_builds[0]);
}
END_TEST

/* A port that is taken: the second server and the second receiver say so. */
START_TEST(busy_port)
{
    const char *where;
    char *port;
    struct process *bob, *p;

    fixture_serve(&chat, fixture_builds[0]);
    port = strrchr(chat.url, ':') + 1;
    const char *const serve[ARGS_MAX] = {"chat-server", "--db", "@chat.db",
                                         "--port", port};
    p = run(serve);
    ck_assert_int_eq(process_wait(p), EX_UNAVAILABLE);
    ck_assert_uint_gt(p->err.len, 0);
    process_end(p);

    bob = fixture_receiver(&chat, fixture_builds[0], "solution", "bob", NULL,
                           &where);
    const char *const receive[ARGS_MAX] = {"solution/receiver",
                                           "--server",
                                           chat.url,
                                           "--user",
                                           "carol",
                                           "--password-file",
                                           "@carol",
                                           "--port",
                                           strrchr(where, ':') + 1};
    p = run(receive);
    process_exits(p, EX_UNAVAILABLE);
    ck_assert_uint_gt(p->err.len, 0);
    process_end(p);
    process_end(bob);
}
END_TEST

/* A wrong password and a receiver who is not there, from the real server. */
START_TEST(refused_by_server)
{
    struct process *p;

    fixture_serve(&chat, fixture_builds[1]);
    const char *const wrong[ARGS_MAX] = {
        "solution/sender", "--server",        chat.url, "--user",
        "alice",           "--password-file", "@wrong", "bob"};
    p = run(wrong);
    process_exits(p, EX_NOPERM);
    ck_assert_uint_gt(p->err.len, 0);
    process_end(p);
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[0], "alice", "bob", "", 0),
        EX_NOUSER);
    ck_assert_int_eq(
        fixture_say(&chat, fixture_builds[0], "alice", "nobody", "", 0),
        EX_NOUSER);
}
END_TEST

START_TEST(asked_for)
{
    static const char *const programs[] = {"chat-server", "solution/sender",
                                           "solution/receiver"};
    static const char *const options[] = {"--help", "--version"};
    const char *const argv[ARGS_MAX] = {programs[_i / 2], options[_i % 2]};
    struct process *p = run(argv);

    process_exits(p, 0);
    ck_assert_uint_gt(p->out.len, 0);
    ck_assert_uint_eq(p->err.len, 0);
    process_end(p);
}
END_TEST

/*
 * The server sends senders to the address of the login. A receiver that does
 * not listen there prints a note; one that does, or listens everywhere, not.
 */
static const struct {
    const char *listen;
    bool noted;
} places[] = {{"127.0.0.1", false}, {"0.0.0.0", false}, {"127.0.0.2", true}};

START_TEST(listens_elsewhere)
{
    struct process *p;

    fixture_serve(&chat, fixture_builds[0]);
    const char *const receive[ARGS_MAX] = {
        "solution/receiver", "--server", chat.url, "--user", "bob",
        "--password-file",   "@bob",     "--port", "0",      "--listen",
        places[_i].listen};
    p = run(receive);
    if (process_line(p, &p->err) != NULL &&
        strstr(p->err.bytes, "is not an address of this machine") == NULL) {
        (void)process_kill(p, SIGTERM);
        ck_assert_int_eq(strstr(p->err.bytes, "log in from") != NULL,
                         places[_i].noted);
    }
    process_end(p);
}
END_TEST

/* Programs that use cryptography, or will when a student has finished. */
static const char *const needy[][ARGS_MAX] = {
    {"chat-server", "users", "--db", "@chat.db"},
    {"chat-server", "--db", "@chat.db", "--port", "0"},
    {"solution/sender", "--user", "alice", "--password-file", "@alice", "bob"},
    {"solution/receiver", "--user", "bob", "--password-file", "@bob"},
};
enum { NEEDY = sizeof needy / sizeof needy[0] };

/* The build folder of the backend OpenSSL. */
static const char *openssl_build(void)
{
    static const char *const version[ARGS_MAX] = {"chat-server", "--version"};
    struct process *p = run(version);
    bool first;

    process_exits(p, 0);
    first = strstr(p->out.bytes, "OpenSSL") != NULL;
    process_end(p);
    return fixture_builds[first ? 0 : 1];
}

/*
 * OpenSSL as FIPS mode leaves it, without ChaCha20-Poly1305: no program
 * begins. It was found out at message 4, and blamed on the student.
 */
START_TEST(no_algorithms)
{
    char setting[PATH_SIZE];
    struct process_way way = {.settings = {setting}};
    struct process *p;

    fixture_file(&chat, "fips.cnf",
                 "openssl_conf = main\n[main]\nalg_section = algorithms\n"
                 "[algorithms]\ndefault_properties = fips=yes\n");
    snprintf(setting, sizeof setting, "OPENSSL_CONF=%s/fips.cnf", chat.dir);
    p = run_in(openssl_build(), needy[_i], &way);
    process_exits(p, EX_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(p->err.bytes, "ChaCha20-Poly1305"));
    ck_assert_uint_eq(p->out.len, 0);
    process_end(p);
}
END_TEST

TEST_SUITE(usage)
{
    Suite *suite = suite_create("usage");
    TCase *tcase = suite_add_case(suite, "usage");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, chat_end);
    tcase_add_loop_test(tcase, mistake, 0,
                        sizeof mistakes / sizeof mistakes[0]);
    tcase_add_tests(tcase, nothing_lost, readable_by_others, busy_port,
                    refused_by_server);
    tcase_add_loop_test(tcase, asked_for, 0, 6);
    tcase_add_loop_test(tcase, listens_elsewhere, 0,
                        sizeof places / sizeof places[0]);
    tcase_add_loop_test(tcase, no_algorithms, 0, NEEDY);
    return suite;
}
