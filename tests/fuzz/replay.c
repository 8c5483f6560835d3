/* SPDX-License-Identifier: MIT */
/*
 * Feeds a fuzz target files, and those of folders, without libFuzzer:
 *
 *     build/libsodium/fuzz/json tests/fuzz/corpus/json
 *
 * Prints how many, on standard error: standard output may be the target's. A
 * finding ends the program and names the file.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/streams.h"
#include "tests/fuzz/fuzz.h"

enum { INPUT_MAX = 1 << 20 };

static char path[1024]; /* of the input under way */
static int report = -1; /* where standard error was */

/* Says which input it was; what the signal does by itself comes then. */
static void name_input(int number)
{
    signal(number, SIG_DFL);
    if (write(report, "finding: ", 9) < 0 ||
        write(report, path, strlen(path)) < 0 || write(report, "\n", 1) < 0)
        _exit(EX_IOERR);
    raise(number);
}

/* Feeds the file PATH. False when it cannot be read. */
static bool feed(void)
{
    static uint8_t room[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    uint8_t *data;
    size_t size;

    if (file == NULL)
        return false;
    size = fread(room, 1, sizeof room, file);
    fclose(file);
    /* Of its exact size: reading on shows in a sanitizer. */
    data = malloc(size + (size == 0));
    MUST(data != NULL);
    memcpy(data, room, size);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return true;
}

/* Feeds the file NAME, or all files of that folder: how many, or -1. */
static int feed_all(const char *name)
{
    DIR *dir = opendir(name);
    struct dirent *entry;
    int count = 0;

    snprintf(path, sizeof path, "%s", name);
    if (dir == NULL)
        return feed() ? 1 : -1;
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
        if (!feed())
            return -1;
        count++;
    }
    closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    int quiet, sum = 0;

    kit_streams_open();
    /* What the code under test complains about is no news here. */
    quiet = open("/dev/null", O_WRONLY);
    report = dup(STDERR_FILENO);
    if (argc < 2 || report < 0 || quiet < 0 || dup2(quiet, STDERR_FILENO) < 0)
        return EX_USAGE;
    signal(SIGABRT, name_input);
    signal(SIGSEGV, name_input);
    for (int i = 1; i < argc; i++) {
        int count = feed_all(argv[i]);

        if (count <= 0) {
            dprintf(report, "%s: no inputs\n", argv[i]);
            return EX_NOINPUT;
        }
        sum += count;
    }
    dprintf(report, "%d\n", sum);
    return EX_OK;
}
