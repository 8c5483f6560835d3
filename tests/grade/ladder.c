/* SPDX-License-Identifier: MIT */
/* The one table, and what can be asked about it. */
#include "tests/grade/ladder.h"

#include <stdio.h>
#include <string.h>

#include "lib/say.h"
#include "tests/grade/checks.h"

/* What the letters before the dash mean, in the order of the table. */
static const struct {
    const char *prefix, *title;
} headings[] = {
    {"B", "Build"},
    {"M4", "Message 4, the sender"},
    {"M5", "Message 5, the sender"},
    {"R4", "Message 4, the receiver"},
    {"R5", "Message 5, the receiver"},
    {"A", "Attacks"},
    {"X", "Robustness"},
    {"T", "Together"},
};

/* One check, one row. */
/* clang-format off */
const struct check ladder[] = {
    {"B-01", 0, "", "", "2", build_sender, "sender.c compiles"},
    {"B-02", 0, "", "", "2", build_receiver, "receiver.c compiles"},
    {"B-03", 0, "B-01 B-02", "", "2", build_quiet, "the compiler has no warnings"},

    {"M4-01", 2, "B-01", "1", "2", m4_connects, "asks the server, then connects to the receiver"},
    {"M4-02", 1, "M4-01", "", "2", m4_request, "message 3 carries names and token, and no password"},
    {"M4-03", 1, "M4-01", "", "2", m4_optional, "port and receiver may be absent from the answer"},
    {"M4-04", 1, "M5-03", "", "5", m4_new_secret_each_run, "every run asks for a new secret"},
    {"M4-05", 2, "M4-01", "", "2", m4_missing, "an answer that lacks a member is refused"},
    {"M4-06", 2, "M4-01", "", "5", m4_malformed, "a member of another type or form is refused"},
    {"M4-07", 1, "M4-01", "", "5", m4_other_receiver, "an answer for someone else is refused"},
    {"M4-08", 2, "M4-01", "", "3", m4_errors, "an error of the server ends it, with a message"},
    {"M4-09", 1, "M4-01", "", "3", m4_no_hot_retry, "a busy server is not asked again at once"},
    {"M4-10", 1, "M4-01", "", "2", m4_oversized, "members that are far too long do no harm"},
    {"M4-11", 0, "M4-01", "", "7", tls_works, "TLS: a server whose CA is known is trusted"},
    {"M4-12", 1, "M4-11", "", "7", tls_unknown, "TLS: an unknown certificate gets no password"},
    {"M4-13", 1, "M4-11", "", "7", tls_wrong_name, "TLS: a certificate for another name neither"},
    {"M4-14", 1, "M4-11", "", "7", tls_no_fallback, "TLS: no password in clear when TLS fails"},
    {"M4-15", 1, "M4-01", "", "2", m4_bad_port, "a port that is none is not taken for one"},

    {"M5-01", 2, "M4-01", "3", "2", m5_line, "one line of JSON with senderinfo, seq and message"},
    {"M5-02", 1, "M5-01", "", "5", m5_ticket, "senderinfo is sent exactly as it came"},
    {"M5-03", 3, "M5-01", "2", "2", m5_box, "the message opens with the right key and names"},
    {"M5-04", 2, "M5-01", "", "5", m5_seq, "seq begins with 1 and grows"},
    {"M5-05", 2, "M5-03", "", "1", m5_nonces, "every nonce is fresh"},
    {"M5-06", 2, "M5-03", "", "2", m5_lengths, "texts of 0 to 4096 bytes arrive whole"},
    {"M5-07", 1, "M5-03", "", "2", m5_bytes, "texts of any bytes arrive unchanged"},
    {"M5-08", 1, "M5-03", "", "5", m5_too_long, "a text that is too long is an error, never cut"},
    {"M5-09", 2, "M5-01", "", "7", m5_nothing_in_clear, "who listens reads no text, secret or token"},
    {"M5-10", 1, "M5-03", "", "7", m5_nothing_leaks, "nothing secret in output, files or ps"},
    {"M5-11", 2, "M5-03", "", "5", m5_slow_reader, "a slow receiver gets every line whole"},
    {"M5-12", 1, "M5-03", "", "5", m5_peer_leaves, "a receiver that leaves is an error, no crash"},
    {"M5-13", 1, "M5-03", "", "5", m5_exit_codes, "the exit code says whether all was sent"},
    {"M5-14", 1, "M5-04 M5-03", "", "5", m5_reconnects, "a dropped connection is opened again, seq goes on"},
    {"M5-15", 1, "M5-03", "", "5", m5_memory, "memory does not grow with every text"},
    {"M5-16", 1, "M5-03", "", "1", m5_secrets, "secrets of 16 to 128 characters, not only of hex"},

    {"R4-01", 4, "B-02", "4567", "6", r4_shows, "shows a good line under its sender's name"},
    {"R4-02", 1, "R5-02", "", "6", r4_exp, "a ticket is good without exp, before it and shortly after"},
    {"R4-03", 1, "R4-01", "", "2", r4_unknown_members, "unknown members are ignored, their order is free"},
    {"R4-04", 1, "R5-02", "", "1", r4_long_names, "the longest names and secrets are good ones"},
    {"R4-05", 1, "R4-01", "", "6", r4_address_is_no_proof, "another address than the ticket's is no refusal"},
    {"R4-06", 1, "X-01", "", "6", r4_new_token, "every start opens tickets with its own token"},
    {"R4-07", 1, "R4-01", "", "3", r4_refused_login, "a refused login ends it, with a message"},

    {"R5-01", 1, "R4-01", "", "6", r5_in_order, "more messages on one connection, in their order"},
    {"R5-02", 2, "R4-01", "", "6", r5_two_senders, "several senders, several chats of one sender"},
    {"R5-03", 1, "R4-01", "", "6", r5_gaps, "gaps in seq, up to the largest"},
    {"R5-04", 1, "R4-01", "", "2", r5_lengths, "texts of 0 to 4096 bytes are shown whole"},
    {"R5-05", 2, "R4-01", "", "6", r5_control_bytes, "no text clears a terminal or forges a line"},
    {"R5-06", 1, "R4-01", "", "6", r5_format, "no text is a format string"},
    {"R5-07", 1, "R4-01", "", "6", r5_unicode, "UTF-8 is shown, what is invisible made visible"},
    {"R5-08", 1, "R4-01", "", "2", r5_pieces, "lines in one piece, and one in many pieces"},

    {"A-01", 2, "R4-01 X-01", "", "6", a_message_bits, "a changed text is refused"},
    {"A-02", 1, "R4-01 X-01", "", "1", a_nonce_and_tag, "a changed nonce or tag is refused"},
    {"A-03", 1, "R4-01 X-01", "", "6", a_ticket_bits, "a changed ticket is refused"},
    {"A-04", 2, "R4-01 X-01", "", "6", a_replay, "the same line again is refused"},
    {"A-05", 1, "R4-01 X-01", "", "6", a_replay_elsewhere, "the same line on another connection too"},
    {"A-06", 1, "R4-01 X-01 R5-03", "", "6", a_late, "a line that comes late is refused"},
    {"A-07", 1, "R4-01 X-01", "", "2", a_renumbered, "another seq, or another ticket's message, is refused"},
    {"A-08", 1, "R4-01", "", "6", a_outer_name, "the name comes from the ticket alone"},
    {"A-09", 1, "R4-01 X-01", "", "6", a_reflected, "a text sealed by or for somebody else is refused"},
    {"A-10", 1, "R4-01 X-01", "", "2", a_others_ticket, "a ticket for somebody or something else is refused"},
    {"A-11", 1, "R4-01 X-01", "", "6", a_clear_ticket, "a ticket that nobody sealed is refused"},
    {"A-12", 1, "R4-01 X-01", "", "6", a_clear_message, "a text that nobody sealed is refused"},
    {"A-13", 1, "R4-01 X-01", "", "1", a_short_boxes, "boxes that are too short do no harm"},
    {"A-14", 1, "R4-01 X-01", "", "1", a_spellings, "base64 has one spelling"},
    {"A-15", 1, "R4-01 X-01", "", "6", a_locked_out, "a forged line locks nobody out"},
    {"A-16", 1, "R4-02 X-01", "", "6", a_expired, "a ticket that has ended is refused"},
    {"A-17", 1, "R4-01 X-01", "", "1", a_bad_names, "what is no name is none"},
    {"A-18", 1, "R5-02 X-01", "", "6", a_many_chats, "no chat is forgotten for another"},
    {"A-19", 1, "R5-03 X-01", "", "6", a_large_numbers, "large numbers are remembered as they are"},
    {"A-20", 1, "R4-01 X-01", "", "2", a_bad_tickets, "what is no ticket is none"},

    {"X-01", 1, "R4-01", "", "6", x_goes_on, "goes on after a bad line"},
    {"X-02", 1, "X-01", "", "4", x_json, "a line is one JSON object and nothing more"},
    {"X-03", 1, "X-01", "", "2", x_missing, "lines and tickets that lack a member are refused"},
    {"X-04", 1, "X-01", "", "4", x_seq_bounds, "seq is an integer from 1 to 2147483647"},
    {"X-05", 1, "X-01", "", "2", x_line_length, "a line has at most 8192 bytes"},
    {"X-06", 1, "X-01", "", "6", x_silent, "a refused line ends its connection without a byte"},
    {"X-07", 1, "R4-01", "", "6", x_idle_peer, "a silent peer stops nobody"},
    {"X-08", 1, "R4-01", "", "6", x_reset, "a reset connection does no harm"},
    {"X-09", 1, "X-01", "", "6", x_descriptors, "200 peers come and go"},
    {"X-10", 1, "X-01", "", "6", x_memory, "memory does not grow with every line"},
    {"X-11", 1, "X-01", "", "7", x_nothing_leaks, "nothing secret in output, files or ps"},
    {"X-12", 1, "R4-01", "", "6", x_listens_there, "listens where it logged in from, not everywhere"},
    {"X-13", 1, "X-01", "", "2", x_text_length, "a text has at most 4096 bytes"},

    {"T-01", 1, "M5-03 R4-01", "", "2", t_own, "your sender and your receiver, with the real server"},
    {"T-02", 1, "T-01", "", "2", t_to_other, "your receiver on the other backend"},
    {"T-03", 1, "T-02", "", "2", t_from_other, "your sender on the other backend"},
};
/* clang-format on */

const int ladder_size = sizeof ladder / sizeof ladder[0];

/* Whether check I is in group G. */
static bool is_in(int i, size_t g)
{
    size_t len = strlen(headings[g].prefix);

    return strncmp(ladder[i].id, headings[g].prefix, len) == 0 &&
           ladder[i].id[len] == '-';
}

int ladder_find(const char *id, int len)
{
    for (int i = 0; i < ladder_size; i++) {
        if ((int)strlen(ladder[i].id) == len &&
            strncmp(ladder[i].id, id, (size_t)len) == 0)
            return i;
    }
    return -1;
}

const char *ladder_heading_of(int i)
{
    for (size_t g = 0; g < sizeof headings / sizeof headings[0]; g++) {
        if (is_in(i, g))
            return headings[g].title;
    }
    return "";
}

const char *ladder_heading(int i)
{
    const char *mine = ladder_heading_of(i);

    return i > 0 && ladder_heading_of(i - 1) == mine ? NULL : mine;
}

/* Marks the check or the group called NAME of LEN characters. */
static bool mark(bool *selected, const char *name, int len)
{
    int i = ladder_find(name, len);
    bool found = i >= 0;

    if (found)
        selected[i] = true;
    for (size_t g = 0; g < sizeof headings / sizeof headings[0]; g++) {
        if ((int)strlen(headings[g].prefix) != len ||
            strncmp(headings[g].prefix, name, (size_t)len) != 0)
            continue;
        found = true;
        for (i = 0; i < ladder_size; i++)
            selected[i] |= is_in(i, g);
    }
    return found;
}

/* Marks what the marked ones stand on, down to the ground. */
static void mark_needs(bool *needed)
{
    bool more = true;

    while (more) {
        more = false;
        for (int i = 0; i < ladder_size; i++) {
            const char *at = ladder[i].needs;

            while (needed[i] && *at != '\0') {
                int len = (int)strcspn(at, " ");
                int below = ladder_find(at, len);

                more |= !needed[below];
                needed[below] = true;
                at += len + strspn(at + len, " ");
            }
        }
    }
}

int ladder_select(bool *selected, bool *needed, const char *only)
{
    for (int i = 0; only == NULL && i < ladder_size; i++)
        selected[i] = true;
    while (only != NULL && *only != '\0') {
        int len = (int)strcspn(only, ",");

        if (!mark(selected, only, len)) {
            kit_error("ONLY=%.*s: there is no such check; make rubric lists "
                      "them, for example M5-03, or A for all attacks",
                      len, only);
            return -1;
        }
        only += len + (only[len] == ',');
    }
    memcpy(needed, selected, (size_t)ladder_size * sizeof *needed);
    mark_needs(needed);
    return 0;
}

int ladder_check(void)
{
    int sum = 0;

    for (int i = 0; i < ladder_size; i++) {
        const char *at = ladder[i].needs;

        sum += ladder[i].points;
        if (ladder_find(ladder[i].id, (int)strlen(ladder[i].id)) != i ||
            ladder_heading_of(i)[0] == '\0') {
            kit_error("ladder.c: the id %s is not in order", ladder[i].id);
            return -1;
        }
        while (*at != '\0') {
            int len = (int)strcspn(at, " ");

            if (ladder_find(at, len) < 0) {
                kit_error("ladder.c: %s needs %.*s, which is not there",
                          ladder[i].id, len, at);
                return -1;
            }
            at += len + strspn(at + len, " ");
        }
    }
    if (sum != 100)
        kit_error("ladder.c: the points sum to %d and not to 100", sum);
    return sum == 100 ? 0 : -1;
}

void ladder_print(void)
{
    for (int i = 0; i < ladder_size; i++) {
        const struct check *c = &ladder[i];

        if (ladder_heading(i) != NULL)
            printf("%s%s\n", i > 0 ? "\n" : "", ladder_heading(i));
        printf("  %-6s %2d  %-58s %s%s\n", c->id, c->points, c->title,
               c->needs[0] != '\0' ? "after " : "", c->needs);
    }
}
