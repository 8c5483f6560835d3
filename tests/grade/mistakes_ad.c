/* SPDX-License-Identifier: MIT */
/* The associated data that people seal with, and words with gaps. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/wire.h"
#include "tests/grade/mistakes.h"

static const char whole[] =
    "AD is the whole array, also what stands behind its zero: its length is "
    "strlen(ad), not sizeof ad.";

static const struct {
    const char *format; /* $s sender, $r receiver, $# seq, $- seq - 1, ... */
    const char *cause;  /* $A: what AD should be */
} ads[] = {
    {"", ""}, /* the right one: see right_ad */
    {"", "Opens only without associated data: names and seq are not "
         "protected. AD is \"$A\"."},
    {"$r>$s#$#",
     "The names are exchanged: AD is \"$A\"; the one from whom comes first."},
    {"$s>$r", "AD lacks #seq: the number could be changed on the way. It is "
              "\"$A\"."},
    {"$A$0$z", whole},
    {"$A$0$f", whole},
    {"$A$0$a", whole},
    {"$A$0", "AD counts its terminating zero: use strlen, not sizeof."},
    {"$s>$r#$-", "AD has the number before; it is \"$A\"."},
    {"$s>$r#$+", "AD has the number after; it is \"$A\"."},
    {"$s>$r#0", "AD has seq 0 always; it is \"$A\"."},
    {"$s>$r#1", "AD has seq 1 always; it is \"$A\"."},
    {"senderinfo>$r", "AD is the ticket's own; a message has \"$A\"."},
    {"senderinfo", "AD lacks the receiver's name; it is \"$A\"."},
    {"senderinfo>$s", "AD names the sender; it is \"$A\"."},
    {"$s", "AD is the sender's name alone; it is \"$A\"."},
    {"$r", "AD is the receiver's name alone; it is \"$A\"."},
    {"$#", "AD is the number alone; it is \"$A\"."},
    {"#$#", "AD is the number alone; it is \"$A\"."},
    {"$s$r$#", "AD lacks its > and #; it is \"$A\"."},
    {"$s>$r $#", "AD has no # before the number; it is \"$A\"."},
    {"$r#$#", "AD lacks the sender's name; it is \"$A\"."},
    {"$s#$#", "AD lacks the receiver's name; it is \"$A\"."},
    {"$s > $r#$#", "AD has spaces in it; it is \"$A\"."},
    {"$s > $r # $#", "AD has spaces in it; it is \"$A\"."},
    {"$s->$r#$#", "AD has an arrow in it; it is \"$A\"."},
    {"$s>$r:$#", "AD has a colon before the number; it is \"$A\"."},
    {"$t", "AD is the ticket; it is \"$A\"."},
};

const int mistake_ad_count = sizeof ads / sizeof ads[0];

const char *mistake_label(bool ticket)
{
    return ticket ? KIT_LABEL_TICKET : KIT_LABEL_MESSAGE;
}

static void right_ad(char out[KIT_AD_SIZE], const struct box_inputs *s)
{
    if (s->ticket)
        snprintf(out, KIT_AD_SIZE, "senderinfo>%s", s->receiver);
    else
        snprintf(out, KIT_AD_SIZE, "%s>%s#%" PRId64, s->sender, s->receiver,
                 s->seq);
}

/* What stands for $C. */
static const char *gap(char c, const struct box_inputs *s)
{
    static char number[24], ad[KIT_AD_SIZE];

    switch (c) {
    case 'S':
        return s->ticket ? "token" : "secret";
    case 'T':
        return s->ticket ? "secret" : "login token";
    case 'L':
        return mistake_label(s->ticket);
    case 'O':
        return mistake_label(!s->ticket);
    case 'A':
        right_ad(ad, s);
        return ad;
    case 's':
        return s->sender;
    case 'r':
        return s->receiver;
    case '0':
        return ""; /* of which the zero at its end is meant */
    case 't':
        return s->senderinfo != NULL ? s->senderinfo : "";
    default:
        snprintf(number, sizeof number, "%" PRId64,
                 s->seq + (c == '+') - (c == '-'));
        return number;
    }
}

/* The byte that stands to the end of an array where $C does; -1: none. */
static int filling(char c)
{
    /* Zero, or what compilers set what was never set to. */
    return c == 'z' ? 0 : c == 'f' ? 0xfe : c == 'a' ? 0xaa : -1;
}

size_t mistake_expand(char *out, size_t out_size, const char *format,
                      const struct box_inputs *s)
{
    size_t n = 0;

    for (const char *p = format; *p != '\0'; p++) {
        const char *part = p;
        size_t len = 1;

        if (*p == '$' && filling(p[1]) >= 0 && n < KIT_AD_SIZE &&
            KIT_AD_SIZE < out_size) {
            memset(out + n, filling(*++p), KIT_AD_SIZE - n);
            n = KIT_AD_SIZE;
            continue;
        }
        if (*p == '$') {
            part = gap(*++p, s);
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

size_t mistake_ad(char out[MISTAKE_AD_SIZE], int i, const struct box_inputs *s)
{
    return mistake_expand(out, MISTAKE_AD_SIZE, i == 0 ? "$A" : ads[i].format,
                          s);
}

void mistake_ad_cause(char out[MISTAKE_CAUSE], int i,
                      const struct box_inputs *s)
{
    mistake_expand(out, MISTAKE_CAUSE, ads[i].cause, s);
}
