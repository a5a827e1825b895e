// Linux calls that Glibc's overlay lacks, for the Reactor. The constants are enumerators or
// expressions in the headers, which Swift sees as types of their own or not at all.
#pragma once
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

static const uint32_t phx_epollin = EPOLLIN;
static const uint32_t phx_epollout = EPOLLOUT;
static const uint32_t phx_epollrdhup = EPOLLRDHUP;
static const uint32_t phx_epollhup = EPOLLHUP;
static const uint32_t phx_epollerr = EPOLLERR;
static const int32_t phx_epoll_cloexec = EPOLL_CLOEXEC;
static const int32_t phx_eventfd_flags = EFD_CLOEXEC | EFD_NONBLOCK;

// pthread_setname_np hides behind a feature macro; this names the calling thread alike.
static inline int phx_set_thread_name(const char *name) {
  return prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}
