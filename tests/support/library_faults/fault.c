/* SPDX-License-Identifier: MIT */
/* One fault at a time, in whichever thread makes the call. */
#include "tests/support/library_faults/fault.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CALLS_MAX = 1000 }; /* more than any test makes */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *wanted; /* NULL: no fault */
static int calls_left, error_then;
static char came[64]; /* the function that failed; empty: none yet */

static char hashed[256], told[sizeof hashed]; /* for fault_hashes */

bool faults_possible(const char *suite)
{
    if (!FAULTS_POSSIBLE)
        printf("%s: faults skipped, this linker has no --wrap\n", suite);
    return FAULTS_POSSIBLE;
}

void fault_hashed(unsigned ln, unsigned p)
{
    size_t len;

    pthread_mutex_lock(&lock);
    len = strlen(hashed);
    snprintf(hashed + len, sizeof hashed - len, "%u/%u ", ln, p);
    pthread_mutex_unlock(&lock);
}

const char *fault_hashes(void)
{
    pthread_mutex_lock(&lock);
    memcpy(told, hashed, sizeof told);
    hashed[0] = '\0';
    pthread_mutex_unlock(&lock);
    return told;
}

/* Whether NAME is a word of WORDS, or begins with one that ends with "*". */
static bool is_in(const char *words, const char *name)
{
    while (words != NULL && *words != '\0') {
        size_t len = strcspn(words, " *");
        bool head = words[len] == '*';

        if (strncmp(words, name, len) == 0 && (head || name[len] == '\0'))
            return true;
        words += strcspn(words, " ");
        words += *words == ' ';
    }
    return false;
}

bool fault_comes(const char *name)
{
    bool now;

    pthread_mutex_lock(&lock);
    now = is_in(wanted, name) && --calls_left == 0;
    if (now) {
        strncpy(came, name, sizeof came - 1);
        errno = error_then;
    }
    pthread_mutex_unlock(&lock);
    return now;
}

void fault_order(const char *names, int count, int error)
{
    pthread_mutex_lock(&lock);
    wanted = names;
    calls_left = count;
    error_then = error;
    came[0] = '\0';
    pthread_mutex_unlock(&lock);
}

bool fault_cancel(void)
{
    bool had;

    pthread_mutex_lock(&lock);
    wanted = NULL;
    had = came[0] != '\0';
    pthread_mutex_unlock(&lock);
    return had;
}

int fault_each(const char *names, int (*work)(void), bool strict)
{
    for (int count = 1; count < CALLS_MAX; count++) {
        int rc;

        fault_order(names, count, EIO);
        rc = work();
        if (!fault_cancel()) {
            ck_assert_msg(rc == 0, "returns %d without a fault", rc);
            return count - 1;
        }
        ck_assert_msg(!strict || rc != 0,
                      "succeeds although %s failed, call %d of \"%s\"", came,
                      count, names);
    }
    ck_abort_msg("more than %d calls of \"%s\": raise CALLS_MAX", CALLS_MAX,
                 names);
    return -1;
}

int fault_lowest(void)
{
    int fd = dup(STDIN_FILENO);

    ck_assert_int_ge(fd, 0);
    close(fd);
    return fd;
}
