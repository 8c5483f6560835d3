/* SPDX-License-Identifier: MIT */
/* Robustness of the receiver: lines that are not a valid message 5. */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/grade/checks.h"
#include "tests/grade/line_case.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;

/* --- Lines that are not a valid message 5 --------------------------------- */

void x_goes_on(void)
{
    static const struct line_case cases[] = {
        {"a line that is not JSON",
         "A line that is not a message 5 was shown: refuse it (return -1) if "
         "kit_json_object returns NULL.",
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
    /* A line without a ticket must not be shown as one of the chat before. */
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
    static const char refused[] = "A line that must be refused was shown: "
                                  "return -1 in the step that refuses it.";
    static const struct line_case cases[] = {
        {"a forged line", refused, .silent = true, .flip = {MESSAGE, 12, 0}},
        {"a line with a forged ticket", .silent = true,
         .flip = {TICKET, 12, 0}},
        {"a line that is not JSON", .silent = true, .line = "hello"},
        {"a good line", "A good line was refused.", .shown = true,
         .silent = true, .keep = true},
        {"the same line again", refused, .silent = true, .again = true},
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
    step("It receives a line that never ends.");
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
                           "Part of a line that never ended was shown: show a "
                           "line only after its newline.");
    LINE_CASE_RUN(&harness, -1, "a line of 8193 bytes",
                  "A line of 8193 bytes was accepted: the limit is 8192.",
                  .line_len = 8193);
}
