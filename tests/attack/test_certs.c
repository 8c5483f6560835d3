/* SPDX-License-Identifier: MIT */
/*
 * Servers that are not the one that was asked for: neither sender nor
 * receiver, on neither backend, says a word to them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "tests/attack/certs.h"
#include "tests/support/figure.h"
#include "tests/support/suites.h"

static struct target target;

static void setup(void)
{
    target_open(&target, "10");
}

static void teardown(void)
{
    target_close(&target);
}

/* A certificate for 127.0.0.1 of the CA "ours", with more SETTINGS. */
#define SIGN(name, days, extensions)                                           \
    "openssl ecparam -name prime256v1 -genkey -noout -out $D/" name            \
    "-key.pem;"                                                                \
    "openssl req -new -key $D/" name "-key.pem -subj /CN=x -out $D/request;"   \
    "printf 'subjectAltName=IP:127.0.0.1\\n" extensions "' >$D/settings;"      \
    "openssl x509 -req -in $D/request -CA $D/ours-ca.pem"                      \
    " -CAkey $D/ours-ca-key.pem -set_serial 7 -days " days                     \
    " -extfile $D/settings -out $D/" name ".pem; chmod 600 $D/" name           \
    "-key.pem"

/* The certificates, how they are made, and whom the client trusts. */
static const struct {
    const char *what;
    const char *server; /* the certificate that the server has */
    const char *make;   /* a command, beside those that setup makes */
    const char *ca;     /* the client's --cacert; NULL: the system's */
    bool good;
} cases[] = {
    {"as it should be", "ours", NULL, "ours-ca.pem", true},
    {"our own settings", "like",
     SIGN("like", "9", "extendedKeyUsage=serverAuth"), "ours-ca.pem", true},
    {"no CA named", "ours", NULL, NULL, false},
    {"another CA of the same name", "ours", NULL, "other-ca.pem", false},
    {"another name", "named", NULL, "named-ca.pem", false},
    {"another address", "addressed", NULL, "addressed-ca.pem", false},
    {"expired", "old", SIGN("old", "-1", ""), "ours-ca.pem", false},
    {"signed by itself", "self",
     "openssl ecparam -name prime256v1 -genkey -noout -out $D/self-key.pem;"
     "chmod 600 $D/self-key.pem; openssl req -x509 -new -days 9"
     " -key $D/self-key.pem -subj /CN=127.0.0.1"
     " -addext subjectAltName=IP:127.0.0.1 -out $D/self.pem",
     "ours-ca.pem", false},
    {"for clients only", "client",
     SIGN("client", "9", "extendedKeyUsage=clientAuth"), "ours-ca.pem", false},
    {"the address as if it were a name", "subject",
     "openssl ecparam -name prime256v1 -genkey -noout -out $D/subject-key.pem;"
     "chmod 600 $D/subject-key.pem; openssl req -new"
     " -key $D/subject-key.pem -subj /CN=localhost -out $D/request;"
     "printf subjectAltName=DNS:127.0.0.1 >$D/settings;"
     "openssl x509 -req -in $D/request -CA $D/ours-ca.pem"
     " -CAkey $D/ours-ca-key.pem -set_serial 8 -days 9 -extfile $D/settings"
     " -out $D/subject.pem",
     "ours-ca.pem", false},
    {"signed by a server of the class", "leaf",
     "openssl ecparam -name prime256v1 -genkey -noout -out $D/leaf-key.pem;"
     "chmod 600 $D/leaf-key.pem;"
     "openssl req -new -key $D/leaf-key.pem -subj /CN=x -out $D/request;"
     "printf subjectAltName=IP:127.0.0.1 >$D/settings;"
     "openssl x509 -req -in $D/request -CA $D/ours.pem"
     " -CAkey $D/ours-key.pem -set_serial 9 -days 9 -extfile $D/settings"
     " -out $D/only.pem; cat $D/only.pem $D/ours.pem >$D/leaf.pem",
     "ours-ca.pem", false},
};

enum { CASES = sizeof cases / sizeof cases[0] };

/* Runs PROGRAM of BUILD for alice to bob; returns how it ends. */
static int ask(const char *build, const char *program, const char *ca)
{
    char path[PATH_SIZE], password[PATH_SIZE], file[PATH_SIZE];
    char *argv[16] = {path,     "--server", (char *)target.fixture.url,
                      "--user", "alice",    "--password-file",
                      password, NULL};
    struct process *p;
    int n = 7, code;

    snprintf(path, sizeof path, "%s/solution/%s", build, program);
    snprintf(password, sizeof password, "%s/alice", target.fixture.dir);
    if (ca != NULL) {
        snprintf(file, sizeof file, "%s/%s", target.fixture.dir, ca);
        argv[n++] = "--cacert";
        argv[n++] = file;
    }
    argv[n++] = strcmp(program, "sender") == 0 ? "bob" : "--port=0";
    p = process_start(argv);
    /* A receiver that has logged in waits for ever. */
    if (process_line(p, &p->err) != NULL &&
        strstr(p->err.bytes, "listening on ") != NULL)
        code = process_kill(p, 15);
    else
        code = process_wait(p);
    process_end(p);
    return code;
}

/* All four clients; returns how many did not do as they should. */
static long try(int number)
{
    static const char *const programs[] = {"sender", "receiver"};
    long wrong = 0;

    if (cases[number].make != NULL)
        certs_run(&target, cases[number].make);
    certs_serve(&target, cases[number].server);
    for (int build = 0; build < 2; build++) {
        for (int i = 0; i < 2; i++) {
            int code =
                ask(fixture_builds[build], programs[i], cases[number].ca);

            if ((code != EX_UNAVAILABLE) == cases[number].good)
                continue;
            wrong++;
            fprintf(stderr, "%s, %s %s: %d\n", cases[number].what,
                    fixture_builds[build], programs[i], code);
        }
    }
    target_stop(&target);
    return wrong;
}

START_TEST(clients)
{
    long wrong = 0, good = 0;

    row_begin("18 certificates that are not the server's own");
    certs_make(&target, "ours", "127.0.0.1");
    certs_make(&target, "other", "127.0.0.1");
    certs_make(&target, "named", "other.example localhost");
    certs_make(&target, "addressed", "127.0.0.2");
    for (int i = 0; i < CASES; i++) {
        wrong += try(i);
        good += cases[i].good;
    }
    figure_note("certificates", CASES, "");
    figure_note("clients, each of both backends", 2, "");
    figure_is("clients that went on, or did not when they should", wrong, 0);
    figure_is("logins that the good ones got",
              target_log_count(&target, " POST /login 200 "), 4 * good);
    figure_is("requests that the others got",
              target_log_count(&target, " ms\n") -
                  target_log_count(&target, " POST /login 200 ") -
                  target_log_count(&target, " POST /userinfo 404 "),
              0);
    row_end();
}
END_TEST

START_TEST(skipped)
{
    row_begin("18 certificates that are not the server's own");
    figure_skip("all of them", "there is no openssl command");
    row_end();
}
END_TEST

TEST_SUITE(certs)
{
    Suite *suite = suite_create("certs");
    TCase *tc = suite_add_case(suite, "certs");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, certs_can() ? clients : skipped);
    return suite;
}
