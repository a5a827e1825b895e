import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// Bodies that are handed on while they come, and the back-pressure that this takes.
extension HTTPConnection {
  /// Responds while the body is still to come.
  func stream(_ collecting: Collecting) {
    guard let context else { return }
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let stream = HTTPBodyStream { eventLoop.execute { connection.value.readOn() } }
    let incoming = Incoming(stream: stream, maxBytes: collecting.maxBytes)
    run(collecting, RequestBody(asyncSequence: stream), incoming: incoming)
  }

  func acceptIncoming(_ part: HTTPServerRequestPart, _ before: Responding) {
    var responding = before
    phase = .idle  // Releases the enum's copy.
    switch part {
    case .body(let buffer):
      let goesOn = responding.incoming?.take(buffer)
      if goesOn == false { pauseReading() }
      let patience = responding.incoming?.patience(limits)
      phase = .responding(responding)
      if goesOn == true, let patience { set(.bodyIdle, after: patience) }
    case .end:
      responding.incoming?.stream.finish()
      responding.incoming = nil
      responding.bytesIn += bytesIn
      bytesIn = 0
      phase = .responding(responding)
      set(.response, after: limits.writeTimeout)
    case .head:
      phase = .responding(responding)
    }
  }

  /// The reader of a body has caught up.
  private func readOn() {
    guard case .responding(var responding) = phase, responding.incoming?.pausedSince != nil else {
      return
    }
    responding.incoming?.wantsMore()
    let patience = responding.incoming?.patience(limits)
    phase = .responding(responding)
    if let patience { set(.bodyIdle, after: patience) }
    resumeReading()
  }

  func pauseReading() {
    guard !readingPaused else { return }
    readingPaused = true
    context?.channel.setOption(.autoRead, value: false).whenFailure { _ in }
  }

  func resumeReading() {
    guard readingPaused else { return }
    readingPaused = false
    context?.channel.setOption(.autoRead, value: true).whenFailure { _ in }
  }
}
