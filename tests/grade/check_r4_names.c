/* SPDX-License-Identifier: MIT */
/* The receiver and tickets: unusual names, and maximum lengths. */
#include <stdio.h>

#include "tests/grade/checks.h"
#include "tests/grade/random_data.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/transcript.h"

static struct receiver_harness harness;
static struct crafted_m5 crafted;

/* NAME begins a chat with SEQ under a secret of LEN characters: accepted. */
static void expect_name_accepted(const char *name, size_t len, int64_t seq,
                                 const char *what, const char *cause)
{
    char secret[129];

    random_printable(secret, len);
    craft_good(&crafted, &harness, name, secret, seq, "hello", 5);
    receiver_expect_accepted(&harness, &crafted, what, name, "hello", 5, cause);
}

/* Valid names that are similar to its own name, or unusual. */
static void expect_names_accepted(void)
{
    static const char *const unusual[] = {"a-b_c", "0x", "9", "a--"};
    static const char own[] = "A name that only begins like your own was "
                              "refused: compare the whole name.";
    char name[34];

    snprintf(name, sizeof name, "%sx", harness.me);
    expect_name_accepted(
        name, 64, 1,
        "a line from a sender whose name begins with the receiver's", own);
    snprintf(name, sizeof name, "%.2s", harness.me);
    expect_name_accepted(
        name, 64, 1,
        "a line from a sender whose name is the beginning of the receiver's",
        own);
    for (size_t i = 0; i < sizeof unusual / sizeof unusual[0]; i++)
        expect_name_accepted(
            unusual[i], 64, 1, "a line from a sender with an unusual name",
            "A valid name was refused: a name may begin with a digit "
            "and contain - and _ (section 1, kit_is_name).");
}

void r4_long_names(void)
{
    static const char cause[] = "A name may have 32 characters, and a secret "
                                "16 to 128 of any kind, not only hex digits.";
    char name[33];

    receiver_setup_and_start(&harness);
    expect_names_accepted();
    step("The receiver is stopped. One whose name has 32 characters starts.");
    random_letters(harness.names[0], KIT_NAME_MAX);
    receiver_restart(&harness);
    random_letters(name, KIT_NAME_MAX);
    name[0] = '9'; /* so that they differ */
    program_set_activity("names have 32 characters and the secret 16");
    expect_name_accepted(name, KIT_TOKEN_MIN, 1,
                         "names of 32 and a secret of 16 characters", cause);
    program_set_activity("names have 32 characters and the secret 128");
    expect_name_accepted(
        name, KIT_TOKEN_MAX, KIT_SEQ_MAX,
        "names of 32 and a secret of 128 characters, with the maximum seq",
        cause);
}
