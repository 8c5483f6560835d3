/* SPDX-License-Identifier: MIT */
/* Mistakes in the associated data, and the placeholders of their texts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/wire.h"
#include "tests/grade/mistakes.h"

static const char whole_array[] =
    "AD is the whole array, including the bytes after its terminating zero: "
    "its length is strlen(ad), not sizeof ad.";

static const struct {
    const char *format; /* $s sender, $r receiver, $# seq, $- seq - 1; see
                           placeholder */
    const char *cause;  /* $A: what AD should be */
} ads[] = {
    {"", ""}, /* the correct one: see correct_ad */
    {"", "Opens only without associated data: names and seq are not protected. "
         "AD must be \"$A\"."},
    {"$r>$s#$#", "The names in the AD are swapped: it must be \"$A\", with the "
                 "sender first."},
    {"$s>$r", "AD lacks #seq: the number could be changed on the way. AD must "
              "be \"$A\"."},
    {"$A$0$z", whole_array},
    {"$A$0$f", whole_array},
    {"$A$0$a", whole_array},
    {"$A$0", "AD includes its terminating zero: use strlen, not sizeof."},
    {"$s>$r#$-", "AD has the previous seq: it must be \"$A\"."},
    {"$s>$r#$+", "AD has the next seq: it must be \"$A\"."},
    {"$s>$r#0", "AD always has seq 0: it must be \"$A\"."},
    {"$s>$r#1", "AD always has seq 1: it must be \"$A\"."},
    {"senderinfo>$r", "This is the AD of a ticket: it must be \"$A\"."},
    {"senderinfo", "AD lacks the receiver's name: it must be \"$A\"."},
    {"senderinfo>$s", "AD names the sender: it must be \"$A\"."},
    {"$s", "AD is only the sender's name: it must be \"$A\"."},
    {"$r", "AD is only the receiver's name: it must be \"$A\"."},
    {"$#", "AD is only the number: it must be \"$A\"."},
    {"#$#", "AD is only the number: it must be \"$A\"."},
    {"$s$r$#", "AD lacks its > and #: it must be \"$A\"."},
    {"$s>$r $#", "AD has no # before the number: it must be \"$A\"."},
    {"$r#$#", "AD lacks the sender's name: it must be \"$A\"."},
    {"$s#$#", "AD lacks the receiver's name: it must be \"$A\"."},
    {"$s > $r#$#", "AD has spaces in it: it must be \"$A\"."},
    {"$s > $r # $#", "AD has spaces in it: it must be \"$A\"."},
    {"$in->$r#$#", "AD has an arrow in it: it must be \"$A\"."},
    {"$s>$r:$#", "AD has a colon before the number: it must be \"$A\"."},
    {"$t", "AD is the ticket: it must be \"$A\"."},
};

const int mistake_ad_count = sizeof ads / sizeof ads[0];

const char *mistake_label(bool ticket)
{
    return ticket ? KIT_LABEL_TICKET : KIT_LABEL_MESSAGE;
}

static void correct_ad(char out[KIT_AD_SIZE], const struct box_inputs *in)
{
    if (in->ticket)
        snprintf(out, KIT_AD_SIZE, "senderinfo>%s", in->receiver);
    else
        snprintf(out, KIT_AD_SIZE, "%s>%s#%" PRId64, in->sender, in->receiver,
                 in->seq);
}

/* The text for the placeholder $C. */
static const char *placeholder(char c, const struct box_inputs *in)
{
    static char number[24], ad[KIT_AD_SIZE];

    switch (c) {
    case 'S':
        return in->ticket ? "token" : "secret";
    case 'T':
        return in->ticket ? "secret" : "login token";
    case 'L':
        return mistake_label(in->ticket);
    case 'O':
        return mistake_label(!in->ticket);
    case 'A':
        correct_ad(ad, in);
        return ad;
    case 's':
        return in->sender;
    case 'r':
        return in->receiver;
    case '0':
        return ""; /* its terminating zero is copied */
    case 't':
        return in->senderinfo != NULL ? in->senderinfo : "";
    default:
        snprintf(number, sizeof number, "%" PRId64,
                 in->seq + (c == '+') - (c == '-'));
        return number;
    }
}

/* The byte with which $C fills the rest of the array; -1: not such a $C. */
static int fill_byte(char c)
{
    /* Zero, or the pattern of -ftrivial-auto-var-init in gcc and in clang. */
    return c == 'z' ? 0 : c == 'f' ? 0xfe : c == 'a' ? 0xaa : -1;
}

size_t mistake_expand(char *out, size_t out_size, const char *format,
                      const struct box_inputs *in)
{
    size_t n = 0;

    for (const char *p = format; *p != '\0'; p++) {
        const char *part = p;
        size_t len = 1;

        if (*p == '$' && fill_byte(p[1]) >= 0 && n < KIT_AD_SIZE &&
            KIT_AD_SIZE < out_size) {
            memset(out + n, fill_byte(*++p), KIT_AD_SIZE - n);
            n = KIT_AD_SIZE;
            continue;
        }
        if (*p == '$') {
            part = placeholder(*++p, in);
            len = *p == '0' ? 1 : strlen(part);
        }
        if (n + len >= out_size)
            break;
        memcpy(out + n, part, len);
        n += len;
    }
    out[n] = '\0';
    return n;
}

size_t mistake_ad(char out[MISTAKE_AD_SIZE], int i, const struct box_inputs *in)
{
    return mistake_expand(out, MISTAKE_AD_SIZE, i == 0 ? "$A" : ads[i].format,
                          in);
}

void mistake_ad_cause(char out[MISTAKE_CAUSE], int i,
                      const struct box_inputs *in)
{
    mistake_expand(out, MISTAKE_CAUSE, ads[i].cause, in);
}
