import CZlib

/// zlib's deflate behind one interface, for the containers that hold it: gzip and zip.
///
/// The stream belongs to the value from `init` to `deinit`; it is not shared between threads.
struct DeflateStream: ~Copyable {
  /// What stands around the compressed data.
  enum Container { case gzip, none }

  // Allocated once and never moved: zlib keeps a pointer to it.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isFinished = false

  /// - Parameter level: 1 (fast) to 9 (small).
  init(_ container: Container, level: Int32) throws(CompressionError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let level = min(9, max(1, level))
    let status =
      switch container {
      case .gzip: phx_deflate_init_gzip(stream, level)
      case .none: phx_deflate_init_raw(stream, level)
      }
    guard status == Z_OK else {
      stream.deallocate()
      throw CompressionError(code: .outOfMemory)
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Compresses a piece; what comes out may be empty until later.
  mutating func write(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
    try run(bytes, flush: Z_NO_FLUSH)
  }

  /// The rest of the stream; last, and once.
  mutating func finish() throws(CompressionError) -> [UInt8] {
    defer { isFinished = true }
    return try run([], flush: Z_FINISH)
  }

  private mutating func run(_ bytes: [UInt8], flush: Int32) throws(CompressionError) -> [UInt8] {
    guard !isFinished else { throw CompressionError(code: .streamBroken) }
    var output: [UInt8] = []
    let succeeded = bytes.withUnsafeBufferPointer { input -> Bool in
      var offset = 0
      repeat {
        // zlib counts in 32 bits; it reads the input during the calls only, and never writes to it.
        let piece = min(input.count - offset, 1 << 30)
        stream.pointee.next_in = input.baseAddress.map {
          UnsafeMutablePointer(mutating: $0 + offset)
        }
        stream.pointee.avail_in = UInt32(piece)
        offset += piece
        guard drain(into: &output, flush: flush) else { return false }
      } while offset < input.count
      return true
    }
    stream.pointee.next_in = nil
    guard succeeded else { throw CompressionError(code: .streamBroken) }
    return output
  }

  /// Until the input is taken and, at the end, the trailer is out.
  private func drain(into output: inout [UInt8], flush: Int32) -> Bool {
    let room = 32 * 1024
    while true {
      var status = Z_OK
      let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(room)
        status = deflate(stream, flush)
        count = room - Int(stream.pointee.avail_out)
      }
      output.append(contentsOf: chunk)
      switch status {
      case Z_STREAM_END: return true
      // Room left over: there is nothing more to take out for now.
      case Z_OK where chunk.count < room && flush != Z_FINISH: return true
      case Z_OK: continue
      // No input, and nothing to flush.
      case Z_BUF_ERROR: return flush != Z_FINISH
      default: return false
      }
    }
  }
}
