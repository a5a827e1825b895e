import Compression
import JSONLogging

/// Gzip for rotated log files, as the log wants it: a closure a file.
enum LogGzip {
  /// Makes a compressor; one that cannot start throws at its first piece, and the log then keeps
  /// the file as it is.
  static let factory: LogCompressorFactory = {
    let stream = Stream()
    return { chunk, isLast in try stream.compress(chunk, isLast: isLast) }
  }

  private final class Stream {
    private var encoder: GzipEncoder?

    func compress(_ chunk: [UInt8], isLast: Bool) throws -> [UInt8] {
      if encoder == nil { encoder = try GzipEncoder() }
      var output = try encoder?.write(chunk) ?? []
      if isLast { output += try encoder?.finish() ?? [] }
      return output
    }
  }
}
