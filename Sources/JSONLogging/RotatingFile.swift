internal import Glibc

/// A log file that is set aside when full; only ever touched by the writer's thread.
final class RotatingFile {
  private let path: String
  private let bytesMax: Int
  private let archive: LogArchive
  private var descriptor: Int32 = -1
  private var size = 0

  init(path: String, bytesMax: Int, kept: Int, compressor: LogCompressorFactory?) throws(LogError) {
    self.path = path
    self.bytesMax = bytesMax
    archive = LogArchive(path: path, kept: kept, compressor: compressor)
    if !open() { throw .fileUnusable(path: path, reason: SystemError.text(errno)) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Bytes until the file is full.
  var room: Int { max(0, bytesMax - size) }

  func rotateIfFull(for count: Int) {
    guard descriptor >= 0, size > 0, size + count > bytesMax else { return }
    // Where the rename fails, a file that is too long is better than none.
    guard rename(path, archive.nextPath()) == 0 else { return }
    reopen()
    archive.tidy()
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    if descriptor < 0, !open() { return 0 }
    let done = DescriptorWriter.write(bytes, to: descriptor, isRegularFile: true)
    size += done
    return done
  }

  func reopen() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    _ = open()
  }

  private func open() -> Bool {
    descriptor = Glibc.open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { return false }
    size = Int(lseek(descriptor, 0, SEEK_END))
    endTornLine()
    return true
  }

  /// A process killed in the middle of a line left it without an end: the next begins anew.
  private func endTornLine() {
    var last: UInt8 = 0
    guard size > 0, pread(descriptor, &last, 1, off_t(size - 1)) == 1, last != 0x0a else { return }
    var newline: UInt8 = 0x0a
    if Glibc.write(descriptor, &newline, 1) == 1 { size += 1 }
  }
}
