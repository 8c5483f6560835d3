/* SPDX-License-Identifier: MIT */
#include "tests/support/libc_faults/injector.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/figure.h"

bool injector_open(struct injector *injector, struct fixture *fixture,
                   struct process_way *way)
{
    char library[PATH_SIZE - 16], path[PATH_SIZE - 16], *full;
    int fd;

    memset(injector, 0, sizeof *injector);
    if (strstr(fixture_builds[0], "-san") != NULL) {
        figure_skip("faults", "a sanitizer replaces malloc already");
        return false;
    }
    snprintf(library, sizeof library, "%s/libc-faults.so", fixture_builds[0]);
    full = realpath(library, NULL);
    ck_assert_msg(full != NULL, "cannot find %s: type make attack-tests",
                  library);
    snprintf(injector->preload, PATH_SIZE, "LD_PRELOAD=%s", full);
    free(full);
    snprintf(path, sizeof path, "%s/faults", fixture->dir);
    snprintf(injector->file, PATH_SIZE, "FAULT_FILE=%s", path);
    way->settings[0] = injector->preload;
    way->settings[1] = injector->file;

    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_eq(ftruncate(fd, sizeof *injector->fault), 0);
    injector->fault = mmap(NULL, sizeof *injector->fault,
                           PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert(injector->fault != MAP_FAILED);
    close(fd);
    atomic_store(&injector->fault->room, FAULT_ROOM);
    return true;
}

void injector_close(struct injector *injector)
{
    if (injector->fault != NULL)
        munmap(injector->fault, sizeof *injector->fault);
    injector->fault = NULL;
}

void injector_arm(struct injector *injector, long number, bool and_later)
{
    injector->armed = number;
    atomic_store(&injector->fault->failed, 0);
    atomic_store(&injector->fault->and_later, and_later);
    atomic_store(&injector->fault->fail_at, number);
}

long injector_disarm(struct injector *injector)
{
    injector->used =
        injector->armed - atomic_exchange(&injector->fault->fail_at, 0);
    return atomic_load(&injector->fault->failed);
}
