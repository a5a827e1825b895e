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
  private var stream: DeflateStream

  /// - Parameter level: 1 (fast) to 9 (small).
  package init(level: Int32 = 6) throws(CompressionError) {
    stream = try DeflateStream(.gzip, level: level)
  }

  /// Compresses a piece; what comes out may be empty until later.
  package mutating func write(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
    try stream.write(bytes)
  }

  /// The rest of the stream and its trailer; last, and once.
  package mutating func finish() throws(CompressionError) -> [UInt8] {
    try stream.finish()
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
