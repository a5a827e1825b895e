internal import Glibc

/// Writes bytes to a descriptor without ever waiting long.
enum DescriptorWriter {
  /// A reader that stalls may hold the writer up for so long in one batch.
  private static let stallMilliseconds: Int32 = 200
  /// A pipe that polls as writable takes this much without blocking (POSIX PIPE_BUF).
  private static let pipeChunk = 4096

  /// How many of the bytes went out: all, or fewer where the descriptor failed or stalled.
  static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, isRegularFile: Bool
  ) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var done = 0
    while done < bytes.count {
      if !isRegularFile, !isWritable(descriptor) { return done }
      let left = bytes.count - done
      let count = Glibc.write(
        descriptor, base + done, isRegularFile ? left : min(left, pipeChunk))
      if count > 0 {
        done += count
      } else if count < 0, errno == EINTR || errno == EAGAIN && !isRegularFile {
        continue
      } else {
        return done
      }
    }
    return done
  }

  static func isRegularFile(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func isWritable(_ descriptor: Int32) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while true {
      let ready = poll(&wanted, 1, stallMilliseconds)
      if ready < 0, errno == EINTR { continue }
      return ready > 0 && wanted.revents & Int16(POLLOUT | POLLERR | POLLHUP) != 0
    }
  }
}
