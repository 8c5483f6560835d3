/* SPDX-License-Identifier: MIT */
/* Robustness of the receiver: memory and secrets that leak. */
#include <stdio.h>
#include <unistd.h>

#include "lib/hkdf.h"
#include "tests/grade/checks.h"
#include "tests/grade/line_case.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/secret_leaks.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* --- Memory --------------------------------------------------------------- */

enum { FEW = 300, MANY = 4000 };

/* Makes the line bad, in one of four ways: the number I decides in which. */
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
    program_terminate(p, program_deadline());
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
    program_check_growth("lines", FEW, few, MANY, many);
}

/* No secret may be printed: not for a good line, and not in a refusal. */
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
    const struct known_secret secrets[] = {
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
    secret_leaks_in_process(harness.program, secrets);
    program_terminate(harness.program, program_deadline());
    secret_leaks_in_output(harness.program, secrets);
    secret_leaks_in_files(secrets);
}
