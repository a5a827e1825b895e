import NIOCore

/// What happens when time is up. Nothing else of the connection knows its timer.
extension HTTPConnection {
  func set(_ kind: HTTPConnectionTimer.Kind, after amount: TimeAmount) {
    if let at = timer.set(kind, after: amount) { arm(at) }
  }

  private func arm(_ at: NIODeadline) {
    guard let context else { return }
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer.armed(at, context.eventLoop.scheduleTask(deadline: at) { connection.value.timerFired() })
  }

  private func timerFired() {
    switch timer.fired() {
    case .over(let kind): expired(kind)
    case .arm(let at): arm(at)
    case .nothing: break
    }
  }

  private func expired(_ kind: HTTPConnectionTimer.Kind) {
    switch (kind, phase) {
    case (.head, .idle):
      refuseUnread(.headTimeout)
    case (.bodyIdle, .collecting(let collecting)):
      reject(.bodyTimeout, in: collecting.exchange)
    case (.bodyIdle, .responding(let responding)):
      if let incoming = responding.incoming, incoming.pausedSince == nil {
        incoming.stream.fail(.bodyTimeout)
      }
      set(.response, after: limits.writeTimeout)
    case (.response, .responding(let responding)):
      if let since = responding.progress.snapshot.waitingSince,
        since + limits.writeTimeout <= .now()
      {
        clientLeft()
        context?.close(promise: nil)
      } else {
        // Seldom enough to cost nothing, often enough to be near the limit.
        set(.response, after: .nanoseconds(max(1, limits.writeTimeout.nanoseconds / 4)))
      }
    case (.keepAlive, .idle), (.quiesce, .idle), (.linger, .lingering):
      phase = .closed
      context?.close(promise: nil)
    default:
      break
    }
  }
}
