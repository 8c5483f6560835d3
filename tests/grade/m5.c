/* SPDX-License-Identifier: MIT */
/* Parsing message 5 as strictly as a receiver, but with better errors. */
#include "tests/grade/m5.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "lib/json.h"
#include "tests/grade/transcript.h"

/* Fails the check because LINE is not a JSON object. */
static _Noreturn void fail_json(const char *line, size_t len)
{
    if (memchr(line, '\0', len) != NULL) {
        expected("no zero byte in the line");
        got("one at byte %zu of %zu", strlen(line), len);
        fail("A zero byte was sent with the line: send strlen(line) bytes and "
             "a newline.");
    }
    expected(
        "one JSON object, {\"senderinfo\":...,\"seq\":...,\"message\":...}");
    got("%s", printable(line, len));
    if (len > 0 && line[0] == '{' && line[len - 1] != '}')
        fail("The line ends inside the JSON object, so there is a line break "
             "in it. Make base64 without line breaks (kit_box_encode), and "
             "print JSON in one line (kit_json_print).");
    if (len > 0 && line[0] == '{')
        fail("The line is not valid JSON. Print it with kit_json_print, not "
             "with printf.");
    fail("Message 5 must be a JSON object in one line.");
}

/* Copies the string NAME of OBJECT. If OBJECT has none, the check fails. */
static void copy_string(char *out, size_t out_size, const cJSON *object,
                        const char *name)
{
    const char *value = kit_json_string(object, name);

    if (value == NULL) {
        expected("a string \"%s\"", name);
        got("%s", kit_json_has(object, name) ? "something that is not a string"
                                             : "no such member");
        fail("Message 5 has no string \"%s\".", name);
    }
    snprintf(out, out_size, "%s", value);
}

static long long read_seq(const cJSON *object)
{
    const cJSON *seq = cJSON_GetObjectItemCaseSensitive(object, "seq");
    long long value;

    expected("a number \"seq\", 1 to %d", KIT_SEQ_MAX);
    if (seq == NULL) {
        got("no such member");
        fail("Message 5 has no \"seq\".");
    }
    if (cJSON_IsString(seq)) {
        got("the string \"%s\"",
            printable(seq->valuestring, strlen(seq->valuestring)));
        fail("seq must be a JSON number: without quotes.");
    }
    if (!cJSON_IsNumber(seq) || isnan(seq->valuedouble)) {
        got("something that is not an integer");
        fail("seq must be a JSON number, spelled as an integer.");
    }
    if (kit_json_integer(&value, object, "seq", -KIT_SEQ_MAX, KIT_SEQ_MAX) !=
        0) {
        got("%.0f", seq->valuedouble);
        fail("seq is out of range.");
    }
    expected(" ");
    return value;
}

/* Decodes message. If it is not canonical base64, fails with the reason. */
static void read_message(struct m5 *m5)
{
    char tight[KIT_LINE_MAX];
    size_t n = 0, spaces = 0;

    size_t len = strlen(m5->message);

    if (len >= 56 && strspn(m5->message, "0123456789abcdefABCDEF") == len) {
        expected("base64");
        got("%s", printable(m5->message, len));
        fail("message is hexadecimal: it must be base64 (kit_box_encode).");
    }
    if (kit_base64_decode(m5->box, sizeof m5->box, &m5->len, m5->message,
                          len) == 0)
        return;
    for (const char *p = m5->message; *p != '\0'; p++) {
        if (isspace((unsigned char)*p))
            spaces++;
        else
            tight[n++] = *p;
    }
    expected("base64 of RFC 4648 section 4, with its padding");
    got("%s", printable(m5->message, strlen(m5->message)));
    if (spaces > 0 &&
        kit_base64_decode(m5->box, sizeof m5->box, &m5->len, tight, n) == 0)
        fail("base64 has line breaks (%zu white space characters): set "
             "BIO_FLAGS_BASE64_NO_NL or use the library (kit_box_encode).",
             spaces);
    if (strpbrk(m5->message, "-_") != NULL)
        fail("message uses the URL alphabet of base64: use the standard one, "
             "with + and /.");
    if (n % 4 != 0)
        fail("message is base64 without padding: add the = characters "
             "(kit_box_encode).");
    fail("message is not base64. Use kit_box_encode.");
}

void m5_parse(struct m5 *m5, const char *line, size_t len)
{
    cJSON *object = kit_json_object(line, len);

    memset(m5, 0, sizeof *m5);
    snprintf(m5->line, sizeof m5->line, "%s", line);
    if (object == NULL)
        fail_json(line, len);
    m5->seq = read_seq(object);
    copy_string(m5->senderinfo, sizeof m5->senderinfo, object, "senderinfo");
    copy_string(m5->message, sizeof m5->message, object, "message");
    kit_json_free(object);
    read_message(m5);
}

void m5_show(const struct m5 *m5)
{
    detail_text("senderinfo", m5->senderinfo, strlen(m5->senderinfo));
    detail("%-11s %lld", "seq", m5->seq);
    detail_text("message", m5->message, strlen(m5->message));
    detail("%-11s %zu bytes: nonce 12, ciphertext %zu, tag 16", "", m5->len,
           m5->len >= 28 ? m5->len - 28 : 0);
}

/* Why the LEN bytes of REST, the end of a text, may be missing. */
static const char *why_truncated(const char *rest, size_t len)
{
    if (rest[0] == '\0')
        return "It ends at a zero byte: its length is len, not strlen(text).";
    if (strspn(rest, " \t\r") >= len)
        return "White space at its end was cut off, but it belongs to the "
               "text.";
    return "Is there a buffer that is too small? A text has up to 4096 bytes.";
}

/* Fails the check because the text is not the one that was typed. */
static _Noreturn void fail_text(const struct diagnosis *d, const char *typed,
                                size_t typed_len)
{
    expected("%zu bytes: %s", typed_len, printable(typed, typed_len));
    got("%zu bytes: %s", d->len, printable(d->text, d->len));
    detail_difference(typed, typed_len, d->text, d->len);
    if (d->len < typed_len && memcmp(d->text, typed, d->len) == 0)
        fail("The text arrived truncated: %zu of %zu bytes. %s", d->len,
             typed_len, why_truncated(typed + d->len, typed_len - d->len));
    if (d->len == typed_len + 1 && memcmp(d->text, typed, typed_len) == 0)
        fail("The text has one byte more than was typed: its %s was sealed, "
             "too: pass len, not strlen(text) or sizeof.",
             d->text[typed_len] == '\n' ? "newline" : "terminating zero");
    fail("The text that arrived is not the one that was typed: seal its len "
         "bytes unchanged.");
}

/* Fails the check because a box of the line with seq 0 does not open. */
static _Noreturn void fail_seq_0(const struct diagnosis *d)
{
    if (d->key != 0)
        see_todo("12");
    fail("The line has seq 0, but the first text of a chat has seq 1: count it "
         "with chat->seq++ before kit_ad_message.%s%s",
         d->right ? "" : " ", d->cause);
}

/* Writes the correct key and AD to the transcript, and those that were used. */
static void show_mistakes(const struct diagnosis *d,
                          const struct box_inputs *in)
{
    char right[MISTAKE_AD_SIZE], ad[MISTAKE_AD_SIZE];
    size_t right_len = mistake_ad(right, 0, in);
    struct kit_key key, used;

    if (d->right)
        return;
    if (!d->found) {
        step("It does not open with any of the usual mistakes in key, "
             "associated data or layout.");
        return;
    }
    step("It opens only with a mistake:");
    if (d->key != 0 && mistake_key(&key, 0, in) &&
        mistake_key(&used, d->key, in)) {
        detail("the key K(secret, \"message\"), and the key that was used");
        detail_difference(key.bytes, sizeof key.bytes, used.bytes,
                          sizeof used.bytes);
    }
    if (d->ad != 0) {
        size_t len = mistake_ad(ad, d->ad, in);

        detail_text("AD, right", right, right_len);
        detail_text("AD, used", ad, len);
        detail_difference(right, right_len, ad, len);
    }
}

void m5_open(const struct m5 *m5, const struct box_inputs *in,
             const char *typed, size_t typed_len)
{
    struct diagnosis d;
    struct box_inputs at = *in;

    at.seq = m5->seq;
    diagnose_box(&d, &at, m5->box, m5->len, typed, typed_len);
    if (!d.right && m5->seq == 0) {
        at.seq = 1;
        diagnose_box(&d, &at, m5->box, m5->len, typed, typed_len);
    }
    if (!d.right || at.seq != m5->seq) {
        show_mistakes(&d, &at);
        expected("a box that opens under K(secret, \"message\") with AD "
                 "\"%s>%s#%lld\"",
                 in->sender, in->receiver, (long long)at.seq);
        got("a box that does not");
        if (m5->seq == 0)
            fail_seq_0(&d);
        if (d.key != 0)
            see_todo("1"); /* TODO 1 derives the key */
        fail("%s", d.cause);
    }
    if (d.len != typed_len || memcmp(d.text, typed, typed_len) != 0)
        fail_text(&d, typed, typed_len);
}
