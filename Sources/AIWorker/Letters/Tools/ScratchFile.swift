import Glibc
import SystemPackage

/// A file that exists in memory only and has no name: what a program outside reads or writes.
/// It is gone when it is dropped, whatever happens to the process.
final class ScratchFile: Sendable {
  /// No memory, or no descriptor left.
  struct Failure: Error {}

  let descriptor: FileDescriptor

  init() throws(Failure) {
    // A name for a moment, which nobody else can have made or open.
    let name = "/phoenix-letter-\(UInt64.random(in: 0...(.max)))"
    let raw = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard raw >= 0 else { throw Failure() }
    shm_unlink(name)
    descriptor = FileDescriptor(rawValue: raw)
  }

  deinit { try? descriptor.close() }

  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws(Failure) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.write(descriptor.rawValue, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure() }
      sent += count
    }
  }

  /// The next one who reads begins at the start.
  func rewind() { _ = lseek(descriptor.rawValue, 0, SEEK_SET) }

  /// Bytes that are there.
  var count: Int {
    var status = stat()
    return fstat(descriptor.rawValue, &status) == 0 ? Int(status.st_size) : 0
  }

  /// The first bytes, at most so many.
  func prefix(_ countMax: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(countMax, count))
    let read = pread(descriptor.rawValue, &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(0, read)))
  }

  /// Whether these bytes stand anywhere in it.
  func contains(_ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first else { return true }
    let bytes = prefix(count)
    var at = 0
    while at + wanted.count <= bytes.count,
      let next = bytes[at...].firstIndex(of: first)
    {
      if bytes[next...].prefix(wanted.count).elementsEqual(wanted) { return true }
      at = next + 1
    }
    return false
  }
}
