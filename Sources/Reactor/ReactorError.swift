import Glibc

/// A system call that the Reactor needs and the kernel refused.
package struct ReactorError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The call: `epoll_ctl`, `eventfd`, `pthread_create`.
  package let operation: String
  /// What it left in `errno`.
  package let errno: Int32

  /// Names the call and what `errno` held after it.
  package init(operation: String, errno: Int32) {
    self.operation = operation
    self.errno = errno
  }

  package var description: String {
    "\(operation): \(String(cString: strerror(errno)))"
  }
}
