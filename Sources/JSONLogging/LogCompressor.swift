/// Compresses a stream chunk by chunk; the last call finishes it.
package typealias LogCompressor = (_ chunk: [UInt8], _ isLast: Bool) throws -> [UInt8]

/// Makes a compressor for one file; handed in, so that this module needs no zlib.
package typealias LogCompressorFactory = @Sendable () -> LogCompressor
