import CCurl

/// The sending side of a transfer: the piece that libcurl takes from now.
///
/// | state | libcurl asks | a piece comes |
/// | --- | --- | --- |
/// | holding | takes of it | – |
/// | empty | pauses, and the source is asked | – |
/// | asked | stays paused | holding, libcurl goes on |
/// | ended | the end, or a stop where the length was another | – |
///
/// Confined to the reactor thread.
struct UploadBuffer {
  enum Step {
    case bytes(Int)
    case pause
    case stop
  }

  private var piece: [UInt8] = []
  private var taken = 0
  private var isAsked = false
  private var isEnded = false
  private(set) var isFailed = false
  private(set) var isPaused = false
  /// Bytes handed to libcurl.
  private(set) var bytesSent = 0
  private let length: Int?
  /// Asks the source for a piece; told through `supply`.
  var ask: () -> Task<Void, Never>? = { nil }
  private var task: Task<Void, Never>?

  init(length: Int?) { self.length = length }

  /// Fills libcurl's room.
  mutating func fill(_ room: UnsafeMutableRawBufferPointer) -> Step {
    if taken < piece.count {
      let count = min(room.count, piece.count - taken)
      piece.withUnsafeBytes { bytes in
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[taken..<(taken + count)]))
      }
      taken += count
      bytesSent += count
      return .bytes(count)
    }
    if isFailed { return .stop }
    if isEnded { return .bytes(0) }
    isPaused = true
    if !isAsked {
      isAsked = true
      task = ask()
    }
    return .pause
  }

  /// The source gave a piece, its end (`nil`), or failed.
  /// - Returns: whether libcurl waits for it and has to be told.
  mutating func supply(_ next: Result<[UInt8]?, any Error>) -> Bool {
    isAsked = false
    switch next {
    case .success(let bytes?):
      piece = bytes
      taken = 0
      if let length, bytesSent + bytes.count > length { fail() }
    case .success(nil):
      piece = []
      taken = 0
      isEnded = true
      if let length, bytesSent != length { fail() }
    case .failure: fail()
    }
    defer { isPaused = false }
    return isPaused
  }

  /// The transfer has ended: nobody takes another piece.
  mutating func cancel() {
    task?.cancel()
    task = nil
    ask = { nil }
    piece = []
    taken = 0
  }

  private mutating func fail() {
    isFailed = true
    piece = []
    taken = 0
  }
}
