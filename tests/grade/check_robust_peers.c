/* SPDX-License-Identifier: MIT */
/* Robustness of the receiver: odd peers, many peers, and where it listens. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/json.h"
#include "tests/grade/checks.h"
#include "tests/grade/line_case.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* --- Peers ---------------------------------------------------------------- */

void x_idle_peer(void)
{
    enum { IDLE = 40 };
    static const char blocked[] =
        "An idle connection blocks all others: wait for all connections at the "
        "same time (poll), and if there are too many, close the one that was "
        "idle longest.";
    int half;

    receiver_setup_and_start(&harness);
    step("One peer connects and sends nothing. Another sends half a line.");
    program_set_activity("a peer is silent");
    (void)receiver_connect(&harness);
    half = receiver_connect(&harness);
    tcp_send(half, "{\"senderinfo\":", 14);
    LINE_CASE_RUN(&harness, -1, "a good line of another peer", blocked,
                  .shown = true);
    step("%d more peers connect and send nothing.", IDLE);
    for (int i = 0; i < IDLE; i++)
        (void)receiver_connect(&harness);
    LINE_CASE_RUN(&harness, -1, "a good line of one more", blocked,
                  .shown = true);
    close(half);
}

/* Connects, sends LEN bytes of a good line and resets the connection. */
static void reset_after(size_t len)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    int fd = receiver_connect(&harness);

    tcp_send(fd, crafted.line, len);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
}

void x_reset(void)
{
    receiver_setup_and_start(&harness);
    craft_next(&crafted, &harness, "reset");
    step("Connections are reset: immediately, and in the middle of a line.");
    program_set_activity("a peer resets its connection");
    for (int i = 0; i < 10; i++) {
        reset_after(0);
        reset_after(crafted.len / 2);
        reset_after(1);
    }
    receiver_send_sentinel(&harness, "Part of an incomplete line was shown: "
                                     "show a line only after its newline.");
    program_check_sanitizer(harness.program);
}

void x_descriptors(void)
{
    enum { CALLS = 200 }; /* the receiver may have 64 open files */

    receiver_setup_and_start(&harness);
    step("%d peers connect, one after the other. Each sends a bad line.",
         CALLS);
    program_set_activity("%d peers have come and gone", CALLS);
    for (int i = 0; i < CALLS; i++) {
        int fd = receiver_connect(&harness);

        tcp_send(fd, "{}\n", 3);
        if (receiver_wait_closed(&harness, fd) == STAYS_OPEN)
            shutdown(fd, SHUT_RDWR);
        close(fd);
    }
    receiver_send_sentinel(&harness, "Something was shown for \"{}\".");
}

/* --- Where it listens ----------------------------------------------------- */

/* Message 1 must contain the port on which the receiver listens. */
static void expect_port_in_login(void)
{
    const char *text = harness.server.login.requests[0];
    long long port;

    step("Message 1 was:");
    detail("%s", printable(text, strlen(text)));
    if (kit_json_integer(&port, kit_json_object(text, strlen(text)), "port", 1,
                         65535) == 0 &&
        port == harness.port)
        return;
    expected("\"port\": %u", (unsigned)harness.port);
    got("another port, or none");
    fail("Message 1 does not contain the port of your receiver: no sender "
         "could find it.");
}

void x_listens_there(void)
{
    char other[32];
    int fd;

    receiver_setup_and_start(&harness);
    snprintf(other, sizeof other, "127.%u.%u.%u",
             (unsigned)(1 + random_below(200)), (unsigned)random_below(255),
             (unsigned)(2 + random_below(250)));
    step("It logged in from 127.0.0.1. A peer connects to it at %s.", other);
    fd = tcp_try_connect(other, harness.port);
    if (fd >= 0) {
        expected("a receiver that listens only on %s", "127.0.0.1");
        got("a connection to %s port %u", other, (unsigned)harness.port);
        fail("Your receiver listens on every interface: bind to the local "
             "address of the login connection.");
    }
    expect_port_in_login();
    LINE_CASE_RUN(&harness, -1, "a good line at the right address",
                  "A good line was refused.", .shown = true);
}
