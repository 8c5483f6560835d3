/* SPDX-License-Identifier: MIT */
#include "tests/grade/mistakes.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/hkdf.h"
#include "lib/wire.h"
#include "tests/grade/placeholders.h"

/* --- Keys ----------------------------------------------------------------- */

enum recipe {
    HKDF,          /* the label is the info, and the salt is empty */
    HKDF_SALTED,   /* the label is the salt, and the info is empty */
    HKDF_SWAPPED,  /* the input is the salt, and the label is the input */
    HKDF_NO_INPUT, /* the input is the salt, and there is no input */
    HMAC,          /* HMAC(input, label): HKDF without its second step */
    HASH,          /* SHA-256(input) */
    RAW,           /* the first 32 bytes of input, filled up with zeros */
};

static const char swapped[] =
    "Salt and input of HKDF are exchanged: the input is the $string, and the "
    "salt is empty (kit_derive does it).";

/*
 * $own: the string that the key is derived from, the secret or the token;
 * $ownbytes: the same, decoded from hex. $other: the string that is for the
 * other kind of box. See expand for the rest.
 */
static const struct {
    enum recipe recipe;
    const char *input, *label, *cause;
} keys[] = {
    {HKDF, "$own", "$label", ""},
    {RAW, "$own", "",
     "The key is the first 32 hex digits of the $string (128 bits): derive it "
     "with HKDF, label \"$label\" (kit_derive)."},
    {RAW, "$ownbytes", "",
     "The key is the raw $string, decoded from hex: derive it with HKDF, label "
     "\"$label\" (kit_derive)."},
    {HASH, "$own", "",
     "The key is SHA-256 of the $string: derive it with HKDF, label \"$label\" "
     "(kit_derive)."},
    {HASH, "$ownbytes", "",
     "The key is SHA-256 of the decoded $string: derive it with HKDF, label "
     "\"$label\" (kit_derive)."},
    {HKDF, "$own", "$otherlabel",
     "The key is derived with the label \"$otherlabel\" instead of "
     "\"$label\"."},
    {HKDF, "$own", "",
     "The key is derived with an empty label instead of \"$label\"."},
    {HKDF, "$own", "$label$zero",
     "The terminating zero of the HKDF label was included: use strlen, not "
     "sizeof."},
    {HKDF, "$own$zero", "$label",
     "The terminating zero of the $string was included in HKDF: use strlen, "
     "not sizeof."},
    {HKDF, "$own$zero", "$label$zero",
     "The terminating zeros of $string and label were included in HKDF: use "
     "strlen, not sizeof."},
    {HKDF, "$ownbytes", "$label",
     "The $string was decoded from hex before HKDF: use the string unchanged."},
    {HKDF_SALTED, "$own", "$label",
     "The label was used as the salt of HKDF: the salt is empty, and the label "
     "is the info."},
    {HKDF_SWAPPED, "$own", "$label", swapped},
    {HKDF_NO_INPUT, "$own", "$label", swapped},
    {HKDF, "", "$label",
     "The key is derived from an empty string: the $string was wiped before "
     "kit_derive, or never read."},
    {HKDF, "$label", "$own",
     "The $string and the label are exchanged: it must be kit_derive(key, "
     "$string, label)."},
    {HMAC, "$own", "$label",
     "The key is an HMAC of $string and label, not HKDF: kit_derive does both "
     "steps of HKDF."},
    {HKDF, "$own", "$capitallabel",
     "The HKDF label begins with a capital letter: it must be \"$label\"."},
    {HKDF, "$own", "${label}s",
     "The HKDF label ends with an additional s: it must be \"$label\"."},
    {HKDF, "$other", "$label",
     "You derived the key from the $otherstring instead of the $string."},
    {HKDF, "$other", "$otherlabel",
     "The key is K($otherstring, \"$otherlabel\") instead of K($string, "
     "\"$label\")."},
    {RAW, "$other", "",
     "You used your $otherstring as the key: the other side does not have it. "
     "Derive the key from the $string."},
    {RAW, "$otherbytes", "",
     "You used your $otherstring as the key: the other side does not have it. "
     "Derive the key from the $string."},
    {HASH, "$other", "",
     "The key is SHA-256 of your $otherstring: derive it from the $string, "
     "with HKDF."},
    {HKDF, "$last", "$label",
     "The key is that of the previous chat: derive it from the secret of each "
     "message 4."},
    {HKDF, "$senderinfo", "$label",
     "The key is derived from senderinfo, which everyone can read, instead of "
     "the $string."},
    {HKDF, "$password", "$label",
     "The key is derived from your password instead of the $string."},
    {HASH, "$password", "",
     "The key is SHA-256 of your password: derive it from the $string, with "
     "HKDF."},
    {RAW, "", "",
     "The key is 32 zero bytes: the key from kit_derive was not used."},
};

const int mistake_key_count = sizeof keys / sizeof keys[0];

/* --- Associated data ------------------------------------------------------ */

static const char whole_array[] =
    "AD is the whole array, including the bytes after its terminating zero: "
    "its length is strlen(ad), not sizeof ad.";

static const struct {
    const char *format, *cause;
} ads[] = {
    {"$ad", ""},
    {"", "Opens only without associated data: names and seq are not protected. "
         "AD must be \"$ad\"."},
    {"$receiver>$sender#$seq", "The names in the AD are swapped: it must be "
                               "\"$ad\", with the sender first."},
    {"$sender>$receiver", "AD lacks #seq: the number could be changed on the "
                          "way. AD must be \"$ad\"."},
    {"$ad$zero$zeros", whole_array},
    {"$ad$zero$gccfill", whole_array},
    {"$ad$zero$clangfill", whole_array},
    {"$ad$zero", "AD includes its terminating zero: use strlen, not sizeof."},
    {"$sender>$receiver#1", "AD always has seq 1: it must be \"$ad\"."},
    {"$sender>$receiver#$previous",
     "AD has the previous seq: it must be \"$ad\"."},
    {"$sender>$receiver#$next", "AD has the next seq: it must be \"$ad\"."},
    {"$sender>$receiver#0", "AD always has seq 0: it must be \"$ad\"."},
    {"senderinfo>$receiver", "This is the AD of a ticket: it must be \"$ad\"."},
    {"senderinfo", "AD lacks the receiver's name: it must be \"$ad\"."},
    {"senderinfo>$sender", "AD names the sender: it must be \"$ad\"."},
    {"senderinfo>$receiver#1",
     "AD begins with senderinfo, but ends with a number: it must be \"$ad\". "
     "kit_ad_ticket writes that of a ticket, and kit_ad_message that of a "
     "message."},
    {"$sender", "AD is only the sender's name: it must be \"$ad\"."},
    {"$receiver", "AD is only the receiver's name: it must be \"$ad\"."},
    {"$seq", "AD is only the number: it must be \"$ad\"."},
    {"#$seq", "AD is only the number: it must be \"$ad\"."},
    {"$sender$receiver$seq", "AD lacks its > and #: it must be \"$ad\"."},
    {"$sender>$receiver $seq",
     "AD has no # before the number: it must be \"$ad\"."},
    {"$receiver#$seq", "AD lacks the sender's name: it must be \"$ad\"."},
    {"$sender#$seq", "AD lacks the receiver's name: it must be \"$ad\"."},
    {"$sender > $receiver#$seq", "AD has spaces in it: it must be \"$ad\"."},
    {"$sender > $receiver # $seq", "AD has spaces in it: it must be \"$ad\"."},
    {"$sender->$receiver#$seq", "AD has an arrow in it: it must be \"$ad\"."},
    {"$sender>$receiver:$seq",
     "AD has a colon before the number: it must be \"$ad\"."},
    {"$senderinfo", "AD is the ticket: it must be \"$ad\"."},
};

const int mistake_ad_count = sizeof ads / sizeof ads[0];

/* --- Both ----------------------------------------------------------------- */

/* Decodes the hex digits S. Returns the length; 0: not hex, or too long. */
static size_t from_hex(char *out, size_t out_size, const char *s)
{
    size_t n = 0;
    unsigned byte;

    while (s != NULL && n < out_size && isxdigit((unsigned char)s[0]) &&
           isxdigit((unsigned char)s[1]) && sscanf(s, "%2x", &byte) == 1) {
        out[n++] = (char)byte;
        s += 2;
    }
    if (s != NULL && *s == '\0')
        return n;
    out[0] = '\0';
    return 0;
}

/* Expands one of the formats above. Returns the length. */
static size_t expand(char *out, size_t out_size, const char *format,
                     const struct box_inputs *in)
{
    const char *labels[] = {KIT_LABEL_MESSAGE, KIT_LABEL_TICKET};
    const char *label = labels[in->ticket], *other_label = labels[!in->ticket];
    const char *own = in->ticket ? in->token : in->secret;
    const char *other = in->ticket ? in->secret : in->token;
    char decoded[2][64] = {{0}}, capital[32], numbers[3][24], ad[KIT_AD_SIZE];
    char fills[3][KIT_AD_SIZE] = {{0}};
    size_t rest;

    for (int i = 0; i < 3; i++)
        snprintf(numbers[i], sizeof numbers[i], "%" PRId64, in->seq - 1 + i);
    if (in->ticket)
        snprintf(ad, sizeof ad, "senderinfo>%s", in->receiver);
    else
        snprintf(ad, sizeof ad, "%s>%s#%s", in->sender, in->receiver,
                 numbers[1]);
    rest = sizeof ad - strlen(ad) - 1;
    /* The patterns of -ftrivial-auto-var-init. */
    memset(fills[1], 0xfe, rest);
    memset(fills[2], 0xaa, rest);
    snprintf(capital, sizeof capital, "%c%s", label[0] - 32, label + 1);

    return placeholders_expand(
        out, out_size, format,
        (const struct placeholder[]){
            {"string", in->ticket ? "token" : "secret", 0},
            {"otherstring", in->ticket ? "secret" : "login token", 0},
            {"own", own, 0},
            {"ownbytes", decoded[0], from_hex(decoded[0], 64, own)},
            {"other", other, 0},
            {"otherbytes", decoded[1], from_hex(decoded[1], 64, other)},
            {"last", in->last_secret, 0},
            {"password", in->password, 0},
            {"label", label, 0},
            {"otherlabel", other_label, 0},
            {"capitallabel", capital, 0},
            {"ad", ad, 0},
            {"zeros", fills[0], rest},
            {"gccfill", fills[1], rest},
            {"clangfill", fills[2], rest},
            {"sender", in->sender, 0},
            {"receiver", in->receiver, 0},
            {"senderinfo", in->senderinfo, 0},
            {"previous", numbers[0], 0},
            {"seq", numbers[1], 0},
            {"next", numbers[2], 0},
            {0},
        });
}

bool mistake_key(struct kit_key *key, int i, const struct box_inputs *in)
{
    char input[MISTAKE_AD_SIZE], label[256];
    size_t n = expand(input, sizeof input, keys[i].input, in);
    size_t label_len = expand(label, sizeof label, keys[i].label, in);
    struct kit_digest digest;

    memset(key, 0, sizeof *key);
    if (n == 0 && keys[i].input[0] != '\0')
        return false; /* it cannot be decoded from hex */
    switch (keys[i].recipe) {
    case HKDF:
        return kit_hkdf(key->bytes, sizeof key->bytes, NULL, 0, input, n, label,
                        label_len) == 0;
    case HKDF_SALTED:
        return kit_hkdf(key->bytes, sizeof key->bytes, label, label_len, input,
                        n, NULL, 0) == 0;
    case HKDF_SWAPPED:
        return kit_hkdf(key->bytes, sizeof key->bytes, input, n, label,
                        label_len, NULL, 0) == 0;
    case HKDF_NO_INPUT:
        return kit_hkdf(key->bytes, sizeof key->bytes, input, n, NULL, 0, label,
                        label_len) == 0;
    case HMAC:
        if (kit_hmac(&digest, input, n, label, label_len) != 0)
            return false;
        break;
    case HASH:
        if (kit_sha256(&digest, input, n) != 0)
            return false;
        break;
    case RAW:
        memset(&digest, 0, sizeof digest);
        memcpy(digest.bytes, input,
               n < sizeof digest.bytes ? n : sizeof digest.bytes);
    }
    memcpy(key->bytes, digest.bytes, sizeof key->bytes);
    return true;
}

size_t mistake_ad(char out[MISTAKE_AD_SIZE], int i, const struct box_inputs *in)
{
    return expand(out, MISTAKE_AD_SIZE, ads[i].format, in);
}

void mistake_key_cause(char out[MISTAKE_CAUSE], int i,
                       const struct box_inputs *in)
{
    expand(out, MISTAKE_CAUSE, keys[i].cause, in);
}

void mistake_ad_cause(char out[MISTAKE_CAUSE], int i,
                      const struct box_inputs *in)
{
    expand(out, MISTAKE_CAUSE, ads[i].cause, in);
}
