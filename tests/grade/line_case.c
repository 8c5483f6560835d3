/* SPDX-License-Identifier: MIT */
#include "tests/grade/line_case.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/base64.h"
#include "tests/grade/placeholders.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/transcript.h"
#include "tests/support/forgery.h"

/* The line of the current case, and the one to send again. */
static struct crafted_m5 crafted, kept;
static char sender[FORGERY_JSON], secret[512], text[KIT_LINE_MAX];
static char what[128], expiry[40];
static size_t text_len;

/*
 * Expands FORMAT, or DEFAULT_FORMAT if it is NULL. GOOD, which may be NULL, is
 * the text for $good. Returns the length.
 */
static size_t expand(char *out, size_t out_size, const char *format,
                     const char *default_format,
                     const struct receiver_harness *h,
                     const struct line_case *c, const char *good)
{
    char past[24], ago[24];

    snprintf(past, sizeof past, "%lld", (long long)time(NULL) - 1000);
    snprintf(ago, sizeof ago, "%lld", -c->expires_in);
    return placeholders_expand(out, out_size,
                               format != NULL ? format : default_format,
                               (const struct placeholder[]){
                                   {"alice", h->alice, 0},
                                   {"me", h->me, 0},
                                   {"mallory", h->mallory, 0},
                                   {"carol", h->carol, 0},
                                   {"secret", secret, 0},
                                   {"other", h->sentinel_secret, 0},
                                   {"token", h->token, 0},
                                   {"sender", sender, 0},
                                   {"seq", crafted.seq, 0},
                                   {"exp", expiry, 0},
                                   {"ago", ago, 0},
                                   {"past", past, 0},
                                   {"what", what, 0},
                                   {"senderinfo", crafted.ticket, 0},
                                   {"message", crafted.message, 0},
                                   {"good", good, 0},
                                   {"rest", good != NULL ? good + 1 : "", 0},
                                   {0},
                               });
}

static void craft_ticket_of(const struct line_case *c,
                            const struct receiver_harness *h)
{
    char good[FORGERY_JSON], json[FORGERY_JSON], ad[KIT_AD_SIZE];
    size_t len;

    forgery_json(good, sender, secret, 0);
    expand(expiry, sizeof expiry, c->exp, "", h, c, NULL);
    if (c->exp == NULL)
        snprintf(expiry, sizeof expiry, "%lld",
                 c->expires_in == 0 ? h->exp
                                    : (long long)time(NULL) + c->expires_in);
    len = strlen(good) - 1;
    if (expiry[0] != '\0')
        snprintf(good + len, sizeof good - len, ",\"exp\":%s}", expiry);
    len = expand(json, sizeof json, c->ticket, "$good", h, c, good);
    expand(ad, sizeof ad, c->ticket_ad, "senderinfo>$me", h, c, NULL);
    craft_seal(&crafted, "senderinfo",
               c->ticket_token != NULL ? c->ticket_token : h->token,
               c->ticket_label != NULL ? c->ticket_label : KIT_LABEL_TICKET, ad,
               json, len);
    if (c->unsealed == TICKET)
        must(kit_base64_encode(crafted.ticket, sizeof crafted.ticket, json,
                               len) == 0);
}

static void craft_message_of(const struct line_case *c,
                             const struct receiver_harness *h)
{
    char key[512], ad[FORGERY_JSON];

    text_len = expand(text, sizeof text, c->text, "hello", h, c, NULL);
    expand(key, sizeof key, c->key, "$secret", h, c, NULL);
    expand(ad, sizeof ad, c->ad, "$sender>$me#$seq", h, c, NULL);
    craft_seal(&crafted, "message", key, KIT_LABEL_MESSAGE, ad, text, text_len);
    if (c->unsealed == MESSAGE)
        must(kit_base64_encode(crafted.message, sizeof crafted.message, text,
                               text_len) == 0);
}

/* Makes the line LEN bytes long, with its newline, by adding spaces. */
static void pad_line(size_t len)
{
    size_t more = len - crafted.len;

    memmove(crafted.line + 1 + more, crafted.line + 1, crafted.len - 1);
    memset(crafted.line + 1, ' ', more);
    crafted.len = len;
}

static void craft(struct receiver_harness *h, const struct line_case *c)
{
    char good[CRAFT_LINE_MAX], seq[24];

    if (!c->same_chat) {
        random_token(h->secret);
        h->alice_seq = 0;
    }
    memset(&crafted, 0, sizeof crafted);
    snprintf(seq, sizeof seq, "%ld", ++h->alice_seq);
    snprintf(secret, sizeof secret, "%s", h->secret);
    if (c->secret != NULL)
        expand(secret, sizeof secret, c->secret, "", h, c, NULL);
    expand(sender, sizeof sender, c->sender, "$alice", h, c, NULL);
    expand(crafted.seq, sizeof crafted.seq, c->seq, seq, h, c, NULL);
    craft_ticket_of(c, h);
    craft_message_of(c, h);
    if (c->flip.part != NO_PART)
        craft_flip_bit(c->flip.part == TICKET ? crafted.ticket
                                              : crafted.message,
                       c->flip.at, c->flip.bit);
    craft_assemble(&crafted);
    if (c->line_len > 0)
        pad_line(c->line_len);
    if (c->line == NULL)
        return;
    snprintf(good, sizeof good, "%.*s", (int)crafted.len - 1, crafted.line);
    crafted.len =
        expand(crafted.line, sizeof crafted.line - 1, c->line, "", h, c, good);
    crafted.line[crafted.len++] = '\n';
}

/* How many lines of WORDS begin with "refused: ". */
static int count_refusals(const char *words)
{
    int count = 0;

    for (const char *line = words; *line != '\0';) {
        count += strncmp(line, "refused: ", 9) == 0;
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return count;
}

/*
 * The receiver must refuse silently: send nothing to the peer on FD and reset
 * the connection, whose END is given. But it must print one error on standard
 * error, which had ERR_LEN bytes before.
 */
static void expect_silence(struct receiver_harness *h, int fd,
                           enum receiver_end end, size_t err_len)
{
    char bytes[64];
    ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    int count;

    expected("the connection is reset, and nothing is sent on it");
    if (n > 0) {
        got("%s", printable(bytes, (size_t)n));
        fail("Your receiver sent something to the peer after a refused line: "
             "that helps an attacker.");
    }
    if (end == STAYS_OPEN) {
        got("it stays open");
        fail("The connection stays open%s: return -1, so that it is reset.",
             program_activity());
    }
    if (end == CLOSED_NORMALLY) {
        got("it is closed normally");
        fail("The connection was closed normally%s: reset it (return -1), or "
             "the sender believes that its text was shown.",
             program_activity());
    }
    count = count_refusals(h->program->err.bytes + err_len);
    if (count > 1) {
        expected("one line \"refused: WORD\" on standard error");
        got("%d: %s", count, program_stderr_tail(h->program));
        fail("Two lines \"refused: WORD\" for one bad line%s: the first "
             "refusal did not end its function. Write return "
             "kit_refused(\"WORD\"), or return -1 after it.",
             program_activity());
    }
    if (h->program->err.len > err_len)
        return;
    expected("one line \"refused: WORD\" on standard error");
    got("nothing");
    fail("It prints nothing on standard error%s, so the user does not notice "
         "an attack: refuse it with return kit_refused(\"WORD\"), which prints "
         "the word.",
         program_activity());
}

/* After a good line and our half-close, the receiver must close FD normally. */
static void expect_normal_end(struct receiver_harness *h, int fd)
{
    enum receiver_end end;

    shutdown(fd, SHUT_WR);
    end = receiver_wait_closed(h, fd);
    if (end == CLOSED_NORMALLY)
        return;
    expected("the connection is closed normally");
    got("%s", end == WAS_RESET ? "it is reset" : "it stays open");
    fail("The line was shown, but then the connection %s: close it normally, "
         "or the sender believes that its text was lost.",
         end == WAS_RESET ? "was reset" : "stayed open");
}

/*
 * A receiver that prints "refused: WORD", but shows the line, has noticed what
 * is wrong and goes on. Standard error had ERR_LEN bytes before.
 */
static void expect_nothing_after_refusal(const struct receiver_harness *h,
                                         size_t err_len)
{
    const struct stream *out = &h->program->out, *err = &h->program->err;
    const char *shown, *refused;

    (void)program_read_all(h->program, 0);
    shown = out->bytes + out->taken;
    if (err->len <= err_len || out->len <= out->taken)
        return;
    refused = strstr(err->bytes + err_len, "refused: ");
    if (refused == NULL || strchr(shown, '\n') == NULL)
        return;
    expected("nothing on standard output");
    got("%s", printable(shown, strcspn(shown, "\n")));
    fail("It prints \"%s\", but shows the line: return -1 after a refusal "
         "(return kit_refused), and show no text before all checks.",
         printable(refused, strcspn(refused, "\n")));
}

/* Sends the crafted line of case C on FD. */
static void expect(struct receiver_harness *h, int fd,
                   const struct line_case *c, const char *cause)
{
    static const char *const ends[] = {"stays open", "is closed normally",
                                       "is reset"};
    size_t err_len = h->program->err.len;
    enum receiver_end end;

    program_set_activity("it receives %s", what);
    craft_describe(&crafted, what);
    tcp_send(fd, crafted.line, crafted.len);
    if (c->shown) {
        receiver_expect_text(h, fd, sender, text, text_len, cause);
        if (c->silent)
            expect_normal_end(h, fd);
    } else {
        end = receiver_wait_closed(h, fd);
        detail("the connection %s", ends[end]);
        if (!c->either)
            expect_nothing_after_refusal(h, err_len);
        receiver_send_sentinel(h, c->either ? NULL : cause);
        if (c->silent)
            expect_silence(h, fd, end, err_len);
        detail("on standard error: %s", program_stderr_tail(h->program));
    }
    program_check_sanitizer(h->program);
}

void line_cases_run(struct receiver_harness *h, int fd,
                    const struct line_case *cases, size_t count)
{
    const char *what_format = "", *cause_format = "";
    char cause[512];

    if (h->program == NULL)
        receiver_setup_and_start(h);
    for (size_t i = 0; i < count; i++) {
        const struct line_case *c = &cases[i];
        struct transcript_mark mark = transcript_mark();
        int own = fd < 0 ? receiver_connect(h) : -1;

        if (c->again)
            crafted = kept;
        else if (c->crafted != NULL)
            crafted = *c->crafted;
        else
            craft(h, c);
        if (c->keep)
            kept = crafted;
        what_format = c->what != NULL ? c->what : what_format;
        cause_format = c->cause != NULL ? c->cause : cause_format;
        expand(what, sizeof what, what_format, "", h, c, NULL);
        expand(cause, sizeof cause, cause_format, "", h, c, NULL);
        expect(h, fd < 0 ? own : fd, c, cause);
        if (own >= 0)
            close(own);
        if (c->one_of_many)
            transcript_rewind(mark);
    }
}
