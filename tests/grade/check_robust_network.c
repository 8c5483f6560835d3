/* SPDX-License-Identifier: MIT */
/* Robustness: long lines, and peers that are silent, many or reset. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base64.h"
#include "lib/clock.h"
#include "lib/hkdf.h"
#include "lib/json.h"
#include "tests/grade/checks.h"
#include "tests/grade/mock_receiver.h"
#include "tests/grade/random_data.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* --- Long lines ----------------------------------------------------------- */

/* Makes the line LEN bytes long, with its newline, by adding spaces. */
static void stretch(size_t len)
{
    size_t more = len - crafted.len;

    memmove(crafted.line + 1 + more, crafted.line + 1, crafted.len - 1);
    memset(crafted.line + 1, ' ', more);
    crafted.len = len;
}

/* The memory of the receiver in KiB; 0 if there is no /proc. */
static long memory_of(const struct program *p)
{
    char path[64], line[256];
    long kib = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/status", (int)p->pid);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = atol(line + 6);
    }
    if (file != NULL)
        fclose(file);
    return kib;
}

/* Sends bytes without a newline until the receiver closes the connection. */
static void flood_line(void)
{
    enum { MOST = 16 << 20, PIECE = 65536 };
    static char piece[PIECE];
    long before = memory_of(harness.program);
    int fd = receiver_connect(&harness);
    size_t sent = 0;

    random_letters(piece, PIECE - 1);
    step("It gets a line that never ends.");
    program_set_activity("a line never ends");
    while (sent < MOST) {
        struct pollfd one = {.fd = fd, .events = POLLOUT | POLLIN};
        ssize_t n = -1;

        if (program_poll(harness.program, &one, 1, program_deadline()) ==
            EVENT_READY)
            n = send(fd, piece, sizeof piece, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n <= 0 && (one.revents & (POLLHUP | POLLERR | POLLIN)) != 0)
            break;
        if (harness.program->pid == 0)
            program_fail(harness.program, "it refuses the line and continues");
        sent += n > 0 ? (size_t)n : 0;
    }
    detail("%zu bytes were sent before it closed the connection", sent);
    close(fd);
    if (sent < MOST)
        return;
    expected("the connection is closed after 8192 bytes");
    got("it reads %d MB of one line; its memory grew by %ld KiB", MOST >> 20,
        memory_of(harness.program) - before);
    fail("Memory grew by %ld MB for one line: the limit is 8192 bytes.",
         (memory_of(harness.program) - before) / 1024);
}

/* Crafts a message with LEN bytes of text, which is too long. */
static void craft_long_message(size_t len)
{
    static char text[KIT_LINE_MAX];
    uint8_t all[KIT_LINE_MAX];
    struct kit_nonce nonce;
    struct kit_key key;
    char ad[KIT_AD_SIZE];

    random_token(harness.secret);
    craft_good(&crafted, &harness, harness.alice, harness.secret, 1, "x", 1);
    random_letters(text, len);
    snprintf(ad, sizeof ad, "%s>%s#1", harness.alice, harness.me);
    must(kit_derive(&key, harness.secret, KIT_LABEL_MESSAGE) == 0);
    must(kit_random(&nonce, sizeof nonce) == 0);
    memcpy(all, nonce.bytes, sizeof nonce.bytes);
    must(kit_seal(all + sizeof nonce, sizeof all - sizeof nonce, &key, &nonce,
                  ad, strlen(ad), text, len) == 0);
    must(kit_base64_encode(crafted.message, sizeof crafted.message, all,
                           sizeof nonce + len + KIT_TAG_LEN) == 0);
    craft_assemble(&crafted);
}

void x_text_length(void)
{
    receiver_setup_and_start(&harness);
    craft_long_message(KIT_TEXT_MAX + 1);
    receiver_expect_refusal(
        &harness, &crafted, "a text of 4097 bytes",
        "A text of 4097 bytes was shown: the limit is 4096.");
    craft_long_message(5500);
    receiver_expect_refusal(
        &harness, &crafted, "a text of 5500 bytes",
        "A text of 5500 bytes was shown: the limit is 4096.");
}

void x_line_length(void)
{
    receiver_setup_and_start(&harness);
    craft_next(&crafted, &harness, "longest");
    stretch(KIT_LINE_MAX);
    receiver_expect_accepted(
        &harness, &crafted, "a line of 8192 bytes", harness.alice, "longest", 7,
        "A line of 8192 bytes, including its newline, must be accepted.");
    flood_line();
    receiver_send_sentinel(&harness,
                           "Part of a line that never ended was shown.");
    craft_next(&crafted, &harness, "longer");
    stretch(KIT_LINE_MAX + 1);
    receiver_expect_refusal(
        &harness, &crafted, "a line of 8193 bytes",
        "A line of 8193 bytes was accepted: the limit is 8192.");
}

/* --- Peers ---------------------------------------------------------------- */

static const char blocked[] =
    "An idle connection blocks all others: wait for all connections at the "
    "same time (poll), and if there are too many, close the one that was idle "
    "longest.";

void x_idle_peer(void)
{
    enum { IDLE = 40 };
    int half;

    receiver_setup_and_start(&harness);
    step("One peer connects and sends nothing. Another sends half a line.");
    program_set_activity("a peer is silent");
    (void)receiver_connect(&harness);
    half = receiver_connect(&harness);
    receiver_send(half, "{\"senderinfo\":", 14);
    craft_next(&crafted, &harness, "good day");
    receiver_expect_accepted(&harness, &crafted, "a good line of another peer",
                             harness.alice, "good day", 8, blocked);
    step("%d more peers connect and send nothing.", IDLE);
    for (int i = 0; i < IDLE; i++)
        (void)receiver_connect(&harness);
    craft_next(&crafted, &harness, "good evening");
    receiver_expect_accepted(&harness, &crafted, "a good line of one more",
                             harness.alice, "good evening", 12, blocked);
    close(half);
}

/* Connects, sends LEN bytes of a good line and resets the connection. */
static void reset_after(size_t len)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    int fd = receiver_connect(&harness);

    receiver_send(fd, crafted.line, len);
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
    receiver_send_sentinel(&harness, "Part of an incomplete line was shown.");
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

        receiver_send(fd, "{}\n", 3);
        if (!receiver_wait_closed(&harness, fd))
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
    fd = socket_connect(other, harness.port);
    if (fd >= 0) {
        expected("a receiver that listens only on %s", "127.0.0.1");
        got("a connection to %s port %u", other, (unsigned)harness.port);
        fail("Your receiver listens on every interface: bind to the local "
             "address of the login connection.");
    }
    expect_port_in_login();
    craft_next(&crafted, &harness, "here");
    receiver_expect_accepted(&harness, &crafted,
                             "a good line at the right address", harness.alice,
                             "here", 4, "A good line was refused.");
}
