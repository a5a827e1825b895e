import CZlib

/// Gzip (RFC 1952) by zlib, a piece at a time or all at once.
///
/// ```swift
/// var encoder = try GzipEncoder()
/// sink(try encoder.write(piece))
/// sink(try encoder.finish())
/// ```
///
/// The stream belongs to the encoder from `init` to `deinit`; it is not shared between threads.
package struct GzipEncoder: ~Copyable {
  // Allocated once and never moved: zlib keeps a pointer to it.
  private let stream: UnsafeMutablePointer<z_stream>

  /// - Parameter level: 1 (fast) to 9 (small).
  package init(level: Int32 = 6) throws(CompressionError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard phx_deflate_init_gzip(stream, level) == Z_OK else {
      stream.deallocate()
      throw CompressionError(code: .outOfMemory)
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Compresses a piece; what comes out may be empty until later.
  package mutating func write(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
    try run(bytes, flush: Z_NO_FLUSH)
  }

  /// The rest of the stream and its trailer; call once, last.
  package mutating func finish() throws(CompressionError) -> [UInt8] {
    try run([], flush: Z_FINISH)
  }

  private func run(_ bytes: [UInt8], flush: Int32) throws(CompressionError) -> [UInt8] {
    var output: [UInt8] = []
    var input = bytes
    let failed = input.withUnsafeMutableBufferPointer { buffer -> Bool in
      stream.pointee.next_in = buffer.baseAddress
      stream.pointee.avail_in = UInt32(buffer.count)
      var chunk = [UInt8](repeating: 0, count: 32 * 1024)
      while true {
        let (status, produced) = chunk.withUnsafeMutableBufferPointer { out -> (Int32, Int) in
          stream.pointee.next_out = out.baseAddress
          stream.pointee.avail_out = UInt32(out.count)
          let status = deflate(stream, flush)
          return (status, out.count - Int(stream.pointee.avail_out))
        }
        output.append(contentsOf: chunk[..<produced])
        if status == Z_STREAM_END { return false }
        // No progress possible: all input is taken and there is nothing to flush.
        if status == Z_BUF_ERROR { return false }
        if status != Z_OK { return true }
        if produced < chunk.count, flush != Z_FINISH { return false }
      }
    }
    stream.pointee.next_in = nil
    if failed { throw CompressionError(code: .streamBroken) }
    return output
  }

  /// All of `bytes` at once.
  package static func compress(_ bytes: [UInt8], level: Int32 = 6) throws(CompressionError)
    -> [UInt8]
  {
    var encoder = try GzipEncoder(level: level)
    let head = try encoder.write(bytes)
    return head + (try encoder.finish())
  }
}

/// Why compression failed.
package struct CompressionError: Error, Sendable, Equatable {
  /// The closed list of causes.
  package enum Code: String, Sendable { case outOfMemory, streamBroken }

  package let code: Code
}
