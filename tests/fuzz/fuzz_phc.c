/* SPDX-License-Identifier: MIT */
/* Stored passwords: what is taken apart costs no more than it may. */
#include <string.h>

#include "server/phc.h"
#include "tests/fuzz/fuzz.h"

/* What a password of nobody is made like. */
static void check_dummy(const char *like, const struct phc *phc)
{
    char text[PHC_SIZE];
    struct phc dummy;

    MUST(phc_dummy(text, like, PHC_LN_MIN) == 0);
    MUST(phc_parse(&dummy, text) == 0);
    MUST(dummy.ln == phc->ln && dummy.r == phc->r && dummy.p == phc->p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct phc none,
        cheapest = {.ln = PHC_LN_MIN, .r = PHC_R, .p = PHC_P};
    char *text = fuzz_text(data, size);
    struct phc phc;

    if (phc_parse(&phc, text) == 0) {
        MUST(phc.ln >= PHC_LN_MIN && phc.ln <= PHC_LN_MAX);
        MUST(phc.r == PHC_R && phc.p >= 1 && phc.p <= PHC_P_MAX);
        MUST(strlen(text) < PHC_SIZE);
        check_dummy(text, &phc);
    } else {
        MUST(memcmp(&phc, &none, sizeof phc) == 0);
        MUST(phc_verify(text, "apple") == -1);
        check_dummy(text, &cheapest);
    }
    free(text);
    return 0;
}
