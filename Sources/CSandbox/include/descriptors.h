// Descriptors sent over a unix socket. In C because the CMSG_* macros, which lay out ancillary data,
// are invisible to Swift.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Most descriptors one message carries.
static const int moire_descriptors_max = 4;

/// Sends one message with `descriptor_count` descriptors. Never raises SIGPIPE.
/// Returns 0, or a negated errno.
int moire_send(int socket, const void *bytes, size_t count, const int *descriptors, int descriptor_count);

/// Receives one message of at most `capacity` bytes. Descriptors arrive close-on-exec; unused places
/// are set to -1. A message that is too long, or carries more than `descriptor_capacity`
/// descriptors, is dropped with everything in it.
/// Returns the bytes received, 0 when the peer is gone, or a negated errno (EMSGSIZE: dropped).
ssize_t moire_receive(int socket, void *bytes, size_t capacity, int *descriptors, int descriptor_capacity);

/// A close-on-exec pipe: ends[0] reads, ends[1] writes. Returns 0 or a negated errno.
/// In C because pipe2 is declared for _GNU_SOURCE alone, and pipe would leak into a child that another
/// thread starts at that moment.
int moire_pipe(int ends[2]);

/// Closes every descriptor from `first` upwards. Returns 0 or a negated errno.
/// In C because `close_range` is younger than the oldest C library we build against.
int moire_close_from(unsigned first);

/// Has a process that is about to be spawned begin without any descriptor from `first` upwards.
/// `actions` is a posix_spawn_file_actions_t; without its type, so that importing this header does not import
/// all of the C library's signals with it. Returns 0 or an errno. In C because the call is declared for
/// _GNU_SOURCE alone.
int moire_spawn_close_from(void *actions, int first);
