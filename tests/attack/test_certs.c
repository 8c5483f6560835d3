/* SPDX-License-Identifier: MIT */
/*
 * Servers with a wrong certificate: neither the sender nor the receiver of
 * either backend sends them a request.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "tests/attack/certs.h"
#include "tests/attack/setup.h"
#include "tests/support/figure.h"
#include "tests/support/suites.h"

/*
 * key NAME: makes a key. sign NAME SUBJECT CA DAYS SETTINGS: makes a key, and
 * its certificate signed by CA.
 */
static const char functions[] =
    "key() { openssl ecparam -name prime256v1 -genkey -noout"
    " -out $D/$1-key.pem; chmod 600 $D/$1-key.pem; };"
    "sign() { key $1; printf '%b' $5 >$D/settings;"
    " openssl req -new -key $D/$1-key.pem -subj /CN=$2 -out $D/request;"
    " openssl x509 -req -in $D/request -CA $D/$3.pem -CAkey $D/$3-key.pem"
    " -set_serial 7 -days $4 -extfile $D/settings -out $D/$1.pem; };";

#define ADDRESS "subjectAltName=IP:127.0.0.1"

/* The certificates, how they are made, and which CA the client trusts. */
static const struct {
    const char *what;
    const char *server; /* the certificate that the server has */
    const char *make;   /* a command that makes it, unless certs_make does */
    const char *ca;     /* the client's --cacert; NULL: the system's */
    bool good;
} cases[] = {
    {"as it should be", "ours", "", "ours-ca.pem", true},
    {"signed by this test", "like",
     "sign like x ours-ca 9 '" ADDRESS "\\nextendedKeyUsage=serverAuth'",
     "ours-ca.pem", true},
    {"no --cacert", "ours", "", NULL, false},
    {"another CA of the same name", "ours", "", "other-ca.pem", false},
    {"another name", "named", "", "named-ca.pem", false},
    {"another address", "addressed", "", "addressed-ca.pem", false},
    {"expired", "old", "sign old x ours-ca -1 " ADDRESS, "ours-ca.pem", false},
    {"self-signed", "self",
     "key self; openssl req -x509 -new -days 9 -key $D/self-key.pem"
     " -subj /CN=127.0.0.1 -addext " ADDRESS " -out $D/self.pem",
     "ours-ca.pem", false},
    {"for clients only", "client",
     "sign client x ours-ca 9 '" ADDRESS "\\nextendedKeyUsage=clientAuth'",
     "ours-ca.pem", false},
    {"the address in a DNS name", "subject",
     "sign subject localhost ours-ca 9 subjectAltName=DNS:127.0.0.1",
     "ours-ca.pem", false},
    {"signed by the certificate of a server", "leaf",
     "sign only x ours 9 " ADDRESS "; mv $D/only-key.pem $D/leaf-key.pem;"
     "cat $D/only.pem $D/ours.pem >$D/leaf.pem",
     "ours-ca.pem", false},
};

/* Runs PROGRAM of BUILD for alice to bob. Returns its exit code. */
static int ask(const char *build, const char *program, const char *ca)
{
    struct fixture *fixture = &target.fixture;
    const char *last = strstr(program, "sender") != NULL ? "bob" : "--port=0";
    struct process *p;
    int code;

    if (ca == NULL)
        p = fixture_client(fixture, build, program, "alice", last, NULL);
    else
        p = fixture_client(fixture, build, program, "alice", last, "--cacert",
                           fixture_path(fixture, fixture->dir, ca), NULL);
    /* A receiver that has logged in does not end. */
    if (process_line(p, &p->err) != NULL &&
        strstr(p->err.bytes, "listening on ") != NULL)
        code = process_kill(p, SIGTERM);
    else
        code = process_wait(p);
    process_end(p);
    return code;
}

/* Tries all four clients. Returns how many accept or reject wrongly. */
static long try(size_t number)
{
    static const char *const programs[] = {"solution/sender",
                                           "solution/receiver"};
    char command[1024];
    long wrong = 0;

    snprintf(command, sizeof command, "%s%s", functions, cases[number].make);
    certs_run(&target, command);
    certs_serve(&target, cases[number].server);
    for (int build = 0; build < 2; build++) {
        for (int i = 0; i < 2; i++) {
            int code =
                ask(fixture_builds[build], programs[i], cases[number].ca);

            if ((code != EX_UNAVAILABLE) == cases[number].good)
                continue;
            wrong++;
            fprintf(stderr, "%s, %s %s: %s, exit code %d\n", cases[number].what,
                    fixture_builds[build], programs[i],
                    cases[number].good ? "rejected" : "accepted", code);
        }
    }
    target_stop(&target);
    return wrong;
}

START_TEST(clients)
{
    long wrong = 0, good = 0;

    row_begin("18 wrong certificates");
    if (!certs_possible()) {
        figure_skip("all of them", "the openssl command is absent");
        return;
    }
    certs_make(&target, "ours", "127.0.0.1");
    certs_make(&target, "other", "127.0.0.1");
    certs_make(&target, "named", "other.example localhost");
    certs_make(&target, "addressed", "127.0.0.2");
    for (size_t i = 0; i < COUNT(cases); i++) {
        wrong += try(i);
        good += cases[i].good;
    }
    figure_note("certificates", COUNT(cases), "");
    figure_note("clients, each on both backends", 2, "");
    figure_is("clients that accept or reject wrongly", wrong, 0);
    figure_is("logins on servers with a right certificate",
              target_log_count(&target, " POST /login 200 "), 4 * good);
    figure_is("requests to servers with a wrong one",
              target_log_count(&target, " ms\n") -
                  target_log_count(&target, " POST /login 200 ") -
                  target_log_count(&target, " POST /userinfo 404 "),
              0);
    row_end();
}
END_TEST

TEST_SUITE(certs, 120, setup_accounts, teardown_target)
{
    tcase_add_test(tcase, clients);
}
