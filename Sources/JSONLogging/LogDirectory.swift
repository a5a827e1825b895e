internal import Glibc

/// A directory of log files that one process at a time may write to.
///
/// Unchecked: the descriptor is set once and only closed when the last reference is gone. The lock
/// is the kernel's (`flock`) and ends with the process, however it ends.
package final class LogDirectory: @unchecked Sendable {
  /// The directory.
  package let path: String
  private let descriptor: Int32

  /// Makes the directory where it is missing and takes its lock.
  package init(path: String) throws(LogError) {
    self.path = path
    if mkdir(path, 0o750) != 0, errno != EEXIST {
      throw .directoryUnusable(path: path, reason: SystemError.text(errno))
    }
    descriptor = open(path + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    if descriptor < 0 { throw .directoryUnusable(path: path, reason: SystemError.text(errno)) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let isTaken = errno == EWOULDBLOCK
      let reason = SystemError.text(errno)
      close(descriptor)
      throw isTaken
        ? .directoryLocked(path: path) : .directoryUnusable(path: path, reason: reason)
    }
  }

  deinit { close(descriptor) }

  /// The path of a file in it.
  package func file(_ name: String) -> String { path + "/" + name }
}

/// Messages of the operating system.
enum SystemError {
  static func text(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The XSI form, which is the one without _GNU_SOURCE, fills the buffer.
    _ = strerror_r(number, &buffer, buffer.count)
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? "error \(number)" : String(decoding: bytes, as: UTF8.self)
  }
}
