/* SPDX-License-Identifier: MIT */
/*
 * Messages 1 to 4 inside TLS, servers whose certificate the clients must
 * reject, and what server/certs.sh (`make certs`) makes, prints and refuses.
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
#include "tests/support/tcp.h"
#include "tests/support/temp.h"

#define CERTS "server/certs.sh"

/*
 * Starts certs.sh for HOST and MORE, or NULL, on a machine whose clock is
 * SECONDS ahead of ours. It writes to NAME in the chat's folder.
 */
static struct process *start_certs(const char *name, long seconds,
                                   const char *host, const char *more)
{
    char folder[PATH_SIZE], now[64];
    const struct process_way way = {
        .settings = {folder, seconds != 0 ? now : NULL}};

    snprintf(folder, sizeof folder, "CERTS=%s/%s", chat.dir, name);
    snprintf(now, sizeof now, "CERTS_NOW=%lld", kit_now() + seconds);
    return process_words(&way, "sh", CERTS, host, more, NULL);
}

/* Makes a CA and a certificate for HOST. */
static void make_certs(const char *name, const char *host, long seconds)
{
    process_succeeds(start_certs(name, seconds, host, NULL));
}

/* NAME/FILE in the chat's folder. */
static char *file_of(const char *name, const char *file)
{
    return fixture_path(&chat, fixture_path(&chat, chat.dir, name), file);
}

static struct process *start_server(const char *build, const char *name)
{
    return fixture_command(&chat, build, "serve", "--port", "0", "--tls-cert",
                           file_of(name, "server.pem"), "--tls-key",
                           file_of(name, "server-key.pem"), NULL);
}

/* The server of BUILD with the certificate in NAME. */
static void serve(const char *build, const char *name)
{
    chat.server = start_server(build, name);
    chat.url = process_ready(chat.server, &chat.server->out);
    ck_assert_int_eq(strncmp(chat.url, "https://127.0.0.1:", 18), 0);
}

static void setup(void)
{
    chat_begin();
    make_certs("ours", "127.0.0.1", 0);
}

/* Clients that trust the CA in NAME or, if that is NULL, the system's CAs. */
static struct process *start_receiver(const char *build, const char *name)
{
    return fixture_client(&chat, build, "solution/receiver", "bob", "--port",
                          "0", name != NULL ? "--cacert" : NULL,
                          name != NULL ? file_of(name, "ca.pem") : NULL, NULL);
}

static struct process *start_sender(const char *build, const char *name)
{
    return fixture_client(&chat, build, "solution/sender", "alice", "bob",
                          name != NULL ? "--cacert" : NULL,
                          name != NULL ? file_of(name, "ca.pem") : NULL, NULL);
}

START_TEST(chat_over_tls)
{
    struct process *bob, *alice;

    serve(fixture_builds[_i], "ours");
    bob = start_receiver(fixture_builds[1 - _i], "ours");
    process_ready(bob, &bob->err);
    alice = start_sender(fixture_builds[_i], "ours");
    process_write(alice, "inside\n", 7);
    process_exits(alice, 0);
    fixture_expect(bob, "alice: inside");
    process_end(alice);
    process_end(bob);
}
END_TEST

/* Sender and receiver must stop before they send a password. */
static void expect_no_login(const char *name)
{
    process_fails(start_receiver(fixture_builds[0], name), EX_UNAVAILABLE, "");
    process_fails(start_sender(fixture_builds[0], name), EX_UNAVAILABLE, "");
}

/* The server ends, and its log has no login. */
static void expect_empty_log(void)
{
    ck_assert_int_eq(process_kill(chat.server, SIGTERM), 0);
    ck_assert_ptr_null(strstr(chat.server->err.bytes, "/login"));
}

START_TEST(unknown_certificate)
{
    make_certs("other", "127.0.0.1", 0);
    serve(fixture_builds[0], "ours");
    expect_no_login(NULL);
    expect_no_login("other");
    expect_empty_log();
}
END_TEST

START_TEST(other_name)
{
    make_certs("other", "127.0.0.2", 0);
    serve(fixture_builds[0], "other");
    expect_no_login("other");
    expect_empty_log();
}
END_TEST

enum { HOUR = 3600, DAY = 24 * HOUR };

/* A server whose clock is ahead of ours by less than a day is trusted. */
START_TEST(clock_behind)
{
    struct process *bob;

    make_certs("other", "127.0.0.1", 20 * HOUR);
    serve(fixture_builds[0], "other");
    bob = start_receiver(fixture_builds[1], "other");
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

    make_certs("other", "127.0.0.1", ahead[_i]);
    serve(fixture_builds[0], "other");
    bob = start_receiver(fixture_builds[1], "other");
    process_exits(bob, EX_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(bob->err.bytes, reason[_i]));
    ck_assert_ptr_nonnull(strstr(bob->err.bytes, date[_i]));
    ck_assert_ptr_nonnull(strstr(bob->err.bytes, "clock"));
    ck_assert_ptr_null(strstr(bob->err.bytes, "--cacert"));
    process_end(bob);
}
END_TEST

/* A certificate for another address has the same CA: ca.pem stays valid. */
START_TEST(another_address)
{
    struct process *bob;
    char *ca;

    make_certs("other", "127.0.0.2", 0);
    ca = strdup(file_read(file_of("other", "ca.pem"), NULL));
    make_certs("other", "127.0.0.1", 0);
    ck_assert_str_eq(file_read(file_of("other", "ca.pem"), NULL), ca);
    free(ca);
    serve(fixture_builds[0], "other");
    bob = start_receiver(fixture_builds[1], "other");
    process_ready(bob, &bob->err);
    process_end(bob);
}
END_TEST

/* Without the key of the CA, no file is made and none is overwritten. */
START_TEST(no_authority_key)
{
    make_certs("other", "127.0.0.1", 0);
    ck_assert_int_eq(unlink(file_of("other", "ca-key.pem")), 0);
    process_fails(start_certs("other", 0, "127.0.0.2", NULL), EX_CANTCREAT,
                  "ca-key.pem");
    serve(fixture_builds[0], "other");
}
END_TEST

/* For each of these hosts certs.sh prints one error, and makes no file. */
static const char *const wrong_hosts[] = {"",
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

START_TEST(wrong_host)
{
    struct process *p = start_certs("other", 0, "127.0.0.1", wrong_hosts[_i]);

    process_exits(p, EX_USAGE);
    ck_assert_ptr_nonnull(process_line(p, &p->err));
    ck_assert_ptr_null(process_line(p, &p->err));
    ck_assert_int_eq(access(fixture_path(&chat, chat.dir, "other"), F_OK), -1);
    process_end(p);
}
END_TEST

/* The second line would become a setting of openssl. */
START_TEST(host_of_two_lines)
{
    struct process *p =
        start_certs("other", 0, "lab\nkeyUsage = keyCertSign", NULL);

    process_exits(p, EX_USAGE);
    ck_assert_int_eq(access(fixture_path(&chat, chat.dir, "other"), F_OK), -1);
    process_end(p);
}
END_TEST

/* If a file has the name of the folder, the error advises to set CERTS. */
START_TEST(no_folder_for_certificates)
{
    fixture_file(&chat, "file", "kept");
    process_fails(start_certs("file", 0, "127.0.0.1", NULL), EX_CANTCREAT,
                  "CERTS=FOLDER");
}
END_TEST

/* Addresses and names of every kind are in the certificate. */
START_TEST(right_hosts)
{
    char folder[PATH_SIZE];
    const struct process_way way = {.settings = {folder}};
    struct process *p;

    snprintf(folder, sizeof folder, "CERTS=%s/other", chat.dir);
    process_succeeds(process_words(&way, "sh", CERTS, "192.168.1.5",
                                   "[fd00::5]", "::1", "1:2:3:4:5:6:7:8", "lab",
                                   "xn--mller-kva.example", NULL));
    p = process_words(NULL, "openssl", "x509", "-noout", "-text", "-in",
                      file_of("other", "server.pem"), NULL);
    process_exits(p, 0);
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "192.168.1.5"));
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "FD00:0:0:0:0:0:0:5"));
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "DNS:lab"));
    ck_assert_ptr_nonnull(strstr(p->out.bytes, "DNS:xn--mller-kva.example"));
    process_end(p);
}
END_TEST

/* Starts the command LINE, with MORE words, in a shell. */
static struct process *type(const char *line, const char *more)
{
    char command[4 * PATH_SIZE];

    snprintf(command, sizeof command, "exec %s %s", line, more);
    return process_words(NULL, "sh", "-c", command, NULL);
}

/*
 * The commands that are printed for a class work unchanged, except that the
 * test adds a password file and a free port: accounts, then the server.
 */
START_TEST(printed_commands)
{
    char folder[PATH_SIZE], db[PATH_SIZE], build[PATH_SIZE],
        more[PATH_SIZE * 2];
    struct process *certs, *p;
    const char *line;
    int accounts = 0;

    snprintf(folder, sizeof folder, "CERTS=%s/it's other", chat.dir);
    snprintf(db, sizeof db, "DB=%s/it's.db", chat.dir);
    snprintf(build, sizeof build, "BUILD=%s", fixture_builds[0]);
    snprintf(more, sizeof more, "--scrypt-ln 10 --password-file '%s/bob'",
             chat.dir);
    certs = process_words(NULL, "env", folder, db, build, "sh", CERTS,
                          "lab.example", NULL);
    process_exits(certs, 0);
    while ((line = process_line(certs, &certs->out)) != NULL &&
           chat.server == NULL) {
        if (strstr(line, "/chat-server' ") == NULL &&
            strstr(line, "/chat-server ") == NULL)
            continue;
        if (strstr(line, " adduser ") != NULL) {
            p = type(line, more);
            process_succeeds(p);
            accounts++;
        } else {
            chat.server = type(line, "--port 0");
        }
    }
    ck_assert_int_eq(accounts, 2);
    chat.url = process_ready(chat.server, &chat.server->out);
    ck_assert_int_eq(strncmp(chat.url, "https://", 8), 0);
    process_end(certs);
}
END_TEST

static void enter_folder(void)
{
    if (chdir(chat.dir) != 0)
        _exit(127);
}

/*
 * The printed commands with certificates are also in instructor.md, in the same
 * words. check-docs runs those.
 */
START_TEST(documented_commands)
{
    static const char document[] = "handout/instructor.md";
    const struct process_way way = {.before = enter_folder};
    char *script = realpath(CERTS, NULL);
    struct process *p = process_words(&way, "sh", script, "192.168.1.5", NULL);
    const char *text = file_read(document, NULL), *line;
    int commands = 0;

    while ((line = process_line(p, &p->out)) != NULL) {
        if (strstr(line, "--tls-cert ") == NULL &&
            strstr(line, "--cacert ") == NULL)
            continue;
        line += strspn(line, " ");
        ck_assert_msg(strstr(text, line) != NULL, "%s has no \"%s\"", document,
                      line);
        commands++;
    }
    ck_assert_int_eq(commands, 3);
    process_succeeds(p);
    free(script);
}
END_TEST

/* Neither the client nor the server falls back to plain HTTP. */
START_TEST(plain)
{
    struct http_server server;
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
    expect_no_login(NULL);

    /* The client uses https, but the server speaks only http. */
    http_server_open(&server, 200, "{}");
    snprintf(url, sizeof url, "https%.60s", server.url + strlen("http"));
    expect_no_login("ours");
    ck_assert_int_eq(server.requests, 0);
    http_server_close(&server);
}
END_TEST

/* The server does not use a key that others may read. */
START_TEST(open_key)
{
    ck_assert_int_eq(chmod(file_of("ours", "server-key.pem"), 0644), 0);
    process_fails(start_server(fixture_builds[0], "ours"), EX_NOINPUT,
                  "chmod 600");
}
END_TEST

TEST_SUITE(tls, 60, setup, chat_end)
{
    if (!process_has("openssl")) {
        printf("skipped: tls (the openssl command is absent)\n");
        return;
    }
    tcase_add_loop_test(tcase, chat_over_tls, 0, 2);
    tcase_add_tests(tcase, unknown_certificate, other_name, clock_behind);
    tcase_add_loop_test(tcase, other_time, 0, 2);
    tcase_add_rows(tcase, wrong_host, wrong_hosts);
    tcase_add_tests(tcase, host_of_two_lines, another_address, no_authority_key,
                    no_folder_for_certificates, right_hosts, printed_commands);
    tcase_add_tests(tcase, documented_commands, plain, open_key);
}
