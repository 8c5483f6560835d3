/* SPDX-License-Identifier: MIT */
/*
 * A line for a receiver under test, and what the receiver must do with it. Most
 * checks of a receiver are a table of these. A case gives only what differs
 * from a good line, which is alice's, begins a chat, and has the text "hello".
 *
 * All strings except TICKET_TOKEN and TICKET_LABEL are formats, as in
 * placeholders.h. They can use
 *   $alice, $me, $mallory, $carol   the names in receiver_harness.h
 *   $secret, $other                 the secret of this chat, and another one
 *   $token                          the receiver's session token
 *   $sender, $seq                   of this line
 *   $exp, $ago                      of the ticket; the seconds since then
 *   $past                           1,000 s ago, for exp
 *   $what                           for cause: what was sent
 *   $senderinfo, $message           for line: the sealed boxes
 *   $good, $rest                    for ticket and line: the good one; the
 *                                   same without its first brace
 */
#ifndef GRADE_LINE_CASE_H
#define GRADE_LINE_CASE_H

#include "tests/grade/receiver_harness.h"

enum box_part { NO_PART, TICKET, MESSAGE };

struct line_case {
    const char *what;  /* "a line without \"seq\"" */
    const char *cause; /* of a failure. If what or cause is NULL, it is the
                          same as in the case before */
    bool shown;        /* whether the receiver must show the line: otherwise it
                          must refuse it */
    bool silent;       /* when it refuses the line, it must send nothing, reset
                          the connection, and print an error; after a line that
                          is shown, it must close the connection normally */
    bool same_chat;    /* it continues alice's chat, with the next seq */
    bool keep;         /* keep this line, for a later case with again */
    bool again;        /* send the line that was kept */
    bool either;       /* it may show or refuse it: other checks test that */
    bool one_of_many;  /* the transcript has it only if it fails */

    const char *sender; /* "$alice" */
    const char *secret; /* of the chat, for unusual ones */
    const char *seq;
    const char *text; /* "hello" */

    long long expires_in; /* the ticket has an exp, these seconds from now */
    const char *exp;      /* or this JSON as its exp; "": none. By default,
                             it is h->exp */
    const char *ticket;   /* its JSON, "$good" */
    const char *ticket_token; /* what it is sealed under, h->token */
    const char *ticket_label, *ticket_ad;

    const char *key;        /* what the message is sealed under, "$secret" */
    const char *ad;         /* "$sender>$me#$seq" */
    enum box_part unsealed; /* this box is base64 of the clear text */
    struct {
        enum box_part part;
        int at, bit;
    } flip;           /* a bit of a sealed box; see craft_flip_bit */
    const char *line; /* "$good" */
    size_t line_len;  /* spaces make it this long; 0: none are added */
    const struct crafted_m5 *crafted; /* send this instead of all that */
};

/*
 * line_cases_run: sends COUNT lines on the connection FD; if FD is -1, opens a
 * new connection for each. The check fails if the receiver shows a line that it
 * must refuse, or refuses one that it must show. Starts the receiver if it does
 * not run.
 */
void line_cases_run(struct receiver_harness *h, int fd,
                    const struct line_case *cases, size_t count);

/*
 * LINE_CASES_RUN: the same for an array, each on its own connection.
 * LINE_CASE_RUN: the same for one case, whose members follow FD.
 */
#define LINE_CASES_RUN(h, cases)                                               \
    line_cases_run(h, -1, cases, sizeof(cases) / sizeof(cases)[0])
#define LINE_CASE_RUN(h, fd, ...)                                              \
    line_cases_run(h, fd, &(const struct line_case){__VA_ARGS__}, 1)

#endif
