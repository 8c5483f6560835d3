/* SPDX-License-Identifier: MIT */
/* Robustness of the receiver: bad lines, odd peers, and many of both. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "lib/json.h"
#include "tests/grade/checks.h"
#include "tests/grade/line_case.h"
#include "tests/grade/mock_receiver.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/secret_leaks.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* --- Lines that are not a valid message 5 --------------------------------- */

void x_goes_on(void)
{
    static const struct line_case cases[] = {
        {"a line that is not JSON", "A line that is not a message 5 was shown.",
         .line = ""},
        {.line = "hello"},
        {.line = "{\"senderinfo\":\"x"},
    };

    program_set_exit_cause(
        "Your receiver exited after one bad line: anyone can shut it down. "
        "Refuse the line (return -1) and go on.");
    LINE_CASES_RUN(&harness, cases);
}

void x_json(void)
{
    enum { DEEP = 4000 };
    static char deep[DEEP + 16] = "{\"x\":";
    static const char strict[] =
        "A line that is not JSON by section 4 was accepted (kit_json_object).";
    static const struct line_case cases[] = {
        {"a good object and a letter after it",
         "Text before or after the JSON object was ignored: a line is one "
         "object and nothing else (kit_json_object).",
         .line = "${good}x"},
        {"two objects", .line = "$good $good"},
        {"the object inside an array", .line = "[$good]"},
        {"a good object and a comma", .line = "$good,"},
        {"a byte order mark before the object", .line = "\xef\xbb\xbf$good"},
        {"a comment after the object", .line = "$good/* comment */"},
        {"an object with two members \"seq\"",
         "A line with the same member twice was accepted: refuse it, because "
         "programs differ in which one they use.",
         .line = "{\"seq\":$seq,$rest"},
        {"two members \"seq\", one spelled s\\u0065q",
         .line = "{\"s\\u0065q\":$seq,$rest"},
        {"an object with two members \"seq\"", .seq = "50",
         .line = "{\"seq\":1,\"senderinfo\":\"$senderinfo\",\"seq\":50,"
                 "\"message\":\"$message\"}"},
        {"an unknown member with a zero character", strict,
         .line = "{\"x\":\"\\u0000\",$rest"},
        {"arrays nested more than 8 deep",
         .line = "{\"x\":[[[[[[[[[1]]]]]]]]],$rest"},
        {"a byte that is not UTF-8", .line = "{\"x\":\"\xff\",$rest"},
        {"a raw control character in a string", .line = "{\"x\":\"\t\",$rest"},
        {"a number that begins with 0", .line = "{\"x\":01,$rest"},
        {"a good object, a zero byte and more",
         "Bytes after a zero byte were ignored: a line ends at its newline, "
         "not at a zero byte (use len, not strlen).",
         .line = "$good$zero more"},
        {"arrays nested 4000 deep", strict, .line = deep},
    };

    memset(deep + strlen(deep), '[', DEEP);

    LINE_CASES_RUN(&harness, cases);
}

void x_missing(void)
{
    /* Without its ticket, a line must not be taken for the chat before it. */
    static const struct line_case cases[] = {
        {"the next line of this chat, without \"senderinfo\"",
         "A line without a ticket was shown: every line brings its own.",
         .same_chat = true, .line = "{\"seq\":$seq,\"message\":\"$message\"}"},
        {"a line without \"senderinfo\"",
         "Your receiver accepted $what: read this member with its kit_json_ "
         "function, and refuse the line unless that returns 0.",
         .line = "{\"seq\":$seq,\"message\":\"$message\"}"},
        {"a line without \"seq\"",
         .line = "{\"senderinfo\":\"$senderinfo\",\"message\":\"$message\"}"},
        {"a line without \"message\"",
         .line = "{\"senderinfo\":\"$senderinfo\",\"seq\":$seq}"},
        {"a ticket without \"username\"",
         "Your receiver accepted $what: read this member with its kit_json_ "
         "function, and refuse the ticket unless that returns 0.",
         .ticket = "{\"ip_addr\":\"127.0.0.1\",\"secret\":\"$secret\","
                   "\"exp\":$exp}"},
        {"a ticket without \"ip_addr\"",
         .ticket = "{\"username\":\"$alice\",\"secret\":\"$secret\","
                   "\"exp\":$exp}"},
        {"a ticket without \"secret\"",
         .ticket = "{\"username\":\"$alice\",\"ip_addr\":\"127.0.0.1\","
                   "\"exp\":$exp}"},
        {"a line with \"SEQ\" in place of \"seq\"",
         "A member was found although its name differs in case: \"SEQ\" is "
         "not \"seq\". Use the kit_json_ functions (cJSON_GetObjectItem "
         "ignores case).",
         .line = "{\"senderinfo\":\"$senderinfo\",\"SEQ\":$seq,"
                 "\"message\":\"$message\"}"},
        {"a line with \"Message\" in place of \"message\"",
         .line = "{\"senderinfo\":\"$senderinfo\",\"seq\":$seq,"
                 "\"Message\":\"$message\"}"},
        {"a line with \"senderInfo\" in place of \"senderinfo\"",
         .line = "{\"senderInfo\":\"$senderinfo\",\"seq\":$seq,"
                 "\"message\":\"$message\"}"},
        {"a ticket with \"Username\" in place of \"username\"",
         .ticket = "{\"Username\":\"$alice\",\"ip_addr\":\"127.0.0.1\","
                   "\"secret\":\"$secret\",\"exp\":$exp}"},
        {"a ticket with \"IP_ADDR\" in place of \"ip_addr\"",
         .ticket = "{\"username\":\"$alice\",\"IP_ADDR\":\"127.0.0.1\","
                   "\"secret\":\"$secret\",\"exp\":$exp}"},
        {"a ticket with \"Secret\" in place of \"secret\"",
         .ticket = "{\"username\":\"$alice\",\"ip_addr\":\"127.0.0.1\","
                   "\"Secret\":\"$secret\",\"exp\":$exp}"},
    };

    LINE_CASE_RUN(&harness, -1, "a good line", "A good line was refused.",
                  .shown = true);
    receiver_expect_address(&harness);
    LINE_CASES_RUN(&harness, cases);
}

void x_seq_bounds(void)
{
    /* The message is sealed with the seq that a lax parser would read. */
    static const struct line_case cases[] = {
        {"a line with seq $seq",
         "seq $seq was accepted: it must be an integer from 1 to 2147483647.",
         .seq = "0"},
        {.seq = "-1"},
        {.seq = "-1", .ad = "$alice>$me#1"},
        {.seq = "01", .ad = "$alice>$me#1"},
        {.seq = "2147483648"},
        {.seq = "4294967297", .ad = "$alice>$me#1"},
        {.seq = "1.0", .ad = "$alice>$me#1"},
        {.seq = "1e0", .ad = "$alice>$me#1"},
        {.seq = "\"1\"", .ad = "$alice>$me#1"},
        {.seq = "1.5", .ad = "$alice>$me#1"},
        {.seq = "4294967297"},
        {.seq = "2147483648", .ad = "$alice>$me#-2147483648"},
        {.seq = "true", .ad = "$alice>$me#1"},
        {.seq = "null", .ad = "$alice>$me#0"},
    };

    LINE_CASES_RUN(&harness, cases);
}

void x_silent(void)
{
    static const struct line_case cases[] = {
        {"a forged line", "A line that must be refused was shown.",
         .silent = true, .flip = {MESSAGE, 12, 0}},
        {"a line with a forged ticket", .silent = true,
         .flip = {TICKET, 12, 0}},
        {"a line that is not JSON", .silent = true, .line = "hello"},
        {"a good line", "A good line was refused.", .shown = true,
         .silent = true, .keep = true},
        {"the same line again", "A line that must be refused was shown.",
         .silent = true, .again = true},
    };

    LINE_CASES_RUN(&harness, cases);
}

/* --- Long lines ----------------------------------------------------------- */

void x_text_length(void)
{
    static const struct line_case cases[] = {
        {"a text of 4097 bytes",
         "A text of 4097 bytes was shown: the limit is 4096.", .text = "$4097"},
        {"a text of 5500 bytes",
         "A text of 5500 bytes was shown: the limit is 4096.", .text = "$5500"},
    };

    LINE_CASES_RUN(&harness, cases);
}

/* Sends bytes without a newline until the receiver closes the connection. */
static void flood_line(void)
{
    enum { MOST = 16 << 20, PIECE = 65536 };
    static char piece[PIECE];
    long before = program_memory(harness.program), growth;
    int fd = receiver_connect(&harness);
    size_t sent = 0;

    random_letters(piece, PIECE - 1);
    step("It gets a line that never ends.");
    program_set_activity("a line never ends");
    while (sent < MOST) {
        struct pollfd one = {.fd = fd, .events = POLLOUT | POLLIN};
        enum event event =
            program_poll(harness.program, &one, 1, program_deadline());
        ssize_t n = -1;

        if (event == EVENT_TIMEOUT) {
            expected("the connection is closed after 8192 bytes");
            got("it neither reads on nor closes the connection");
            fail_as(TIME_OUT, "A line that is too long blocks your receiver: "
                              "close the connection after 8192 bytes.");
        }
        if (event == EVENT_READY)
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
    growth = program_memory(harness.program) - before;
    expected("the connection is closed after 8192 bytes");
    got("it reads %d MB of one line; its memory grew by %ld KiB", MOST >> 20,
        growth);
    fail("Your receiver goes on reading one line (its memory grew by %ld MB): "
         "close the connection after 8192 bytes.",
         growth / 1024);
}

void x_line_length(void)
{
    LINE_CASE_RUN(
        &harness, -1, "a line of 8192 bytes",
        "A line of 8192 bytes, including its newline, must be accepted.",
        .shown = true, .line_len = 8192);
    flood_line();
    receiver_send_sentinel(&harness,
                           "Part of a line that never ended was shown.");
    LINE_CASE_RUN(&harness, -1, "a line of 8193 bytes",
                  "A line of 8193 bytes was accepted: the limit is 8192.",
                  .line_len = 8193);
}

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

/* --- Memory --------------------------------------------------------------- */

enum { FEW = 300, MANY = 4000, GROWTH_KB = 8192 };

/* Changes the line to one that is refused, in one of four ways. */
static void spoil(int i)
{
    switch (i % 4) {
    case 0:
        craft_flip_bit(crafted.message, 12, 0);
        craft_assemble(&crafted);
        break;
    case 1:
        crafted.len = (size_t)snprintf(crafted.line, sizeof crafted.line,
                                       "{\"seq\":0}\n");
        break;
    case 2:
        craft_ticket_json(&crafted, &harness, "{\"username\":\"me\"}");
        craft_assemble(&crafted);
        break;
    default:
        craft_good(&crafted, &harness, harness.me, harness.secret, i, "own", 3);
    }
}

/*
 * Runs the receiver with COUNT good lines and a tenth as many bad ones. Returns
 * its memory in KiB.
 */
static long run_many(int count)
{
    struct program *p;
    long memory;
    int fd;

    /* Slow, but it finds the callers of libraries without frame pointers. */
    harness.asan = count == FEW ? "fast_unwind_on_malloc=0" : "";
    receiver_start(&harness);
    p = harness.program;
    harness.alice_seq = 0;
    step("%d good lines, and a bad one for every ten.", count);
    fd = receiver_connect(&harness);
    for (int i = 1; i <= count; i++) {
        craft_good(&crafted, &harness, harness.alice, harness.secret, i, "text",
                   4);
        tcp_send(fd, crafted.line, crafted.len);
        if (receiver_next_line(&harness, fd) == NULL)
            program_fail(p, "it shows every good line");
        if (i % 10 == 0) {
            int bad = receiver_connect(&harness);

            spoil(i / 10);
            tcp_send(bad, crafted.line, crafted.len);
            (void)receiver_wait_closed(&harness, bad);
            close(bad);
        }
    }
    close(fd);
    memory = program_memory(p);
    if (p->pid > 0)
        kill(p->process, SIGTERM);
    while (program_poll_one(p, -1, 0, program_deadline()) == EVENT_OUTPUT)
        ;
    program_check_sanitizer(p);
    if (memory == 0)
        memory = p->rss;
    detail("its memory: %ld KiB", memory);
    return memory;
}

void x_memory(void)
{
    long few, many;

    receiver_setup(&harness);
    few = run_many(FEW);
    many = run_many(MANY);
    if (many - few <= GROWTH_KB)
        return;
    expected("no more memory for %d lines than for %d", MANY, FEW);
    got("%ld KiB more", many - few);
    fail("After %d more lines, memory grew by %ld MB: each one leaves "
         "something in memory.",
         MANY - FEW, (many - few) / 1024);
}

/* What is secret is not printed when all goes well, nor in any refusal. */
void x_nothing_leaks(void)
{
    static const struct line_case cases[] = {
        {"a good line", "A good line was refused.", .shown = true,
         .same_chat = true, .keep = true},
        {"the same line again", "", .either = true, .again = true},
        {"a forged line", "", .either = true, .same_chat = true,
         .flip = {MESSAGE, 12, 0}},
        {"a message under another key", "", .either = true, .same_chat = true,
         .key = "$token"},
        {"a text of 4097 bytes", "", .either = true, .same_chat = true,
         .text = "$4097"},
        {"a line with seq 0", "", .either = true, .same_chat = true,
         .seq = "0"},
        {"a line that is not JSON", "", .either = true, .same_chat = true,
         .line = "hello"},
        {"a changed ticket", "", .either = true, .same_chat = true,
         .flip = {TICKET, 12, 0}},
        {"an expired ticket", "", .either = true, .same_chat = true,
         .expires_in = -4000},
        {"a ticket whose exp is a string", "", .either = true,
         .same_chat = true, .exp = "\"$past\""},
        {"a ticket with the receiver's name", "", .either = true,
         .same_chat = true, .sender = "$me"},
        {"a ticket with an invalid name", "", .either = true, .same_chat = true,
         .sender = "Alice"},
        {"a ticket without ip_addr", "", .either = true, .same_chat = true,
         .ticket = "{\"username\":\"$alice\",\"secret\":\"$secret\"}"},
        {"a ticket with text after its object", "", .either = true,
         .same_chat = true, .ticket = "${good}x"},
    };
    struct kit_key chat_key, ticket_key;
    const struct secret_name leaks[] = {
        {"secret", harness.secret, 0},
        {"token", harness.token, 0},
        {"password", harness.password, 0},
        {"key of the chat", &chat_key, sizeof chat_key},
        {"key of the tickets", &ticket_key, sizeof ticket_key},
        {NULL, NULL, 0}};

    receiver_setup_and_start(&harness);
    LINE_CASES_RUN(&harness, cases);
    must(kit_derive(&chat_key, harness.secret, KIT_LABEL_MESSAGE) == 0 &&
         kit_derive(&ticket_key, harness.token, KIT_LABEL_TICKET) == 0);
    secret_leaks_in_process(harness.program, leaks);
    kill(harness.program->process, SIGTERM);
    while (program_poll_one(harness.program, -1, 0, program_deadline()) ==
           EVENT_OUTPUT)
        ;
    secret_leaks_in_output(harness.program, leaks);
    secret_leaks_in_files(leaks);
}
