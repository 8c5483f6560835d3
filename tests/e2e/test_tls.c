/* SPDX-License-Identifier: MIT */
/*
 * Messages 1 to 4 inside TLS, with certificates as `make certs` makes them;
 * and every way in which a server is not the one that was asked for.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/e2e/chat.h"
#include "tests/support/http_server.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

/*
 * Makes a CA and a certificate for HOST in the stage's folder NAME, on a
 * machine whose clock is SECONDS ahead of ours.
 */
static void make_certs_at(const char *name, const char *host, long seconds)
{
    char folder[PATH_SIZE], now[64];
    char *argv[] = {"sh", "server/certs.sh", (char *)host, NULL};
    const struct process_way way = {
        .settings = {folder, seconds != 0 ? now : NULL}};

    snprintf(folder, sizeof folder, "CERTS=%s/%s", chat.dir, name);
    snprintf(now, sizeof now, "CERTS_NOW=%lld", kit_now() + seconds);
    process_run(argv, &way);
}

static void make_certs(const char *name, const char *host)
{
    make_certs_at(name, host, 0);
}

/* NAME/FILE in the stage's folder. */
static char *file_of(const char *name, const char *file)
{
    char folder[PATH_SIZE];

    snprintf(folder, sizeof folder, "%s/%s", chat.dir, name);
    return fixture_path(&chat, folder, file);
}

/* The server of BUILD with the certificate in NAME. */
static void serve(const char *build, const char *name)
{
    char program[PATH_SIZE];
    char *argv[] = {program,
                    "--db",
                    chat.db,
                    "--port",
                    "0",
                    "--tls-cert",
                    file_of(name, "server.pem"),
                    "--tls-key",
                    file_of(name, "server-key.pem"),
                    NULL};

    snprintf(program, sizeof program, "%s/chat-server", build);
    chat.server = process_start(argv);
    chat.url = process_ready(chat.server, &chat.server->out);
    ck_assert_int_eq(strncmp(chat.url, "https://127.0.0.1:", 18), 0);
}

static void setup(void)
{
    chat_begin();
    make_certs("ours", "127.0.0.1");
}

/* Starts PROGRAM for USER, trusting CA (NULL: as the system does). */
static struct process *start(const char *build, const char *program,
                             const char *user, const char *ca)
{
    char path[PATH_SIZE], password[PATH_SIZE];
    char *argv[16] = {path,     "--server",   (char *)chat.url,
                      "--user", (char *)user, "--password-file",
                      password, NULL};
    int n = 7;

    snprintf(path, sizeof path, "%s/solution/%s", build, program);
    snprintf(password, sizeof password, "%s/%s", chat.dir, user);
    if (ca != NULL) {
        argv[n++] = "--cacert";
        argv[n++] = (char *)ca;
    }
    if (strcmp(program, "receiver") == 0) {
        argv[n++] = "--port";
        argv[n++] = "0";
    } else {
        argv[n++] = "bob";
    }
    return process_start(argv);
}

START_TEST(chat_over_tls)
{
    char *ca = file_of("ours", "ca.pem");
    struct process *bob, *alice;

    serve(fixture_builds[_i], "ours");
    bob = start(fixture_builds[1 - _i], "receiver", "bob", ca);
    process_ready(bob, &bob->err);
    alice = start(fixture_builds[_i], "sender", "alice", ca);
    process_write(alice, "inside\n", 7);
    process_exits(alice, 0);
    fixture_expect(bob, "alice: inside");
    process_end(alice);
    process_end(bob);
}
END_TEST

/* PROGRAM stops before it has sent a password, and says why. */
static void stops(const char *program, const char *ca)
{
    struct process *p = start(fixture_builds[0], program, "carol", ca);

    process_exits(p, EX_UNAVAILABLE);
    ck_assert_uint_gt(p->err.len, 0);
    process_end(p);
}

START_TEST(unknown_certificate)
{
    make_certs("other", "127.0.0.1");
    serve(fixture_builds[0], "ours");
    stops("receiver", NULL);
    stops("sender", NULL);
    stops("receiver", file_of("other", "ca.pem"));
    stops("sender", file_of("other", "ca.pem"));
    /* Nobody logged in: the log has no request of bob's. */
    ck_assert_int_eq(process_kill(chat.server, SIGTERM), 0);
    ck_assert_ptr_null(strstr(chat.server->err.bytes, "/login"));
}
END_TEST

START_TEST(other_name)
{
    make_certs("other", "127.0.0.2");
    serve(fixture_builds[0], "other");
    stops("receiver", file_of("other", "ca.pem"));
    stops("sender", file_of("other", "ca.pem"));
    ck_assert_int_eq(process_kill(chat.server, SIGTERM), 0);
    ck_assert_ptr_null(strstr(chat.server->err.bytes, "/login"));
}
END_TEST

enum { HOUR = 3600, DAY = 24 * HOUR };

/* A server whose clock is ahead of ours by less than a day is trusted. */
START_TEST(clock_behind)
{
    struct process *bob;

    make_certs_at("other", "127.0.0.1", 20 * HOUR);
    serve(fixture_builds[0], "other");
    bob =
        start(fixture_builds[1], "receiver", "bob", file_of("other", "ca.pem"));
    process_ready(bob, &bob->err);
    process_end(bob);
}
END_TEST

/* The message names the clock, and not --cacert. */
START_TEST(other_time)
{
    static const long ahead[] = {3L * DAY, -200L * DAY};
    static const char *const reason[] = {"not yet valid", "expired"};
    static const char *const date[] = {"Start date", "Expire date"};
    struct process *bob;

    make_certs_at("other", "127.0.0.1", ahead[_i]);
    serve(fixture_builds[0], "other");
    bob =
        start(fixture_builds[1], "receiver", "bob", file_of("other", "ca.pem"));
    process_exits(bob, EX_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(bob->err.bytes, reason[_i]));
    ck_assert_ptr_nonnull(strstr(bob->err.bytes, date[_i]));
    ck_assert_ptr_nonnull(strstr(bob->err.bytes, "clock"));
    ck_assert_ptr_null(strstr(bob->err.bytes, "--cacert"));
    process_end(bob);
}
END_TEST

/* Each of these is one wrong host, and nothing is made. */
START_TEST(wrong_hosts)
{
    static const char *const hosts[] = {"",
                                        "1.2.3",
                                        "1.2.3.400",
                                        "1.2.3.4:80",
                                        "https://lab",
                                        "a b",
                                        "fd00::1::2",
                                        "1:2:3",
                                        "m\xc3\xbcller",
                                        "-x",
                                        "lab..local",
                                        "*",
                                        "0.0.0.0",
                                        "::",
                                        "0:0:0:0:0:0:0:0",
                                        "192.168.001.005"};
    char folder[PATH_SIZE], *made = fixture_path(&chat, chat.dir, "other");
    char *argv[] = {"sh", "server/certs.sh", "127.0.0.1", NULL, NULL};
    const struct process_way way = {.settings = {folder}};

    snprintf(folder, sizeof folder, "CERTS=%s", made);
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        struct process *p;

        argv[3] = (char *)hosts[i];
        p = process_start_in(argv, &way);
        process_exits(p, EX_USAGE);
        ck_assert_ptr_nonnull(process_line(p, &p->err));
        ck_assert_ptr_null(process_line(p, &p->err));
        ck_assert_int_eq(access(made, F_OK), -1);
        process_end(p);
    }
}
END_TEST

/* A file is where the folder must be: the user learns what to do. */
START_TEST(no_folder_for_certificates)
{
    char folder[PATH_SIZE];
    char *argv[] = {"sh", "server/certs.sh", "127.0.0.1", NULL};
    const struct process_way way = {.settings = {folder}};
    struct process *p;

    fixture_file(&chat, "file", "kept");
    snprintf(folder, sizeof folder, "CERTS=%s/file", chat.dir);
    p = process_start_in(argv, &way);
    process_exits(p, EX_CANTCREAT);
    ck_assert_ptr_nonnull(strstr(p->err.bytes, "CERTS=FOLDER"));
    process_end(p);
}
END_TEST

/* Addresses and names of every kind are in the certificate. */
START_TEST(right_hosts)
{
    char folder[PATH_SIZE], file[PATH_SIZE];
    char *argv[] = {
        "sh",  "server/certs.sh", "192.168.1.5", "[fd00::5]",
        "::1", "1:2:3:4:5:6:7:8", "lab",         "xn--mller-kva.example",
        NULL};
    char *show[] = {"openssl", "x509", "-noout", "-text", "-in", file, NULL};
    const struct process_way way = {.settings = {folder}};
    struct process *p;

    snprintf(folder, sizeof folder, "CERTS=%s/other", chat.dir);
    snprintf(file, sizeof file, "%s/other/server.pem", chat.dir);
    process_run(argv, &way);
    p = process_start(show);
    process_exits(p, 0);
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "192.168.1.5"));
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "FD00:0:0:0:0:0:0:5"));
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "DNS:lab"));
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "DNS:xn--mller-kva.example"));
    process_end(p);
}
END_TEST

/* Starts the command LINE in a shell, with MORE words behind it. */
static struct process *type(const char *line, const char *more)
{
    char command[4 * PATH_SIZE];
    char *argv[] = {"sh", "-c", command, NULL};

    snprintf(command, sizeof command, "exec %s %s", line, more);
    return process_start(argv);
}

/*
 * The commands that are printed for a class, as they are, but with passwords
 * from a file and a free port: accounts, then a server with this certificate.
 */
START_TEST(printed_commands)
{
    char folder[PATH_SIZE], db[PATH_SIZE], build[PATH_SIZE],
        line[PATH_SIZE * 2];
    char *argv[] = {"sh", "server/certs.sh", "lab.example", NULL};
    char *env[] = {"env", folder, db, build, argv[0], argv[1], argv[2], NULL};
    struct process *certs, *p;
    const char *printed;
    int accounts = 0;

    snprintf(folder, sizeof folder, "CERTS=%s/it's other", chat.dir);
    snprintf(db, sizeof db, "DB=%s/it's.db", chat.dir);
    snprintf(build, sizeof build, "BUILD=%s", fixture_builds[0]);
    snprintf(line, sizeof line, "--scrypt-ln 10 --password-file '%s/bob'",
             chat.dir);
    certs = process_start(env);
    process_exits(certs, 0);
    while ((printed = process_line(certs, &certs->out)) != NULL &&
           chat.server == NULL) {
        if (strstr(printed, "/chat-server' ") == NULL &&
            strstr(printed, "/chat-server ") == NULL)
            continue;
        if (strstr(printed, " adduser ") != NULL) {
            p = type(printed, line);
            process_exits(p, 0);
            process_end(p);
            accounts++;
        } else {
            chat.server = type(printed, "--port 0");
        }
    }
    ck_assert_int_eq(accounts, 2);
    chat.url = process_ready(chat.server, &chat.server->out);
    ck_assert_int_eq(strncmp(chat.url, "https://", 8), 0);
    process_end(certs);
}
END_TEST

static void enter_stage(void)
{
    if (chdir(chat.dir) != 0)
        _exit(127);
}

/*
 * The commands with certificates that are printed are also in a document,
 * word by word; check-docs runs those.
 */
START_TEST(documented_commands)
{
    static char text[65536];
    static const char *const hosts[] = {"127.0.0.1", "192.168.1.5"};
    static const char *const documents[] = {"handout/handout.md",
                                            "handout/instructor.md"};
    const struct process_way way = {.before = enter_stage};
    char *script = realpath("server/certs.sh", NULL);
    char *argv[] = {"sh", script, (char *)hosts[_i], NULL};
    FILE *file = fopen(documents[_i], "r");
    struct process *p = process_start_in(argv, &way);
    const char *line;
    int commands = 0;

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_lt(fread(text, 1, sizeof text - 1, file), sizeof text - 1);
    fclose(file);
    while ((line = process_line(p, &p->out)) != NULL) {
        if (strstr(line, "--tls-cert ") == NULL &&
            strstr(line, "--cacert ") == NULL)
            continue;
        line += strspn(line, " ");
        ck_assert_msg(strstr(text, line) != NULL, "%s has no \"%s\"",
                      documents[_i], line);
        commands++;
    }
    ck_assert_int_eq(commands, 3);
    process_exits(p, 0);
    process_end(p);
    free(script);
}
END_TEST

/* Neither end falls back to speaking in clear. */
START_TEST(plain)
{
    struct http_server oracle;
    char url[128];
    int fd;

    serve(fixture_builds[0], "ours");
    snprintf(url, sizeof url, "http%s", chat.url + strlen("https"));
    fd = tcp_connect_to(chat.url + strlen("https://"));
    tcp_send(fd,
             "POST /login HTTP/1.1\r\nHost: lab\r\nContent-Length: 2\r\n\r\n{}",
             56);
    ck_assert_uint_le(tcp_drain(fd), 7); /* a TLS alert at the most */
    chat.url = url;
    stops("sender", NULL);

    /* https asked for, and only http there: not a request goes out. */
    http_server_open(&oracle, 200, "{}");
    snprintf(url, sizeof url, "https%.60s", oracle.url + strlen("http"));
    stops("sender", file_of("ours", "ca.pem"));
    ck_assert_int_eq(oracle.requests, 0);
    http_server_close(&oracle);
}
END_TEST

/* A key that others may read is no key to begin with. */
START_TEST(open_key)
{
    char server[PATH_SIZE], *key = file_of("ours", "server-key.pem");
    char *argv[] = {server,
                    "--db",
                    chat.db,
                    "--port",
                    "0",
                    "--tls-cert",
                    file_of("ours", "server.pem"),
                    "--tls-key",
                    key,
                    NULL};
    struct process *p;

    snprintf(server, sizeof server, "%s/chat-server", fixture_builds[0]);
    ck_assert_int_eq(chmod(key, 0644), 0);
    p = process_start(argv);
    ck_assert_int_ne(process_wait(p), 0);
    ck_assert_ptr_nonnull(strstr(p->err.bytes, "chmod 600"));
    process_end(p);
}
END_TEST

TEST_SUITE(tls)
{
    Suite *suite = suite_create("tls");
    TCase *tcase = suite_add_case(suite, "tls");

    tcase_set_timeout(tcase, 60);
    if (!process_has("openssl")) {
        printf("skipped: tls (the openssl command is absent)\n");
        return suite;
    }
    tcase_add_checked_fixture(tcase, setup, chat_end);
    tcase_add_loop_test(tcase, chat_over_tls, 0, 2);
    tcase_add_tests(tcase, unknown_certificate, other_name, clock_behind);
    tcase_add_loop_test(tcase, other_time, 0, 2);
    tcase_add_tests(tcase, wrong_hosts, no_folder_for_certificates, right_hosts,
                    printed_commands);
    tcase_add_loop_test(tcase, documented_commands, 0, 2);
    tcase_add_tests(tcase, plain, open_key);
    return suite;
}
