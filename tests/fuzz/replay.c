/* SPDX-License-Identifier: MIT */
/*
 * Feeds files to a fuzz target, without libFuzzer:
 *
 *     build/libsodium/fuzz/json tests/fuzz/corpus/json/numbers
 *
 * Prints their number on standard error, because a target may use standard
 * output. At a finding, prints the name of the file and ends.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/streams.h"
#include "tests/fuzz/fuzz.h"

static const char *path; /* of the current input */
static int report = -1;  /* a copy of standard error */

/* Prints the name of the input. Then the signal ends the program. */
static void name_input(int number)
{
    signal(number, SIG_DFL);
    if (write(report, "finding: ", 9) < 0 ||
        write(report, path, strlen(path)) < 0 || write(report, "\n", 1) < 0)
        _exit(EX_IOERR);
    raise(number);
}

/* Feeds the file PATH. Returns 0, or -1 if it cannot be read. */
static int feed(void)
{
    static uint8_t room[1 << 20];
    FILE *file = fopen(path, "rb");
    uint8_t *data;
    size_t size;

    if (file == NULL)
        return -1;
    size = fread(room, 1, sizeof room, file);
    fclose(file);
    /* Of its exact size, so that a sanitizer reports reads beyond it. */
    data = malloc(size + (size == 0));
    CHECK(data != NULL);
    memcpy(data, room, size);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    int quiet;

    kit_streams_open();
    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE... (inputs, as in tests/fuzz/corpus)\n",
                argv[0]);
        return EX_USAGE;
    }
    /* The code under test prints errors, which are not findings. */
    quiet = open("/dev/null", O_WRONLY);
    report = dup(STDERR_FILENO);
    if (report < 0 || quiet < 0 || dup2(quiet, STDERR_FILENO) < 0) {
        perror("cannot redirect standard error to /dev/null");
        return EX_OSERR;
    }
    signal(SIGABRT, name_input);
    signal(SIGSEGV, name_input);
    for (int i = 1; i < argc; i++) {
        path = argv[i];
        if (feed() != 0) {
            dprintf(report, "cannot read %s: check the path\n", path);
            return EX_NOINPUT;
        }
    }
    dprintf(report, "%d\n", argc - 1);
    return EX_OK;
}
