/* SPDX-License-Identifier: MIT */
/* Reading message 5 as strictly as a receiver, and with more to say. */
#include "tests/grade/m5.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "lib/json.h"
#include "tests/grade/transcript.h"

static _Noreturn void no_json(const char *line, size_t len)
{
    if (memchr(line, '\0', len) != NULL) {
        expected("no zero byte in the line");
        got("one at byte %zu of %zu", strlen(line), len);
        fail("A zero byte is sent with the line: send strlen(line) bytes and "
             "a newline.");
    }
    expected(
        "one JSON object, {\"senderinfo\":...,\"seq\":...,\"message\":...}");
    got("%s", printable(line, len));
    if (len > 0 && line[0] == '{' && line[len - 1] != '}')
        fail("The line ends inside the JSON object: there is a line break in "
             "it. Base64 has line breaks? Use kit_box_encode; and JSON in one "
             "line: kit_json_print.");
    if (len > 0 && line[0] == '{')
        fail("The line is no JSON to the letter. Let cJSON write it "
             "(kit_json_print) instead of printf.");
    fail("Message 5 is a JSON object in one line; this is none.");
}

/* The string NAME of OBJECT, or the end of the check. */
static void copy_string(char *out, size_t out_size, const cJSON *object,
                        const char *name)
{
    const char *value = kit_json_string(object, name);

    if (value == NULL) {
        expected("a string \"%s\"", name);
        got("%s", kit_json_has(object, name) ? "something that is no string"
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
        got("something that is no integer");
        fail("seq must be a JSON number, spelled as an integer.");
    }
    if (kit_json_integer(&value, object, "seq", -KIT_SEQ_MAX, KIT_SEQ_MAX) !=
        0) {
        got("%.0f", seq->valuedouble);
        fail("seq is out of its range.");
    }
    expected(" ");
    return value;
}

/* Decodes message; what is not canonical has a reason that can be named. */
static void read_message(struct m5 *m5)
{
    char tight[KIT_LINE_MAX];
    size_t n = 0, spaces = 0;

    if (kit_base64_decode(m5->box, sizeof m5->box, &m5->len, m5->message,
                          strlen(m5->message)) == 0)
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
        fail("message is in the URL alphabet of base64; the usual one has + "
             "and /.");
    if (n % 4 != 0)
        fail("message is base64 without its padding.");
    fail("message is no base64. Use the library: kit_box_encode.");
}

void m5_parse(struct m5 *m5, const char *line, size_t len)
{
    cJSON *object = kit_json_object(line, len);

    memset(m5, 0, sizeof *m5);
    snprintf(m5->line, sizeof m5->line, "%s", line);
    if (object == NULL)
        no_json(line, len);
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

/* What can be said about a text that is not the one that was typed. */
static _Noreturn void wrong_text(const struct diagnosis *o, const char *known,
                                 size_t known_len)
{
    expected("%zu bytes: %s", known_len, printable(known, known_len));
    got("%zu bytes: %s", o->len, printable(o->text, o->len));
    detail_difference(known, known_len, o->text, o->len);
    if (o->len < known_len && memcmp(o->text, known, o->len) == 0)
        fail("Text arrived cut: %zu of %zu bytes.", o->len, known_len);
    if (o->len == known_len + 1 && memcmp(o->text, known, known_len) == 0)
        fail("The text has one byte more than was typed: its %s was sealed "
             "too.",
             o->text[known_len] == '\n' ? "newline" : "terminating zero");
    fail("Another text arrived than was typed.");
}

/* The right key and associated data beside those that opened the box. */
static void show_mistakes(const struct diagnosis *o, const struct box_inputs *s)
{
    char right[MISTAKE_AD_SIZE], ad[MISTAKE_AD_SIZE];
    size_t right_len = mistake_ad(right, 0, s);
    struct kit_key key, used;

    if (!o->found) {
        step("No key, associated data or layout that was tried opens it.");
        return;
    }
    step("It does not open as it should. What does open it:");
    if (o->key != 0 && mistake_key(&key, 0, s) &&
        mistake_key(&used, o->key, s)) {
        detail("the key: K(secret, \"message\") and the one that was used");
        detail_difference(key.bytes, sizeof key.bytes, used.bytes,
                          sizeof used.bytes);
    }
    if (o->ad != 0) {
        size_t len = mistake_ad(ad, o->ad, s);

        detail_text("AD, right", right, right_len);
        detail_text("AD, used", ad, len);
        detail_difference(right, right_len, ad, len);
    }
}

void m5_open(const struct m5 *m5, const struct box_inputs *s, const char *known,
             size_t known_len)
{
    struct diagnosis o;
    struct box_inputs at = *s;

    at.seq = m5->seq;
    diagnose_box(&o, &at, m5->box, m5->len, known, known_len);
    if (!o.right) {
        show_mistakes(&o, &at);
        expected("a box that opens under K(secret, \"message\") with AD "
                 "\"%s>%s#%lld\"",
                 s->sender, s->receiver, m5->seq);
        got("a box that does not");
        fail("%s", o.cause);
    }
    if (o.len != known_len || memcmp(o.text, known, known_len) != 0)
        wrong_text(&o, known, known_len);
}
