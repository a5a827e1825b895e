/// Why compression or decompression failed.
package struct CompressionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The closed list of causes.
  package enum Code: String, Sendable, CaseIterable {
    /// zlib got no memory.
    case outOfMemory = "out_of_memory"
    /// The encoder was used after `finish`, or the data is no gzip.
    case streamBroken = "stream_broken"
    /// The data ends before its trailer.
    case truncated
    /// What came out would pass the limit.
    case tooLarge = "too_large"
  }

  /// What happened.
  package let code: Code

  /// An error of this cause.
  package init(code: Code) { self.code = code }

  package var description: String { "compression: \(code.rawValue)" }
}
