/* SPDX-License-Identifier: MIT */
#include "tests/grade/ladder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/say.h"
#include "tests/grade/checks.h"

/* The heading for each prefix of an id, in the order of the table. */
static const struct {
    const char *prefix, *title;
} headings[] = {
    {"B", "Build"},
    {"M4", "Message 4, the sender"},
    {"M5", "Message 5, the sender"},
    {"R4", "The ticket, the receiver"},
    {"R5", "Message 5, the receiver"},
    {"A", "Attacks"},
    {"X", "Robustness"},
    {"T", "Together"},
};

/* Why a check has no points: see the first row whose prefix fits its id. */
static const struct {
    const char *prefix, *why;
} no_points[] = {
    {"B-03", "a warning costs nothing, but often shows a mistake"},
    {"B", "all other checks need it"},
    {"T", "it is T-01 again, with the other backend"},
    {"R4-05", "the kit compares addresses; X-03 has the point for ip_addr"},
    {"", "the kit's code does this already, unless you replace that code"},
};

/*
 * One check, one row. Most points are for what breaks confidentiality or
 * authenticity. A check of the kit's own code has none: it is for programs that
 * replace this code. A submission that neither seals message 5 nor opens a
 * ticket correctly can have at most 5 points.
 */
/* clang-format off */
const struct check ladder[] = {
    {"B-01", 0, "", "", "", build_sender, "sender.c compiles"},
    {"B-02", 0, "", "", "", build_receiver, "receiver.c compiles"},
    {"B-03", 0, "B-01 B-02", "", "", build_quiet, "the compiler has no warnings"},

    {"M4-01", 1, "B-01", "1", "2", m4_connects, "asks the server, then connects to the receiver"},
    {"M4-02", 0, "M4-01", "", "2", m4_request, "message 3 has names and token, but no password"},
    {"M4-03", 1, "M4-01", "1", "2", m4_optional, "port and receiver are optional in the answer"},
    {"M4-04", 1, "M5-03", "1", "5", m4_new_secret_each_run, "every run asks for a new secret"},
    {"M4-05", 1, "M4-01", "1", "2", m4_missing, "an answer with a missing or bad member is refused"},
    {"M4-07", 2, "M5-03", "1", "5", m4_other_receiver, "an answer about another receiver is refused"},
    {"M4-08", 0, "M4-01", "", "3", m4_errors, "exits with an error if the server reports one"},
    {"M4-09", 0, "M4-01", "", "3", m4_no_hot_retry, "does not retry immediately if the server is busy"},
    {"M4-11", 0, "M4-01", "", "7", tls_works, "TLS: a server with a known CA is trusted"},
    {"M4-12", 0, "M4-11", "", "7", tls_unknown, "TLS: no password for an unknown certificate"},
    {"M4-13", 0, "M4-11", "", "7", tls_wrong_name, "TLS: no password for a certificate of another name"},
    {"M4-14", 0, "M4-11", "", "7", tls_no_fallback, "TLS: no password in the clear when TLS fails"},
    {"M4-15", 1, "M4-01", "1", "2", m4_bad_port, "an invalid port is rejected"},

    {"M5-01", 1, "M4-01", "3", "2", m5_line, "one line of JSON with senderinfo, seq and message"},
    {"M5-02", 1, "M5-03", "31", "5", m5_ticket, "senderinfo is sent unchanged"},
    {"M5-03", 6, "M5-01", "2", "2", m5_box, "the message opens with the right key and names"},
    {"M5-04", 1, "M5-03", "2", "5", m5_seq, "seq starts at 1 and increases"},
    {"M5-05", 10, "M5-03", "2", "1", m5_nonces, "every nonce is fresh"},
    {"M5-06", 1, "M5-03", "2", "2", m5_lengths, "texts of 0 to 4096 bytes arrive complete"},
    {"M5-07", 1, "M5-03", "2", "2", m5_bytes, "texts with any bytes arrive unchanged"},
    {"M5-08", 0, "M5-03", "", "5", m5_too_long, "a text that is too long is an error, not truncated"},
    {"M5-09", 4, "M5-03", "32", "7", m5_nothing_in_clear, "an eavesdropper learns no text, secret, token or name"},
    {"M5-10", 2, "M5-03", "", "7", m5_nothing_leaks, "nothing secret in output, files or ps"},
    {"M5-11", 0, "M5-03", "", "5", m5_slow_reader, "a slow receiver gets every line complete"},
    {"M5-12", 1, "M5-03", "", "5", m5_peer_leaves, "a text that the receiver refuses is an error, not a crash"},
    {"M5-13", 0, "M5-03", "", "5", m5_exit_codes, "the exit code says whether everything was sent"},
    {"M5-14", 1, "M5-04", "12", "5", m5_new_chat, "after the end of a connection a new chat begins"},
    {"M5-15", 1, "M5-03", "3", "5", m5_memory, "memory does not grow with every text"},
    {"M5-16", 1, "M5-03", "1", "1", m5_secrets, "secrets of 16 to 128 characters, not only hex"},

    {"R4-01", 2, "B-02", "4567", "6", r4_shows, "shows a good line under its sender's name"},
    {"R4-02", 1, "R5-02", "56", "6", r4_exp, "a ticket is valid without exp, before exp, shortly after"},
    {"R4-03", 0, "R4-01", "4", "2", r4_unknown_members, "members in any order; unknown ones are ignored"},
    {"R4-04", 1, "R5-02 R5-03", "5", "1", r4_long_names, "names and secrets of the maximum length are accepted"},
    {"R4-05", 0, "R4-01", "", "6", r4_address_is_no_proof, "a peer's address may differ from the ticket's"},
    {"R4-06", 1, "R5-02 R5-03 X-01", "", "6", r4_new_token, "every run opens tickets with its own token"},
    {"R4-07", 0, "R4-01", "", "3", r4_refused_login, "exits with an error if the login is refused"},

    {"R5-01", 1, "R4-01", "6", "6", r5_in_order, "several messages on one connection, in order"},
    {"R5-02", 1, "R4-01", "6", "6", r5_two_senders, "several senders, and several chats of one sender"},
    {"R5-03", 1, "R4-01", "6", "6", r5_gaps, "gaps in seq are accepted, up to the maximum"},
    {"R5-04", 1, "R4-01", "7", "2", r5_lengths, "texts of 0 to 4096 bytes are shown completely"},
    {"R5-05", 1, "R4-01", "", "6", r5_control_bytes, "a text cannot clear the terminal or forge a line"},
    {"R5-06", 0, "R4-01", "", "6", r5_format, "a text is not used as a format string"},
    {"R5-07", 0, "R4-01", "", "6", r5_unicode, "UTF-8 is shown, and invisible characters escaped"},
    {"R5-08", 0, "R4-01", "4", "2", r5_pieces, "several lines in one piece, one line in many pieces"},

    {"A-01", 8, "R4-01 X-01", "7", "6", a_message_bits, "a changed text is refused"},
    {"A-02", 3, "R4-01 X-01", "7", "1", a_nonce_and_tag, "a changed nonce or tag is refused"},
    {"A-03", 3, "R4-01 X-01", "5", "6", a_ticket_bits, "a changed ticket is refused"},
    {"A-04", 3, "R4-01 X-01", "67", "6", a_replay, "a replayed line is refused"},
    {"A-05", 3, "A-04", "67", "6", a_replay_elsewhere, "a replay on another connection is refused"},
    {"A-06", 1, "R4-01 X-01 R5-03", "6", "6", a_late, "a line that arrives late is refused"},
    {"A-07", 4, "R4-01 X-01 A-01", "75", "2", a_renumbered, "a changed seq, or a message of another chat, is refused"},
    {"A-08", 2, "R4-01", "5", "6", a_outer_name, "the name comes only from the ticket"},
    {"A-09", 3, "R4-01 X-01 A-01", "75", "6", a_reflected, "a message sealed by or for another user is refused"},
    {"A-10", 3, "R4-01 X-01", "5", "2", a_others_ticket, "a ticket for another user or purpose is refused"},
    {"A-11", 1, "R4-01 X-01", "5", "6", a_clear_ticket, "an unsealed ticket is refused"},
    {"A-12", 1, "R4-01 X-01 A-01", "7", "6", a_clear_message, "an unsealed message is refused"},
    {"A-13", 1, "R4-01 X-01 A-01", "75", "1", a_short_boxes, "boxes that are too short are refused"},
    {"A-15", 2, "A-01 A-02", "7", "6", a_locked_out, "a forged line does not lock its sender out"},
    {"A-16", 2, "R4-02 A-04", "65", "6", a_expired, "an expired ticket is refused"},
    {"A-18", 1, "R5-02 A-04", "6", "6", a_many_chats, "no chat is forgotten because of other chats"},
    {"A-19", 1, "A-04 A-06", "67", "6", a_large_numbers, "large values of seq are remembered exactly"},
    {"A-20", 1, "R4-01 X-01", "5", "2", a_bad_tickets, "a sealed but invalid ticket is refused"},

    {"X-01", 1, "R4-01", "", "6", x_goes_on, "continues after a bad line"},
    {"X-02", 1, "X-01", "4", "4", x_json, "a line is one JSON object and nothing more"},
    {"X-03", 1, "X-01", "45", "2", x_missing, "lines and tickets without a required member are refused"},
    {"X-04", 1, "X-01", "4", "4", x_seq_bounds, "seq is an integer from 1 to 2147483647"},
    {"X-05", 0, "X-01", "", "2", x_line_length, "a line has at most 8192 bytes"},
    {"X-06", 1, "R5-02 A-04", "", "6", x_silent, "resets the connection of a refused line silently"},
    {"X-07", 0, "R5-02", "", "6", x_idle_peer, "a silent peer does not block other peers"},
    {"X-08", 0, "R4-01", "", "6", x_reset, "a reset connection does no harm"},
    {"X-09", 0, "X-01", "", "6", x_descriptors, "200 peers come and go"},
    {"X-10", 1, "X-01", "45", "6", x_memory, "memory does not grow with every line"},
    {"X-11", 1, "X-01", "5", "7", x_nothing_leaks, "nothing secret in output, files or ps"},
    {"X-12", 0, "R4-01", "", "6", x_listens_there, "listens on the address that it logged in from"},
    {"X-13", 1, "X-01", "7", "2", x_text_length, "a text has at most 4096 bytes"},

    {"T-01", 1, "M5-03 R4-01 R5-08", "", "2", t_own, "your sender and your receiver, with the real server"},
    {"T-02", 0, "T-01", "", "2", t_to_other, "your receiver on the other backend"},
    {"T-03", 0, "T-02", "", "2", t_from_other, "your sender on the other backend"},
};
/* clang-format on */

const int ladder_size = sizeof ladder / sizeof ladder[0];

enum { HEADINGS = sizeof headings / sizeof headings[0] };

/* Whether TEXT is the LEN bytes at NAME. */
static bool is(const char *text, const char *name, size_t len)
{
    return strlen(text) == len && strncmp(text, name, len) == 0;
}

int ladder_find(const char *id, int len)
{
    for (int i = 0; i < ladder_size; i++) {
        if (is(ladder[i].id, id, (size_t)len))
            return i;
    }
    return -1;
}

/* The index of the heading of check I, or HEADINGS if it has no heading. */
static int heading_of(int i)
{
    int g = 0;

    while (g < HEADINGS &&
           !is(headings[g].prefix, ladder[i].id, strcspn(ladder[i].id, "-")))
        g++;
    return g;
}

const char *ladder_heading_of(int i)
{
    return headings[heading_of(i)].title;
}

const char *ladder_heading(int i)
{
    return i > 0 && heading_of(i - 1) == heading_of(i) ? NULL
                                                       : ladder_heading_of(i);
}

const char *ladder_no_points(int i)
{
    int n = 0;

    if (ladder[i].points > 0)
        return NULL;
    while (strncmp(ladder[i].id, no_points[n].prefix,
                   strlen(no_points[n].prefix)) != 0)
        n++;
    return no_points[n].why;
}

/*
 * The next of the ids at AT, which have spaces between them: its index, or -1.
 * Moves AT to the id after it.
 */
static int next_id(const char **at)
{
    int len = (int)strcspn(*at, " ");
    int i = ladder_find(*at, len);

    *at += len + (int)strspn(*at + len, " ");
    return i;
}

/* Marks check I and everything that it needs, directly or not. */
static void mark_with_needs(bool *needed, int i)
{
    const char *at = ladder[i].needs;

    if (needed[i])
        return;
    needed[i] = true;
    while (*at != '\0')
        mark_with_needs(needed, next_id(&at));
}

int ladder_select(bool *selected, bool *needed, const char *only)
{
    while (only != NULL && *only != '\0') {
        size_t len = strcspn(only, ",");
        bool found = false;

        for (int i = 0; i < ladder_size; i++) {
            if (!is(ladder[i].id, only, len) &&
                !is(headings[heading_of(i)].prefix, only, len))
                continue;
            selected[i] = found = true;
        }
        if (!found) {
            kit_error("ONLY=%.*s: there is no such check: make rubric lists "
                      "them. For example, M5-03 is a check, and A all attacks",
                      (int)len, only);
            return -1;
        }
        only += len + (only[len] == ',');
    }
    memset(needed, 0, (size_t)ladder_size * sizeof *needed);
    for (int i = 0; i < ladder_size; i++) {
        selected[i] |= only == NULL;
        if (selected[i])
            mark_with_needs(needed, i);
    }
    return 0;
}

/* The row with the most points of those that have fewer than BELOW. */
static const struct check *most_points(int below)
{
    const struct check *most = &ladder[0];

    for (int i = 0; i < ladder_size; i++) {
        if (ladder[i].points < below && ladder[i].points > most->points)
            most = &ladder[i];
    }
    return most;
}

/* Prints what to change if the points sum to SUM and not to 100. */
static void explain_sum(int sum)
{
    const struct check *most = most_points(101);
    const struct check *next = most_points(most->points);

    kit_error("ladder.c: the points sum to %d and not to 100: %s %d point%s "
              "%s other rows, for example %s (%d) or %s (%d)",
              sum, sum > 100 ? "take" : "give", abs(sum - 100),
              abs(sum - 100) == 1 ? "" : "s", sum > 100 ? "from" : "to",
              most->id, most->points, next->id, next->points);
}

int ladder_check(void)
{
    int sum = 0;

    for (int i = 0; i < ladder_size; i++) {
        const char *id = ladder[i].id, *at = ladder[i].needs;

        sum += ladder[i].points;
        if (ladder_find(id, (int)strlen(id)) != i ||
            heading_of(i) == HEADINGS) {
            kit_error("ladder.c: the id %s is used twice, or has no heading",
                      id);
            return -1;
        }
        while (*at != '\0') {
            if (next_id(&at) < 0) {
                kit_error("ladder.c: %s needs a check that does not exist: %s",
                          id, ladder[i].needs);
                return -1;
            }
        }
    }
    if (sum != 100)
        explain_sum(sum);
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
    printf("\nWhy a check is worth 0 points:\n");
    for (size_t i = 0; i < sizeof no_points / sizeof no_points[0]; i++)
        printf("  %-6s     %s\n",
               no_points[i].prefix[0] != '\0' ? no_points[i].prefix : "others",
               no_points[i].why);
}
