import Glibc
import WorkerAPI

/// A file with a `CacheSnapshot`: readable by its owner alone, replaced whole or not at all.
struct CacheFile: Sendable {
  enum Failure: Error { case unreadable, unwritable, tooLarge, malformed }

  private static let bytesMax = 256 << 20
  let path: String

  /// What tells this program from another build of it: its size and when it was made.
  static let program: String = {
    var status = stat()
    guard stat("/proc/self/exe", &status) == 0 else { return "" }
    return "\(status.st_size)-\(status.st_mtim.tv_sec)"
  }()

  /// Nil where there is no file.
  func read() throws(Failure) -> CacheSnapshot? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .unreadable
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw .unreadable
      }
      if count == 0 { break }
      bytes += piece[..<count]
      if bytes.count > Self.bytesMax { throw .tooLarge }
    }
    do { return try WorkerJSON.decode(CacheSnapshot.self, from: bytes) } catch { throw .malformed }
  }

  func write(_ snapshot: CacheSnapshot) throws(Failure) {
    let bytes: [UInt8]
    do { bytes = try WorkerJSON.encode(snapshot) } catch { throw .malformed }
    let next = "\(path).\(getpid()).new"
    let descriptor = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unwritable }
    let isWritten = Self.write(bytes, to: descriptor) && fsync(descriptor) == 0
    guard close(descriptor) == 0, isWritten, rename(next, path) == 0 else {
      unlink(next)
      throw .unwritable
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return false }
      rest = rest.dropFirst(max(0, count))
    }
    return true
  }
}
