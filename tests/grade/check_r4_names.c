/* SPDX-License-Identifier: MIT */
/* The receiver and its ticket: names and secrets as long as may be. */
#include <stdio.h>

#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* A first line of NAME, numbered SEQ, under a secret of LEN characters. */
static void accepts_name(const char *name, size_t len, int64_t seq,
                         const char *what, const char *cause)
{
    char secret[129];

    random_printable(secret, len);
    craft_good(&crafted, &harness, name, secret, seq, "hello", 5);
    receiver_expect_accepted(&harness, &crafted, what, name, "hello", 5, cause);
}

/* Names that are good, and nearly its own or of a rare form. */
static void accepts_names(void)
{
    static const char *const rare[] = {"a-b_c", "0x", "9", "a--"};
    static const char own[] =
        "A name that only begins like your own was refused: compare all of it.";
    char name[34];

    snprintf(name, sizeof name, "%sx", harness.me);
    accepts_name(name, 64, 1, "a line of another whose name goes on", own);
    snprintf(name, sizeof name, "%.2s", harness.me);
    accepts_name(name, 64, 1, "a line of another whose name ends sooner", own);
    for (size_t i = 0; i < sizeof rare / sizeof rare[0]; i++)
        accepts_name(rare[i], 64, 1, "a line of a sender with a rare name",
                     "A NAME of section 1 was refused: digits may come first, "
                     "- and _ later (kit_is_name).");
}

void r4_long_names(void)
{
    static const char cause[] =
        "A NAME may have 32 characters, a secret 16 to 128 of any kind: it is "
        "a string and no hex.";
    char name[33];

    receiver_setup_and_start(&harness);
    accepts_names();
    step("The receiver is ended; one whose name has 32 characters starts.");
    random_letters(harness.names[0], KIT_NAME_MAX);
    receiver_restart(&harness);
    random_letters(name, KIT_NAME_MAX);
    name[0] = '9'; /* another one, surely */
    program_set_activity("names have 32 characters and the secret 16");
    accepts_name(name, KIT_TOKEN_MIN, 1,
                 "names of 32 and a secret of 16 characters", cause);
    program_set_activity("names have 32 characters and the secret 128");
    accepts_name(name, KIT_TOKEN_MAX, KIT_SEQ_MAX,
                 "names of 32, a secret of 128 characters, the last seq",
                 cause);
}
