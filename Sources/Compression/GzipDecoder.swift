import CZlib

/// Gunzip (RFC 1952) by zlib with a limit on what may come out: a kilobyte can otherwise unfold to
/// a megabyte.
package enum GzipDecoder {
  /// The contents of `bytes`, all members of it one after the other (RFC 1952, section 2.2).
  /// - Parameter limit: bytes that may come out; one more throws `tooLarge`.
  package static func decompress(
    _ bytes: [UInt8], limit: Int
  ) throws(CompressionError) -> [UInt8] {
    // Owned here to the end of the function; zlib keeps a pointer to it.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard phx_inflate_init_gzip(stream) == Z_OK else {
      throw CompressionError(code: .outOfMemory)
    }
    defer { inflateEnd(stream) }
    guard UInt32(exactly: bytes.count) != nil else { throw CompressionError(code: .tooLarge) }
    var output: [UInt8] = []
    let failure = bytes.withUnsafeBufferPointer { input -> CompressionError.Code? in
      // zlib reads the input during the calls only, and never writes to it.
      stream.pointee.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
      stream.pointee.avail_in = UInt32(input.count)
      return inflateAll(stream, into: &output, limit: max(0, limit))
    }
    if let failure { throw CompressionError(code: failure) }
    return output
  }

  private static func inflateAll(
    _ stream: UnsafeMutablePointer<z_stream>, into output: inout [UInt8], limit: Int
  ) -> CompressionError.Code? {
    while true {
      // One byte over the limit is asked for, to tell "just full" from "too large".
      let room = min(32 * 1024, limit - output.count + 1)
      var status = Z_OK
      let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(room)
        status = inflate(stream, Z_NO_FLUSH)
        count = room - Int(stream.pointee.avail_out)
      }
      output.append(contentsOf: chunk)
      guard output.count <= limit else { return .tooLarge }
      switch status {
      case Z_STREAM_END:
        guard stream.pointee.avail_in > 0 else { return nil }
        guard inflateReset(stream) == Z_OK else { return .streamBroken }
      case Z_OK: continue
      case Z_BUF_ERROR: return .truncated
      case Z_MEM_ERROR: return .outOfMemory
      default: return .streamBroken
      }
    }
  }
}
