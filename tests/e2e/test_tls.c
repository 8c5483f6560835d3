/* SPDX-License-Identifier: MIT */
/*
 * Messages 1 to 4 inside TLS, with certificates as `make certs` makes them;
 * and every way in which a server is not the one that was asked for.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/e2e/forge.h"
#include "tests/e2e/stage.h"

static struct stage stage;

/* Makes a CA and a certificate for HOST in the stage's folder NAME. */
static void make_certs(const char *name, const char *host)
{
    char folder[PATH_SIZE];
    char *argv[] = {"sh", "server/certs.sh", (char *)host, NULL};
    const struct process_way way = {.settings = {folder}};

    snprintf(folder, sizeof folder, "CERTS=%s/%s", stage.dir, name);
    process_run(argv, &way);
}

/* NAME/FILE in the stage's folder. */
static char *file_of(const char *name, const char *file)
{
    char folder[PATH_SIZE];

    snprintf(folder, sizeof folder, "%s/%s", stage.dir, name);
    return stage_path(&stage, folder, file);
}

/* The server of BUILD with the certificate in NAME. */
static void serve(const char *build, const char *name)
{
    char program[PATH_SIZE];
    char *argv[] = {program,
                    "--db",
                    stage.db,
                    "--port",
                    "0",
                    "--tls-cert",
                    file_of(name, "server.pem"),
                    "--tls-key",
                    file_of(name, "server-key.pem"),
                    NULL};

    snprintf(program, sizeof program, "%s/chat-server", build);
    stage.server = process_start(argv);
    stage.url = process_ready(stage.server, &stage.server->out);
    ck_assert_int_eq(strncmp(stage.url, "https://127.0.0.1:", 18), 0);
}

static void setup(void)
{
    stage_open(&stage);
    make_certs("ours", "127.0.0.1");
}

static void teardown(void)
{
    stage_close(&stage);
}

/* Starts PROGRAM for USER, trusting CA (NULL: as the system does). */
static struct process *start(const char *build, const char *program,
                             const char *user, const char *ca)
{
    char path[PATH_SIZE], password[PATH_SIZE];
    char *argv[16] = {path,     "--server",   (char *)stage.url,
                      "--user", (char *)user, "--password-file",
                      password, NULL};
    int n = 7;

    snprintf(path, sizeof path, "%s/solution/%s", build, program);
    snprintf(password, sizeof password, "%s/%s", stage.dir, user);
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

START_TEST(chat)
{
    char *ca = file_of("ours", "ca.pem");
    struct process *bob, *alice;

    serve(stage_builds[_i], "ours");
    bob = start(stage_builds[1 - _i], "receiver", "bob", ca);
    process_ready(bob, &bob->err);
    alice = start(stage_builds[_i], "sender", "alice", ca);
    process_write(alice, "inside\n", 7);
    process_exits(alice, 0);
    stage_expect(bob, "alice: inside");
    process_end(alice);
    process_end(bob);
}
END_TEST

/* PROGRAM stops before it has sent a password, and says why. */
static void stops(const char *program, const char *ca)
{
    struct process *p = start(stage_builds[0], program, "bob", ca);

    process_exits(p, EX_UNAVAILABLE);
    ck_assert_uint_gt(p->err.len, 0);
    process_end(p);
}

START_TEST(unknown_certificate)
{
    make_certs("other", "127.0.0.1");
    serve(stage_builds[0], "ours");
    stops("receiver", NULL);
    stops("sender", NULL);
    stops("receiver", file_of("other", "ca.pem"));
    stops("sender", file_of("other", "ca.pem"));
    /* Nobody logged in: the log has no request of bob's. */
    ck_assert_int_eq(process_kill(stage.server, SIGTERM), 0);
    ck_assert_ptr_null(strstr(stage.server->err.bytes, "/login"));
}
END_TEST

START_TEST(other_name)
{
    make_certs("other", "127.0.0.2");
    serve(stage_builds[0], "other");
    stops("receiver", file_of("other", "ca.pem"));
    stops("sender", file_of("other", "ca.pem"));
    ck_assert_int_eq(process_kill(stage.server, SIGTERM), 0);
    ck_assert_ptr_null(strstr(stage.server->err.bytes, "/login"));
}
END_TEST

/* Neither end falls back to speaking in clear. */
START_TEST(plain)
{
    struct oracle oracle;
    char url[128];
    int fd;

    serve(stage_builds[0], "ours");
    snprintf(url, sizeof url, "http%s", stage.url + strlen("https"));
    fd = raw_connect(stage.url + strlen("https://"));
    raw_send(fd, "POST /login HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 45);
    ck_assert_uint_le(raw_ended(fd), 7); /* a TLS alert at the most */
    stage.url = url;
    stops("sender", NULL);

    /* https asked for, and only http there: not a request goes out. */
    oracle_open(&oracle, 200, "{}");
    snprintf(url, sizeof url, "https%s", oracle.url + strlen("http"));
    stops("sender", file_of("ours", "ca.pem"));
    ck_assert_int_eq(oracle.requests, 0);
    oracle_close(&oracle);
}
END_TEST

/* A key that others may read is no key to begin with. */
START_TEST(open_key)
{
    char server[PATH_SIZE], *key = file_of("ours", "server-key.pem");
    char *argv[] = {server,
                    "--db",
                    stage.db,
                    "--port",
                    "0",
                    "--tls-cert",
                    file_of("ours", "server.pem"),
                    "--tls-key",
                    key,
                    NULL};
    struct process *p;

    snprintf(server, sizeof server, "%s/chat-server", stage_builds[0]);
    ck_assert_int_eq(chmod(key, 0644), 0);
    p = process_start(argv);
    ck_assert_int_ne(process_wait(p), 0);
    ck_assert_ptr_nonnull(strstr(p->err.bytes, "chmod 600"));
    process_end(p);
}
END_TEST

Suite *tls_suite(void);

Suite *tls_suite(void)
{
    Suite *suite = suite_create("tls");
    TCase *tcase = tcase_create("tls");

    tcase_set_timeout(tcase, 60);
    if (!process_has("openssl")) {
        printf("skipped: tls (the openssl command is absent)\n");
        return suite;
    }
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, chat, 0, 2);
    tcase_add_test(tcase, unknown_certificate);
    tcase_add_test(tcase, other_name);
    tcase_add_test(tcase, plain);
    tcase_add_test(tcase, open_key);
    suite_add_tcase(suite, tcase);
    return suite;
}
