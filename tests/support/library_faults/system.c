/* SPDX-License-Identifier: MIT */
/* Calls of the system and of the C library that may fail. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/library_faults/fault.h"

FAULT(void *, malloc, (size_t size), (size), NULL)
FAULT(void *, calloc, (size_t count, size_t size), (count, size), NULL)
FAULT(char *, strdup, (const char *text), (text), NULL)
FAULT(int, pthread_create,
      (pthread_t * thread, const pthread_attr_t *how, void *(*run)(void *),
       void *context),
      (thread, how, run, context), EAGAIN)
FAULT(int, pthread_key_create, (pthread_key_t * key, void (*end)(void *)),
      (key, end), EAGAIN)
FAULT(int, pthread_setspecific, (pthread_key_t key, const void *value),
      (key, value), ENOMEM)
FAULT(int, atexit, (void (*function)(void)), (function), -1)
FAULT(struct tm *, gmtime_r, (const time_t *seconds, struct tm *out),
      (seconds, out), NULL)

FAULT(int, socket, (int family, int type, int protocol),
      (family, type, protocol), -1)
FAULT(int, bind, (int fd, const struct sockaddr *at, socklen_t len),
      (fd, at, len), -1)
FAULT(int, listen, (int fd, int waiting), (fd, waiting), -1)
FAULT(int, getsockname, (int fd, struct sockaddr *at, socklen_t *len),
      (fd, at, len), -1)
FAULT(int, getsockopt,
      (int fd, int level, int name, void *value, socklen_t *len),
      (fd, level, name, value, len), -1)
FAULT(int, connect, (int fd, const struct sockaddr *to, socklen_t len),
      (fd, to, len), -1)
FAULT(int, accept, (int fd, struct sockaddr *from, socklen_t *len),
      (fd, from, len), -1)
FAULT(ssize_t, send, (int fd, const void *bytes, size_t len, int flags),
      (fd, bytes, len, flags), -1)
FAULT(ssize_t, recv, (int fd, void *bytes, size_t len, int flags),
      (fd, bytes, len, flags), -1)
FAULT(int, pipe, (int ends[2]), (ends), -1)
FAULT(int, dup, (int fd), (fd), -1)
FAULT(int, fcntl, (int fd, int command, long value), (fd, command, value), -1)
FAULT(int, poll, (struct pollfd * all, nfds_t count, int milliseconds),
      (all, count, milliseconds), -1)
FAULT(int, pselect,
      (int count, fd_set *reads, fd_set *writes, fd_set *errors,
       const struct timespec *time, const sigset_t *mask),
      (count, reads, writes, errors, time, mask), -1)

FAULT(int, fstat, (int fd, struct stat *status), (fd, status), -1)
FAULT(ssize_t, read, (int fd, void *bytes, size_t len), (fd, bytes, len), -1)
FAULT(ssize_t, pread, (int fd, void *bytes, size_t len, off_t at),
      (fd, bytes, len, at), -1)
FAULT(ssize_t, write, (int fd, const void *bytes, size_t len), (fd, bytes, len),
      -1)
FAULT(int, fsync, (int fd), (fd), -1)
FAULT(int, close, (int fd), (fd), (close(fd), -1))
FAULT(int, link, (const char *from, const char *to), (from, to), -1)
FAULT(int, rename, (const char *from, const char *to), (from, to), -1)
FAULT(int, fflush, (FILE * file), (file), EOF)
FAULT(int, tcgetattr, (int fd, struct termios *out), (fd, out), -1)
FAULT(int, tcsetattr, (int fd, int when, const struct termios *to),
      (fd, when, to), -1)
FAULT(int, getrlimit, (int what, struct rlimit *out), (what, out), -1)
FAULT(int, setrlimit, (int what, const struct rlimit *to), (what, to), -1)
